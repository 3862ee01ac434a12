#include "tools/rline/explanation_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/fault_text.h"
#include "tools/rline/printable.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;

constexpr size_t kMostReasons = 3;
constexpr int kMostBlocking = 3;
constexpr int kIdWidth = 24;

std::string Line(absl::string_view label, absl::string_view text) {
  return absl::StrFormat("  %-9s  %s\n", label, text);
}

std::string Id(absl::string_view id, const Display& display) {
  const std::string printable = Printable(id);
  return display.terminal ? CutMiddle(printable, kIdWidth) : printable;
}

std::string VmName(const Explained& explained, absl::string_view id) {
  return Id(explained.names.Vm(id), explained.display);
}

// "36m 10s newer than the chosen (2026-02-28 23:57:58Z)", or how old it is
// where nothing was chosen.
std::string Relative(const Explained& explained, Instant capture,
                     const Instant* chosen) {
  const std::string at = ShowTime(capture, explained.display);
  if (chosen == nullptr) {
    const Nanos age = core::SaturatingSubtract(
        InstantOf(explained.decision.decision_time()), capture);
    return age >= 0 ? absl::StrCat(at, ", ", ShowNanos(age), " old")
                    : absl::StrCat(at, ", ",
                                   ShowNanos(core::SaturatingSubtract(0, age)),
                                   " after the decision time");
  }
  const Nanos newer = core::SaturatingSubtract(capture, *chosen);
  if (newer == 0) return absl::StrCat(at, ", as new as the chosen");
  return absl::StrCat(at, ", ", ShowNanos(newer), " newer than the chosen");
}

std::string Example(const Explained& explained, const v1::Rejection& rejection,
                    absl::string_view vm_id, const Instant* chosen) {
  std::string text = absl::StrCat(
      "e.g. ", Id(rejection.example_point_id(), explained.display));
  if (!rejection.example_vm_id().empty()) {
    absl::StrAppend(&text, " of ", VmName(explained, vm_id));
  }
  const v1::RecoveryPoint* point =
      explained.names.FindPoint(vm_id, rejection.example_point_id());
  if (point != nullptr) {
    absl::StrAppend(
        &text, ", ",
        Relative(explained, InstantOf(point->capture_time()), chosen));
  }
  return text;
}

// Points that could have been taken stand before those that could not.
bool WasEligible(const v1::Rejection& rejection) {
  return rejection.reason() == v1::Rejection::NOT_COMMON ||
         rejection.reason() == v1::Rejection::NOT_ALIGNED ||
         rejection.reason() == v1::Rejection::NOT_PINNED;
}

// What was refused and why: eligible points, then the most frequent reasons.
std::string Refused(
    const Explained& explained,
    const google::protobuf::RepeatedPtrField<v1::Rejection>& rejections,
    absl::string_view vm_id, const Instant* chosen) {
  if (rejections.empty()) {
    return Line("Refused", chosen != nullptr ? "nothing: no point is better"
                                             : "nothing: no point was judged");
  }
  std::vector<const v1::Rejection*> by_count;
  int64_t total = 0;
  for (const v1::Rejection& rejection : rejections) {
    by_count.push_back(&rejection);
    total += rejection.count();
  }
  std::stable_sort(by_count.begin(), by_count.end(),
                   [](const v1::Rejection* a, const v1::Rejection* b) {
                     return std::pair(WasEligible(*a), a->count()) >
                            std::pair(WasEligible(*b), b->count());
                   });
  std::string out = Line(
      "Refused",
      absl::StrCat(Count(total, chosen != nullptr ? "better point" : "point"),
                   chosen != nullptr ? "" : ", all there are"));
  for (size_t i = 0; i < std::min(kMostReasons, by_count.size()); ++i) {
    const v1::Rejection& r = *by_count[i];
    total -= r.count();
    const absl::string_view of = r.example_vm_id().empty()
                                     ? vm_id
                                     : absl::string_view(r.example_vm_id());
    absl::StrAppend(
        &out, Line("", absl::StrCat(r.count(), " ", ReasonWords(r.reason()),
                                    "; ", Example(explained, r, of, chosen))));
  }
  if (total > 0) {
    absl::StrAppend(&out, Line("", absl::StrCat(total, " for other reasons")));
  }
  return out;
}

template <typename Row>
std::string RuleLine(const v1::Decision& decision, const Row& row) {
  const bool selected = row.outcome() == v1::VmSelection::SELECTED;
  const int rule_index = row.rule_index();
  const int count = decision.effective_rules_size();
  if (count == 0 || row.outcome() == v1::VmSelection::NOT_ALIGNED) return "";
  if (!selected) {
    return Line("Rule",
                absl::StrCat("none of ", count, " served; the first is: ",
                             RuleWords(decision.effective_rules(0))));
  }
  if (rule_index < 0 || rule_index >= count) return "";
  return Line("Rule",
              absl::StrCat(rule_index + 1, " of ", count, ": ",
                           RuleWords(decision.effective_rules(rule_index))));
}

