#include "bench/bench_world.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include "engine/row_inventory.h"

namespace recoveryline::bench {
namespace {

using core::Instant;
using core::Marker;
using core::Position;

constexpr core::Nanos kHour = 3'600'000'000'000;

bool Eligible(const PlainPoint& p, const core::Eligibility& ask) {
  const core::RecoveryPoint& point = p.point;
  if (ask.decision_time < point.available_from ||
      ask.decision_time >= point.expire_time ||
      point.capture_time < ask.not_before) {
    return false;
  }
  if (ask.exclusions != nullptr) {
    for (const core::Interval& hole : ask.exclusions->intervals()) {
      if (hole.Contains(point.capture_time)) return false;
    }
  }
  return (ask.requirements.consistencies & core::Exactly(point.consistency)) !=
             0 &&
         !point.partial && p.effective >= ask.requirements.minimum_cleanliness;
}

}  // namespace

int BenchWorld::VmCount() {
  const char* text = std::getenv("RECOVERYLINE_BENCH_VMS");
  const int wanted = text == nullptr ? 10'000 : std::atoi(text);
  return std::max(1, wanted / kGroupSize) * kGroupSize;
}

const BenchWorld& BenchWorld::Of(Profile profile) {
  static std::unique_ptr<BenchWorld> world;
  static std::optional<Profile> held;
  if (held != profile) {
    world.reset();  // before the next one is made
    world.reset(new BenchWorld(profile));
    held = profile;
  }
  return *world;
}

BenchWorld::BenchWorld(Profile profile) {
  GeneratorOptions options;
  options.vm_count = VmCount();
  options.group_size = kGroupSize;
  options.judged_share = 0.05;
  options.profile = profile;
  const InventoryGenerator generator(options);
  const v1::Inventory head = generator.Head();
  series_.reserve(static_cast<size_t>(options.vm_count));
  for (int first = 0; first < options.vm_count; first += kGroupSize) {
    v1::Inventory group = head;  // all groups, the VMs of one
    for (int i = first; i < first + kGroupSize; ++i) {
      *group.add_vms() = generator.MakeVm(i);
    }
    Add(group);
  }
  AddMaps();
  shuffled_.resize(series_.size());
  for (size_t i = 0; i < shuffled_.size(); ++i) {
    shuffled_[i] = static_cast<int>(i);
  }
  std::shuffle(shuffled_.begin(), shuffled_.end(), std::mt19937(7));
  const core::Nanos span = newest_ - oldest_;
  exclusions_ = core::IntervalSet::FromUnsorted(
      {{oldest_ + span / 10 * 6, oldest_ + span / 10 * 6 + kHour},
       {oldest_ + span / 10 * 8, oldest_ + span / 10 * 8 + 2 * kHour}});
}

void BenchWorld::Add(const v1::Inventory& group) {
  const RowInventory view(group);
  std::vector<core::RecoveryPoint> points;
  for (int v = 0; v < view.vm_count(); ++v) {
    const core::PointSeries& series = view.points(v);
    points.clear();
    for (Position p = 0; p < series.size(); ++p) {
      points.push_back(series.point(p));
    }
    point_count_ += series.size();
    oldest_ = std::min(oldest_, points.front().capture_time);
    newest_ = std::max(newest_, points.back().capture_time);
    series_.push_back(core::PointSeries::FromOrdered(points));
  }
}

// After all series, so that each side has its memory to itself, as it would
// without the other.
void BenchWorld::AddMaps() {
  for (const core::PointSeries& series : series_) {
    PointMap& map = maps_.emplace_back();
    PointMap& marked = marked_maps_.emplace_back();
    for (Position p = 0; p < series.size(); ++p) {
      const PlainPoint plain{
          series.point(p),
          core::Flags::EffectiveCleanlinessOf(series.flags(p))};
      const std::pair key(plain.point.capture_time, p);
      map.emplace_hint(map.end(), key, plain);
      if (plain.point.marker != core::kNoMarker) {
        marked.emplace_hint(marked.end(), key, plain);
      }
    }
  }
}

core::Eligibility BenchWorld::Ask(core::Consistency least, int i) const {
  constexpr int kQuestions = 97;
  const core::Nanos span = newest_ - oldest_;
  const Instant target =
      newest_ - span / 2 / kQuestions * (i * 31 % kQuestions);
  core::Eligibility ask{.decision_time = target + kHour / 60 * (i * 7 % 120),
                        .target_time = target,
                        .exclusions = &exclusions_};
  ask.requirements.consistencies = core::AtLeast(least);
  ask.accepted = ask.requirements.Accepted();
  return ask;
}

core::Eligibility BenchWorld::AskAllExpired() const {
  core::Eligibility ask = Ask(core::Consistency::kCrash, 0);
  ask.decision_time = newest_ + 10'000 * kHour;
  return ask;
}

core::Eligibility BenchWorld::AskNoneAvailable() const {
  // Captured long ago by target time, and decided before the oldest is ready:
  // T does not cut the series, so that each block has to be refused.
  core::Eligibility ask = Ask(core::Consistency::kCrash, 0);
  ask.decision_time = oldest_ + kHour / 60;
  return ask;
}

Position BestInMap(const PointMap& points, const core::Eligibility& ask) {
  auto at = points.upper_bound(
      {ask.target_time, std::numeric_limits<Position>::max()});
  while (at != points.begin()) {
    --at;
    if (Eligible(at->second, ask)) return at->first.second;
  }
  return core::kNoPosition;
}

MarkerLine BestMarkerBySets(std::span<const PointMap> group,
                            const core::Eligibility& ask) {
  // Each VM's eligible markers, then those that all VMs have.
  std::vector<std::map<Marker, Instant>> captures(group.size());
  std::set<Marker> common;
  for (size_t i = 0; i < group.size(); ++i) {
    std::set<Marker> markers;
    const auto end = group[i].upper_bound(
        {ask.target_time, std::numeric_limits<Position>::max()});
    for (auto at = group[i].begin(); at != end; ++at) {
      if (!Eligible(at->second, ask)) continue;
      const Marker marker = at->second.point.marker;
      markers.insert(marker);
      captures[i][marker] = at->second.point.capture_time;
    }
    if (i == 0) {
      common = std::move(markers);
      continue;
    }
    std::set<Marker> both;
    std::set_intersection(common.begin(), common.end(), markers.begin(),
                          markers.end(), std::inserter(both, both.end()));
    common = std::move(both);
  }
  MarkerLine best;
  for (const Marker marker : common) {
    MarkerLine line{marker, core::kMaxInstant, core::kMinInstant};
    for (const auto& of_vm : captures) {
      line.earliest = std::min(line.earliest, of_vm.at(marker));
      line.latest = std::max(line.latest, of_vm.at(marker));
    }
    if (line.earliest > best.earliest ||
        (line.earliest == best.earliest && line.latest > best.latest)) {
      best = line;
    }
  }
  return best;
}

}  // namespace recoveryline::bench
