// Choice: a Decision, and its proof.
//
//   const Choice choice = ChooseAndProve(inputs);
//   if (!choice.refuted.empty()) ...         // our own answer is wrong: a bug
//   return CodeOf(choice.decision);
//
// Every Decision that chooses something is proved by engine/verify before
// anybody sees it. Input that cannot be read, or breaks a rule, gives an
// INVALID Decision.
//
// Thread-safety: pure function; the inputs must outlive the choice.

#ifndef RECOVERYLINE_TOOLS_RLINE_CHOICE_H_
#define RECOVERYLINE_TOOLS_RLINE_CHOICE_H_

#include <memory>
#include <optional>
#include <vector>

#include "engine/inventory_view.h"
#include "engine/verify.h"
#include "recoveryline/v1/decision.pb.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/inputs.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

struct Choice {
  v1::Decision decision;
  // Null where the inventory breaks a rule.
  std::shared_ptr<const InventoryView> view;
  std::vector<Refutation> refuted;
};

Choice ChooseAndProve(const Inputs& inputs);

// kComplete, kIncomplete or kBadInput.
ExitCode CodeOf(const v1::Decision& decision);

// Says which rules the input broke, if any, and gives back CodeOf(decision).
ExitCode ReportOutcome(const Inputs& inputs, const v1::Decision& decision,
                       const Reporter& reporter);

// Why there is no Decision to show: the archive is damaged, or the program
// refuted its own answer. Nothing where there is one.
std::optional<ExitCode> ReportWithheld(const Inputs& inputs,
                                       const Choice& choice,
                                       const Reporter& reporter);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_CHOICE_H_
