#include "engine/core/common_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "engine/core/common_line.h"
#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

// A group whose members ask alike but for their exclusions.
struct Group {
  std::vector<std::vector<RecoveryPoint>> points;
  std::vector<PointSeries> series;
  std::vector<const PointSeries*> members;
  std::vector<IntervalSet> exclusions;
  std::vector<const IntervalSet*> exclusion_of;
  Eligibility ask;

  Group(RandomPoints* random, int markers)
      : Group(random, markers, random->OneIn(10) ? 200 : 12) {}
  // No more than `most` points a member.
  Group(RandomPoints* random, int markers, int most) {
    const size_t count = static_cast<size_t>(1 + random->Below(5));
    for (size_t i = 0; i < count; ++i) {
      points.push_back(random->Series(most, markers));
      series.push_back(PointSeries::FromOrdered(points.back()));
      exclusions.push_back(random->Exclusions());
    }
    for (size_t i = 0; i < count; ++i) {
      members.push_back(&series[i]);
      exclusion_of.push_back(
          exclusions[i].empty() && random->OneIn(2) ? nullptr : &exclusions[i]);
    }
    ask = random->Ask(nullptr);
  }

  std::vector<Candidates> Asked() const {
    std::vector<Candidates> asked;
    for (size_t i = 0; i < members.size(); ++i) {
      asked.push_back({.points = members[i], .ask = ask});
      asked.back().ask.exclusions = exclusion_of[i];
    }
    return asked;
  }
  CommonPoints::Query Query() const {
    return {.decision_time = ask.decision_time,
            .target_time = ask.target_time,
            .not_before = ask.not_before,
            .exclusions = exclusion_of};
  }
  // Positions of member i that are eligible.
  std::vector<Position> Eligible(size_t i) const {
    std::vector<Position> eligible;
    Eligibility own = ask;
    own.exclusions = exclusion_of[i];
    for (size_t p = 0; p < points[i].size(); ++p) {
      if (IsEligible(points[i], p, own)) {
        eligible.push_back(static_cast<Position>(p));
      }
    }
    return eligible;
  }
};

// The contract by trying every marker.
std::optional<CommonLine> TryEveryMarker(const Group& group, int markers) {
  std::optional<CommonLine> best;
  for (Marker m = 0; m < markers; ++m) {
    CommonLine line{.marker = m,
                    .earliest = kMaxInstant,
                    .latest = kMinInstant,
                    .positions = {}};
    for (size_t i = 0; i < group.members.size(); ++i) {
      Position chosen = kNoPosition;
      for (const Position p : group.Eligible(i)) {
        if (group.points[i][static_cast<size_t>(p)].marker == m) chosen = p;
      }
      if (chosen == kNoPosition) break;
      const Instant t =
          group.points[i][static_cast<size_t>(chosen)].capture_time;
      line.positions.push_back(chosen);
      line.earliest = std::min(line.earliest, t);
      line.latest = std::max(line.latest, t);
    }
    if (line.positions.size() < group.members.size()) continue;
    if (!best || std::tie(line.earliest, line.latest) >
                     std::tie(best->earliest, best->latest)) {
      best = line;
    }
  }
  return best;
}

// The contract by trying every capture time.
std::optional<CommonLine> TryEveryWindow(const Group& group, Nanos max_skew) {
  std::optional<CommonLine> best;
  for (const auto& points : group.points) {
    for (const RecoveryPoint& start : points) {
      const Instant t = start.capture_time;
      const Instant end = SaturatingAdd(t, max_skew);
      if (best && t <= best->earliest) continue;
      CommonLine line{.marker = kNoMarker,
                      .earliest = t,
                      .latest = kMinInstant,
                      .positions = {}};
      for (size_t i = 0; i < group.members.size(); ++i) {
        Position chosen = kNoPosition;
        for (const Position p : group.Eligible(i)) {
          const Instant c =
              group.points[i][static_cast<size_t>(p)].capture_time;
          if (t <= c && c <= end) chosen = p;
        }
        if (chosen == kNoPosition) break;
        line.positions.push_back(chosen);
        line.latest =
            std::max(line.latest,
                     group.points[i][static_cast<size_t>(chosen)].capture_time);
      }
      if (line.positions.size() == group.members.size()) best = line;
    }
  }
  return best;
}

template <typename Line>
void ExpectLine(const std::optional<CommonLine>& want,
                const std::optional<Line>& got,
                const std::vector<Position>& positions) {
  ASSERT_EQ(got.has_value(), want.has_value());
  if (!want) return;
  EXPECT_EQ(got->marker, want->marker);
  EXPECT_EQ(got->earliest, want->earliest);
  EXPECT_EQ(got->latest, want->latest);
  EXPECT_EQ(positions, want->positions);
}

