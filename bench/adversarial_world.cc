#include "bench/adversarial_world.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>
#include <random>

#include "bench/bench_world.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;
using core::Eligibility;
using core::Instant;
using core::Marker;
using core::Nanos;
using core::Position;
using core::RecoveryPoint;

constexpr Nanos kTick = 100;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMinute = 60 * kSecond;
constexpr Nanos kHour = 60 * kMinute;
constexpr Nanos kLong = 10'000 * kHour;
constexpr Nanos kThirtyYears = Nanos{30} * 365 * 24 * kHour;
constexpr int kBurstSize = 100;
constexpr int kPointsAMarker = 12;

// 2026-03-01T00:00:00Z
constexpr Instant kNow = 1'772'323'200 * kSecond;

using Random = std::mt19937_64;

// `least` or more, below `end`.
Nanos Between(Nanos least, Nanos end, Random* random) {
  return least +
         static_cast<Nanos>((*random)() % static_cast<uint64_t>(end - least));
}

bool OneIn(uint64_t n, Random* random) { return (*random)() % n == 0; }

// When point `i` is due.
Instant DueTime(const WorldSpec& spec, int i) {
  const int younger = spec.point_count - 1 - i;
  switch (spec.times) {
    case Times::kFiveMinute:
      return kNow - younger * 5 * kMinute;
    case Times::kBursts:
      return kNow - younger / kBurstSize * kBurstSize * 5 * kMinute;
    case Times::kOneInstant:
      return kNow;
    case Times::kThirtyYears:
      return kNow - younger * (kThirtyYears / spec.point_count);
    case Times::kBothEnds:
      return i < spec.point_count / 4 * 3
                 ? core::kMinInstant + i * 5 * kMinute
                 : core::kMaxInstant - 12 * kHour - younger * 5 * kMinute;
  }
  return 0;
}

Instant CaptureTime(const WorldSpec& spec, int i, Random* random) {
  const Instant due = DueTime(spec, i);
  switch (spec.times) {
    case Times::kFiveMinute:
      return due + Between(0, 10 * kSecond / kTick, random) * kTick;
    case Times::kBursts:
    case Times::kOneInstant:
      return due;
    case Times::kThirtyYears:
    case Times::kBothEnds:
      return due + Between(0, 10 * kSecond, random);
  }
  return due;
}

void SetLife(const WorldSpec& spec, Random* random, RecoveryPoint* point) {
  const Nanos retention =
      spec.times == Times::kThirtyYears ? kThirtyYears : 72 * kHour;
  point->available_from =
      point->capture_time + Between(30, 120, random) * kSecond;
  point->expire_time = core::SaturatingAdd(point->capture_time, retention);
  Life life = spec.life;
  if (life == Life::kInterleaved) {
    life = OneIn(2, random) ? Life::kNotYet : Life::kShort;
  }
  if (life == Life::kSteady) return;
  if (life == Life::kShort) {
    point->expire_time = point->available_from + kMinute;
  } else if (life == Life::kNotYet) {
    point->available_from += kLong;
    point->expire_time += kLong;
  } else if (OneIn(50, random)) {
    point->available_from += 3 * kHour;
  } else if (OneIn(100, random)) {
    point->expire_time = point->available_from + kHour;
  }
}

void SetMarker(const WorldSpec& spec, int vm, int i, Random* random,
               RecoveryPoint* point) {
  const bool has_own =
      spec.marking == Marking::kEvery || spec.marking == Marking::kNoneCommon;
  const bool is_marked =
      spec.marking != Marking::kEveryTwelfth || i % kPointsAMarker == 0;
  const bool is_lost =
      spec.marking == Marking::kNoneCommon
          ? i % spec.group_size == vm % spec.group_size
          : OneIn(static_cast<uint64_t>(spec.one_lost_in), random);
  point->consistency =
      is_marked ? Consistency::kApplication : Consistency::kCrash;
  if (is_marked && !is_lost) point->marker = has_own ? i : i / kPointsAMarker;
}

bool IsEligible(const RecoveryPoint& point, const Eligibility& ask) {
  return point.capture_time <= ask.target_time &&
         point.available_from <= ask.decision_time &&
         ask.decision_time < point.expire_time &&
         (ask.requirements.consistencies & core::Exactly(point.consistency)) !=
             0;
}

std::optional<core::CommonLine> NewestLine(
    std::span<const std::vector<RecoveryPoint>> members,
    const Eligibility& ask) {
  std::map<Marker, std::vector<Position>> carriers;  // each member's best
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t p = 0; p < members[i].size(); ++p) {
      const RecoveryPoint& point = members[i][p];
      if (point.marker == core::kNoMarker || !IsEligible(point, ask)) continue;
      std::vector<Position>& best = carriers[point.marker];
      best.resize(members.size(), core::kNoPosition);
      best[i] = static_cast<Position>(p);
    }
  }
  std::optional<core::CommonLine> newest;
  for (const auto& [marker, positions] : carriers) {
    if (std::count(positions.begin(), positions.end(), core::kNoPosition)) {
      continue;
    }
    core::CommonLine line{marker, core::kMaxInstant, core::kMinInstant,
                          positions};
    for (size_t i = 0; i < members.size(); ++i) {
      const Instant t =
          members[i][static_cast<size_t>(positions[i])].capture_time;
      line.earliest = std::min(line.earliest, t);
      line.latest = std::max(line.latest, t);
    }
    if (!newest || line.earliest > newest->earliest ||
        (line.earliest == newest->earliest && line.latest > newest->latest)) {
      newest = std::move(line);
    }
  }
  return newest;
}

}  // namespace

