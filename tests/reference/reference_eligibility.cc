// Eligibility, candidates and the order of points.

#include <algorithm>

#include "tests/reference/reference_choice.h"
#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

// "available at decision time D iff available_from <= D < expire_time"
bool IsExpired(const Model& model, const Point& point) {
  return point.expire_time.has_value() &&
         model.decision_time >= *point.expire_time;
}

// "Intervals are half-open [start, end)."
bool Contains(const Exclusion& exclusion, int64_t instant) {
  if (exclusion.start_time.has_value() && instant < *exclusion.start_time) {
    return false;
  }
  return !exclusion.end_time.has_value() || instant < *exclusion.end_time;
}

// "capture_time inside an exclusion that applies to v"
bool IsExcluded(const Model& model, const Vm& vm, const Point& point) {
  for (const Exclusion& exclusion : model.exclusions) {
    if (Applies(exclusion, vm) && Contains(exclusion, point.capture_time)) {
      return true;
    }
  }
  return false;
}

// "consistency below R.consistency (match AT_LEAST) or different (match
// EXACTLY)"; unset is below all.
bool IsInconsistent(const Rule& rule, const Point& point) {
  if (rule.match == v1::Rule::EXACTLY) {
    return point.consistency != rule.consistency;
  }
  return point.consistency < rule.consistency;
}

// "covered_disk_count present (0 counts) and < the VM's disk_count, unless
// policy.allow_partial_disks"
bool IsPartial(const Model& model, const Vm& vm, const Point& point) {
  if (model.allow_partial_disks) return false;
  return point.covered_disk_count.has_value() &&
         *point.covered_disk_count < vm.disk_count;
}

bool Names(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

// "(names v or v's group, or names nothing)"
bool Applies(const Exclusion& exclusion, const Vm& vm) {
  if (exclusion.vm_ids.empty() && exclusion.group_ids.empty()) return true;
  if (Names(exclusion.vm_ids, vm.id)) return true;
  return !vm.group_id.empty() && Names(exclusion.group_ids, vm.group_id);
}

std::optional<v1::Rejection::Reason> FirstReason(const Model& model,
                                                 const Rule& rule, const Vm& vm,
                                                 const Point& point) {
  if (model.decision_time < point.available_from) {
    return v1::Rejection::NOT_YET_AVAILABLE;
  }
  if (IsExpired(model, point)) return v1::Rejection::EXPIRED;
  if (point.capture_time > model.target_time) {
    return v1::Rejection::AFTER_TARGET_TIME;
  }
  if (model.not_before.has_value() && point.capture_time < *model.not_before) {
    return v1::Rejection::BEFORE_FLOOR;
  }
  if (IsExcluded(model, vm, point)) return v1::Rejection::EXCLUDED;
  if (IsInconsistent(rule, point)) return v1::Rejection::INCONSISTENT;
  if (IsPartial(model, vm, point)) return v1::Rejection::PARTIAL_DISKS;
  if (point.effective_cleanliness < model.minimum_cleanliness) {
    return v1::Rejection::NOT_CLEAN;
  }
  return std::nullopt;
}

// "greater capture_time, then stronger consistency, then bytewise smaller id
// is better"
bool Better(const Point& a, const Point& b) {
  if (a.capture_time != b.capture_time) return a.capture_time > b.capture_time;
  if (a.consistency != b.consistency) return a.consistency > b.consistency;
  return a.id < b.id;
}

// "Pins restrict candidates. ... Pins on one unit intersect."
bool IsCandidate(const Model& model, const Roster& roster, const Vm& vm,
                 const Point& point) {
  const auto vm_pin = roster.vm_pins.find(vm.id);
  if (vm_pin != roster.vm_pins.end() && point.id != vm_pin->second) {
    return false;
  }
  const auto group_pin = model.group_pins.find(vm.group_id);
  return group_pin == model.group_pins.end() ||
         point.marker == group_pin->second;
}

std::vector<const Point*> EligibleCandidates(const Model& model,
                                             const Roster& roster,
                                             const Rule& rule, const Vm& vm) {
  std::vector<const Point*> found;
  for (const Point& point : vm.points) {
    if (!IsCandidate(model, roster, vm, point)) continue;
    if (FirstReason(model, rule, vm, point).has_value()) continue;
    found.push_back(&point);
  }
  return found;
}

const Point* Best(const std::vector<const Point*>& points) {
  const Point* best = nullptr;
  for (const Point* point : points) {
    if (best == nullptr || Better(*point, *best)) best = point;
  }
  return best;
}

}  // namespace recoveryline::reference