std::string Loss(Nanos loss, bool rpo_exceeded, const Display& display) {
  return absl::StrCat(
      "data loss ", ShowNanos(loss),
      rpo_exceeded ? Toned(", over the RPO objective", Tone::kBad, display)
                   : "");
}

std::string ChosenLine(const Explained& explained, Instant capture,
                       absl::string_view rest) {
  const Instant decided = InstantOf(explained.decision.decision_time());
  return Line(
      "Chosen",
      absl::StrCat(ShowTime(capture, explained.display), ", ",
                   ShowNanos(core::SaturatingSubtract(decided, capture)),
                   " older than the decision time ",
                   ShowTime(decided, explained.display), "; ", rest));
}

std::string HeldTogether(const v1::GroupSelection& row,
                         const Display& display) {
  switch (row.guarantee()) {
    case v1::GroupSelection::MARKER:
      return absl::StrCat("at one marker ",
                          Id(row.consistency_marker(), display));
    case v1::GroupSelection::SKEW_BOUNDED:
      return absl::StrCat("within ", ShowBound(NanosOf(row.skew())),
                          " by capture time, without a shared marker");
    case v1::GroupSelection::INDEPENDENT:
      return absl::StrCat("each on its own, ", ShowNanos(NanosOf(row.skew())),
                          " apart: NOT consistent with each other");
    default:
      return "without a choice";
  }
}

std::vector<const v1::VmSelection*> RowsOfGroup(const v1::Decision& decision,
                                                const std::string& group_id) {
  std::vector<const v1::VmSelection*> rows;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    if (row.replication_group_id() == group_id) rows.push_back(&row);
  }
  return rows;
}

std::string PriceLine(const Explained& explained, Nanos cost,
                      const v1::VmSelection& dearest) {
  if (cost <= 0) return Line("Price", "consistency costs nothing");
  const Instant alone =
      core::SaturatingAdd(InstantOf(dearest.capture_time()), cost);
  return Line("Price",
              absl::StrCat(ShowNanos(cost), ": if consistency did not matter, ",
                           VmName(explained, dearest.vm_id()), " could go to ",
                           ShowTime(alone, explained.display)));
}

std::string HeldBackLines(const Explained& explained,
                          const v1::GroupSelection& row, size_t vms) {
  if (row.blocking_vms().empty()) {
    const bool selected = row.outcome() == v1::VmSelection::SELECTED;
    return Line("Held back",
                vms < 2 ? "by nothing but itself"
                : selected
                    ? "by no single VM: leaving out any one of them gives "
                      "nothing newer"
                    : "by no single VM: leaving out any one of them gives no "
                      "point either");
  }
  std::string out;
  const int shown = std::min(kMostBlocking, row.blocking_vms_size());
  for (int i = 0; i < shown; ++i) {
    const v1::BlockingVm& blocking = row.blocking_vms(i);
    std::string text =
        absl::StrCat("by ", VmName(explained, blocking.vm_id()), ": ");
    if (blocking.has_gain()) {
      const Nanos gain = NanosOf(blocking.gain());
      absl::StrAppend(&text, "without it the group would be ", ShowNanos(gain),
                      " newer, ");
      if (explained.decision.has_alignment()) {
        absl::StrAppend(&text, "were it not for the plan's line");
      } else {
        absl::StrAppend(
            &text, "at ",
            ShowTime(core::SaturatingAdd(InstantOf(row.earliest_capture_time()),
                                         gain),
                     explained.display));
      }
    } else {
      absl::StrAppend(&text, "without it the group would have a point");
    }
    absl::StrAppend(&out, Line(i == 0 ? "Held back" : "", text));
  }
  if (shown < row.blocking_vms_size()) {
    absl::StrAppend(
        &out, Line("", absl::StrCat("by ", row.blocking_vms_size() - shown,
                                    " more, each by less")));
  }
  return out;
}

// Whether the unit holds the line of the plan back; empty ids name none.
std::string PlanLine(const Explained& explained, absl::string_view vm_id,
                     absl::string_view group_id) {
  for (const v1::HoldingUnit& unit :
       explained.decision.alignment().holding_units()) {
    if (unit.vm_id() != vm_id || unit.replication_group_id() != group_id) {
      continue;
    }
    return Line("Plan line",
                unit.has_gain()
                    ? absl::StrCat("held back by this unit: without it the "
                                   "others would be ",
                                   ShowNanos(NanosOf(unit.gain())), " newer")
                    : "prevented by this unit: the others have one");
  }
  return "";
}

