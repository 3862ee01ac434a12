#include "tools/importers/asr_import.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/timestamps.h"
#include "tools/importers/asr_files.h"
#include "tools/importers/asr_inventory.h"
#include "tools/importers/asr_machines.h"
#include "tools/importers/asr_plans.h"
#include "tools/importers/asr_reader.h"

namespace recoveryline {
namespace {

// A page states the address of the next one but not its own, so a list counts
// as complete where some page of it is a last one. Recorded sessions state
// addresses.
void NoteMissingPages(const asr::Listing& listing,
                      std::vector<std::string>* notes) {
  const std::set<std::string> addresses(listing.addresses.begin(),
                                        listing.addresses.end());
  std::set<std::string> ended;
  std::map<std::string, const asr::PageFact*> open;
  for (const asr::PageFact& page : listing.pages) {
    if (page.next_link.empty()) {
      ended.insert(page.list);
    } else if (addresses.count(page.next_link) == 0) {
      open[page.list] = &page;
    }
  }
  for (const auto& [list, page] : open) {
    if (ended.count(list) > 0) continue;
    notes->push_back(
        absl::StrCat(page->where, ": the list goes on at ", page->next_link,
                     ", which is not among the files; it may be incomplete"));
  }
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

}  // namespace

absl::StatusOr<AsrImport> ImportAsr(const std::vector<std::string>& paths,
                                    const AsrImportOptions& options) {
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

  AsrImport import;
  import.notes = std::move(listing.notes);
  NoteMissingPages(listing, &import.notes);
  const asr::Machines machines(listing, &import.notes);
  asr::AsrInventory made = asr::MakeInventory(
      listing, machines, options.shared_point_by, &import.notes);
  import.inventory = std::move(made.inventory);
  if (import.inventory.vms().empty()) {
    import.notes.push_back(
        "The files hold no protected item and no recovery point.");
  }
  import.vm_ids_without_item = std::move(made.vm_ids_without_item);
  import.plans = asr::MakePlans(listing, machines, made.exists, &import.notes);
  const absl::Status as_of =
      SetAsOfTime(options, listing, &import.inventory, &import.notes);
  if (!as_of.ok()) return as_of;
  return import;
}

}  // namespace recoveryline
