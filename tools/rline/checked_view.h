// CheckedView: the inventory of a command line as a view, whichever form it
// has.
//
//   const CheckedView checked = MakeCheckedView(inputs);
//   if (checked.view == nullptr) ...         // checked.violations say why
//   v1::Inventory read;
//   const Names names(RowsFor(inputs, checked.view.get(), rows, &read));
//
// Thread-safety: pure functions; the inputs must outlive the view.

#ifndef RECOVERYLINE_TOOLS_RLINE_CHECKED_VIEW_H_
#define RECOVERYLINE_TOOLS_RLINE_CHECKED_VIEW_H_

#include <memory>
#include <optional>

#include "engine/archive/archive_inventory.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/decision.pb.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

using ViolationList = google::protobuf::RepeatedPtrField<v1::Violation>;

struct CheckedView {
  // Null where the input cannot be read, or the inventory breaks a rule.
  std::shared_ptr<const InventoryView> view = nullptr;
  ViolationList violations = {};
};

CheckedView MakeCheckedView(const Inputs& inputs);

// `proof` is for an archive. REQUIRES: the inventory is valid.
std::shared_ptr<const InventoryView> MakeView(const Inputs& inputs,
                                              ArchiveInventory::Proof proof);

// The rows that a person is shown: those of the inputs, or what `view`, which
// may be null, has read of the archive, kept in `*read`.
const v1::Inventory& RowsFor(const Inputs& inputs, const InventoryView* view,
                             ArchiveInventory::Rows rows, v1::Inventory* read);

// Says that what was read on the way is damaged; nothing where it is not, or
// there is no view.
std::optional<ExitCode> ReportUnread(const Inputs& inputs,
                                     const InventoryView* view,
                                     const Reporter& reporter);

// Says which rules the input broke; gives back kBadInput. REQUIRES: some.
ExitCode ReportBroken(const Inputs& inputs, const ViolationList& violations,
                      const Reporter& reporter);

// Writes an answer that may have violations instead: as a message, or where a
// person looks and there are none, as `text(answer)`. Gives back why that is
// not all, which was said.
template <typename Answer, typename Text>
std::optional<ExitCode> WriteAnswer(const Inputs& inputs, const Answer& answer,
                                    const Output& output, bool as_text,
                                    Text text, const Reporter& reporter) {
  const bool failed = !answer.violations().empty();
  const absl::Status written = !as_text ? output.Write(answer)
                               : failed ? absl::OkStatus()
                                        : output.WriteText(text(answer));
  if (!written.ok()) return ReportUnwritten(written, reporter);
  if (failed) return ReportBroken(inputs, answer.violations(), reporter);
  return std::nullopt;
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_CHECKED_VIEW_H_
