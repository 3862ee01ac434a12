#include "tools/rline/decision_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/timestamps.h"
#include "tools/rline/printable.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

constexpr int kMostWarnings = 20;

using Cells = std::vector<TextTable::Cell>;

Tone HeadlineTone(v1::Decision::Outcome outcome) {
  switch (outcome) {
    case v1::Decision::COMPLETE:
      return Tone::kGood;
    case v1::Decision::PARTIAL:
      return Tone::kDoubtful;
    default:
      return Tone::kBad;
  }
}

std::string VmTable(const v1::Decision& decision, const Names& names,
                    const Display& display) {
  TextTable table({{"VM", TextTable::kCut},
                   {"GROUP", TextTable::kCut},
                   {"BOOT GROUP", TextTable::kCut},
                   {"RECOVERY POINT TIME"},
                   {"CONSISTENCY"},
                   {"AGE", TextTable::kRight},
                   {"DATA LOSS", TextTable::kRight},
                   {"OUTCOME"}});
  for (const v1::VmSelection& row : decision.vm_selections()) {
    Cells cells = {{names.Vm(row.vm_id())},
                   {names.Group(row.replication_group_id())},
                   {row.boot_group_id()}};
    if (row.outcome() == v1::VmSelection::SELECTED) {
      const core::Nanos loss = NanosOf(row.data_loss());
      cells.push_back({ShowTime(InstantOf(row.capture_time()), display)});
      cells.push_back({std::string(ShortConsistency(row.consistency()))});
      cells.push_back({ShowNanos(NanosOf(row.age()))});
      cells.push_back({absl::StrCat(ShowNanos(loss),
                                    row.rpo_exceeded() ? " (over RPO)" : ""),
                       row.rpo_exceeded() ? Tone::kBad : Tone::kPlain});
    } else {
      cells.insert(cells.end(), 4, {"-"});
    }
    cells.push_back(
        {std::string(OutcomeWords(row.outcome())), ToneOf(row.outcome())});
    table.AddRow(std::move(cells));
  }
  return table.empty() ? "" : absl::StrCat("\n", table.Render(display));
}

std::string Together(const v1::GroupSelection& row) {
  switch (row.guarantee()) {
    case v1::GroupSelection::MARKER:
      return absl::StrCat("marker ", row.consistency_marker());
    case v1::GroupSelection::SKEW_BOUNDED:
      return "capture times only";
    case v1::GroupSelection::INDEPENDENT:
      return "nothing: each VM on its own";
    default:
      return "-";
  }
}

std::string HeldBackBy(const v1::GroupSelection& row, const Names& names) {
  if (row.blocking_vms().empty()) return "";
  const v1::BlockingVm& first = row.blocking_vms(0);
  std::string text = names.Vm(first.vm_id());
  if (first.has_gain()) {
    absl::StrAppend(&text, " (", ShowNanos(NanosOf(first.gain())), ")");
  }
  if (row.blocking_vms_size() > 1) {
    absl::StrAppend(&text, " and ", row.blocking_vms_size() - 1, " more");
  }
  return text;
}

std::string GroupTable(const v1::Decision& decision, const Names& names,
                       const Display& display) {
  TextTable table({{"GROUP", TextTable::kCut},
                   {"OUTCOME"},
                   {"HELD TOGETHER BY", TextTable::kCut},
                   {"EARLIEST POINT"},
                   {"SKEW", TextTable::kRight},
                   {"DATA LOSS", TextTable::kRight},
                   {"HELD BACK BY", TextTable::kCut}});
  for (const v1::GroupSelection& row : decision.group_selections()) {
    Cells cells = {
        {names.Group(row.replication_group_id())},
        {std::string(OutcomeWords(row.outcome())), ToneOf(row.outcome())},
        {Together(row), row.guarantee() == v1::GroupSelection::INDEPENDENT
                            ? Tone::kDoubtful
                            : Tone::kPlain}};
    if (row.outcome() == v1::VmSelection::SELECTED) {
      cells.push_back(
          {ShowTime(InstantOf(row.earliest_capture_time()), display)});
      cells.push_back({ShowNanos(NanosOf(row.skew()))});
      cells.push_back({ShowNanos(NanosOf(row.data_loss()))});
    } else {
      cells.insert(cells.end(), 3, {"-"});
    }
    cells.push_back({HeldBackBy(row, names)});
    table.AddRow(std::move(cells));
  }
  return table.empty() ? "" : absl::StrCat("\n", table.Render(display));
}

std::string ViolationLines(const v1::Decision& decision) {
  std::string out;
  for (const v1::Violation& v : decision.violations()) {
    absl::StrAppend(&out, "  ", Printable(v.field_path()), ": ",
                    Printable(v.message()), "\n");
  }
  return out;
}

std::string SubjectName(const v1::Warning& warning, const Names& names) {
  switch (warning.reason()) {
    case v1::Warning::GROUP_INDEPENDENT:
    case v1::Warning::GROUP_INCOMPLETE:
      return names.Group(warning.subject());
    case v1::Warning::OPTION_DEFAULTED:
    case v1::Warning::PLAN_EMPTY:
      return warning.subject();
    default:
      return names.Vm(warning.subject());
  }
}

