// FailoverRun: a Decision that is being carried out, VM by VM, and what may be
// asked of it now.
//
//   FailoverRun run({{.unit = 0}, {.unit = 1, .boot_group = 1}});
//   std::vector<RunTask> todo;
//   absl::Status refused = run.Ask(Verb::kStart, &todo);  // preflight
//   refused = run.TellPreflight(true, &todo);             // fail over VM 0
//   refused = run.Tell(0, VmEvent::kDone, &todo);         // verify VM 0
//
// Rules beyond those of a single VM (failover_machine.h); a test goes through
// all runs of three machines and holds them:
//   (1) Nothing is failed over before preflight has passed.
//   (2) Boot groups follow each other: one begins when every VM of those before
//       it is verified, and, where it waits for a person, when that one says
//       so. Where VMs are started apart, all are failed over first, and boot
//       groups are the order of starting.
//   (3) Commit takes all VMs or none, and none before each is verified; a
//       rehearsal is never committed.
//   (4) What is changed or cancelled is whole units.
//   (5) state() follows from what is saved, whatever led there.
//
// It is pure: who drives it carries the tasks out and tells the outcomes. What
// was asked and told makes the same run again, and so does saved().
//
// Cost: a verb O(VMs); an outcome O(VMs).
// Errors: FailedPrecondition says why a verb is not allowed now.
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUN_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUN_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "engine/failover/failover_machine.h"

namespace recoveryline {

// What a person or a tool asks of a run.
enum class Verb : uint8_t {
  kStart,     // or once more, of what failed
  kContinue,  // the manual action before a boot group, or at the end, is done
  kCommit,
  kReprotect,
  kCancel,
};
inline constexpr int kVerbCount = 5;

struct RunVm {
  int unit = 0;        // a replication group, or a VM by itself
  int boot_group = 0;  // from 0 on, in the order of starting
  FailoverState state = FailoverState::kPlanned;

  bool operator==(const RunVm&) const = default;
};

// What holds for the whole run.
struct RunRules {
  // Whether a boot group, also one without VMs, waits for a person, and after
  // all of them the end; false where it is shorter.
  std::vector<bool> waits_before = {};
  bool separate_start = false;  // VMs are started apart from the failover
  bool rehearsal = false;
};

struct RunTask {
  enum Kind : uint8_t { kPreflight, kManualAction, kVm } kind = kVm;
  int boot_group = -1;  // before which the action is; with kManualAction
  int vm = -1;          // with kVm, and what is to be done for it
  VmAction action = VmAction::kNone;
};

class FailoverRun {
 public:
  enum class Phase : uint8_t { kPlanned, kPreflight, kBooting, kWaiting };
  struct Saved {
    Phase phase = Phase::kPlanned;
    int boot_group = 0;  // begun last; while waiting, the one to begin
    std::vector<RunVm> vms;

    bool operator==(const Saved&) const = default;
  };

  // REQUIRES: there are VMs.
  explicit FailoverRun(std::vector<RunVm> vms, RunRules rules = {});
  FailoverRun(Saved saved, RunRules rules);

  const Saved& saved() const { return saved_; }
  FailoverState state() const;
  // Those that would do something.
  std::vector<Verb> allowed() const;

  // Appends what is to be done; nothing where it is done or under way.
  absl::Status Ask(Verb verb, std::vector<RunTask>* todo);
  // Of whole units that are failed over, or have failed.
  absl::Status AskToChangePoints(absl::Span<const int> vms,
                                 std::vector<RunTask>* todo);

  // How preflight ended; where it did not pass, the run is as it was planned.
  absl::Status TellPreflight(bool passed, std::vector<RunTask>* todo);
  // How what was to be done for a VM ended: kDone, kElsewhere or kFailed.
  absl::Status Tell(int vm, VmEvent outcome, std::vector<RunTask>* todo);

 private:
  bool All(absl::FunctionRef<bool(const RunVm&)> is) const;
  bool Any(absl::FunctionRef<bool(const RunVm&)> is) const;
  absl::Status AskEach(absl::FunctionRef<bool(const RunVm&)> which,
                       VmEvent event, std::vector<RunTask>* todo);
  absl::Status Start(std::vector<RunTask>* todo);
  bool EarlierAreVerified(int boot_group) const;
  void Step(int vm, VmEvent event, std::vector<RunTask>* todo);
  void BeginBootGroup(std::vector<RunTask>* todo);
  void StartLanded(std::vector<RunTask>* todo);
  void GoOn(std::vector<RunTask>* todo);
  bool WaitsBefore(int boot_group) const;

  Saved saved_;
  RunRules rules_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUN_H_
