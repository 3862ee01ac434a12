#include "engine/core/common_line.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace recoveryline::core {
namespace {

// The members' points for a line; earliest and latest follow from them.
void SetCaptureTimes(std::span<const Candidates> members, CommonLine* line) {
  line->earliest = kMaxInstant;
  line->latest = kMinInstant;
  for (size_t i = 0; i < members.size(); ++i) {
    const Instant t = members[i].points->capture_time(line->positions[i]);
    line->earliest = std::min(line->earliest, t);
    line->latest = std::max(line->latest, t);
  }
}

bool IsBetter(const CommonLine& a, const CommonLine& b) {
  if (a.earliest != b.earliest) return a.earliest > b.earliest;
  if (a.latest != b.latest) return a.latest > b.latest;
  return a.marker < b.marker;
}

// The line of one marker into `*line`; false where some member has no eligible
// candidate for it. `*first_asked` is the member to ask first; a refusal makes
// its author the first for the next marker, which it is likely to lack too.
bool LineOf(Marker marker, std::span<const Candidates> members,
            size_t* first_asked, CommonLine* line) {
  line->marker = marker;
  for (size_t k = 0; k < members.size(); ++k) {
    const size_t i = k == 0 ? *first_asked : k <= *first_asked ? k - 1 : k;
    line->positions[i] = members[i].BestCarrier(marker);
    if (line->positions[i] == kNoPosition) {
      *first_asked = i;
      return false;
    }
  }
  SetCaptureTimes(members, line);
  return true;
}

// The markers that every member has a point for, eligible or not; sorted.
std::vector<Marker> CarriedByAll(std::span<const Candidates> members) {
  std::vector<Marker> common;
  for (size_t i = 0; i < members.size(); ++i) {
    const std::span<const Marker> carried =
        members[i].points->Carriers().markers;
    if (i == 0) {
      std::unique_copy(carried.begin(), carried.end(),
                       std::back_inserter(common));
      continue;
    }
    auto kept = common.begin();
    auto at = carried.begin();
    for (const Marker marker : common) {
      while (at != carried.end() && *at < marker) ++at;
      if (at == carried.end()) break;
      if (*at == marker) *kept++ = marker;
    }
    common.erase(kept, common.end());
  }
  return common;
}

// After so many markers in vain, those that all members have are counted.
constexpr int kPatience = 32;

}  // namespace

std::optional<CommonLine> NewestCommonMarker(
    std::span<const Candidates> members) {
  // The leader: the member whose newest marked candidate is the oldest.
  size_t leader = 0;
  Position next = kNoPosition;
  Candidates leading;
  for (size_t i = 0; i < members.size(); ++i) {
    Candidates marked = members[i];
    marked.ask.accepted = marked.ask.accepted & kMarkedFlags;
    const Position newest = marked.Best(marked.points->size());
    if (newest == kNoPosition) return std::nullopt;
    if (next == kNoPosition || marked.points->capture_time(newest) <
                                   leading.points->capture_time(next)) {
      leader = i;
      next = newest;
      leading = marked;
    }
  }
  std::optional<CommonLine> best;
  CommonLine line;
  line.positions.resize(members.size());
  size_t first_asked = leader;
  int in_vain = 0;
  std::vector<Marker> common;  // once patience is at its end
  for (; next != kNoPosition; next = leading.Best(next)) {
    if (best && leading.points->capture_time(next) < best->earliest) break;
    const Marker marker = leading.points->marker(next);
    if (marker == kNoMarker) continue;  // pinned, and without a marker
    if (in_vain > kPatience &&
        !std::binary_search(common.begin(), common.end(), marker)) {
      continue;
    }
    if (!LineOf(marker, members, &first_asked, &line)) {
      if (++in_vain == kPatience + 1) {
        common = CarriedByAll(members);
        if (common.empty()) break;
      }
    } else if (!best || IsBetter(line, *best)) {
      best = line;
    }
  }
  return best;
}

std::optional<CommonLine> NewestCommonWindow(
    std::span<const Candidates> members, Nanos max_skew) {
  CommonLine line;
  line.positions.assign(members.size(), kNoPosition);
  Instant start = kMaxInstant;
  // Go round the members until all of them, one after the other, agree.
  for (size_t agreed = 0, i = 0; agreed < members.size();
       i = i + 1 == members.size() ? 0 : i + 1) {
    const PointSeries& points = *members[i].points;
    const Position p =
        members[i].Best(points.UpperBound(SaturatingAdd(start, max_skew)));
    if (p == kNoPosition) return std::nullopt;
    line.positions[i] = p;
    const Instant t = points.capture_time(p);
    if (t >= start) {
      ++agreed;
    } else {
      start = t;
      agreed = 1;
    }
  }
  SetCaptureTimes(members, &line);
  return line;
}

}  // namespace recoveryline::core
