#include "tools/report/unit_history.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "engine/batch/plan_timeline.h"

namespace recoveryline {
namespace {

using core::Instant;

// About what one takes in the page, with times that are not round.
constexpr size_t kStepBytes = 24;
constexpr size_t kPointBytes = 14;
constexpr size_t kFewest = 10;

// `plan` with the machines of the units alone. Units do not depend on each
// other, so that theirs is the same answer.
v1::RecoveryPlan PlanOf(const v1::RecoveryPlan& plan,
                        const std::vector<const v1::UnitTimeline*>& units) {
  absl::flat_hash_set<absl::string_view> vms;
  absl::flat_hash_set<absl::string_view> groups;
  v1::BootGroup all;
  all.set_id("all");
  for (const v1::UnitTimeline* unit : units) {
    groups.insert(unit->replication_group_id());
    for (const std::string& id : unit->vm_ids()) {
      vms.insert(id);
      all.add_vm_ids(id);
    }
  }
  v1::RecoveryPlan some = plan;
  for (v1::BootGroup& group : *some.mutable_boot_groups()) {
    auto* ids = group.mutable_vm_ids();
    ids->erase(std::remove_if(
                   ids->begin(), ids->end(),
                   [&](const std::string& id) { return !vms.contains(id); }),
               ids->end());
  }
  if (plan.boot_groups().empty()) *some.add_boot_groups() = all;
  auto* pins = some.mutable_pins();
  pins->erase(
      std::remove_if(pins->begin(), pins->end(),
                     [&](const v1::Pin& pin) {
                       return pin.vm_id().empty()
                                  ? !groups.contains(pin.replication_group_id())
                                  : !vms.contains(pin.vm_id());
                     }),
      pins->end());
  return some;
}

// One letter a point: four consistencies, and of each the fates: 0 to 10 why it
// was refused, 11 the chosen one, 12 that a better one was chosen or that none
// was looked at. No timeline is made of a plan of one line, so that nothing is
// NOT_ALIGNED.
char CodeOf(const PointFate& fate) {
  constexpr int kFates = 13;
  const bool refused = fate.reason > v1::Rejection::REASON_UNSPECIFIED &&
                       fate.reason <= v1::Rejection::NOT_COMMON;
  const int why = fate.selected ? 11 : refused ? fate.reason : 12;
  const int code = fate.consistency * kFates + why;
  return static_cast<char>(code < 26 ? 'A' + code : 'a' + code - 26);
}

void WriteTimes(const std::vector<Instant>& rising, const ReportTimes& times,
                ScriptJson* json) {
  json->Open('[');
  for (size_t i = 0; i < rising.size(); ++i) {
    if (i == 0) {
      times.WriteExact(rising[i], json);
    } else {
      json->Nanos(core::SaturatingSubtract(rising[i], rising[i - 1]));
    }
  }
  json->Close(']');
}

bool IsSame(const v1::UnitTimeline& a, const v1::UnitTimeline& b) {
  return a.replication_group_id() == b.replication_group_id() &&
         (!a.replication_group_id().empty() || a.vm_ids(0) == b.vm_ids(0));
}

size_t Fitting(size_t room_bytes, size_t each_bytes, size_t count) {
  return std::min(count, std::max(kFewest, room_bytes / each_bytes));
}

}  // namespace

void UnitHistories::Prepare(const ReportUnits& units,
                            std::span<const size_t> ranks) {
  std::vector<const v1::UnitTimeline*> wanted;
  for (const size_t rank : ranks) wanted.push_back(&units.unit(rank));
  // Machines by their unit: the timeline's order is the plan's.
  const v1::Timeline& whole = source_.timeline;
  const TimelineRequest request{.from = InstantIn(whole.start_time()),
                                .to = InstantIn(whole.end_time()),
                                .as_of = InstantIn(whole.as_of_time()),
                                .with_steps = true,
                                .percents = {}};
  prepared_ = MakeTimeline(source_.inventory, PlanOf(source_.plan, wanted),
                           request, threads_);
}

void UnitHistories::WriteSteps(const v1::UnitTimeline& unit, size_t room_bytes,
                               ScriptJson* json) const {
  const int count = unit.steps_size();
  const int shown = static_cast<int>(
      Fitting(room_bytes, kStepBytes, static_cast<size_t>(count)));
  json->Key("steps").Open('{');
  json->Key("all").Number(count);
  std::vector<Instant> begins;
  for (int i = count - shown; i < count; ++i) {
    begins.push_back(InstantIn(unit.steps(i).start_time()));
  }
  json->Key("begin");
  WriteTimes(begins, times_, json);
  // The rule that served, or less than 0 the outcome.
  json->Key("rule").Open('[');
  for (int i = count - shown; i < count; ++i) {
    const v1::TimelineStep& step = unit.steps(i);
    json->Number(step.has_rule_index() ? step.rule_index() : -step.outcome());
  }
  json->Close(']');
  // The age at the beginning, of steps with a choice.
  json->Key("age").Open('[');
  for (int i = count - shown; i < count; ++i) {
    const v1::TimelineStep& step = unit.steps(i);
    json->Nanos(
        step.has_rule_index()
            ? core::SaturatingSubtract(InstantIn(step.start_time()),
                                       InstantIn(step.earliest_capture_time()))
            : 0);
  }
  json->Close(']');
  json->Close('}');
}

void UnitHistories::WritePoints(const ReportUnits& units,
                                const v1::UnitTimeline& unit, size_t room_bytes,
                                ScriptJson* json) const {
  const size_t vm_count = static_cast<size_t>(unit.vm_ids_size());
  json->Key("points").Open('[');
  for (const std::string& id : unit.vm_ids()) {
    const auto vm = source_.inventory.FindVm(id);
    const size_t count =
        vm ? static_cast<size_t>(source_.inventory.points(*vm).size()) : 0;
    const std::vector<PointFate> fates = fates_.Of(
        id,
        static_cast<int>(Fitting(room_bytes / vm_count, kPointBytes, count)));
    std::vector<Instant> captures;
    std::string codes;
    for (const PointFate& fate : fates) {
      captures.push_back(fate.capture_time);
      codes.push_back(CodeOf(fate));
    }
    std::reverse(captures.begin(), captures.end());
    std::reverse(codes.begin(), codes.end());
    json->Open('{');
    json->Key("all").Number(static_cast<int64_t>(count));
    json->Key("at");
    WriteTimes(captures, times_, json);
    json->Key("is").Text(codes);
    const v1::VmSelection* row = units.FindVm(id);
    if (row != nullptr && !row->rejections().empty()) {
      json->Key("refused").Open('[');
      for (const v1::Rejection& rejection : row->rejections()) {
        json->Open('[');
        json->Number(rejection.reason());
        json->Number(rejection.count());
        json->Close(']');
      }
      json->Close(']');
    }
    json->Close('}');
  }
  json->Close(']');
}

void UnitHistories::Write(const ReportUnits& units, size_t rank,
                          size_t room_bytes, ScriptJson* json) const {
  const v1::UnitTimeline& unit = units.unit(rank);
  json->Key("history").Open('{');
  for (const v1::UnitTimeline& prepared : prepared_.units()) {
    if (IsSame(prepared, unit)) {
      WriteSteps(prepared, room_bytes / 2, json);
      break;
    }
  }
  WritePoints(units, unit, room_bytes / 2, json);
  json->Close('}');
}

}  // namespace recoveryline
