#include "engine/core/alignment_survey.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/core/line_survey.h"
#include "engine/core/point_judge.h"

namespace recoveryline::core {
namespace {

// Instants, both ends included.
struct Range {
  Instant low = 0;
  Instant high = 0;
};
// Disjoint, the latest first.
using Ranges = std::vector<Range>;

// Of ranges in any order, which may overlap.
Ranges United(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.high > b.high; });
  Ranges united;
  for (const Range& range : ranges) {
    if (united.empty() || range.high < united.back().low) {
      united.push_back(range);
    } else {
      united.back().low = std::min(united.back().low, range.low);
    }
  }
  return united;
}

// The instants at which a window of `max_skew` that must hold all of
// [earliest, latest] may begin; none where it is too short.
void AddStarts(Instant earliest, Instant latest, Nanos max_skew,
               Ranges* starts) {
  const Instant low = SaturatingSubtract(latest, max_skew);
  if (low <= earliest) starts->push_back({.low = low, .high = earliest});
}

// What several lists of ranges have in common.
struct Overlap {
  Ranges of_all;
  // The latest instant that all lists have but this one, which lacks it.
  std::vector<std::optional<Instant>> of_all_but;
};

Overlap OverlapOf(const std::vector<Ranges>& lists) {
  // From `at` down a list has instants, or has them no more.
  struct Edge {
    Instant at = 0;
    size_t list = 0;
    bool has = false;
  };
  std::vector<Edge> edges;
  for (size_t i = 0; i < lists.size(); ++i) {
    for (const Range& range : lists[i]) {
      edges.push_back({.at = range.high, .list = i, .has = true});
      if (range.low == kMinInstant) continue;
      edges.push_back({.at = range.low - 1, .list = i, .has = false});
    }
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.at > b.at; });
  Overlap overlap;
  overlap.of_all_but.resize(lists.size());
  const auto count = static_cast<int64_t>(lists.size());
  int64_t lacking_count = count;
  int64_t lacking_sum = count * (count - 1) / 2;  // of the lists that lack it
  for (size_t next = 0; next < edges.size();) {
    const Instant at = edges[next].at;
    // Every end of a range takes back what its beginning gave, in any order.
    for (; next < edges.size() && edges[next].at == at; ++next) {
      const Edge& edge = edges[next];
      const int change = edge.has ? -1 : 1;
      lacking_count += change;
      lacking_sum += change * static_cast<int64_t>(edge.list);
    }
    const Instant low = next < edges.size() ? edges[next].at + 1 : kMinInstant;
    if (lacking_count == 0) overlap.of_all.push_back({.low = low, .high = at});
    if (lacking_count != 1) continue;
    std::optional<Instant>& but =
        overlap.of_all_but[static_cast<size_t>(lacking_sum)];
    if (!but.has_value()) but = at;
  }
  return overlap;
}

struct Capture {
  Instant at = 0;
  int member = 0;
  Marker marker = kNoMarker;
};

// One unit's ranges: where the aligned window may begin.
class UnitStarts {
 public:
  UnitStarts(const AlignedUnit& aligned, const Policy& policy, Nanos max_skew,
             Instant oldest)
      : unit_(*aligned.unit),
        rule_(policy.rules[static_cast<size_t>(aligned.rule)]),
        max_skew_(max_skew),
        member_count_(unit_.members.size()) {
    ReadCaptures(policy, oldest);
  }

  Ranges Find() const {
    if (!NeedsCommon(unit_, rule_)) return OfEachAlone(captures_);
    return rule_.scope == Scope::kCommonMarker ? OfMarkers() : OfCaptureTimes();
  }

 private:
  // Eligible candidates, the latest first.
  void ReadCaptures(const Policy& policy, Instant oldest) {
    PointJudge judge(unit_, policy);
    for (int i = 0; i < static_cast<int>(member_count_); ++i) {
      const PointSeries& points = *unit_.members[static_cast<size_t>(i)].points;
      for (Position p = points.size() - 1; p >= 0; --p) {
        const RecoveryPoint point = points.point(p);
        if (point.capture_time < oldest) break;
        if (judge.Judge(i, p, point, rule_.consistencies) != Fate::kNone) {
          continue;
        }
        captures_.push_back(
            {.at = point.capture_time, .member = i, .marker = point.marker});
      }
    }
    std::sort(captures_.begin(), captures_.end(),
              [](const Capture& a, const Capture& b) { return a.at > b.at; });
  }

