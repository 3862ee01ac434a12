// UnitHistory: what a unit's figures are drawn from: its steps, and the points
// of its machines, each with its fate.
//
//   UnitHistories histories(source, times, threads);
//   histories.Prepare(units, first, last);   // of several units together
//   histories.Write(units, rank, room_bytes, &json);
//
// Cost: a timeline of the units prepared; O(points) a machine written.
// Thread-safety: none; the source must outlive it.

#ifndef RECOVERYLINE_TOOLS_REPORT_UNIT_HISTORY_H_
#define RECOVERYLINE_TOOLS_REPORT_UNIT_HISTORY_H_

#include <cstddef>
#include <span>

#include "engine/explain.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tools/report/report_source.h"
#include "tools/report/report_times.h"
#include "tools/report/report_units.h"
#include "tools/report/script_json.h"

namespace recoveryline {

class UnitHistories {
 public:
  UnitHistories(const ReportSource& source, const ReportTimes& times,
                int threads)
      : source_(source),
        times_(times),
        threads_(threads),
        fates_(source.inventory, source.plan, source.decision) {}

  // Makes the steps of the units of these ranks, which Write() may then be
  // asked for.
  void Prepare(const ReportUnits& units, std::span<const size_t> ranks);

  // The member "history": steps and points, the newest of each where
  // `room_bytes` is less than all would need. At least the newest few.
  // REQUIRES: `rank` was prepared last.
  void Write(const ReportUnits& units, size_t rank, size_t room_bytes,
             ScriptJson* json) const;

 private:
  void WriteSteps(const v1::UnitTimeline& unit, size_t room_bytes,
                  ScriptJson* json) const;
  void WritePoints(const ReportUnits& units, const v1::UnitTimeline& unit,
                   size_t room_bytes, ScriptJson* json) const;

  const ReportSource& source_;
  const ReportTimes& times_;
  const int threads_;
  const FateReader fates_;
  v1::Timeline prepared_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_UNIT_HISTORY_H_
