#include "tools/rline/checked_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/row_inventory.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "tools/rline/display.h"
#include "tools/rline/input_check.h"

namespace recoveryline {

CheckedView MakeCheckedView(const Inputs& inputs) {
  Violations found;
  if (inputs.readable()) {
    ValidateInventory(inputs.inventory, &found);
  } else {
    found = CheckUnreadable(inputs);
  }
  CheckedView checked;
  checked.violations.Add(found.list().begin(), found.list().end());
  if (found.empty()) {
    checked.view = MakeView(inputs, ArchiveInventory::kRebuild);
  }
  return checked;
}

std::shared_ptr<const InventoryView> MakeView(const Inputs& inputs,
                                              ArchiveInventory::Proof proof) {
  if (inputs.wire != nullptr) return inputs.wire;
  if (inputs.archive == nullptr) {
    return std::make_shared<RowInventory>(inputs.inventory);
  }
  return std::make_shared<ArchiveInventory>(inputs.archive->archive(), proof);
}

const v1::Inventory& RowsFor(const Inputs& inputs, const InventoryView* view,
                             ArchiveInventory::Rows rows, v1::Inventory* read) {
  if (inputs.archive == nullptr || view == nullptr) return inputs.rows();
  *read = static_cast<const ArchiveInventory&>(*view).RowsRead(rows);
  return *read;
}

std::optional<ExitCode> ReportUnread(const Inputs& inputs,
                                     const InventoryView* view,
                                     const Reporter& reporter) {
  if (view == nullptr || view->status().ok()) return std::nullopt;
  return reporter.Fail(
      ExitCode::kBadInput,
      absl::StrCat(FileName(inputs.flags.inventory), ": ",
                   view->status().message(), "; nothing was made"));
}

ExitCode ReportBroken(const Inputs& inputs, const ViolationList& violations,
                      const Reporter& reporter) {
  std::vector<PlacedViolation> placed;
  for (const v1::Violation& violation : violations) {
    placed.push_back(inputs.Place(violation));
  }
  const bool more = placed.size() >= Violations::kMaxViolations;
  return reporter.Fail(
      ExitCode::kBadInput,
      absl::StrCat("the input breaks ", more ? "at least " : "",
                   Count(static_cast<int64_t>(placed.size()), "rule"),
                   "; nothing was made"),
      placed);
}

}  // namespace recoveryline