std::string HoldingName(const v1::HoldingUnit& unit, const Names& names) {
  return unit.replication_group_id().empty()
             ? names.Vm(unit.vm_id())
             : names.Group(unit.replication_group_id());
}

// The option, and the rules in words.
std::string AskedFor(const v1::Decision& decision) {
  std::vector<std::string> rules;
  for (const v1::Rule& rule : decision.effective_rules()) {
    rules.push_back(RuleWords(rule));
  }
  const std::string words = absl::StrJoin(rules, "; else ");
  if (decision.option() == v1::Policy::OPTION_UNSPECIFIED) return words;
  return absl::StrCat(OptionName(decision.option()), " = ", words);
}

}  // namespace

core::Instant InstantOf(const google::protobuf::Timestamp& time) {
  return ToInstant(time).value_or(0);
}

core::Nanos NanosOf(const google::protobuf::Duration& length) {
  return ToNanos(length).value_or(0);
}

Tone ToneOf(v1::VmSelection::Outcome outcome) {
  return outcome == v1::VmSelection::SELECTED ? Tone::kGood : Tone::kBad;
}

std::string Headline(const v1::Decision& decision, const Display& display) {
  const Tone tone = HeadlineTone(decision.outcome());
  std::string out =
      Toned(v1::Decision::Outcome_Name(decision.outcome()), tone, display);
  if (decision.outcome() == v1::Decision::INVALID) {
    return absl::StrCat(out, ": the input breaks ",
                        Count(decision.violations_size(), "rule"),
                        "; nothing was chosen\n");
  }
  int64_t selected = 0;
  core::Nanos oldest = core::kMinInstant;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    if (row.outcome() != v1::VmSelection::SELECTED) continue;
    ++selected;
    oldest = std::max(oldest, NanosOf(row.age()));
  }
  absl::StrAppend(
      &out, ": ", selected, " of ", Count(decision.vm_selections_size(), "VM"),
      decision.vm_selections_size() == 1 ? " has" : " have", " a point");
  if (selected > 0) {
    absl::StrAppend(&out, ", the oldest ", ShowNanos(oldest), " old");
  }
  absl::StrAppend(&out, " at ",
                  ShowTime(InstantOf(decision.decision_time()), display), "\n",
                  "Asked for: ", AskedFor(decision), "\n");
  if (decision.has_act_before()) {
    absl::StrAppend(&out, "Act before: ",
                    ShowTime(InstantOf(decision.act_before()), display),
                    ", when the first of these points is lost\n");
  }
  return out;
}

std::string AlignmentLine(const v1::Decision& decision, const Names& names,
                          const Display& display) {
  if (!decision.has_alignment()) return "";
  const v1::Alignment& line = decision.alignment();
  const std::string within =
      absl::StrCat("within ", ShowNanos(NanosOf(line.max_skew())));
  std::string out = "Aligned: ";
  if (line.unit_count() == 0) {
    return absl::StrCat(out, "nothing, no unit has a choice by itself\n");
  }
  if (line.has_earliest_capture_time()) {
    absl::StrAppend(&out, Count(line.unit_count(), "unit"), " from ",
                    ShowTime(InstantOf(line.earliest_capture_time()), display),
                    " on, ", ShowNanos(NanosOf(line.skew())), " apart (",
                    within, "): by capture times only");
  } else {
    absl::StrAppend(&out, Toned("NO LINE", Tone::kBad, display), " holds ",
                    Count(line.unit_count(), "unit"), " ", within);
  }
  if (!line.holding_units().empty()) {
    const v1::HoldingUnit& first = line.holding_units(0);
    absl::StrAppend(&out, "; held back by ",
                    Printable(HoldingName(first, names)));
    if (first.has_gain()) {
      absl::StrAppend(&out, " (", ShowNanos(NanosOf(first.gain())), ")");
    }
    if (line.holding_units_size() > 1) {
      absl::StrAppend(&out, " and ", line.holding_units_size() - 1, " more");
    }
  }
  return out + "\n";
}

std::string WarningLines(const v1::Decision& decision, const Names& names,
                         int limit) {
  if (decision.warnings().empty()) return "";
  std::string out = "\nWarnings:\n";
  const int shown = std::min(limit, decision.warnings_size());
  for (int i = 0; i < shown; ++i) {
    const v1::Warning& warning = decision.warnings(i);
    absl::StrAppend(&out, "  ", v1::Warning::Reason_Name(warning.reason()));
    if (!warning.subject().empty()) {
      absl::StrAppend(&out, " ", Printable(SubjectName(warning, names)));
    }
    absl::StrAppend(&out, ": ", Printable(warning.message()), "\n");
  }
  if (shown < decision.warnings_size()) {
    absl::StrAppend(&out, "  and ", decision.warnings_size() - shown,
                    " more (see --format json)\n");
  }
  return out;
}

std::string DecisionTable(const v1::Decision& decision, const Names& names,
                          const Display& display) {
  return absl::StrCat(
      Headline(decision, display), AlignmentLine(decision, names, display),
      ViolationLines(decision), VmTable(decision, names, display),
      GroupTable(decision, names, display),
      WarningLines(decision, names, kMostWarnings));
}

}  // namespace recoveryline