  // Each member has some capture in the window.
  Ranges OfEachAlone(const std::vector<Capture>& captures) const {
    std::vector<Ranges> of_members(member_count_);
    for (const Capture& capture : captures) {
      AddStarts(capture.at, capture.at, max_skew_,
                &of_members[static_cast<size_t>(capture.member)]);
    }
    for (Ranges& ranges : of_members) ranges = United(std::move(ranges));
    return OverlapOf(of_members).of_all;
  }

  // Each member has some capture with one marker in the window.
  Ranges OfMarkers() const {
    absl::flat_hash_map<Marker, std::vector<Capture>> by_marker;
    for (const Capture& capture : captures_) {
      if (capture.marker == kNoMarker) continue;
      by_marker[capture.marker].push_back(capture);
    }
    Ranges all;
    for (const auto& [marker, captures] : by_marker) {
      if (captures.size() < member_count_) continue;
      const Ranges of_marker = OfEachAlone(captures);
      all.insert(all.end(), of_marker.begin(), of_marker.end());
    }
    return United(std::move(all));
  }

  // Some instant x in the window has a capture of each member in [x, x + the
  // rule's own skew]; the nearest ones are inside the window, too.
  Ranges OfCaptureTimes() const {
    std::vector<std::optional<Instant>> nearest(member_count_);
    size_t known_count = 0;
    // A heap of what was nearest once; what is not any more is passed over.
    std::vector<std::pair<Instant, size_t>> latest;
    Ranges all;
    for (size_t next = 0; next < captures_.size();) {
      const Instant x = captures_[next].at;
      for (; next < captures_.size() && captures_[next].at == x; ++next) {
        const auto member = static_cast<size_t>(captures_[next].member);
        if (!nearest[member].has_value()) ++known_count;
        nearest[member] = x;
        latest.emplace_back(x, member);
        std::push_heap(latest.begin(), latest.end());
      }
      if (known_count < member_count_) continue;
      while (nearest[latest.front().second] != latest.front().first) {
        std::pop_heap(latest.begin(), latest.end());
        latest.pop_back();
      }
      const Instant end = latest.front().first;
      if (end > SaturatingAdd(x, rule_.max_skew)) continue;
      AddStarts(x, end, max_skew_, &all);
    }
    return United(std::move(all));
  }

  const Unit& unit_;
  const Rule& rule_;
  const Nanos max_skew_;
  const size_t member_count_;
  std::vector<Capture> captures_;
};

}  // namespace

AlignmentSurvey SurveyAlignment(std::span<const AlignedUnit> units,
                                const Policy& policy, Nanos max_skew,
                                std::optional<Instant> floor) {
  AlignmentSurvey survey;
  survey.without.resize(units.size());
  if (floor == kMaxInstant) return survey;
  const Instant oldest = floor.has_value() ? *floor + 1 : kMinInstant;
  std::vector<Ranges> starts;
  for (const AlignedUnit& aligned : units) {
    Ranges of_unit = UnitStarts(aligned, policy, max_skew, oldest).Find();
    // Older points, which were not read, may serve what is below the floor.
    for (Range& range : of_unit) range.low = std::max(range.low, oldest);
    std::erase_if(of_unit, [](const Range& r) { return r.high < r.low; });
    starts.push_back(std::move(of_unit));
  }
  const Overlap overlap = OverlapOf(starts);
  if (!overlap.of_all.empty()) survey.later = overlap.of_all.front().high;
  if (units.size() < 2) return survey;
  for (size_t i = 0; i < units.size(); ++i) {
    const std::optional<Instant>& but = overlap.of_all_but[i];
    if (but.has_value() && *but >= oldest) survey.without[i] = but;
  }
  return survey;
}

}  // namespace recoveryline::core