TEST(CommonPointsRandomTest, MarkersAgreeWithTryingEveryMarker) {
  int found = 0;
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const int markers = 1 + random.Below(6);
    const Group group(&random, markers);
    const auto want = TryEveryMarker(group, markers);
    found += want.has_value();
    const auto once = NewestCommonMarker(group.Asked());
    ExpectLine(want, once, once ? once->positions : std::vector<Position>());
    const CommonPoints common =
        CommonPoints::ByMarker(group.members, group.ask.requirements);
    std::vector<Position> positions(group.members.size());
    const auto warm = common.Best(group.Query(), positions);
    ExpectLine(want, warm, positions);
    if (HasFailure()) return;
  }
  EXPECT_GT(found, 1'500);
}

TEST(CommonPointsTest, AMarkerInCommonIsFoundBehindManyThatAreNot) {
  // Both have marker 0, the oldest of a hundred; the others of each are its
  // own.
  std::vector<RecoveryPoint> points[2];
  for (int i = 0; i < 100; ++i) {
    for (const int member : {0, 1}) {
      points[member].push_back({.capture_time = 10 * i + member,
                                .available_from = 10 * i + member,
                                .consistency = Consistency::kApplication,
                                .marker = i == 0 ? 0 : 2 * i + member});
    }
  }
  const PointSeries series[] = {PointSeries::FromOrdered(points[0]),
                                PointSeries::FromOrdered(points[1])};
  const Eligibility ask{.decision_time = 5'000, .target_time = 5'000};
  const auto line = NewestCommonMarker(std::vector<Candidates>{
      {.points = &series[0], .ask = ask}, {.points = &series[1], .ask = ask}});
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->marker, 0);
  EXPECT_EQ(line->positions, std::vector<Position>({0, 0}));
}

// So many that most are tried in vain, by all members but one.
TEST(CommonPointsRandomTest, ManyMarkersAgreeWithTryingEveryMarker) {
  constexpr int kMarkers = 120;
  int found = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const Group group(&random, kMarkers, 200);
    const auto want = TryEveryMarker(group, kMarkers);
    found += want.has_value();
    const auto once = NewestCommonMarker(group.Asked());
    ExpectLine(want, once, once ? once->positions : std::vector<Position>());
    if (HasFailure()) return;
  }
  EXPECT_GT(found, 40);
}

TEST(CommonPointsRandomTest, BestOfEachAgreesWithBest) {
  int found = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    std::vector<std::unique_ptr<Group>> groups;
    for (int i = 0; i < 12; ++i) {
      groups.push_back(std::make_unique<Group>(&random, 3));
    }
    const IntervalSet exclusions = random.Exclusions();
    CommonPoints::Query ask = groups[0]->Query();
    ask.exclusions = {};
    ask.everywhere = random.OneIn(3) ? nullptr : &exclusions;
    const Requirements asked = groups[0]->ask.requirements;
    std::vector<CommonPoints> all;
    for (const auto& group : groups) {
      all.push_back(
          random.OneIn(3)
              ? CommonPoints::ByCaptureTime(group->members, asked,
                                            random.Below(12) * random.step())
              : CommonPoints::ByMarker(group->members, asked));
    }
    std::vector<int> which(static_cast<size_t>(random.Below(30)));
    for (int& w : which) w = random.Below(12);
    std::vector<std::optional<CommonPoints::Line>> lines(which.size());
    CommonPoints::BestOfEach(all, which, ask, lines);
    for (size_t i = 0; i < which.size(); ++i) {
      const auto w = static_cast<size_t>(which[i]);
      // The same, said member by member.
      const std::vector<const IntervalSet*> each(groups[w]->members.size(),
                                                 ask.everywhere);
      CommonPoints::Query one = ask;
      one.exclusions = each;
      one.everywhere = nullptr;
      std::vector<Position> positions(each.size());
      const auto want = all[w].Best(one, positions);
      ASSERT_EQ(lines[i].has_value(), want.has_value());
      if (!want) continue;
      ++found;
      EXPECT_EQ(lines[i]->marker, want->marker);
      EXPECT_EQ(lines[i]->earliest, want->earliest);
      EXPECT_EQ(lines[i]->latest, want->latest);
    }
  }
  EXPECT_GT(found, 500);
}

TEST(CommonPointsRandomTest, WindowsAgreeWithTryingEveryCaptureTime) {
  int found = 0;
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const Group group(&random, 2);
    const Nanos max_skew = random.OneIn(20)  ? kMaxInstant
                           : random.OneIn(4) ? 0
                                             : random.Below(12) * random.step();
    const auto want = TryEveryWindow(group, max_skew);
    found += want.has_value();
    const auto once = NewestCommonWindow(group.Asked(), max_skew);
    ExpectLine(want, once, once ? once->positions : std::vector<Position>());
    const CommonPoints common = CommonPoints::ByCaptureTime(
        group.members, group.ask.requirements, max_skew);
    std::vector<Position> positions(group.members.size());
    const auto warm = common.Best(group.Query(), positions);
    ExpectLine(want, warm, positions);
    if (HasFailure()) return;
  }
  EXPECT_GT(found, 500);
}

}  // namespace
}  // namespace recoveryline::core