const AdversarialWorld& AdversarialWorld::Of(const WorldSpec& spec) {
  static std::unique_ptr<AdversarialWorld> world;
  if (world == nullptr || world->spec_.name != spec.name) {
    world.reset();  // before the next one is made
    world.reset(new AdversarialWorld(spec));
  }
  return *world;
}

AdversarialWorld::AdversarialWorld(const WorldSpec& spec) : spec_(spec) {
  spec_.group_size = std::min(spec.group_size, BenchWorld::VmCount());
  const int vm_count =
      BenchWorld::VmCount() / spec_.group_size * spec_.group_size;
  series_.reserve(static_cast<size_t>(vm_count));
  for (int vm = 0; vm < vm_count; ++vm) {
    series_.push_back(core::PointSeries::FromOrdered(PointsOf(vm)));
  }
  shuffled_.resize(series_.size());
  std::iota(shuffled_.begin(), shuffled_.end(), 0);
  std::shuffle(shuffled_.begin(), shuffled_.end(), std::mt19937(7));
}

std::vector<RecoveryPoint> AdversarialWorld::PointsOf(int vm) const {
  Random random(static_cast<uint64_t>(vm) + 1);
  std::vector<RecoveryPoint> points(static_cast<size_t>(spec_.point_count));
  for (int i = 0; i < spec_.point_count; ++i) {
    RecoveryPoint& point = points[static_cast<size_t>(i)];
    point.capture_time = CaptureTime(spec_, i, &random);
    SetLife(spec_, &random, &point);
    SetMarker(spec_, vm, i, &random, &point);
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const RecoveryPoint& a, const RecoveryPoint& b) {
                     return a.capture_time != b.capture_time
                                ? a.capture_time < b.capture_time
                                : a.consistency < b.consistency;
                   });
  return points;
}

std::span<const core::CommonPoints> AdversarialWorld::lists() const {
  if (lists_.empty()) {
    const core::Requirements requirements = Application({}).requirements;
    for (int g = 0; g < group_count(); ++g) {
      std::vector<const core::PointSeries*> members;
      for (const core::PointSeries& s : Group(g)) members.push_back(&s);
      lists_.push_back(core::CommonPoints::ByMarker(members, requirements));
    }
  }
  return lists_;
}

// T soon after point `i` was due, and D `after` that.
core::Moment AdversarialWorld::MomentAt(int i, Nanos after) const {
  const Instant target = DueTime(spec_, i) + 20 * kSecond;
  return {.decision_time =
              target + after + (spec_.life == Life::kExpired ? kLong : 0),
          .target_time = target};
}

Eligibility AdversarialWorld::Ask(int i) const {
  constexpr int kPlaces = 97;
  const int age = spec_.point_count / 2 * (i * 31 % kPlaces) / kPlaces;
  const core::Moment moment =
      MomentAt(spec_.point_count - 1 - age, (60 + i * 7) % 120 * kMinute);
  return {.decision_time = moment.decision_time,
          .target_time = moment.target_time};
}

std::vector<core::Moment> AdversarialWorld::MomentsOf(int count) const {
  std::vector<core::Moment> moments;
  for (int i = 0; i < count; ++i) {
    const int age = spec_.point_count / 2 * i / count;
    core::Moment moment = MomentAt(spec_.point_count - 1 - age, 0);
    moment.target_time += i % 97 * 11 * kSecond;
    moment.decision_time += i % 97 * 11 * kSecond;
    moments.push_back(moment);
  }
  return moments;
}

std::vector<Position> AdversarialWorld::LiteralBest(
    int vm, std::span<const Eligibility> asks) const {
  const std::vector<RecoveryPoint> points = PointsOf(vm);
  std::vector<Position> best;
  for (const Eligibility& ask : asks) {
    const auto found = std::find_if(
        points.rbegin(), points.rend(),
        [&](const RecoveryPoint& point) { return IsEligible(point, ask); });
    best.push_back(static_cast<Position>(points.rend() - found) - 1);
  }
  return best;
}

std::vector<std::optional<core::CommonLine>> AdversarialWorld::LiteralLines(
    int group, std::span<const Eligibility> asks) const {
  std::vector<std::vector<RecoveryPoint>> members(
      static_cast<size_t>(group_size()));
  for (int i = 0; i < group_size(); ++i) {
    members[static_cast<size_t>(i)] = PointsOf(group * group_size() + i);
  }
  std::vector<std::optional<core::CommonLine>> lines;
  for (const Eligibility& ask : asks) lines.push_back(NewestLine(members, ask));
  return lines;
}

Eligibility Application(Eligibility ask) {
  ask.requirements.consistencies = core::AtLeast(Consistency::kApplication);
  ask.accepted = ask.requirements.Accepted();
  return ask;
}

}  // namespace recoveryline::bench
