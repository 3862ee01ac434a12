// Words: the values of the messages as people say them.
//
//   OptionName(v1::Policy::LATEST_APP_CONSISTENT);   // latest-app-consistent
//   ReasonWords(v1::Rejection::NOT_COMMON);          // "not common to ..."
//   RuleWords(rule);   // "at least application-consistent, groups in common
//                      //  by marker"
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_WORDS_H_
#define RECOVERYLINE_TOOLS_RLINE_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// Kebab-case, as --option takes them.
std::string OptionName(v1::Policy::Option option);
std::optional<v1::Policy::Option> OptionOfName(absl::string_view name);
std::vector<std::string> OptionNames();

// "application-consistent"; "unknown" where unset.
absl::string_view ConsistencyWord(v1::RecoveryPoint::Consistency consistency);

// "application", for narrow columns.
absl::string_view ShortConsistency(v1::RecoveryPoint::Consistency consistency);

// "selected", "no common point", ...
absl::string_view OutcomeWords(v1::VmSelection::Outcome outcome);

// A clause that fits after "because": "the inventory lacks it".
absl::string_view OutcomeReason(v1::VmSelection::Outcome outcome);

// Follows a count of points: "not available yet", "expired", ...
absl::string_view ReasonWords(v1::Rejection::Reason reason);

std::string RuleWords(const v1::Rule& rule);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_WORDS_H_
