#include "tools/rline/choice.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "engine/select.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/display.h"
#include "tools/rline/input_check.h"

namespace recoveryline {
namespace {

v1::Decision Unreadable(const Inputs& inputs) {
  v1::Decision decision;
  decision.set_plan_id(inputs.plan.id());
  decision.set_outcome(v1::Decision::INVALID);
  const Violations found = CheckUnreadable(inputs);
  decision.mutable_violations()->Add(found.list().begin(), found.list().end());
  *decision.mutable_provenance() = inputs.request.provenance;
  return decision;
}

ExitCode ReportRefuted(const std::vector<Refutation>& refuted,
                       const Reporter& reporter) {
  std::string message =
      "internal error: the checker refutes this program's own answer, which "
      "is therefore withheld; please report it";
  for (const Refutation& refutation : refuted) {
    absl::StrAppend(&message, "; ", refutation.field_path, ": ",
                    refutation.message);
  }
  return reporter.Fail(ExitCode::kFailure, message);
}

}  // namespace

Choice ChooseAndProve(const Inputs& inputs) {
  Choice choice;
  if (!inputs.readable()) {
    choice.decision = Unreadable(inputs);
    return choice;
  }
  Violations found;
  ValidateInventory(inputs.inventory, &found);
  if (!found.empty()) {
    choice.decision = Select(inputs.inventory, inputs.plan, inputs.request);
    return choice;
  }
  choice.view = MakeView(inputs, ArchiveInventory::kRebuild);
  choice.decision = Select(*choice.view, inputs.plan, inputs.request);
  if (choice.decision.outcome() != v1::Decision::INVALID) {
    choice.refuted =
        Verify(*choice.view, inputs.plan, choice.decision, inputs.request);
  }
  return choice;
}

std::optional<ExitCode> ReportWithheld(const Inputs& inputs,
                                       const Choice& choice,
                                       const Reporter& reporter) {
  const absl::Status read =
      choice.view == nullptr ? absl::OkStatus() : choice.view->status();
  if (!read.ok()) {
    return reporter.Fail(ExitCode::kBadInput,
                         absl::StrCat(FileName(inputs.flags.inventory), ": ",
                                      read.message(), "; nothing was chosen"));
  }
  if (!choice.refuted.empty()) return ReportRefuted(choice.refuted, reporter);
  return std::nullopt;
}

ExitCode CodeOf(const v1::Decision& decision) {
  switch (decision.outcome()) {
    case v1::Decision::COMPLETE:
      return ExitCode::kComplete;
    case v1::Decision::PARTIAL:
    case v1::Decision::NONE:
      return ExitCode::kIncomplete;
    default:
      return ExitCode::kBadInput;
  }
}

ExitCode ReportOutcome(const Inputs& inputs, const v1::Decision& decision,
                       const Reporter& reporter) {
  if (decision.violations().empty()) return CodeOf(decision);
  std::vector<PlacedViolation> placed;
  for (const v1::Violation& violation : decision.violations()) {
    placed.push_back(inputs.Place(violation));
  }
  const bool more = placed.size() >= Violations::kMaxViolations;
  return reporter.Fail(
      CodeOf(decision),
      absl::StrCat("the input breaks ", more ? "at least " : "",
                   Count(static_cast<int64_t>(placed.size()), "rule"),
                   "; nothing was chosen"),
      placed);
}

}  // namespace recoveryline
