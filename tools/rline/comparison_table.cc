#include "tools/rline/comparison_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using core::Nanos;
using google::protobuf::Duration;
using v1::TimelineFigures;
using v1::VmSelection;

constexpr int kMostRows = 100;

Nanos NanosOf(const Duration& length) { return ToNanos(length).value_or(0); }

// "1h 00m 00s older", "5m 00s newer".
std::string LossWords(Nanos loss) {
  if (loss == 0) return "as old";
  return loss > 0 ? absl::StrCat(ShowNanos(loss), " older")
                  : absl::StrCat(ShowNanos(core::SaturatingSubtract(0, loss)),
                                 " newer");
}

// What a VM has on one side.
std::string SideOf(VmSelection::Outcome outcome, bool has_time,
                   const google::protobuf::Timestamp& time,
                   v1::RecoveryPoint::Consistency consistency,
                   const Display& display) {
  if (outcome == VmSelection::OUTCOME_UNSPECIFIED) return "not there";
  if (!has_time) return std::string(OutcomeWords(outcome));
  return absl::StrCat(ShowTime(InstantOf(time), display), " ",
                      ShortConsistency(consistency));
}

TextTable::Cell LossCell(const v1::VmDifference& vm) {
  if (vm.has_loss()) {
    const Nanos loss = NanosOf(vm.loss());
    return {LossWords(loss), loss > 0 ? Tone::kBad : Tone::kGood};
  }
  const bool had = vm.has_capture_time_before();
  if (had == vm.has_capture_time_after() ||
      vm.outcome_after() == VmSelection::OUTCOME_UNSPECIFIED) {
    return {""};
  }
  return had ? TextTable::Cell{"no point left", Tone::kBad}
             : TextTable::Cell{"a point now", Tone::kGood};
}

std::string AgeOf(bool present, const Duration& age) {
  return present ? ShowNanos(NanosOf(age)) : "none";
}

// "12m 00s -> 1h 00m 00s", or once where both are the same.
std::string Change(const std::string& before, const std::string& after) {
  return before == after ? before : absl::StrCat(before, " -> ", after);
}

std::string WorstChange(const TimelineFigures& a, const TimelineFigures& b) {
  return Change(AgeOf(a.has_worst_age(), a.worst_age()),
                AgeOf(b.has_worst_age(), b.worst_age()));
}

std::string MeanChange(const TimelineFigures& a, const TimelineFigures& b) {
  return Change(AgeOf(a.has_mean_age(), a.mean_age()),
                AgeOf(b.has_mean_age(), b.mean_age()));
}

std::string WithoutChange(const TimelineFigures& a, const TimelineFigures& b) {
  return Change(ShowNanos(NanosOf(a.without_choice())),
                ShowNanos(NanosOf(b.without_choice())));
}

std::string UnitRows(const v1::WhatIf& answer, const Names& names,
                     const Display& display) {
  TextTable table(
      {{"UNIT", TextTable::kCut}, {"NO CHOICE"}, {"WORST AGE"}, {"MEAN AGE"}});
  const int shown = std::min(kMostRows, answer.units_size());
  for (int i = 0; i < shown; ++i) {
    const v1::UnitDifference& unit = answer.units(i);
    const std::string name =
        names.Unit(unit.replication_group_id(), unit.vm_ids());
    if (!unit.has_after()) {
      table.AddRow({{name}, {"not there"}, {""}, {""}});
      continue;
    }
    table.AddRow({{name},
                  {WithoutChange(unit.before(), unit.after())},
                  {WorstChange(unit.before(), unit.after())},
                  {MeanChange(unit.before(), unit.after())}});
  }
  if (table.empty()) return "";
  const int more = answer.units_size() - shown;
  return absl::StrCat(
      "\n", table.Render(display),
      more == 0 ? "" : absl::StrCat("and ", more, " more units\n"));
}

}  // namespace

std::string ComparisonTable(const v1::DecisionComparison& comparison,
                            const Display& display) {
  std::string out = absl::StrCat(
      Toned(comparison.same() ? "SAME" : "DIFFERENT",
            comparison.same() ? Tone::kGood : Tone::kDoubtful, display),
      "  ", Count(comparison.vms_size(), "VM"), " differ, ",
      comparison.same_vm_count(), " as before; ",
      Change(v1::Decision::Outcome_Name(comparison.outcome_before()),
             v1::Decision::Outcome_Name(comparison.outcome_after())),
      "\n");
  TextTable table({{"VM", TextTable::kCut},
                   {"GROUP", TextTable::kCut},
                   {"BEFORE"},
                   {"AFTER"},
                   {"LOSS"}});
  const int shown = std::min(kMostRows, comparison.vms_size());
  for (int i = 0; i < shown; ++i) {
    const v1::VmDifference& vm = comparison.vms(i);
    table.AddRow(
        {{vm.display_name().empty() ? vm.vm_id() : vm.display_name()},
         {vm.replication_group_id()},
         {SideOf(vm.outcome_before(), vm.has_capture_time_before(),
                 vm.capture_time_before(), vm.consistency_before(), display)},
         {SideOf(vm.outcome_after(), vm.has_capture_time_after(),
                 vm.capture_time_after(), vm.consistency_after(), display)},
         LossCell(vm)});
  }
  if (!table.empty()) absl::StrAppend(&out, "\n", table.Render(display));
  if (const int more = comparison.vms_size() - shown; more > 0) {
    absl::StrAppend(&out, "and ", more, " more\n");
  }
  return out;
}

std::string WhatIfTable(const v1::WhatIf& answer, const Names& names,
                        const Display& display) {
  const TimelineFigures& before = answer.figures_before();
  const TimelineFigures& after = answer.figures_after();
  return absl::StrCat(ComparisonTable(answer.choice(), display), "\nfrom ",
                      ShowTime(InstantOf(answer.start_time()), display), " to ",
                      ShowTime(InstantOf(answer.end_time()), display),
                      ": no choice for ", WithoutChange(before, after),
                      " a unit; age ", MeanChange(before, after),
                      " in the mean, ", WorstChange(before, after),
                      " at worst\n", UnitRows(answer, names, display));
}

}  // namespace recoveryline
