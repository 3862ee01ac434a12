#include "tools/rline/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "engine/timestamps.h"
#include "tools/rline/display.h"

namespace recoveryline {

std::string OptionName(v1::Policy::Option option) {
  std::string name = v1::Policy::Option_Name(option);
  absl::AsciiStrToLower(&name);
  return absl::StrReplaceAll(name, {{"_", "-"}});
}

std::optional<v1::Policy::Option> OptionOfName(absl::string_view name) {
  for (int i = 1; i < v1::Policy::Option_ARRAYSIZE; ++i) {
    const auto option = static_cast<v1::Policy::Option>(i);
    if (v1::Policy::Option_IsValid(i) && OptionName(option) == name) {
      return option;
    }
  }
  return std::nullopt;
}

std::vector<std::string> OptionNames() {
  std::vector<std::string> names;
  for (int i = 1; i < v1::Policy::Option_ARRAYSIZE; ++i) {
    if (!v1::Policy::Option_IsValid(i)) continue;
    names.push_back(OptionName(static_cast<v1::Policy::Option>(i)));
  }
  return names;
}

absl::string_view ConsistencyWord(v1::RecoveryPoint::Consistency consistency) {
  switch (consistency) {
    case v1::RecoveryPoint::CRASH_CONSISTENT:
      return "crash-consistent";
    case v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT:
      return "file-system-consistent";
    case v1::RecoveryPoint::APPLICATION_CONSISTENT:
      return "application-consistent";
    default:
      return "unknown";
  }
}

absl::string_view ShortConsistency(v1::RecoveryPoint::Consistency consistency) {
  return absl::StripSuffix(ConsistencyWord(consistency), "-consistent");
}

absl::string_view OutcomeWords(v1::VmSelection::Outcome outcome) {
  switch (outcome) {
    case v1::VmSelection::NOT_FOUND:
      return "not found";
    case v1::VmSelection::GROUP_INCOMPLETE:
      return "group incomplete";
    case v1::VmSelection::NOT_REPLICATING:
      return "not replicating";
    case v1::VmSelection::NO_RECOVERY_POINTS:
      return "no recovery points";
    case v1::VmSelection::NOT_PINNED:
      return "not pinned";
    case v1::VmSelection::PIN_NOT_ELIGIBLE:
      return "pin not eligible";
    case v1::VmSelection::SELECTED:
      return "selected";
    case v1::VmSelection::NO_COMMON_POINT:
      return "no common point";
    case v1::VmSelection::NO_ELIGIBLE_POINT:
      return "no eligible point";
    case v1::VmSelection::NOT_ALIGNED:
      return "not aligned";
    default:
      return "unknown";
  }
}

absl::string_view OutcomeReason(v1::VmSelection::Outcome outcome) {
  switch (outcome) {
    case v1::VmSelection::NOT_FOUND:
      return "the inventory lacks it";
    case v1::VmSelection::GROUP_INCOMPLETE:
      return "the plan or the inventory lacks a VM of the group";
    case v1::VmSelection::NOT_REPLICATING:
      return "a VM of the unit is not replicating, and a failback needs that";
    case v1::VmSelection::NO_RECOVERY_POINTS:
      return "a VM of the unit has no recovery points at all";
    case v1::VmSelection::NOT_PINNED:
      return "the option is custom and no pin names its points";
    case v1::VmSelection::PIN_NOT_ELIGIBLE:
      return "a pinned point or marker is not eligible under any rule";
    case v1::VmSelection::SELECTED:
      return "a point was chosen";
    case v1::VmSelection::NO_COMMON_POINT:
      return "every VM has an eligible point, but no rule finds a common one";
    case v1::VmSelection::NO_ELIGIBLE_POINT:
      return "under each rule some VM has no eligible point";
    case v1::VmSelection::NOT_ALIGNED:
      return "it has a choice by itself, but no line of the whole plan holds "
             "one";
    default:
      return "unknown";
  }
}

absl::string_view ReasonWords(v1::Rejection::Reason reason) {
  switch (reason) {
    case v1::Rejection::NOT_YET_AVAILABLE:
      return "not available yet";
    case v1::Rejection::EXPIRED:
      return "expired";
    case v1::Rejection::AFTER_TARGET_TIME:
      return "captured after the target time";
    case v1::Rejection::BEFORE_FLOOR:
      return "captured before the floor (not-before)";
    case v1::Rejection::EXCLUDED:
      return "in an excluded period";
    case v1::Rejection::INCONSISTENT:
      return "of the wrong consistency";
    case v1::Rejection::PARTIAL_DISKS:
      return "not covering all disks";
    case v1::Rejection::NOT_CLEAN:
      return "not clean enough";
    case v1::Rejection::NOT_PINNED:
      return "eligible, but a pin names another";
    case v1::Rejection::NOT_COMMON:
      return "eligible, but not common to the whole group";
    case v1::Rejection::NOT_ALIGNED:
      return "eligible, but outside of the plan's line";
    default:
      return "not refused";
  }
}

std::string RuleWords(const v1::Rule& rule) {
  std::string words =
      absl::StrCat(rule.match() == v1::Rule::EXACTLY ? "exactly " : "at least ",
                   ConsistencyWord(rule.consistency()));
  if (rule.group_scope() != v1::Rule::COMMON) {
    return absl::StrCat(words, ", each VM on its own");
  }
  if (rule.common_match() != v1::Rule::CAPTURE_TIME) {
    return absl::StrCat(words, ", groups in common by marker");
  }
  const auto skew = ToNanos(rule.max_skew());
  return absl::StrCat(words, ", groups in common within ",
                      ShowNanos(skew.value_or(0)));
}

}  // namespace recoveryline