std::string FateTable(const Explained& explained,
                      const std::vector<PointFate>& fates) {
  TextTable table({{"BEST POINTS"},
                   {"AGE", TextTable::kRight},
                   {"CONSISTENCY"},
                   {"POINT", TextTable::kCut},
                   {"MARKER", TextTable::kCut},
                   {"FATE"}});
  const Instant decided = InstantOf(explained.decision.decision_time());
  bool chosen_seen = false;
  for (const PointFate& fate : fates) {
    chosen_seen = chosen_seen || fate.selected;
    std::string words = fate.selected ? "CHOSEN"
                        : fate.reason != v1::Rejection::REASON_UNSPECIFIED
                            ? std::string(ReasonWords(fate.reason))
                        : chosen_seen ? "older than the chosen"
                                      : "not looked at";
    table.AddRow(
        {{ShowTime(fate.capture_time, explained.display)},
         {ShowNanos(core::SaturatingSubtract(decided, fate.capture_time))},
         {std::string(ShortConsistency(fate.consistency))},
         {fate.point_id},
         {fate.marker},
         {std::move(words), fate.selected ? Tone::kGood : Tone::kPlain}});
  }
  return table.Render(explained.display, 2);
}

int64_t CountOf(
    const google::protobuf::RepeatedPtrField<v1::Rejection>& rejections) {
  int64_t count = 0;
  for (const v1::Rejection& rejection : rejections) count += rejection.count();
  return count;
}

}  // namespace

std::string ExplainGroup(const Explained& explained,
                         const v1::GroupSelection& row) {
  const v1::Decision& decision = explained.decision;
  const Display& display = explained.display;
  const bool selected = row.outcome() == v1::VmSelection::SELECTED;
  const auto vms = RowsOfGroup(decision, row.replication_group_id());
  std::string out = absl::StrCat(
      "GROUP ", Id(explained.names.Group(row.replication_group_id()), display),
      ": ", Toned(OutcomeWords(row.outcome()), ToneOf(row.outcome()), display),
      ", ", Count(static_cast<int64_t>(vms.size()), "VM"), " ",
      HeldTogether(row, display), "\n");
  const Instant earliest = InstantOf(row.earliest_capture_time());
  if (selected) {
    absl::StrAppend(&out, ChosenLine(explained, earliest,
                                     Loss(NanosOf(row.data_loss()),
                                          row.rpo_exceeded(), display)));
  } else {
    absl::StrAppend(&out, Line("Because", OutcomeReason(row.outcome())),
                    Line("", FaultText(explained, row)));
  }
  absl::StrAppend(
      &out, RuleLine(decision, row),
      Refused(explained, row.rejections(), "", selected ? &earliest : nullptr));
  if (selected && !vms.empty()) {
    const auto* dearest = *std::max_element(
        vms.begin(), vms.end(), [](const auto* a, const auto* b) {
          return NanosOf(a->consistency_cost()) <
                 NanosOf(b->consistency_cost());
        });
    absl::StrAppend(
        &out,
        PriceLine(explained, NanosOf(dearest->consistency_cost()), *dearest));
  }
  return absl::StrCat(out, HeldBackLines(explained, row, vms.size()),
                      PlanLine(explained, "", row.replication_group_id()));
}

std::string ExplainVm(const Explained& explained, const v1::VmSelection& row,
                      const std::vector<PointFate>& fates) {
  const Display& display = explained.display;
  const bool selected = row.outcome() == v1::VmSelection::SELECTED;
  std::string out = absl::StrCat(
      "VM ", VmName(explained, row.vm_id()), ": ",
      Toned(OutcomeWords(row.outcome()), ToneOf(row.outcome()), display));
  if (!row.replication_group_id().empty()) {
    absl::StrAppend(
        &out, ", group ",
        Id(explained.names.Group(row.replication_group_id()), display));
  }
  if (!row.boot_group_id().empty()) {
    absl::StrAppend(&out, ", boot group ", Id(row.boot_group_id(), display));
  }
  out += '\n';
  const Instant capture = InstantOf(row.capture_time());
  if (selected) {
    absl::StrAppend(
        &out,
        ChosenLine(explained, capture,
                   Loss(NanosOf(row.data_loss()), row.rpo_exceeded(), display)),
        Line("Point", absl::StrCat(Id(row.recovery_point_id(), display), ", ",
                                   ConsistencyWord(row.consistency()),
                                   row.process_pending_data()
                                       ? "; the site processes pending data "
                                         "first"
                                       : "")));
  } else {
    absl::StrAppend(&out, Line("Because", OutcomeReason(row.outcome())));
  }
  absl::StrAppend(&out, RuleLine(explained.decision, row),
                  Refused(explained, row.rejections(), row.vm_id(),
                          selected ? &capture : nullptr));
  if (selected) {
    absl::StrAppend(&out,
                    PriceLine(explained, NanosOf(row.consistency_cost()), row));
  }
  for (const v1::GroupSelection& group :
       explained.decision.group_selections()) {
    if (group.replication_group_id() == row.replication_group_id()) {
      absl::StrAppend(&out, HeldBackLines(explained, group, 2));
    }
  }
  absl::StrAppend(&out, PlanLine(explained, row.vm_id(), ""));
  if (fates.empty()) return out;
  absl::StrAppend(&out, FateTable(explained, fates));
  const int64_t better = CountOf(row.rejections());
  if (selected && better >= static_cast<int64_t>(fates.size())) {
    absl::StrAppend(&out, "  The chosen point comes after ",
                    Count(better, "better one"),
                    "; --candidates N lists more.\n");
  }
  return out;
}

}  // namespace recoveryline
