#include "engine/batch/plan_bisection.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/batch/warm_plan.h"
#include "engine/core/line_bisection.h"
#include "engine/core/timeline.h"
#include "engine/core/timeline_sweep.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Timeline;
using v1::LineVerdict;

// The lines of one unit, by target time, and what is known of them.
struct UnitLines {
  const PlannedUnit* planned = nullptr;
  Timeline timeline;
  // Up to the newest capture time that is good, from the oldest that is bad on;
  // one a member.
  std::vector<Instant> good_to;
  std::vector<Instant> bad_from;
  // As a whole: target times from which on it is bad.
  Instant bad_from_target = core::kForever;

  bool has_lines() const {
    return timeline.size() > 0 && timeline.selected(timeline.size() - 1);
  }
  // The first target time from which on there always is a choice.
  Instant FirstTarget() const {
    size_t i = timeline.size() - 1;
    while (i > 0 && timeline.selected(i - 1)) --i;
    return timeline[i].begin;
  }
  Instant CaptureAt(size_t step, size_t member) const {
    return planned->unit.members[member].points->capture_time(
        timeline.position(step, member));
  }
};

// What is known of the target times that a search is among.
struct Known {
  // Before it, all is good; from the other one on, all is bad.
  Instant good_before = core::kMinInstant;
  Instant bad_from = core::kForever;
};

Known KnownOf(const UnitLines& lines) {
  Known known{.good_before = core::kForever, .bad_from = lines.bad_from_target};
  for (size_t i = 0; i < lines.timeline.size(); ++i) {
    if (!lines.timeline.selected(i)) continue;
    const Instant begin = lines.timeline[i].begin;
    bool good = true;
    bool bad = false;
    for (size_t m = 0; m < lines.good_to.size(); ++m) {
      const Instant capture = lines.CaptureAt(i, m);
      good = good && capture <= lines.good_to[m];
      bad = bad || capture >= lines.bad_from[m];
    }
    if (!good) known.good_before = std::min(known.good_before, begin);
    if (bad) known.bad_from = std::min(known.bad_from, begin);
  }
  return known;
}

class Bisecting {
 public:
  Bisecting(const WarmPlan& plan, const EffectivePolicy& policy) : plan_(plan) {
    const Instant newest =
        std::min(policy.core.target_time, policy.core.decision_time);
    core::TimelineSweep sweep;
    for (size_t u = 0; u < plan.units().size(); ++u) {
      const PlannedUnit& planned = plan.units()[u];
      UnitLines& lines = units_.emplace_back();
      lines.planned = &planned;
      lines.timeline = sweep.Run(planned.unit, policy.core, plan.ListsOf(u),
                                 {.to = core::SaturatingAdd(newest, 1),
                                  .axis = core::TimelineAxis::kTarget});
      lines.good_to.assign(planned.vms.size(), core::kMinInstant);
      lines.bad_from.assign(planned.vms.size(), core::kForever);
    }
  }

  // A violation where it is about something that is not there.
  void Take(const LineVerdict& verdict, const std::string& path,
            Violations* found) {
    const auto target = ToInstant(verdict.target_time());
    if (!verdict.has_target_time() || !target) {
      found->Add(v1::Violation::TIME_OUT_OF_RANGE,
                 absl::StrCat(path, ".targetTime"),
                 "a verdict is about a target time");
      return;
    }
    if (verdict.verdict() != LineVerdict::GOOD &&
        verdict.verdict() != LineVerdict::BAD) {
      found->Add(v1::Violation::UNKNOWN_ENUM_VALUE,
                 absl::StrCat(path, ".verdict"), "neither GOOD nor BAD");
      return;
    }
    if (!verdict.vm_id().empty() && !verdict.replication_group_id().empty()) {
      found->Add(v1::Violation::PIN_FORM, path,
                 "both a VM and a group; give a verdict for each");
      return;
    }
    const bool good = verdict.verdict() == LineVerdict::GOOD;
    bool met = false;
    for (UnitLines& lines : units_)
      met = TakeIn(verdict, *target, good, &lines) || met;
    if (verdict.vm_id().empty() && verdict.replication_group_id().empty()) {
      if (!good) plan_bad_from_ = std::min(plan_bad_from_, *target);
    } else if (!met) {
      found->Add(
          v1::Violation::PIN_OUTSIDE_PLAN, path,
          absl::StrCat("\"", verdict.vm_id(), verdict.replication_group_id(),
                       "\" has no choice in the plan at that time"));
    }
  }

  // Each unit by itself.
  void SearchUnits(v1::Bisection* message) const {
    for (const UnitLines& lines : units_) {
      v1::LineSearch* search = message->add_searches();
      if (lines.planned->group >= 0) {
        search->set_replication_group_id(
            std::string(plan_.inventory().group(lines.planned->group).id));
      }
      for (const int vm : lines.planned->vms) {
        search->add_vm_ids(std::string(plan_.inventory().vm(vm).id));
      }
      Search({&lines}, core::kForever, search);
    }
  }

  // All units together.
  void SearchPlan(v1::Bisection* message) const {
    std::vector<const UnitLines*> all;
    for (const UnitLines& lines : units_) all.push_back(&lines);
    Search(all, plan_bad_from_, message->add_searches());
  }

