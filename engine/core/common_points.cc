#include "engine/core/common_points.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "engine/core/point_series_batch.h"

namespace recoveryline::core {

// A virtual point before it is put in order.
struct CommonPoints::Draft {
  RecoveryPoint point;
  Beside beside;
  std::vector<Position> row;  // empty where the members must be searched

  // Worst first.
  bool operator<(const Draft& other) const {
    return std::tie(point.capture_time, beside.latest, other.beside.marker) <
           std::tie(other.point.capture_time, other.beside.latest,
                    beside.marker);
  }
};

CommonPoints::CommonPoints(std::span<const PointSeries* const> members,
                           const Requirements& requirements)
    : members_(members.begin(), members.end()),
      requirements_(requirements),
      accepted_(requirements.Accepted()) {}

// --- Building ---

// A marker that every member has an accepted point for.
void CommonPoints::AddMarker(Marker marker, std::vector<Draft>* drafts) const {
  Draft draft;
  draft.beside = {.latest = kMinInstant, .marker = marker};
  draft.point = {.capture_time = kMaxInstant, .available_from = kMinInstant};
  std::vector<Instant> captures;
  for (const PointSeries* member : members_) {
    // What the best choice of this member could be.
    RecoveryPoint best{.capture_time = kMinInstant,
                       .available_from = kMaxInstant,
                       .expire_time = kMinInstant};
    Position last = kNoPosition;
    for (const Position p : member->Carriers(marker)) {
      if (!accepted_.Has(member->flags(p))) continue;
      const RecoveryPoint point = member->point(p);
      captures.push_back(point.capture_time);
      best.capture_time = std::max(best.capture_time, point.capture_time);
      best.available_from = std::min(best.available_from, point.available_from);
      best.expire_time = std::max(best.expire_time, point.expire_time);
      last = p;
    }
    draft.row.push_back(last);
    RecoveryPoint& line = draft.point;
    line.capture_time = std::min(line.capture_time, best.capture_time);
    line.available_from = std::max(line.available_from, best.available_from);
    line.expire_time = std::min(line.expire_time, best.expire_time);
    draft.beside.latest = std::max(draft.beside.latest, best.capture_time);
  }
  if (captures.size() == members_.size()) {
    drafts->push_back(std::move(draft));
    return;
  }
  // Some member has several: a virtual point for each earliest capture.
  draft.row.clear();
  std::sort(captures.begin(), captures.end());
  captures.erase(std::unique(captures.begin(), captures.end()), captures.end());
  const Instant available = draft.point.available_from;
  for (const Instant t : captures) {
    draft.point.capture_time = t;
    draft.point.available_from = std::max(t, available);
    drafts->push_back(draft);
  }
}

CommonPoints CommonPoints::ByMarker(std::span<const PointSeries* const> members,
                                    const Requirements& requirements) {
  CommonPoints common(members, requirements);
  // How many of the first members have an accepted point for each marker.
  std::vector<size_t> carried_by;
  for (size_t i = 0; i < members.size(); ++i) {
    const PointSeries& points = *members[i];
    for (Position p = 0; p < points.size(); ++p) {
      const Marker marker = points.marker(p);
      if (marker == kNoMarker || !common.accepted_.Has(points.flags(p))) {
        continue;
      }
      const auto m = static_cast<size_t>(marker);
      if (m >= carried_by.size()) carried_by.resize(m + 1, 0);
      if (carried_by[m] == i) carried_by[m] = i + 1;
    }
  }
  std::vector<Draft> drafts;
  for (size_t m = 0; m < carried_by.size(); ++m) {
    if (carried_by[m] == members.size()) {
      common.AddMarker(static_cast<Marker>(m), &drafts);
    }
  }
  common.Keep(std::move(drafts));
  return common;
}

CommonPoints CommonPoints::ByCaptureTime(
    std::span<const PointSeries* const> members,
    const Requirements& requirements, Nanos max_skew) {
  CommonPoints common(members, requirements);
  common.max_skew_ = max_skew;
  std::vector<std::pair<Instant, size_t>> captures;  // with the member
  for (size_t i = 0; i < members.size(); ++i) {
    for (Position p = 0; p < members[i]->size(); ++p) {
      if (!common.accepted_.Has(members[i]->flags(p))) continue;
      captures.emplace_back(members[i]->capture_time(p), i);
    }
  }
  std::sort(captures.begin(), captures.end());
  // A window slides over the captures; the members inside are counted.
  std::vector<int> in_window(members.size(), 0);
  size_t covered = 0;
  size_t entering = 0;  // captures[i, entering) are in the window
  std::vector<Draft> drafts;
  for (size_t i = 0; i < captures.size(); ++i) {
    const auto [t, member] = captures[i];
    while (entering < captures.size() &&
           captures[entering].first <= SaturatingAdd(t, max_skew)) {
      if (in_window[captures[entering++].second]++ == 0) ++covered;
    }
    if (covered == members.size() &&
        (drafts.empty() || drafts.back().point.capture_time != t)) {
      drafts.push_back({.point = {.capture_time = t, .available_from = t},
                        .beside = {.latest = t},
                        .row = {}});
    }
    if (--in_window[member] == 0) --covered;
  }
  common.Keep(std::move(drafts));
  return common;
}

void CommonPoints::Keep(std::vector<Draft> drafts) {
  std::sort(drafts.begin(), drafts.end());
  std::vector<RecoveryPoint> points;
  for (Draft& draft : drafts) {
    draft.point.consistency = Consistency::kCrash;  // any: all are accepted
    points.push_back(draft.point);
    if (!draft.row.empty()) {
      draft.beside.row = static_cast<int32_t>(rows_.size() / members_.size());
      rows_.insert(rows_.end(), draft.row.begin(), draft.row.end());
    } else {
      searched_ = true;
    }
    beside_.push_back(draft.beside);
  }
  virtual_ = PointSeries::FromOrdered(points);
}

size_t CommonPoints::index_bytes() const {
  return virtual_.index_bytes() + beside_.size() * sizeof(Beside) +
         rows_.size() * sizeof(Position);
}

// --- Asking ---

const IntervalSet* CommonPoints::ExclusionsOf(const Query& ask, size_t member) {
  return ask.exclusions.empty() ? ask.everywhere : ask.exclusions[member];
}

Eligibility CommonPoints::AskOf(const Query& ask, size_t member) const {
  return {.decision_time = ask.decision_time,
          .target_time = ask.target_time,
          .not_before = ask.not_before,
          .exclusions = ExclusionsOf(ask, member),
          .requirements = requirements_,
          .accepted = accepted_};
}

// Whether an exclusion holds one of the points of a row.
bool CommonPoints::Excluded(const Query& ask, Instant earliest,
                            const Beside& beside) const {
  if (ask.exclusions.empty() && ask.everywhere == nullptr) return false;
  const IntervalSet* clear = nullptr;  // known not to meet the line
  for (size_t i = 0; i < members_.size(); ++i) {
    const IntervalSet* set = ExclusionsOf(ask, i);
    if (set == nullptr || set == clear) continue;
    if (!set->Meets(earliest, beside.latest)) {
      clear = set;
      continue;
    }
    const Position p =
        rows_[static_cast<size_t>(beside.row) * members_.size() + i];
    if (set->Find(members_[i]->capture_time(p)) != nullptr) return true;
  }
  return false;
}

bool CommonPoints::TakeMarker(const Query& ask, Position at,
                              std::span<Position> positions, Line* line) const {
  const Beside& beside = beside_[static_cast<size_t>(at)];
  const size_t count = members_.size();
  *line = {.marker = beside.marker,
           .earliest = virtual_.capture_time(at),
           .latest = beside.latest};
  if (beside.row >= 0) {
    if (line->latest > ask.target_time) return false;
    if (Excluded(ask, line->earliest, beside)) return false;
    if (!positions.empty()) {
      std::copy_n(rows_.begin() + static_cast<ptrdiff_t>(beside.row) *
                                      static_cast<ptrdiff_t>(count),
                  count, positions.begin());
    }
    return true;
  }
  Instant earliest = kMaxInstant;
  line->latest = kMinInstant;
  for (size_t i = 0; i < count; ++i) {
    const Eligibility member_ask = AskOf(ask, i);
    const std::span<const Position> carriers =
        members_[i]->Carriers(beside.marker);
    const auto best =
        std::find_if(carriers.rbegin(), carriers.rend(), [&](Position p) {
          return members_[i]->RefusalOf(p, member_ask) == Refusal::kNone;
        });
    if (best == carriers.rend()) return false;
    if (!positions.empty()) positions[i] = *best;
    const Instant t = members_[i]->capture_time(*best);
    earliest = std::min(earliest, t);
    line->latest = std::max(line->latest, t);
  }
  return earliest == line->earliest;  // else it comes up elsewhere
}

// `*leap` becomes a time at or before which the next window must start.
bool CommonPoints::TakeWindow(const Query& ask, Position at,
                              std::span<Position> positions, Line* line,
                              Instant* leap) const {
  *line = {.earliest = virtual_.capture_time(at), .latest = kMinInstant};
  const Instant end = SaturatingAdd(line->earliest, *max_skew_);
  for (size_t i = 0; i < members_.size(); ++i) {
    const PointSeries& points = *members_[i];
    const Position p = points.Best(AskOf(ask, i), points.UpperBound(end));
    *leap = p == kNoPosition ? kMinInstant : points.capture_time(p);
    if (p == kNoPosition || *leap < line->earliest) return false;
    if (!positions.empty()) positions[i] = p;
    line->latest = std::max(line->latest, *leap);
  }
  return true;
}

Eligibility CommonPoints::AskOfVirtual(const Query& ask) {
  return {.decision_time = ask.decision_time,
          .target_time = ask.target_time,
          .not_before = ask.not_before};
}

std::optional<CommonPoints::Line> CommonPoints::Best(
    const Query& ask, std::span<Position> positions) const {
  return BestFrom(ask, virtual_.Best(AskOfVirtual(ask), virtual_.size()),
                  positions);
}

std::optional<CommonPoints::Line> CommonPoints::BestFrom(
    const Query& ask, Position at, std::span<Position> positions) const {
  const Eligibility of_virtual = AskOfVirtual(ask);
  Line line;
  if (max_skew_) {
    while (at != kNoPosition) {
      Instant leap = kMinInstant;
      if (TakeWindow(ask, at, positions, &line, &leap)) return line;
      at = virtual_.Best(of_virtual, std::min(at, virtual_.UpperBound(leap)));
    }
    return std::nullopt;
  }
  for (; at != kNoPosition; at = virtual_.Best(of_virtual, at)) {
    if (TakeMarker(ask, at, positions, &line)) break;
  }
  if (at == kNoPosition) return std::nullopt;
  if (!searched_) return line;
  // Lines with as early a point, of which some had to be searched, may still
  // be better.
  std::vector<Position> other_positions;
  while (at > 0 && virtual_.capture_time(at - 1) == line.earliest) {
    at = virtual_.Best(of_virtual, at);
    if (at == kNoPosition) break;
    other_positions.resize(positions.size());
    Line other;
    if (TakeMarker(ask, at, other_positions, &other) &&
        other.earliest == line.earliest &&
        (other.latest != line.latest ? other.latest > line.latest
                                     : other.marker < line.marker)) {
      line = other;
      std::copy(other_positions.begin(), other_positions.end(),
                positions.begin());
    }
  }
  return line;
}

void CommonPoints::BestOfEach(std::span<const CommonPoints> all,
                              std::span<const int> which, const Query& ask,
                              std::span<std::optional<Line>> out) {
  // As many as stay in the nearest cache until their lines are looked into.
  constexpr size_t kAtOnce = 128;
  constexpr size_t kAhead = 8;
  std::array<Position, kAtOnce> found;
  while (!which.empty()) {
    const std::span<const int> some =
        which.first(std::min(kAtOnce, which.size()));
    core::BestOfEach(
        SeriesTable::Within(&all[0].virtual_, sizeof(CommonPoints)), some,
        AskOfVirtual(ask), found);
    const auto list = [&](size_t i) -> const CommonPoints& {
      return all[static_cast<size_t>(some[i])];
    };
    const auto fetch = [&](size_t i) {
      if (i >= some.size() || found[i] == kNoPosition) return;
      __builtin_prefetch(&list(i).beside_[static_cast<size_t>(found[i])]);
    };
    for (size_t i = 0; i < kAhead; ++i) fetch(i);
    for (size_t i = 0; i < some.size(); ++i) {
      fetch(i + kAhead);
      out[i] = list(i).BestFrom(ask, found[i], {});
    }
    which = which.subspan(some.size());
    out = out.subspan(some.size());
  }
}

}  // namespace recoveryline::core
