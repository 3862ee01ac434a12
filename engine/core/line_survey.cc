#include "engine/core/line_survey.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace recoveryline::core {
namespace {

int MemberCount(const Unit& unit) {
  return static_cast<int>(unit.members.size());
}

void Raise(std::optional<Instant>* best, Instant t) {
  if (!best->has_value() || **best < t) *best = t;
}

// The only member of `count` that does not add to `holder_sum`.
int Missing(int count, int64_t holder_sum) {
  const int64_t all = int64_t{count} * (count - 1) / 2;
  return static_cast<int>(all - holder_sum);
}

// Adds the line to what it gives all members, and all but one.
void AddLine(const MarkerLine& line, int count, LineSurvey* survey) {
  if (line.holder_count == count - 1) {
    Raise(
        &survey->without[static_cast<size_t>(Missing(count, line.holder_sum))],
        line.earliest);
  }
  if (line.holder_count != count) return;
  Raise(&survey->whole, line.earliest);
  Raise(&survey->without[static_cast<size_t>(line.earliest_holder)],
        line.second_earliest);
}

// Counts a member's best point for the line.
void AddHolder(int member, Instant captured, MarkerLine* line) {
  ++line->holder_count;
  line->last_holder = member;
  line->holder_sum += member;
  line->latest = std::max(line->latest, captured);
  if (line->earliest_holder < 0 || captured < line->earliest) {
    line->second_earliest = line->earliest;
    line->earliest = captured;
    line->earliest_holder = member;
  } else {
    line->second_earliest = std::min(line->second_earliest, captured);
  }
}

// A line of all members serves all but one too, and is no older for it.
void ServeRemainders(LineSurvey* survey) {
  if (!survey->whole.has_value()) return;
  for (std::optional<Instant>& without : survey->without) {
    Raise(&without, *survey->whole);
  }
}

// Each member takes its best eligible candidate.
LineSurvey SurveyEachAlone(const Unit& unit, const Rule& rule, Instant floor,
                           PointJudge* judge) {
  const int count = MemberCount(unit);
  LineSurvey survey;
  survey.without.resize(unit.members.size());
  MarkerLine line;
  for (int i = 0; i < count; ++i) {
    const Position best = judge->Best(i, rule.consistencies, floor);
    if (best == kNoPosition) continue;
    const PointSeries& points = *unit.members[static_cast<size_t>(i)].points;
    AddHolder(i, points.point(best).capture_time, &line);
  }
  survey.each_has_one = line.holder_count == count;
  if (count == 1) {
    if (survey.each_has_one) survey.whole = line.earliest;
    return survey;
  }
  AddLine(line, count, &survey);
  ServeRemainders(&survey);
  return survey;
}

struct Capture {
  Instant at = 0;
  int member = 0;
};

// Eligible candidates at or after the floor, the newest first.
std::vector<Capture> EligibleCaptures(const Unit& unit, const Rule& rule,
                                      Instant floor, PointJudge* judge,
                                      bool* each_has_one) {
  std::vector<Capture> captures;
  *each_has_one = true;
  for (int i = 0; i < MemberCount(unit); ++i) {
    const PointSeries& points = *unit.members[static_cast<size_t>(i)].points;
    const size_t before = captures.size();
    for (Position p = points.size() - 1; p >= 0; --p) {
      const RecoveryPoint point = points.point(p);
      if (point.capture_time < floor) break;
      if (judge->Judge(i, p, point, rule.consistencies) != Fate::kNone) {
        continue;
      }
      if (captures.size() == before ||
          captures.back().at != point.capture_time) {
        captures.push_back({.at = point.capture_time, .member = i});
      }
    }
    if (captures.size() == before) *each_has_one = false;
  }
  std::sort(captures.begin(), captures.end(),
            [](const Capture& a, const Capture& b) { return a.at > b.at; });
  return captures;
}

// How many captures of each member lie in a window that moves down.
class Window {
 public:
  explicit Window(int member_count)
      : counts_(static_cast<size_t>(member_count)) {}

  void Add(int member) {
    if (counts_[static_cast<size_t>(member)]++ > 0) return;
    ++present_count_;
    present_sum_ += member;
  }
  void Remove(int member) {
    if (--counts_[static_cast<size_t>(member)] > 0) return;
    --present_count_;
    present_sum_ -= member;
  }
  int present_count() const { return present_count_; }
  int64_t present_sum() const { return present_sum_; }