 private:
  // Whether the verdict is about machines of the unit.
  bool TakeIn(const LineVerdict& verdict, Instant target, bool good,
              UnitLines* lines) {
    const Timeline& timeline = lines->timeline;
    if (timeline.size() == 0) return false;
    const Instant at =
        std::clamp(target, timeline.span().from, timeline.span().to - 1);
    const size_t step = timeline.IndexAt(at);
    if (!timeline.selected(step)) return false;
    const std::vector<int>& vms = lines->planned->vms;
    const InventoryView& inventory = plan_.inventory();
    const bool whole_plan =
        verdict.vm_id().empty() && verdict.replication_group_id().empty();
    const bool whole_unit = lines->planned->group >= 0 &&
                            verdict.replication_group_id() ==
                                inventory.group(lines->planned->group).id;
    bool met = false;
    for (size_t m = 0; m < vms.size(); ++m) {
      const bool is_it = inventory.vm(vms[m]).id == verdict.vm_id();
      if (!whole_plan && !whole_unit && !is_it) continue;
      met = true;
      const Instant capture = lines->CaptureAt(step, m);
      if (good) {
        lines->good_to[m] = std::max(lines->good_to[m], capture);
      } else if (is_it || vms.size() == 1) {
        if (!whole_plan) {
          lines->bad_from[m] = std::min(lines->bad_from[m], capture);
        }
      }
    }
    // Some machine of it is bad, and nobody said which.
    if (!good && whole_unit) {
      lines->bad_from_target =
          std::min(lines->bad_from_target, timeline[step].begin);
    }
    return met;
  }

  static void Search(const std::vector<const UnitLines*>& units,
                     Instant bad_from, v1::LineSearch* search) {
    // A line begins where some unit's does.
    std::vector<Instant> begins;
    Instant first = core::kMinInstant;
    Known known{.good_before = core::kForever, .bad_from = bad_from};
    for (const UnitLines* lines : units) {
      if (!lines->has_lines()) continue;
      first = std::max(first, lines->FirstTarget());
      for (const core::TimelineStep& step : lines->timeline.steps()) {
        begins.push_back(step.begin);
      }
      const Known of_unit = KnownOf(*lines);
      known.good_before = std::min(known.good_before, of_unit.good_before);
      known.bad_from = std::min(known.bad_from, of_unit.bad_from);
    }
    std::sort(begins.begin(), begins.end());
    begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
    begins.erase(begins.begin(),
                 std::lower_bound(begins.begin(), begins.end(), first));
    const auto before = [&begins](Instant at) {
      return std::lower_bound(begins.begin(), begins.end(), at) -
             begins.begin();
    };
    // A verdict is about the line that its target time is in.
    int64_t first_bad = before(known.bad_from);
    if (known.bad_from != core::kForever && first_bad > 0 &&
        (static_cast<size_t>(first_bad) == begins.size() ||
         begins[static_cast<size_t>(first_bad)] != known.bad_from)) {
      --first_bad;
    }
    Write(core::LineBisection(static_cast<int64_t>(begins.size()),
                              before(known.good_before), first_bad),
          begins, search);
  }

  static void Write(const core::LineBisection& bisection,
                    const std::vector<Instant>& begins,
                    v1::LineSearch* search) {
    const auto at = [&begins](int64_t line) {
      return ToTimestamp(begins[static_cast<size_t>(line)]);
    };
    search->set_line_count(bisection.line_count());
    if (bisection.line_count() == 0) {
      search->set_state(v1::LineSearch::NO_LINES);
      return;
    }
    if (bisection.good_count() > 0) {
      *search->mutable_last_good_target_time() = at(bisection.good_count() - 1);
    }
    if (bisection.first_bad() < bisection.line_count()) {
      *search->mutable_first_bad_target_time() = at(bisection.first_bad());
    }
    if (bisection.contradictory()) {
      search->set_state(v1::LineSearch::CONTRADICTORY);
      return;
    }
    search->set_open_count(bisection.open_count());
    search->set_tries_left(bisection.tries_left());
    if (bisection.open_count() > 0) {
      search->set_state(v1::LineSearch::SEARCHING);
      *search->mutable_next_target_time() = at(bisection.next());
    } else {
      search->set_state(bisection.good_count() > 0 ? v1::LineSearch::FOUND
                                                   : v1::LineSearch::NONE_GOOD);
    }
  }

  const WarmPlan& plan_;
  std::vector<UnitLines> units_;
  // Of the plan as a whole.
  Instant plan_bad_from_ = core::kForever;
};

}  // namespace

v1::Bisection MakeBisection(const InventoryView& inventory,
                            const v1::RecoveryPlan& plan,
                            const v1::LineVerdicts& verdicts,
                            const BisectionRequest& request) {
  v1::Bisection message;
  message.set_plan_id(plan.id());
  *message.mutable_provenance() = request.provenance;
  const std::optional<Instant> decision_time =
      request.decision_time ? request.decision_time : inventory.as_of_time();
  Violations found;
  if (!decision_time) {
    found.Add(v1::Violation::NO_DECISION_TIME, "asOfTime",
              "there is neither a decision time nor an asOfTime");
  }
  ValidatePlan(plan, &found);
  ValidatePlanAgainst(plan, inventory, &found);
  ValidatePlanForBatch(plan, &found);
  if (found.empty()) {
    const WarmPlan warm(inventory, plan, WarmPlan::kWithLists);
    const EffectivePolicy policy =
        warm.PolicyAt({.decision_time = *decision_time});
    Bisecting bisecting(warm, policy);
    for (int i = 0; i < verdicts.verdicts_size(); ++i) {
      bisecting.Take(verdicts.verdicts(i), absl::StrCat("verdicts[", i, "]"),
                     &found);
    }
    *message.mutable_decision_time() = ToTimestamp(*decision_time);
    if (found.empty() && request.by_unit) bisecting.SearchUnits(&message);
    if (found.empty() && !request.by_unit) bisecting.SearchPlan(&message);
  }
  for (const v1::Violation& violation : found.list()) {
    *message.add_violations() = violation;
  }
  return message;
}

}  // namespace recoveryline
