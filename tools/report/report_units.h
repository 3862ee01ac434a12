// ReportUnits: the units of a timeline, worst first, each with what was chosen
// for it.
//
//   const ReportUnits units(source, times);
//   for (size_t rank = 0; rank < units.size(); ++rank)
//     units.WriteRow(rank, &json);
//
// Worst is a unit that has no choice now; then one that had none for longer;
// then one whose choice was older at worst; then the plan's order.
//
// Cost: one hash map of the Decision's rows; O(machines) a row.
// Thread-safety: immutable; the source must outlive it.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_UNITS_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_UNITS_H_

#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tools/report/report_source.h"
#include "tools/report/report_times.h"
#include "tools/report/script_json.h"

namespace recoveryline {

class ReportUnits {
 public:
  ReportUnits(const ReportSource& source, const ReportTimes& times);

  size_t size() const { return order_.size(); }
  // REQUIRES: rank < size().
  const v1::UnitTimeline& unit(size_t rank) const {
    return source_.timeline.units(order_[rank]);
  }

  // The row of a machine or of a group, null where the Decision has none.
  const v1::VmSelection* FindVm(absl::string_view id) const;
  const v1::GroupSelection* FindGroup(absl::string_view id) const;

  // An object without its end: details may follow.
  // REQUIRES: rank < size().
  void WriteRow(size_t rank, ScriptJson* json) const;

  // What the Decision says of a unit, whether it is a group or a machine.
  struct Choice {
    v1::VmSelection::Outcome outcome = v1::VmSelection::OUTCOME_UNSPECIFIED;
    // With SELECTED alone:
    int rule = -1;
    core::Instant earliest = 0;
    core::Instant latest = 0;
    core::Nanos data_loss = 0;
    bool rpo_exceeded = false;
    // Null for a machine.
    const v1::GroupSelection* group = nullptr;
  };
  Choice ChoiceOf(const v1::UnitTimeline& unit) const;

 private:
  bool IsWorse(int a, int b) const;

  void WriteChoice(const v1::UnitTimeline& unit, ScriptJson* json) const;
  void WriteVms(const v1::UnitTimeline& unit, ScriptJson* json) const;
  void WriteGap(const v1::UnitTimeline& unit, ScriptJson* json) const;
  void WriteForecast(const v1::UnitTimeline& unit, ScriptJson* json) const;

  const ReportSource& source_;
  const ReportTimes& times_;
  absl::flat_hash_map<absl::string_view, const v1::VmSelection*> vms_;
  absl::flat_hash_map<absl::string_view, const v1::GroupSelection*> groups_;
  absl::flat_hash_map<absl::string_view, absl::string_view> group_names_;
  std::vector<int> order_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_UNITS_H_
