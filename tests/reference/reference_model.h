// Reference model: an inventory and a plan as plain structs, defaults filled
// in, with ids as strings.
//
//   Model model = ReadModel(inventory, plan, decision_time);
//   Roster roster = FullRoster(model);
//   Roster smaller = Without(roster, "web-1");   // as if it did not exist
//
// The model is what one selection is about and does not change. A roster says
// who takes part in it: the machines of the inventory and of the plan, the
// pins and the expected machines. To imagine a machine away is to take it off
// the roster.
//
// REQUIRES: the inventory and the plan are valid.
// Thread-safety: immutable once made; concurrent reads are safe.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_MODEL_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline::reference {

struct Point {
  std::string id;
  int64_t capture_time = 0;
  v1::RecoveryPoint::Consistency consistency{};
  std::string marker;
  int64_t available_from = 0;
  std::optional<int64_t> expire_time;  // None: never.
  // As judged; UNKNOWN where it never was.
  v1::RecoveryPoint::Cleanliness judged_cleanliness{};
  // With the damage of earlier points, unless the policy trusts it.
  v1::RecoveryPoint::Cleanliness effective_cleanliness{};
  std::optional<int32_t> covered_disk_count;
};

struct Vm {
  std::string id;
  std::string display_name;
  std::string group_id;  // Empty: none.
  bool replicating = false;
  int32_t disk_count = 0;
  std::vector<Point> points;
};

struct Rule {
  v1::RecoveryPoint::Consistency consistency{};
  v1::Rule::Match match = v1::Rule::AT_LEAST;
  v1::Rule::GroupScope group_scope = v1::Rule::INDEPENDENT;
  v1::Rule::CommonMatch common_match = v1::Rule::MARKER;
  int64_t max_skew = 0;
};

struct Exclusion {
  std::optional<int64_t> start_time;  // None: from the beginning of time.
  std::optional<int64_t> end_time;    // None: for ever.
  std::vector<std::string> vm_ids;
  std::vector<std::string> group_ids;
};

struct PlannedVm {
  std::string vm_id;
  std::string boot_group_id;
};

struct Model {
  std::vector<Vm> vms;
  // Groups with multi-VM consistency, with the machines they expect.
  std::map<std::string, std::vector<std::string>> multi_vm_groups;

  std::string plan_id;
  v1::RecoveryPlan::Purpose purpose = v1::RecoveryPlan::FAILBACK;
  std::vector<PlannedVm> planned_vms;
  std::map<std::string, std::string> vm_pins;     // VM to point.
  std::map<std::string, std::string> group_pins;  // Group to marker.

  v1::Policy::Option option{};  // The one in force; none with own rules.
  bool option_defaulted = false;
  std::vector<Rule> rules;

  int64_t decision_time = 0;
  int64_t target_time = 0;
  bool has_target_time = false;
  int64_t incident_time = 0;
  std::optional<int64_t> as_of_time;
  std::optional<int64_t> not_before;
  std::optional<int64_t> rpo_objective;
  std::optional<int64_t> plan_max_skew;  // None: no alignment.
  std::vector<Exclusion> exclusions;
  bool has_minimum_cleanliness = false;
  v1::RecoveryPoint::Cleanliness minimum_cleanliness =
      v1::RecoveryPoint::UNKNOWN;
  bool allow_partial_disks = false;
  bool allow_incomplete_groups = false;
  bool allow_not_replicating = false;
};

// Who takes part.
struct Roster {
  std::vector<const Vm*> vms;  // In inventory order.
  std::vector<std::string> planned_vm_ids;
  std::map<std::string, std::string> vm_pins;
  std::map<std::string, std::vector<std::string>> expected_vm_ids;
};

Model ReadModel(const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
                std::optional<google::protobuf::Timestamp> decision_time);

// REQUIRES: `model` outlives the roster.
Roster FullRoster(const Model& model);

// The same as if the machine did not exist: neither in the inventory, the
// plan, the pins nor expected_vm_ids.
Roster Without(const Roster& roster, const std::string& vm_id);

// Nothing where the roster lacks the machine.
const Vm* FindVm(const Roster& roster, const std::string& vm_id);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_MODEL_H_
