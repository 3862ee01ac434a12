#include "tests/fake_arm/point_schedule.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace recoveryline::fake {
namespace {

constexpr uint64_t kPointStream = 1;
constexpr uint64_t kCommonStream = 2;
constexpr uint64_t kMissStream = 3;
constexpr uint64_t kPendingStream = 4;

FakeItem& ItemAt(int index, FakeState* state) {
  return state->items[static_cast<size_t>(index)];
}

// The VM of the group that misses the common point of this tick; -1: none.
int WhoMisses(const FakeGroup& group, int64_t tick, const FakeState& state) {
  const int one_in = state.options.grid.missed_one_in;
  if (one_in == 0 || group.items.size() < 2) return -1;
  const uint64_t drawn =
      FakeId::Of(state.options.seed,
                 {kMissStream, group.id.high, static_cast<uint64_t>(tick)})
          .low;
  if (drawn % static_cast<uint64_t>(one_in) != 0) return -1;
  return group.items[(drawn >> 32) % group.items.size()];
}

// The points of the group's VMs at one instant of its grid.
void MakeTick(int64_t tick, FakeGroup* group, FakeState* state) {
  const FakePointGrid& grid = state->options.grid;
  const absl::Time time =
      absl::UnixEpoch() + tick * grid.interval + group->offset;
  const bool hourly = tick % grid.hourly_every == 0;
  const int misses = WhoMisses(*group, tick, *state);
  const auto number = static_cast<uint64_t>(tick);
  for (const int index : group->items) {
    FakeItem& item = ItemAt(index, state);
    if (!item.replicating) continue;
    FakePoint point;
    point.multi_vm = group->named && index != misses;
    // Who missed it has a point of its own, some seconds before.
    point.time = index == misses ? time - absl::Seconds(37) : time;
    if (!item.points.empty() && item.points.back().time >= point.time) continue;
    point.application_consistent =
        hourly && grid.application_consistent && index != misses;
    point.id = grid.common_ids && point.multi_vm
                   ? FakeId::Of(state->options.seed,
                                {kCommonStream, group->id.high, number})
                   : FakeId::Of(state->options.seed,
                                {kPointStream, item.vm_id.high, number});
    item.points.push_back(point);
  }
}

// Drops what retention does not keep.
void Thin(absl::Time now, FakeItem* item, const FakeState& state) {
  const FakePointGrid& grid = state.options.grid;
  if (item->points.empty() || item->points.front().time > now - grid.dense) {
    return;
  }
  const absl::Duration hour = grid.hourly_every * grid.interval;
  const absl::Duration offset =
      state.groups[static_cast<size_t>(item->group)].offset;
  const auto dies = [&](const FakePoint& point) {
    if (point.time <= now - grid.retention) return true;
    if (point.time > now - grid.dense) return false;
    const absl::Duration since = point.time - absl::UnixEpoch() - offset;
    return since - absl::Trunc(since, hour) >= grid.interval;
  };
  item->points.erase(
      std::remove_if(item->points.begin(), item->points.end(), dies),
      item->points.end());
}

PointChoice None(absl::string_view code, absl::string_view message) {
  return {{}, {}, std::string(code), std::string(message)};
}

PointChoice Taken(const FakePoint& point) { return {point.id, point.time}; }

PointChoice ChooseById(const FakeId& id, const FakeItem& item) {
  for (const FakePoint& point : item.points) {
    if (point.id == id && !point.broken) return Taken(point);
  }
  return None("BookmarkNotFound",
              "The recovery point is not found, or its disks have changed "
              "since it was captured.");
}

// What has arrived becomes a crash-consistent point.
PointChoice TakePending(absl::Time now, int index, FakeState* state) {
  FakeItem& item = ItemAt(index, state);
  const uint64_t nanos = static_cast<uint64_t>(absl::ToUnixNanos(now));
  const FakePoint point = {
      .time = now,
      .id = FakeId::Of(state->options.seed,
                       {kPendingStream, item.vm_id.high, nanos})};
  if (!item.points.empty() && item.points.back().time >= now) {
    return Taken(item.points.back());
  }
  item.points.push_back(point);
  return Taken(point);
}

bool Fits(const FakePoint& point, const PointWish& wish) {
  if (point.broken || (wish.multi_vm && !point.multi_vm)) return false;
  switch (wish.kind) {
    case PointWish::kLatestApplicationConsistent:
      return point.application_consistent;
    case PointWish::kLatestCrashConsistent:
      return !point.application_consistent;
    default:
      return true;
  }
}

bool AllHave(absl::Time time, const FakeGroup& group, const PointWish& wish,
             const FakeState& state) {
  return std::all_of(group.items.begin(), group.items.end(), [&](int other) {
    const std::vector<FakePoint>& points =
        state.items[static_cast<size_t>(other)].points;
    return std::any_of(points.begin(), points.end(),
                       [&](const FakePoint& point) {
                         return point.time == time && Fits(point, wish);
                       });
  });
}

PointChoice ChooseNewest(const PointWish& wish, const FakeItem& item,
                         const FakeState& state) {
  const FakeGroup& group = state.groups[static_cast<size_t>(item.group)];
  for (auto point = item.points.rbegin(); point != item.points.rend();
       ++point) {
    if (!Fits(*point, wish)) continue;
    if (wish.multi_vm && !AllHave(point->time, group, wish, state)) continue;
    return Taken(*point);
  }
  return None("NoRecoveryPointsFound",
              "No recovery point of the kind that was asked for is available.");
}

}  // namespace

void MakePointsUntil(absl::Time now, int group_index, FakeState* state) {
  FakeGroup& group = state->groups[static_cast<size_t>(group_index)];
  if (now <= group.points_until) return;
  const FakePointGrid& grid = state->options.grid;
  const auto tick_at = [&](absl::Time time) {
    return absl::ToInt64Nanoseconds(absl::Floor(
               time - absl::UnixEpoch() - group.offset, grid.interval)) /
           absl::ToInt64Nanoseconds(grid.interval);
  };
  // What retention would drop at once need not be made.
  const absl::Time from = std::max(group.points_until, now - grid.retention);
  for (int64_t tick = tick_at(from) + 1; tick <= tick_at(now); ++tick) {
    MakeTick(tick, &group, state);
  }
  group.points_until = now;
  for (const int index : group.items) {
    FakeItem& item = ItemAt(index, state);
    if (item.replicating) Thin(now, &item, *state);
  }
}

PointChoice ChoosePoint(const PointWish& wish, int item, absl::Time now,
                        FakeState* state) {
  if (wish.kind == PointWish::kNone) return {};
  MakePointsUntil(now, ItemAt(item, state).group, state);
  if (wish.kind == PointWish::kById) {
    return ChooseById(wish.id, ItemAt(item, state));
  }
  if (wish.kind == PointWish::kLatest && !wish.multi_vm &&
      ItemAt(item, state).replicating) {
    return TakePending(now, item, state);
  }
  return ChooseNewest(wish, ItemAt(item, state), *state);
}

bool PrunePoint(int item, const FakeId& id, FakeState* state) {
  std::vector<FakePoint>& points = ItemAt(item, state).points;
  const auto found =
      std::find_if(points.begin(), points.end(),
                   [&](const FakePoint& point) { return point.id == id; });
  if (found == points.end()) return false;
  points.erase(found);
  return true;
}

}  // namespace recoveryline::fake