 private:
  std::vector<int> counts_;
  int present_count_ = 0;
  int64_t present_sum_ = 0;
};

// Moves the window [t, t + max_skew] down over all captures t.
LineSurvey SurveyCaptureTimes(const Unit& unit, const Rule& rule, Instant floor,
                              PointJudge* judge) {
  const int count = MemberCount(unit);
  LineSurvey survey;
  survey.without.resize(unit.members.size());
  const std::vector<Capture> captures =
      EligibleCaptures(unit, rule, floor, judge, &survey.each_has_one);
  Window window(count);
  size_t newest = 0;  // the first one inside
  for (size_t next = 0; next < captures.size();) {
    const Instant t = captures[next].at;
    for (; next < captures.size() && captures[next].at == t; ++next) {
      window.Add(captures[next].member);
    }
    const Instant end = SaturatingAdd(t, rule.max_skew);
    for (; captures[newest].at > end; ++newest) {
      window.Remove(captures[newest].member);
    }
    if (window.present_count() == count - 1) {
      Raise(&survey.without[static_cast<size_t>(
                Missing(count, window.present_sum()))],
            t);
    }
    if (window.present_count() != count) continue;
    // Older windows give nothing newer: a member whose absence would move
    // this one up was found missing from a window before.
    survey.whole = t;
    break;
  }
  ServeRemainders(&survey);
  return survey;
}

// Of two members each is chosen for by itself when the other is gone.
void SurveyEachOfTwo(const Unit& unit, const Rule& rule, Instant floor,
                     PointJudge* judge, LineSurvey* survey) {
  for (int i = 0; i < 2; ++i) {
    const Position best = judge->Best(1 - i, rule.consistencies, floor);
    std::optional<Instant>& without = survey->without[static_cast<size_t>(i)];
    without.reset();
    if (best == kNoPosition) continue;
    without = unit.members[static_cast<size_t>(1 - i)]
                  .points->point(best)
                  .capture_time;
  }
}

LineSurvey SurveyMarkerLines(const Unit& unit, const Rule& rule, Instant floor,
                             PointJudge* judge) {
  LineSurvey survey;
  survey.without.resize(unit.members.size());
  for (const auto& [marker, line] :
       SurveyMarkers(unit, rule, floor, judge, &survey.each_has_one)) {
    AddLine(line, MemberCount(unit), &survey);
  }
  ServeRemainders(&survey);
  return survey;
}

}  // namespace

MarkerLines SurveyMarkers(const Unit& unit, const Rule& rule, Instant floor,
                          PointJudge* judge, bool* each_has_one) {
  MarkerLines lines;
  *each_has_one = true;
  for (int i = 0; i < MemberCount(unit); ++i) {
    const PointSeries& points = *unit.members[static_cast<size_t>(i)].points;
    bool has_one = false;
    for (Position p = points.size() - 1; p >= 0; --p) {
      const RecoveryPoint point = points.point(p);
      if (point.capture_time < floor) break;
      if (judge->Judge(i, p, point, rule.consistencies) != Fate::kNone) {
        continue;
      }
      has_one = true;
      if (point.marker == kNoMarker) continue;
      MarkerLine& line = lines[point.marker];
      // The first one met from above is the member's best.
      if (line.last_holder == i) continue;
      AddHolder(i, point.capture_time, &line);
    }
    if (!has_one) *each_has_one = false;
  }
  return lines;
}

LineSurvey Survey(const Unit& unit, const Rule& rule, Instant floor,
                  PointJudge* judge) {
  if (!NeedsCommon(unit, rule)) {
    return SurveyEachAlone(unit, rule, floor, judge);
  }
  LineSurvey survey = rule.scope == Scope::kCommonMarker
                          ? SurveyMarkerLines(unit, rule, floor, judge)
                          : SurveyCaptureTimes(unit, rule, floor, judge);
  if (unit.members.size() == 2) {
    SurveyEachOfTwo(unit, rule, floor, judge, &survey);
  }
  return survey;
}

}  // namespace recoveryline::core
