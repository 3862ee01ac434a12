#include "engine/retention.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/core/instant.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;

struct Tier {
  Nanos until_age = 0;
  Nanos keep_one_per = 0;  // 0: all
};

Nanos LengthOf(const google::protobuf::Duration& length) {
  return ToNanos(length).value_or(-1);
}

std::vector<Tier> TiersOf(const v1::RetentionSchedule& schedule) {
  std::vector<Tier> tiers;
  for (const v1::RetentionTier& tier : schedule.tiers()) {
    tiers.push_back(
        {LengthOf(tier.until_age()),
         tier.has_keep_one_per() ? LengthOf(tier.keep_one_per()) : 0});
  }
  return tiers;
}

// The stretch that `t` is in, counted from the epoch.
int64_t StretchOf(Instant t, Nanos length) {
  return t / length - (t % length < 0 ? 1 : 0);
}

// The points of one machine, first captured first.
class Pruning {
 public:
  explicit Pruning(v1::Vm* vm) {
    for (v1::RecoveryPoint& point : *vm->mutable_recovery_points()) {
      points_.push_back({PointOf(point, 0), &point});
      arrivals_.push_back(points_.back().is.available_from);
    }
    std::sort(arrivals_.begin(), arrivals_.end());
    std::sort(points_.begin(), points_.end(),
              [](const Point& a, const Point& b) {
                return std::tie(a.is.capture_time, a.row->id()) <
                       std::tie(b.is.capture_time, b.row->id());
              });
  }

  void Run(const std::vector<Tier>& tiers) {
    Nanos from_age = 0;
    std::vector<bool> lost(points_.size(), false);
    for (const Tier& tier : tiers) {
      if (tier.keep_one_per > 0) {
        const std::vector<bool> kept = KeptIn(tier.keep_one_per, from_age);
        for (size_t i = 0; i < points_.size(); ++i) {
          if (lost[i] || kept[i]) continue;
          lost[i] = true;
          LoseAtAge(points_[i], from_age);
        }
      }
      from_age = tier.until_age;
    }
    for (size_t i = 0; i < points_.size(); ++i) {
      if (!lost[i]) LoseAtAge(points_[i], from_age);
    }
  }

 private:
  struct Point {
    core::RecoveryPoint is;
    v1::RecoveryPoint* row = nullptr;
  };

  // One of each stretch: the strongest, of these the first; before these, one
  // that is not lost by itself until the others of the stretch are of `age`.
  std::vector<bool> KeptIn(Nanos length, Nanos age) const {
    const auto worth = [&](const Point& point) {
      const Instant pruned = core::SaturatingAdd(
          core::SaturatingAdd(point.is.capture_time, length), age);
      return std::pair(point.is.expire_time > pruned, point.is.consistency);
    };
    std::map<int64_t, size_t> best;
    for (size_t i = 0; i < points_.size(); ++i) {
      const auto [at, is_new] =
          best.emplace(StretchOf(points_[i].is.capture_time, length), i);
      if (!is_new && worth(points_[i]) > worth(points_[at->second])) {
        at->second = i;
      }
    }
    std::vector<bool> kept(points_.size(), false);
    for (const auto& [stretch, point] : best) kept[point] = true;
    return kept;
  }

  // When the next point comes once this one is so old.
  void LoseAtAge(const Point& point, Nanos age) const {
    const Instant due = core::SaturatingAdd(point.is.capture_time, age);
    // Its own coming is none.
    const Instant from =
        std::max(due, core::SaturatingAdd(point.is.available_from, 1));
    const auto next =
        std::lower_bound(arrivals_.begin(), arrivals_.end(), from);
    if (next == arrivals_.end() || point.is.expire_time <= *next) return;
    *point.row->mutable_expire_time() = ToTimestamp(*next);
  }

  std::vector<Point> points_;
  std::vector<Instant> arrivals_;
};

absl::Status BadText(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text,
      "\" is no retention: all:2h,1h:24h keeps all points for two hours and "
      "one an hour to a day; asr-DAYS is Azure's"));
}

void AddTier(absl::Duration keep_one_per, absl::Duration until_age,
             v1::RetentionSchedule* schedule) {
  v1::RetentionTier* tier = schedule->add_tiers();
  *tier->mutable_until_age() = ToDuration(absl::ToInt64Nanoseconds(until_age));
  if (keep_one_per > absl::ZeroDuration()) {
    *tier->mutable_keep_one_per() =
        ToDuration(absl::ToInt64Nanoseconds(keep_one_per));
  }
}

// Azure Site Recovery: all for two hours, then one an hour to a day of
// retention; one in two hours to a week; one in four beyond.
v1::RetentionSchedule AsrRetention(int days) {
  v1::RetentionSchedule schedule;
  if (days == 0) {
    AddTier(absl::ZeroDuration(), absl::Nanoseconds(1), &schedule);
    return schedule;
  }
  AddTier(absl::ZeroDuration(), absl::Hours(2), &schedule);
  if (days == 1) {
    AddTier(absl::Hours(1), absl::Hours(24), &schedule);
    return schedule;
  }
  AddTier(absl::Hours(2), absl::Hours(24 * std::min(days, 7)), &schedule);
  if (days > 7) AddTier(absl::Hours(4), absl::Hours(24 * days), &schedule);
  return schedule;
}

}  // namespace

absl::Status CheckRetention(const v1::RetentionSchedule& schedule) {
  const std::vector<Tier> tiers = TiersOf(schedule);
  if (tiers.empty()) {
    return absl::InvalidArgumentError("retention: it has no tier");
  }
  for (size_t i = 0; i < tiers.size(); ++i) {
    const std::string name = absl::StrCat("retention.tiers[", i, "]");
    const Tier before = i == 0 ? Tier() : tiers[i - 1];
    if (tiers[i].until_age <= before.until_age) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, ".untilAge: not above ", i == 0 ? "0" : "the one before"));
    }
    if (tiers[i].keep_one_per < 0 ||
        (before.keep_one_per > 0 &&
         (tiers[i].keep_one_per == 0 ||
          tiers[i].keep_one_per % before.keep_one_per != 0))) {
      return absl::InvalidArgumentError(absl::StrCat(
          name, ".keepOnePer: no multiple of what the tier before has"));
    }
  }
  return absl::OkStatus();
}

void ApplyRetention(const v1::RetentionSchedule& schedule, v1::Vm* vm) {
  Pruning(vm).Run(TiersOf(schedule));
}

absl::StatusOr<v1::RetentionSchedule> ParseRetention(absl::string_view text) {
  constexpr int kMostDays = 15;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "asr")) {
    int days = 1;
    if (!rest.empty() &&
        (!absl::ConsumePrefix(&rest, "-") || !absl::SimpleAtoi(rest, &days) ||
         days < 0 || days > kMostDays)) {
      return BadText(text);
    }
    return AsrRetention(days);
  }
  v1::RetentionSchedule schedule;
  for (absl::string_view tier : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(tier, absl::MaxSplits(':', 1));
    absl::Duration keep;
    absl::Duration until;
    if (!absl::ParseDuration(parts.second, &until) ||
        until == absl::InfiniteDuration() ||
        (parts.first != "all" &&
         (!absl::ParseDuration(parts.first, &keep) ||
          keep <= absl::ZeroDuration() || keep == absl::InfiniteDuration()))) {
      return BadText(text);
    }
    AddTier(keep, until, &schedule);
  }
  if (absl::Status sound = CheckRetention(schedule); !sound.ok()) {
    return sound;
  }
  return schedule;
}

}  // namespace recoveryline
