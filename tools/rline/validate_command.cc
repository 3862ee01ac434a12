#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive_inventory.h"
#include "engine/archive/archive_rows.h"
#include "engine/row_inventory.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "tools/formats/archive_file.h"
#include "tools/formats/inventory_file.h"
#include "tools/formats/message_files.h"
#include "tools/rline/commands.h"
#include "tools/rline/display.h"
#include "tools/rline/input_check.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/printable.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline validate -i inventory.json
  rline validate -i inventory.json -p plan.json
  rline validate -p plan.json --format json

Every broken rule is one line "file:fieldPath: message" on stderr.
Exit: 0 valid, 65 not.)";

struct ValidateFlags {
  std::string inventory;
  std::string plan;
  OutputFlags output;
};

struct Checked {
  v1::Inventory inventory;
  // Instead of the inventory.
  std::unique_ptr<ArchiveFile> archive;
  std::shared_ptr<const WireInventory> wire;
  v1::RecoveryPlan plan;
  std::vector<PlacedViolation> violations;
};

void Place(const std::string& path, const Violations& found, Checked* checked) {
  for (const v1::Violation& violation : found.list()) {
    if (checked->violations.size() >= Violations::kMaxViolations) return;
    checked->violations.push_back({FileName(path), violation});
  }
}

// All of it, down to the digest.
absl::StatusOr<std::unique_ptr<ArchiveFile>> ProvenArchive(
    const std::string& path) {
  absl::StatusOr<std::unique_ptr<ArchiveFile>> file =
      ArchiveFile::Open(path, path);
  if (!file.ok()) return file;
  const absl::Status proven = ProveArchive((*file)->archive());
  if (!proven.ok()) {
    return absl::Status(proven.code(),
                        absl::StrCat(path, ": ", proven.message()));
  }
  if (!(*file)->HasItsDigest()) {
    return absl::DataLossError(
        absl::StrCat(path, ": its content does not have its digest"));
  }
  return file;
}

std::shared_ptr<const InventoryView> ViewOf(const Checked& checked) {
  if (checked.wire != nullptr) return checked.wire;
  if (checked.archive == nullptr) {
    return std::make_shared<RowInventory>(checked.inventory);
  }
  return std::make_shared<ArchiveInventory>(checked.archive->archive(),
                                            ArchiveInventory::kChecksums);
}

absl::StatusOr<std::unique_ptr<Checked>> Check(const ValidateFlags& flags) {
  auto checked = std::make_unique<Checked>();
  Violations in_inventory;
  Violations in_plan;
  if (IsArchiveFile(flags.inventory)) {
    absl::StatusOr<std::unique_ptr<ArchiveFile>> archive =
        ProvenArchive(flags.inventory);
    if (!archive.ok()) return archive.status();
    checked->archive = *std::move(archive);
  } else if (!flags.inventory.empty()) {
    auto loaded = ReadInventoryFile(flags.inventory, PointRows::kUnused,
                                    &checked->inventory, &in_inventory);
    if (!loaded.ok()) return loaded.status();
    checked->wire = std::move(loaded->view);
    if (checked->wire == nullptr) {
      CheckInventory(checked->inventory, &in_inventory);
    }
  }
  if (!flags.plan.empty()) {
    const auto loaded =
        ReadMessage(flags.plan, "plan.", &checked->plan, &in_plan);
    if (!loaded.ok()) return loaded.status();
    CheckPlan(checked->plan, &in_plan);
  }
  if (!flags.inventory.empty() && in_inventory.empty() && in_plan.empty()) {
    ValidatePlanAgainst(checked->plan, *ViewOf(*checked), &in_plan);
  }
  Place(flags.inventory, in_inventory, checked.get());
  Place(flags.plan, in_plan, checked.get());
  return checked;
}

// "9 VMs, 1395 points, 2 groups; a plan of 3 boot groups and 9 VMs".
std::string Contents(const ValidateFlags& flags, const Checked& checked) {
  std::string out;
  if (!flags.inventory.empty()) {
    const std::shared_ptr<const InventoryView> view = ViewOf(checked);
    int64_t points = 0;
    for (int v = 0; v < view->vm_count(); ++v) points += view->points(v).size();
    absl::StrAppend(&out, Count(view->vm_count(), "VM"), ", ",
                    Count(points, "point"), ", ",
                    Count(view->group_count(), "group"));
  }
  if (!flags.plan.empty()) {
    int64_t vms = 0;
    for (const v1::BootGroup& group : checked.plan.boot_groups()) {
      vms += group.vm_ids_size();
    }
    absl::StrAppend(
        &out, out.empty() ? "" : "; ", "a plan of ",
        checked.plan.boot_groups().empty()
            ? "all VMs"
            : absl::StrCat(Count(checked.plan.boot_groups_size(), "boot group"),
                           " and ", Count(vms, "VM")));
  }
  return out;
}

ExitCode RunValidate(const ValidateFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  if (flags.inventory.empty() && flags.plan.empty()) {
    return reporter.Fail(ExitCode::kUsage,
                         "nothing to validate: give -i, -p or both");
  }
  if (flags.inventory == "-" && flags.plan == "-") {
    return reporter.Fail(
        ExitCode::kUsage,
        "--inventory and --plan cannot both be read from stdin");
  }
  const auto checked = Check(flags);
  if (!checked.ok()) {
    return reporter.Fail(ExitCode::kBadInput, checked.status().message());
  }
  if (!(*checked)->violations.empty()) {
    const int64_t count = static_cast<int64_t>((*checked)->violations.size());
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(
            "invalid: ", count >= Violations::kMaxViolations ? "at least " : "",
            Count(count, "broken rule")),
        (*checked)->violations);
  }
  const std::string contents = Contents(flags, **checked);
  const absl::Status written = output->WriteText(
      output->is_table() ? absl::StrCat("valid: ", contents, "\n")
                         : absl::StrCat(R"({"valid":true,"contents":)",
                                        JsonString(contents), "}\n"));
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

}  // namespace

void AddValidate(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "validate", "Find every rule that an inventory or a plan breaks");
  auto flags = std::make_shared<ValidateFlags>();
  command
      ->add_option("-i,--inventory", flags->inventory,
                   "The inventory to check; - for stdin")
      ->type_name("FILE")
      ->check(PathName());
  command
      ->add_option("-p,--plan", flags->plan,
                   "The recovery plan to check, against the inventory where "
                   "that is given; - for stdin")
      ->type_name("FILE")
      ->check(PathName());
  AddReportFlags(command, &flags->output);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunValidate(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
