#include "tools/importers/asr_import.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "tools/importers/asr_files.h"
#include "tools/importers/asr_inventory.h"
#include "tools/importers/asr_machines.h"
#include "tools/importers/asr_plans.h"
#include "tools/importers/asr_reader.h"
#include "tools/importers/asr_shared_points.h"
#include "tools/importers/inventory_merge.h"

namespace recoveryline {
namespace {

absl::StatusOr<asr::Listing> ReadListing(
    const std::vector<std::string>& paths) {
  asr::Listing listing;
  const auto files = asr::ListAsrFiles(paths, &listing.notes);
  if (!files.ok()) return files.status();
  if (files->empty()) {
    return absl::InvalidArgumentError("no file to import was named");
  }
  for (const std::string& file : *files) {
    const absl::Status read = asr::ReadAsrFile(file, &listing);
    if (!read.ok()) return read;
  }
  return listing;
}

std::vector<std::string> WithoutItem(const asr::AsrInventory& made) {
  std::vector<std::string> ids;
  for (const auto& [id, reading] : made.vms) {
    if (!reading.has_item) ids.push_back(id);
  }
  return ids;
}

absl::Status SetAsOfTime(const AsrImportOptions& options,
                         const asr::Listing& listing, v1::Inventory* inventory,
                         std::vector<std::string>* notes) {
  if (options.as_of) {
    if (!ToInstant(*options.as_of)) {
      return absl::InvalidArgumentError("as-of: the time is out of range");
    }
    *inventory->mutable_as_of_time() = *options.as_of;
    return absl::OkStatus();
  }
  if (!listing.newest) {
    notes->push_back(
        "No time stands in the listing; as_of_time is left unset.");
    return absl::OkStatus();
  }
  *inventory->mutable_as_of_time() = ToTimestamp(*listing.newest);
  notes->push_back(absl::StrCat(
      "as_of_time is assumed to be the newest time in the listing, ",
      FormatInstant(*listing.newest), " at ", listing.newest_where, "."));
  return absl::OkStatus();
}

std::map<std::string, std::string> ItemIds(const asr::Listing& listing,
                                           const asr::Machines& machines) {
  std::map<std::string, std::string> ids;
  for (const asr::ItemFact& item : listing.items) {
    const std::optional<int> machine = machines.Find(item.ref);
    if (machine) ids[machines.id(*machine)] = item.ref.text;
  }
  return ids;
}

absl::StatusOr<AsrImport> ImportListing(asr::Listing listing,
                                        const AsrImportOptions& options) {
  AsrImport import;
  import.notes = std::move(listing.notes);
  const asr::Machines machines(listing, &import.notes);
  import.item_ids = ItemIds(listing, machines);
  asr::AsrInventory made = asr::MakeInventory(listing, machines, &import.notes);
  if (made.inventory.vms().empty()) {
    import.notes.push_back(
        "The files hold no protected item and no recovery point.");
  }
  const absl::Status as_of =
      SetAsOfTime(options, listing, &made.inventory, &import.notes);
  if (!as_of.ok()) return as_of;
  import.vm_ids_without_item = WithoutItem(made);
  if (options.earlier != nullptr) {
    asr::MergeInventories(*options.earlier, options.shared_point_by, &made,
                          &import.notes);
  }
  asr::MarkSharedPoints(options.shared_point_by, &made, &import.notes);
  import.inventory = std::move(made.inventory);
  import.plans = asr::MakePlans(listing, machines, made.exists, &import.notes);
  return import;
}

}  // namespace

absl::StatusOr<AsrImport> ImportAsr(const std::vector<std::string>& paths,
                                    const AsrImportOptions& options) {
  absl::StatusOr<asr::Listing> listing = ReadListing(paths);
  if (!listing.ok()) return listing.status();
  return ImportListing(*std::move(listing), options);
}

absl::StatusOr<AsrImport> ImportAsrBodies(const std::vector<AsrBody>& bodies,
                                          const AsrImportOptions& options) {
  asr::Listing listing;
  for (const AsrBody& body : bodies) {
    const absl::Status read = asr::ReadAsrText(body.name, body.text, &listing);
    if (!read.ok()) return read;
  }
  return ImportListing(std::move(listing), options);
}

}  // namespace recoveryline
