// Reference choice: which points a unit goes back to, sentence by sentence.
//
//   Roster roster = FullRoster(model);
//   UnitChoice choice = Choose(model, roster, UnitOf(model, vm));
//   if (choice.outcome == v1::VmSelection::SELECTED) choice.line.at("web-1");
//
// Plain loops over everything: no index, no early stop.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_CHOICE_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_CHOICE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/reference_model.h"

namespace recoveryline::reference {

// Whether `exclusion` applies to `vm`.
bool Applies(const Exclusion& exclusion, const Vm& vm);

// Why `point` is not eligible for `rule`: the first reason in order; nothing
// where it is eligible.
std::optional<v1::Rejection::Reason> FirstReason(const Model& model,
                                                 const Rule& rule, const Vm& vm,
                                                 const Point& point);

// Whether `a` is better than `b` in the order of points.
bool Better(const Point& a, const Point& b);

// Whether the pins leave `point` to `vm`.
bool IsCandidate(const Model& model, const Roster& roster, const Vm& vm,
                 const Point& point);

// The candidates of `vm` that are eligible for `rule`.
std::vector<const Point*> EligibleCandidates(const Model& model,
                                             const Roster& roster,
                                             const Rule& rule, const Vm& vm);

// The best of `points`; nullptr where there is none.
const Point* Best(const std::vector<const Point*>& points);

// What one unit is called: a group with multi-VM consistency, or else a VM.
struct UnitName {
  std::string group_id;
  std::string vm_id;

  bool operator==(const UnitName& other) const = default;
};

UnitName UnitOf(const Model& model, const Vm& vm);

// The points that a unit goes back to, by VM id.
using Line = std::map<std::string, const Point*>;

// Both ends included.
struct Window {
  int64_t from = 0;
  int64_t until = 0;
};

struct UnitChoice {
  v1::VmSelection::Outcome outcome{};
  // The VMs of the unit, in inventory order.
  std::vector<const Vm*> vms;
  // Whether its group is incomplete, refused or not.
  bool incomplete = false;
  // Whether it counts as pinned.
  bool pinned = false;
  // The rules it tries, by index.
  std::vector<int> rule_indexes;
  // Only with SELECTED and NOT_ALIGNED.
  int rule_index = -1;
  // Only with SELECTED.
  Line line;
  v1::GroupSelection::Guarantee guarantee{};
  std::string marker;
  // Where the unit takes part in an alignment: what it takes by itself, and
  // the window, where there is one.
  Line own_line;
  std::optional<Window> window;
};

UnitChoice Choose(const Model& model, const Roster& roster,
                  const UnitName& unit);

// The choice of the same unit under the same rule, as if points captured
// before `from` or after `until` were not eligible; nothing where there is
// none. REQUIRES: `own` is SELECTED.
std::optional<UnitChoice> ChooseWithin(const Model& model, const Roster& roster,
                                       const UnitChoice& own, int64_t from,
                                       int64_t until);

// REQUIRES: the line is not empty.
int64_t EarliestCapture(const Line& line);
int64_t LatestCapture(const Line& line);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_CHOICE_H_
