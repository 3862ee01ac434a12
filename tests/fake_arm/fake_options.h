// FakeOptions: what a fake vault holds and how it behaves.
//
//   FakeOptions options;
//   options.blocks = {{.type = InstanceType::kA2A, .vm_count = 6,
//                      .group_count = 2}};
//   options.chaos = ChaosRates::AtLevel(2);
//   FakeVault vault(options);
//
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPTIONS_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/fake_arm/fake_chaos.h"
#include "tests/fake_arm/fake_types.h"

namespace recoveryline::fake {

// VMs of one instance type; a recovery plan of its own holds them all.
struct VmBlock {
  InstanceType type = InstanceType::kInMageRcm;
  int vm_count = 4;
  // The VMs are dealt out to so many groups; 0: none is in a group.
  int group_count = 0;
  // Of them, so many are in no group all the same, the last ones.
  int lone_count = 0;
  int boot_group_count = 1;
  // kProtected, or kCommitted: failed over, without points.
  Phase phase = Phase::kProtected;
};

// How a 202 says where to ask.
enum class PollStyle {
  // Azure-AsyncOperation with replicationOperationStatus, and Location.
  kOperationStatus,
  // As older API versions: Azure-AsyncOperation with the job, and Location.
  kJob,
  kLocationOnly,
};

struct FakeTimes {
  absl::Duration planned_failover = absl::Minutes(6);
  absl::Duration unplanned_failover = absl::Minutes(4);
  absl::Duration test_failover = absl::Minutes(5);
  absl::Duration test_cleanup = absl::Minutes(2);
  absl::Duration change_point = absl::Minutes(3);
  absl::Duration commit = absl::Seconds(30);
  absl::Duration cancel = absl::Minutes(2);
  absl::Duration reprotect = absl::Minutes(5);
  absl::Duration repair = absl::Minutes(3);
  // From the end of a failover to the agent's registration.
  absl::Duration agent = absl::Minutes(14);
  // From the end of a reprotection until points appear.
  absl::Duration initial_replication = absl::Minutes(20);
  // Told with a 202 and with a 429; zero: nothing is told.
  absl::Duration retry_after = absl::Seconds(30);
};

struct FakePointGrid {
  absl::Duration interval = absl::Minutes(5);
  // Each so-many-th is one of the hour: it outlives the dense window.
  int hourly_every = 12;
  // Those of the hour are application-consistent.
  bool application_consistent = true;
  absl::Duration dense = absl::Hours(2);
  absl::Duration retention = absl::Hours(24);
  // How far back the points reach when the vault is made.
  absl::Duration history = absl::Hours(3);
  // Common points of a group have one id in all its VMs; else their time alone
  // is the same.
  bool common_ids = false;
  // One VM of a group misses a common point one time in so many; 0: never.
  int missed_one_in = 8;
};

struct FakeOptions {
  uint64_t seed = 1;
  std::string subscription = "00000000-0000-0000-0000-000000000001";
  std::string resource_group = "rg-dr";
  std::string vault = "vault-dr";
  // The first instant that Handle() may be asked about.
  absl::Time start = absl::FromUnixSeconds(1773446400);  // 2026-03-14
  std::vector<VmBlock> blocks = std::vector<VmBlock>(1);
  FakeTimes times;
  FakePointGrid grid;
  PollStyle poll_style = PollStyle::kOperationStatus;
  // A second POST to an item at which an operation runs is answered 409; else
  // it starts a second operation, as the service does.
  bool conflict_on_second_post = false;
  // A VM of a named group is failed over by its plan alone.
  bool refuses_lone_failover_in_group = true;
  // A reProtect before the agent has registered is refused in answer to the
  // POST; else the operation is accepted and fails.
  bool refuses_reprotect_at_once = true;
  int page_size = 100;
  ChaosRates chaos;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPTIONS_H_
