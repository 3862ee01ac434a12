#include "engine/core/alignment_survey.h"

#include <algorithm>
#include <cstddef>
#include <set>
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
  std::set<size_t> lacking;
  for (size_t i = 0; i < lists.size(); ++i) lacking.insert(i);
  for (size_t next = 0; next < edges.size();) {
    const Instant at = edges[next].at;
    // A range that begins where the one above ends: both edges count.
    for (size_t k = next; k < edges.size() && edges[k].at == at; ++k) {
      if (!edges[k].has) lacking.insert(edges[k].list);
    }
    for (; next < edges.size() && edges[next].at == at; ++next) {
      if (edges[next].has) lacking.erase(edges[next].list);
    }
    const Instant low =
        next < edges.size() ? edges[next].at + 1 : kMinInstant;
    if (lacking.empty()) overlap.of_all.push_back({.low = low, .high = at});
    if (lacking.size() != 1) continue;
    std::optional<Instant>& but = overlap.of_all_but[*lacking.begin()];
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
        captures_.push_back({.at = point.capture_time,
                             .member = i,
                             .marker = point.marker});
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
    std::multiset<Instant> known;
    Ranges all;
    for (size_t next = 0; next < captures_.size();) {
      const Instant x = captures_[next].at;
      for (; next < captures_.size() && captures_[next].at == x; ++next) {
        std::optional<Instant>& of_member =
            nearest[static_cast<size_t>(captures_[next].member)];
        if (of_member.has_value()) known.erase(known.find(*of_member));
        of_member = x;
        known.insert(x);
      }
      if (known.size() < member_count_) continue;
      const Instant latest = *known.rbegin();
      if (latest > SaturatingAdd(x, rule_.max_skew)) continue;
      AddStarts(x, latest, max_skew_, &all);
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
