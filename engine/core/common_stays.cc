#include "engine/core/common_stays.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace recoveryline::core {
namespace {

// How many candidates of windows are gone through for each member that would
// be searched instead: there are two instants a candidate, and a search costs
// as much as a few candidates.
constexpr size_t kWorthASearch = 8;

// Each candidate that a window holds may make a line, which has a position for
// each member: no more than that many of them, 128 MiB.
constexpr size_t kMostPositions = size_t{1} << 25;

// Whether an exclusion holds one of the points.
bool Excluded(std::span<const Candidates> members, Instant earliest,
              const CommonPoints::FixedLine& line) {
  const IntervalSet* clear = nullptr;  // known not to meet the line
  for (size_t m = 0; m < members.size(); ++m) {
    const IntervalSet* const set = members[m].ask.exclusions;
    if (set == nullptr || set == clear) continue;
    if (!set->Meets(earliest, line.latest)) {
      clear = set;
    } else if (set->Find(members[m].points->capture_time(line.positions[m])) !=
               nullptr) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool CommonStays::Collect(std::span<const Candidates> members, const Rule& rule,
                          const CommonPoints* list, const TimelineSpan& span) {
  member_count_ = members.size();
  drafts_.clear();
  rows_.clear();
  stays_.clear();
  candidates_.resize(std::max(candidates_.size(), members.size()));
  at_hand_.resize(members.size());
  if (list != nullptr && list->all_fixed()) {
    CollectList(members, *list, span);
  } else if (rule.scope == Scope::kCommonMarker) {
    CollectMarkers(members, span);
  } else if (!CollectWindows(members, rule.max_skew, span)) {
    return false;
  }
  PutInOrder();
  return true;
}

void CommonStays::PutInOrder() {
  order_.resize(drafts_.size());
  std::iota(order_.begin(), order_.end(), 0u);
  const auto worse = [this](uint32_t i, uint32_t j) {
    const Draft& a = drafts_[i];
    const Draft& b = drafts_[j];
    return std::tie(a.rank, a.line.earliest, a.line.latest, b.line.marker) <
           std::tie(b.rank, b.line.earliest, b.line.latest, a.line.marker);
  };
  if (!std::is_sorted(order_.begin(), order_.end(), worse)) {
    std::sort(order_.begin(), order_.end(), worse);
  }
  for (size_t i = order_.size(); i > 0; --i) {
    const Draft& draft = drafts_[order_[i - 1]];
    stays_.push_back({.begin = draft.begin,
                      .end = draft.end,
                      .position = static_cast<Position>(i - 1)});
  }
}

void CommonStays::CollectList(std::span<const Candidates> members,
                              const CommonPoints& list,
                              const TimelineSpan& span) {
  const PointSeries& points = list.virtual_points();
  const Eligibility& ask = members[0].ask;
  for (Position at = points.LowerBound(ask.not_before); at < points.size();
       ++at) {
    const CommonPoints::FixedLine line = list.fixed_line(at);
    RecoveryPoint point = points.point(at);
    const Instant earliest = point.capture_time;
    point.capture_time = line.latest;  // the target time bounds all of them
    const std::optional<Stay> stay = StayOf(point, ask, span);
    if (!stay || Excluded(members, earliest, line)) continue;
    drafts_.push_back({.line = {earliest, line.latest, line.marker},
                       .begin = stay->begin,
                       .end = stay->end});
    rows_.insert(rows_.end(), line.positions.begin(), line.positions.end());
  }
}

// Goes through the markers that all members carry in their order.
void CommonStays::CollectMarkers(std::span<const Candidates> members,
                                 const TimelineSpan& span) {
  std::vector<size_t> at(members.size(), 0);
  const SeriesCarriers of_first = members[0].points->Carriers();
  while (at[0] < of_first.markers.size()) {
    const Marker marker = of_first.markers[at[0]];
    bool all = true;
    for (size_t m = 0; m < members.size(); ++m) {
      const SeriesCarriers of = members[m].points->Carriers();
      while (at[m] < of.markers.size() && of.markers[at[m]] < marker) ++at[m];
      std::vector<Candidate>& candidates = candidates_[m];
      candidates.clear();
      for (; at[m] < of.markers.size() && of.markers[at[m]] == marker;
           ++at[m]) {
        const Position p = of.positions[at[m]];
        const auto stay = StayOf(members[m], p, span);
        if (!all || !stay) continue;
        candidates.push_back({members[m].points->capture_time(p), *stay});
      }
      at_hand_[m] = candidates;
      all = all && !candidates.empty();
    }
    if (all) AddLines(members, span, 0, marker);
  }
}

void CommonStays::GatherCandidates(std::span<const Candidates> members,
                                   const TimelineSpan& span) {
  starts_.clear();
  for (size_t m = 0; m < members.size(); ++m) {
    candidates_[m].clear();
    for (Position p = 0; p < members[m].points->size(); ++p) {
      const auto stay = StayOf(members[m], p, span);
      if (!stay) continue;
      candidates_[m].push_back({members[m].points->capture_time(p), *stay});
      starts_.push_back(candidates_[m].back().capture_time);
    }
  }
  std::sort(starts_.begin(), starts_.end());
  starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());
}

// What windows hold in sum is what their candidates lie in, in sum.
bool CommonStays::WindowsAreSmall(Nanos max_skew) const {
  size_t held = 0;
  size_t candidate_count = 0;
  for (size_t m = 0; m < member_count_; ++m) {
    size_t first = 0;
    size_t end = 0;
    for (const Candidate& c : candidates_[m]) {
      while (SaturatingAdd(starts_[first], max_skew) < c.capture_time) ++first;
      while (end < starts_.size() && starts_[end] <= c.capture_time) ++end;
      held += end - first;
    }
    candidate_count += candidates_[m].size();
  }
  return held <= kWorthASearch * candidate_count * member_count_ &&
         held * member_count_ <= kMostPositions;
}

bool CommonStays::CollectWindows(std::span<const Candidates> members,
                                 Nanos max_skew, const TimelineSpan& span) {
  GatherCandidates(members, span);
  if (!WindowsAreSmall(max_skew)) return false;
  std::vector<size_t> first(members.size(), 0);
  std::vector<size_t> end(members.size(), 0);
  for (const Instant start : starts_) {
    const Instant last = SaturatingAdd(start, max_skew);
    bool all = true;
    for (size_t m = 0; all && m < members.size(); ++m) {
      const std::vector<Candidate>& of = candidates_[m];
      while (first[m] < of.size() && of[first[m]].capture_time < start) {
        ++first[m];
      }
      while (end[m] < of.size() && of[end[m]].capture_time <= last) ++end[m];
      all = first[m] < end[m];
      if (!all) break;
      at_hand_[m] = std::span(of).subspan(first[m], end[m] - first[m]);
    }
    if (all) AddLines(members, span, start, kNoMarker);
  }
  return true;
}

void CommonStays::AddLines(std::span<const Candidates> members,
                           const TimelineSpan& span, Instant rank,
                           Marker marker) {
  if (std::any_of(at_hand_.begin(), at_hand_.end(),
                  [](const auto& of) { return of.size() > 1; })) {
    AddPieces(members, span, rank, marker);
    return;
  }
  Draft draft{.line = {kMaxInstant, kMinInstant, marker},
              .rank = rank,
              .begin = span.from,
              .end = span.to};
  for (const std::span<const Candidate> of : at_hand_) {
    draft.begin = std::max(draft.begin, of[0].stay.begin);
    draft.end = std::min(draft.end, of[0].stay.end);
    draft.line.earliest = std::min(draft.line.earliest, of[0].capture_time);
    draft.line.latest = std::max(draft.line.latest, of[0].capture_time);
  }
  if (draft.end <= draft.begin) return;
  drafts_.push_back(draft);
  for (const auto& of : at_hand_) rows_.push_back(of[0].stay.position);
}

// A line from each change to the next, as fact (2) has it.
void CommonStays::AddPieces(std::span<const Candidates> members,
                            const TimelineSpan& span, Instant rank,
                            Marker marker) {
  MemberSteps& steps = piece_steps_;
  steps.steps.clear();
  steps.begins.clear();
  for (const std::span<const Candidate> of : at_hand_) {
    for (const Candidate& c : of) piece_stays_.push_back(c.stay);
    steps.begins.push_back(steps.steps.size());
    best_of_stays_.Append(&piece_stays_, span.from, span.to, &steps.steps);
  }
  steps.begins.push_back(steps.steps.size());
  bool open = false;  // the last draft goes on
  merge_.Run(steps, 0, members, [&](Instant begin, const StepMerge& now) {
    if (open) drafts_.back().end = begin;
    open = now.all_have();
    if (!open) return;
    drafts_.push_back({.line = {now.earliest(), now.latest(), marker},
                       .rank = rank,
                       .begin = begin,
                       .end = span.to});
    for (size_t m = 0; m < members.size(); ++m) {
      rows_.push_back(now.position(m));
    }
  });
}

}  // namespace recoveryline::core
