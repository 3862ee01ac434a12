// The random world's policy: options or rules, times, exclusions and flags.

#include <string>

#include "tests/reference/random_world.h"
#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

int64_t RandomLength(const WorldClock& clock, SeededRandom* random) {
  const std::vector<int64_t> lengths = {0,
                                        1,
                                        clock.tick - 1,
                                        clock.tick,
                                        clock.tick + 1,
                                        2 * clock.tick,
                                        5 * clock.tick,
                                        kLastNano};
  return random->Pick(lengths);
}

void AddRandomRule(const WorldClock& clock, SeededRandom* random,
                   v1::Policy* policy) {
  v1::Rule* rule = policy->add_rules();
  rule->set_consistency(random->Pick<v1::RecoveryPoint::Consistency>(
      {v1::RecoveryPoint::CRASH_CONSISTENT, v1::RecoveryPoint::CRASH_CONSISTENT,
       v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT,
       v1::RecoveryPoint::APPLICATION_CONSISTENT}));
  rule->set_match(random->Pick<v1::Rule::Match>(
      {v1::Rule::MATCH_UNSPECIFIED, v1::Rule::AT_LEAST, v1::Rule::AT_LEAST,
       v1::Rule::EXACTLY}));
  rule->set_group_scope(random->Pick<v1::Rule::GroupScope>(
      {v1::Rule::GROUP_SCOPE_UNSPECIFIED, v1::Rule::INDEPENDENT,
       v1::Rule::COMMON, v1::Rule::COMMON, v1::Rule::COMMON, v1::Rule::COMMON,
       v1::Rule::COMMON, v1::Rule::COMMON}));
  rule->set_common_match(random->Pick<v1::Rule::CommonMatch>(
      {v1::Rule::COMMON_MATCH_UNSPECIFIED, v1::Rule::MARKER,
       v1::Rule::CAPTURE_TIME, v1::Rule::CAPTURE_TIME}));
  if (rule->common_match() == v1::Rule::CAPTURE_TIME && random->Percent(80)) {
    *rule->mutable_max_skew() = ToDuration(RandomLength(clock, random));
  }
}

// Options or rules, never both; CUSTOM and nothing at all now and then.
void AddChoice(const WorldClock& clock, SeededRandom* random,
               v1::Policy* policy) {
  if (random->Percent(50)) {
    const int count = random->Between(1, 3);
    for (int i = 0; i < count; ++i) AddRandomRule(clock, random, policy);
    return;
  }
  policy->set_option(random->Pick<v1::Policy::Option>(
      {v1::Policy::OPTION_UNSPECIFIED, v1::Policy::LATEST, v1::Policy::LATEST,
       v1::Policy::LATEST_PROCESSED, v1::Policy::LATEST_CRASH_CONSISTENT,
       v1::Policy::LATEST_APP_CONSISTENT,
       v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT,
       v1::Policy::LATEST_APP_CONSISTENT_PER_VM,
       v1::Policy::LATEST_MULTI_VM_PROCESSED,
       v1::Policy::LATEST_MULTI_VM_PROCESSED, v1::Policy::CUSTOM,
       v1::Policy::CUSTOM}));
}

// Names nobody mostly, else machines, groups, and machines that are nowhere.
void AddNames(const v1::Inventory& inventory, SeededRandom* random,
              v1::Exclusion* exclusion) {
  if (random->Percent(45)) return;
  for (const v1::Vm& vm : inventory.vms()) {
    if (random->Percent(30)) exclusion->add_vm_ids(vm.id());
  }
  for (const v1::ReplicationGroup& group : inventory.replication_groups()) {
    if (random->Percent(30)) exclusion->add_replication_group_ids(group.id());
  }
  if (random->Percent(15)) exclusion->add_vm_ids("ghost");
  if (random->Percent(10)) exclusion->add_vm_ids("nobody");
  if (random->Percent(5)) exclusion->add_vm_ids("ghost");
}

// Short intervals, often touching the one before; at times open at one end
// or both.
void AddExclusions(const v1::Inventory& inventory, const WorldClock& clock,
                   SeededRandom* random, v1::Policy* policy) {
  int64_t last_end = clock.Any(random);
  const int count = random->Between(1, 3);
  for (int i = 0; i < count; ++i) {
    v1::Exclusion* exclusion = policy->add_exclusions();
    const int64_t start = random->Percent(30) ? last_end : clock.Any(random);
    const bool has_start = random->Percent(85);
    if (has_start) *exclusion->mutable_start_time() = ToTimestamp(start);
    int64_t end = clock.Any(random);
    if (random->Percent(60)) end = Plus(start, random->Between(1, 2));
    if (random->Percent(30)) end = Plus(start, clock.tick);
    const bool is_valid = end > (has_start ? start : kFirstNano);
    if (is_valid && random->Percent(90)) {
      *exclusion->mutable_end_time() = ToTimestamp(end);
    }
    last_end = end;
    AddNames(inventory, random, exclusion);
    if (random->Percent(20)) exclusion->set_reason("intruder");
  }
}

void AddTimes(const WorldClock& clock, SeededRandom* random,
              v1::Policy* policy) {
  if (random->Percent(35)) {
    *policy->mutable_target_time() = ToTimestamp(
        random->Percent(50) ? clock.Late(random) : clock.Any(random));
  }
  if (random->Percent(30)) {
    *policy->mutable_incident_time() = ToTimestamp(clock.Any(random));
  }
  if (random->Percent(15)) {
    *policy->mutable_not_before() = ToTimestamp(clock.Any(random));
  }
  if (random->Percent(40)) {
    *policy->mutable_rpo_objective() = ToDuration(RandomLength(clock, random));
  }
}

}  // namespace

v1::Policy RandomPolicy(const v1::Inventory& inventory, const WorldClock& clock,
                        SeededRandom* random) {
  v1::Policy policy;
  AddChoice(clock, random, &policy);
  if (random->Percent(40)) return policy;
  AddTimes(clock, random, &policy);
  if (random->Percent(40)) AddExclusions(inventory, clock, random, &policy);
  if (random->Percent(25)) {
    policy.set_minimum_cleanliness(random->Pick<v1::RecoveryPoint::Cleanliness>(
        {v1::RecoveryPoint::INFECTED, v1::RecoveryPoint::SUSPICIOUS,
         v1::RecoveryPoint::UNKNOWN, v1::RecoveryPoint::UNKNOWN,
         v1::RecoveryPoint::CLEAN}));
  }
  policy.set_trust_unjudged_points(random->Percent(20));
  policy.set_allow_partial_disks(random->Percent(20));
  policy.set_allow_incomplete_groups(random->Percent(35));
  policy.set_allow_not_replicating(random->Percent(20));
  return policy;
}

}  // namespace recoveryline::reference
