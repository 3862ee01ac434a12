#include "engine/failover/failover_run.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace recoveryline {
namespace {

using S = FailoverState;
using Saved = FailoverRun::Saved;

// --- By hand ---

class FailoverRunTest : public testing::Test {
 protected:
  FailoverRunTest()
      : run({{.unit = 0}, {.unit = 0}, {.unit = 1, .boot_group = 1}},
            {.waits_before = {false, true}}) {}

  // What is to be done, as "verify 0".
  std::vector<std::string> Todo() {
    static const char* const kNames[] = {"none",      "failover", "start",
                                         "change",    "verify",   "commit",
                                         "reprotect", "watch",    "cancel"};
    std::vector<std::string> texts;
    for (const RunTask& task : std::exchange(todo, {})) {
      switch (task.kind) {
        case RunTask::kPreflight:
          texts.push_back("preflight");
          break;
        case RunTask::kManualAction:
          texts.push_back("person " + std::to_string(task.boot_group));
          break;
        case RunTask::kVm:
          texts.push_back(
              std::string(kNames[static_cast<size_t>(task.action)]) + " " +
              std::to_string(task.vm));
          break;
      }
    }
    return texts;
  }
  void Ask(Verb verb) { EXPECT_TRUE(run.Ask(verb, &todo).ok()); }
  void Done(int vm) { EXPECT_TRUE(run.Tell(vm, VmEvent::kDone, &todo).ok()); }
  void Failed(int vm) {
    EXPECT_TRUE(run.Tell(vm, VmEvent::kFailed, &todo).ok());
  }
  // Until VMs 0 and 1 are verified.
  void FailOverFirstGroup() {
    Ask(Verb::kStart);
    EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
    for (const int vm : {0, 1, 0, 1}) Done(vm);
    todo.clear();
  }
  std::string Refusal(Verb verb) {
    return std::string(run.Ask(verb, &todo).message());
  }

  using Texts = std::vector<std::string>;
  FailoverRun run;
  std::vector<RunTask> todo;
};

TEST_F(FailoverRunTest, FromThePlanToProtection) {
  EXPECT_EQ(run.state(), S::kPlanned);
  Ask(Verb::kStart);
  EXPECT_EQ(run.state(), S::kPreflight);
  EXPECT_EQ(Todo(), Texts({"preflight"}));
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  EXPECT_EQ(Todo(), Texts({"failover 0", "failover 1"}));
  EXPECT_EQ(run.state(), S::kFailingOver);
  Done(1);
  Done(0);
  EXPECT_EQ(Todo(), Texts({"verify 1", "verify 0"}));
  Done(0);
  EXPECT_EQ(run.state(), S::kFailingOver);  // VM 2 is still planned
  Done(1);
  EXPECT_EQ(Todo(), Texts({"person 1"}));
  EXPECT_EQ(run.state(), S::kAwaitingManualAction);
  EXPECT_EQ(run.allowed(), std::vector<Verb>({Verb::kContinue, Verb::kCancel}));
  Ask(Verb::kContinue);
  EXPECT_EQ(Todo(), Texts({"failover 2"}));
  Done(2);
  EXPECT_EQ(run.state(), S::kVerifying);
  Done(2);
  EXPECT_EQ(run.state(), S::kAwaitingCommit);
  EXPECT_EQ(run.allowed(), std::vector<Verb>({Verb::kCommit, Verb::kCancel}));
  todo.clear();
  Ask(Verb::kCommit);
  EXPECT_EQ(Todo(), Texts({"commit 0", "commit 1", "commit 2"}));
  EXPECT_EQ(run.state(), S::kCommitting);
  for (const int vm : {0, 1, 2}) Done(vm);
  EXPECT_EQ(run.state(), S::kCommitted);
  EXPECT_EQ(run.allowed(), std::vector<Verb>({Verb::kReprotect}));
  Ask(Verb::kReprotect);
  EXPECT_EQ(Todo(), Texts({"reprotect 0", "reprotect 1", "reprotect 2"}));
  for (const int vm : {0, 1, 2}) Done(vm);
  EXPECT_EQ(run.state(), S::kReprotected);
  EXPECT_EQ(Todo(), Texts({"watch 0", "watch 1", "watch 2"}));
  for (const int vm : {0, 1, 2}) Done(vm);
  EXPECT_EQ(run.state(), S::kProtected);
  EXPECT_EQ(run.allowed(), std::vector<Verb>());
}

TEST_F(FailoverRunTest, WithoutPreflightNothingHappens) {
  Ask(Verb::kStart);
  todo.clear();
  EXPECT_TRUE(run.TellPreflight(false, &todo).ok());
  EXPECT_EQ(Todo(), Texts());
  EXPECT_EQ(run.state(), S::kPlanned);
  EXPECT_FALSE(run.TellPreflight(true, &todo).ok());
}

TEST_F(FailoverRunTest, AHalfFailedGroupIsHeld) {
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  Done(0);
  Done(0);
  Failed(1);
  EXPECT_EQ(run.state(), S::kPartiallyFailedOver);
  EXPECT_EQ(Refusal(Verb::kCommit),
            "commit needs every VM verified (the run is "
            "PARTIALLY_FAILED_OVER)");
  EXPECT_EQ(run.allowed(), std::vector<Verb>({Verb::kStart, Verb::kCancel}));
  todo.clear();
  Ask(Verb::kStart);  // of what failed alone
  EXPECT_EQ(Todo(), Texts({"failover 1"}));
  Done(1);
  Failed(1);
  EXPECT_EQ(run.state(), S::kPartiallyFailedOver);
  todo.clear();
  Ask(Verb::kStart);  // it is failed over already
  EXPECT_EQ(Todo(), Texts({"verify 1"}));
}

TEST_F(FailoverRunTest, TheEndMayWaitForAPersonToo) {
  run = FailoverRun({{.unit = 0}, {.unit = 1, .boot_group = 1}},
                    {.waits_before = {false, false, true}});
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  for (const int vm : {0, 0, 1, 1}) Done(vm);
  EXPECT_EQ(run.state(), S::kAwaitingManualAction);
  EXPECT_FALSE(run.Ask(Verb::kCommit, &todo).ok());
  Ask(Verb::kContinue);
  EXPECT_EQ(run.state(), S::kAwaitingCommit);
  EXPECT_FALSE(run.Ask(Verb::kContinue, &todo).ok());
}

TEST_F(FailoverRunTest, AWaitBeforeABootGroupWithoutVmsIsNotForgotten) {
  run = FailoverRun({{.unit = 0, .boot_group = 1}},
                    {.waits_before = {true, false, false, true, false}});
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  Ask(Verb::kContinue);
  for (const int vm : {0, 0}) Done(vm);
  EXPECT_EQ(Todo(), Texts({"preflight", "person 1", "failover 0", "verify 0",
                           "person 4"}));
  Ask(Verb::kContinue);
  EXPECT_EQ(run.state(), S::kAwaitingCommit);
}

TEST_F(FailoverRunTest, ARehearsalIsNeverCommitted) {
  run = FailoverRun({{.unit = 0}}, {.rehearsal = true});
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  for (const int vm : {0, 0}) Done(vm);
  EXPECT_EQ(run.allowed(), std::vector<Verb>({Verb::kCancel}));
  EXPECT_FALSE(run.Ask(Verb::kCommit, &todo).ok());
}

TEST_F(FailoverRunTest, WhereStartIsSeparateAllAreFailedOverFirst) {
  run = FailoverRun({{.unit = 0}, {.unit = 1}, {.unit = 2, .boot_group = 1}},
                    {.separate_start = true});
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  EXPECT_EQ(Todo(),
            Texts({"preflight", "failover 0", "failover 1", "failover 2"}));
  Done(2);
  Failed(1);
  Done(0);
  EXPECT_EQ(Todo(), Texts());
  EXPECT_EQ(run.state(), S::kPartiallyFailedOver);
  Ask(Verb::kStart);
  EXPECT_EQ(Todo(), Texts({"failover 1"}));
  Done(1);
  EXPECT_EQ(Todo(), Texts({"start 0", "start 1"}));
  Done(0);
  Failed(1);  // to start it
  EXPECT_EQ(Todo(), Texts({"verify 0"}));
  Done(0);
  EXPECT_EQ(Todo(), Texts());
  Ask(Verb::kStart);
  EXPECT_EQ(Todo(), Texts({"start 1"}));
  Done(1);
  Done(1);
  EXPECT_EQ(Todo(), Texts({"verify 1", "start 2"}));
}

TEST_F(FailoverRunTest, APointThatIsChosenAfterwardsIsChanged) {
  Ask(Verb::kStart);
  EXPECT_TRUE(run.TellPreflight(true, &todo).ok());
  todo.clear();
  EXPECT_TRUE(run.Tell(0, VmEvent::kElsewhere, &todo).ok());
  EXPECT_EQ(Todo(), Texts({"change 0"}));
  EXPECT_EQ(run.state(), S::kFailingOver);
  Done(0);
  EXPECT_EQ(Todo(), Texts({"verify 0"}));
}

TEST_F(FailoverRunTest, PointsAreChangedForWholeGroups) {
  FailOverFirstGroup();
  EXPECT_FALSE(run.AskToChangePoints({0}, &todo).ok());
  EXPECT_FALSE(run.AskToChangePoints({0, 1, 2}, &todo).ok());
  EXPECT_EQ(Todo(), Texts());
  EXPECT_TRUE(run.AskToChangePoints({1, 0}, &todo).ok());
  EXPECT_EQ(Todo(), Texts({"change 0", "change 1"}));
  // The next boot group waits for them too.
  EXPECT_FALSE(run.Ask(Verb::kContinue, &todo).ok());
  for (const int vm : {0, 1, 0, 1}) Done(vm);
  todo.clear();
  Ask(Verb::kContinue);
  EXPECT_EQ(Todo(), Texts({"failover 2"}));
}

TEST_F(FailoverRunTest, ACancelledRunStaysCancelled) {
  FailOverFirstGroup();
  Ask(Verb::kCancel);
  EXPECT_EQ(Todo(), Texts({"cancel 0", "cancel 1"}));
  EXPECT_EQ(run.state(), S::kCancelling);
  EXPECT_FALSE(run.Ask(Verb::kContinue, &todo).ok());
  Done(0);
  Failed(1);
  EXPECT_EQ(run.state(), S::kPartiallyFailedOver);
  EXPECT_FALSE(run.Ask(Verb::kStart, &todo).ok());
  todo.clear();
  Ask(Verb::kCancel);
  EXPECT_EQ(Todo(), Texts({"cancel 1"}));
  Done(1);
  EXPECT_EQ(run.state(), S::kCancelled);
  EXPECT_FALSE(run.Ask(Verb::kStart, &todo).ok());
}

TEST_F(FailoverRunTest, AnOutcomeOfNothingIsRefused) {
  EXPECT_FALSE(run.Tell(0, VmEvent::kDone, &todo).ok());
  FailOverFirstGroup();
  EXPECT_FALSE(run.Tell(0, VmEvent::kFailed, &todo).ok());
  EXPECT_FALSE(run.Tell(2, VmEvent::kDone, &todo).ok());
  EXPECT_FALSE(run.Tell(0, VmEvent::kCommit, &todo).ok());
}

// --- All runs ---

std::string KeyOf(const Saved& saved) {
  std::string key = {static_cast<char>(saved.phase),
                     static_cast<char>(saved.boot_group)};
  for (const RunVm& vm : saved.vms) key += static_cast<char>(vm.state);
  return key;
}

// What may come after a run: by each verb, outcome and change of points.
std::vector<std::pair<FailoverRun, std::vector<RunTask>>> AllAfter(
    const FailoverRun& run) {
  std::vector<std::pair<FailoverRun, std::vector<RunTask>>> after;
  const auto attempt = [&](auto&& ask) {
    FailoverRun next = run;
    std::vector<RunTask> todo;
    if (!ask(&next, &todo).ok()) {
      EXPECT_EQ(next.saved(), run.saved());
      EXPECT_TRUE(todo.empty());
      return;
    }
    after.emplace_back(std::move(next), std::move(todo));
  };
  for (int v = 0; v < kVerbCount; ++v) {
    attempt([&](FailoverRun* next, auto* todo) {
      return next->Ask(static_cast<Verb>(v), todo);
    });
  }
  for (const bool passed : {false, true}) {
    attempt([&](FailoverRun* next, auto* todo) {
      return next->TellPreflight(passed, todo);
    });
  }
  for (int vm = 0; vm < 3; ++vm) {
    for (const VmEvent outcome :
         {VmEvent::kDone, VmEvent::kElsewhere, VmEvent::kFailed}) {
      attempt([&](FailoverRun* next, auto* todo) {
        return next->Tell(vm, outcome, todo);
      });
    }
  }
  for (const std::vector<int>& vms :
       std::vector<std::vector<int>>{{0, 1}, {2}, {0, 1, 2}}) {
    attempt([&](FailoverRun* next, auto* todo) {
      return next->AskToChangePoints(vms, todo);
    });
  }
  return after;
}

bool Is(const RunVm& vm, std::initializer_list<S> states) {
  return std::find(states.begin(), states.end(), vm.state) != states.end();
}

bool IsVerified(const RunVm& vm) {
  return Is(vm, {S::kAwaitingCommit, S::kCommitting, S::kCommitted,
                 S::kReprotecting, S::kReprotected, S::kProtected});
}

// What every step must keep.
void CheckStep(const Saved& before, const FailoverRun& run,
               const std::vector<RunTask>& todo, bool separate_start) {
  const Saved& after = run.saved();
  size_t commits = 0;
  for (const RunTask& task : todo) {
    if (task.kind != RunTask::kVm) continue;
    const RunVm& vm = after.vms[static_cast<size_t>(task.vm)];
    if (task.action == VmAction::kFailOver) {
      EXPECT_GT(after.phase, FailoverRun::Phase::kPreflight);
    }
    // What makes a VM run.
    if (task.action ==
        (separate_start ? VmAction::kStart : VmAction::kFailOver)) {
      for (const RunVm& other : after.vms) {
        EXPECT_TRUE(IsVerified(other) || other.boot_group >= vm.boot_group);
      }
    }
    if (task.action == VmAction::kCommit) ++commits;
  }
  for (const RunVm& vm : before.vms) {
    EXPECT_TRUE(IsVerified(vm) || commits == 0);
  }
  if (run.state() == S::kProtected) {
    for (const RunVm& vm : after.vms) EXPECT_EQ(vm.state, S::kProtected);
  }
}

// Of every run that can come about with two boot groups and two units: the
// rules of the header hold, what is asked twice is done once, and some way
// leads on.
void GoThroughAllRuns(const std::vector<RunVm>& vms, const RunRules& rules) {
  std::map<std::string, FailoverRun> seen;
  std::map<std::string, std::vector<std::string>> before;
  std::deque<FailoverRun> open = {FailoverRun(vms, rules)};
  seen.emplace(KeyOf(open.front().saved()), open.front());
  while (!open.empty()) {
    const FailoverRun run = open.front();
    open.pop_front();
    for (auto& [next, todo] : AllAfter(run)) {
      CheckStep(run.saved(), next, todo, rules.separate_start);
      const std::string key = KeyOf(next.saved());
      before[key].push_back(KeyOf(run.saved()));
      // What was saved is all there is.
      EXPECT_EQ(FailoverRun(next.saved(), rules).state(), next.state());
      if (seen.emplace(key, next).second) open.push_back(next);
    }
    for (int v = 0; v < kVerbCount; ++v) {
      FailoverRun twice = run;
      std::vector<RunTask> todo;
      if (!twice.Ask(static_cast<Verb>(v), &todo).ok()) continue;
      const Saved once = twice.saved();
      todo.clear();
      if (twice.Ask(static_cast<Verb>(v), &todo).ok()) {
        EXPECT_TRUE(todo.empty());
        EXPECT_EQ(twice.saved(), once);
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << NameOf(run.state());
  }
  // From each, one comes to an end: protected, or cancelled.
  std::map<std::string, bool> ends;
  std::deque<std::string> from;
  for (const auto& [key, run] : seen) {
    if (run.state() == S::kProtected || run.state() == S::kCancelled) {
      ends[key] = true;
      from.push_back(key);
    }
  }
  while (!from.empty()) {
    const std::string key = from.front();
    from.pop_front();
    for (const std::string& earlier : before[key]) {
      if (ends.emplace(earlier, true).second) from.push_back(earlier);
    }
  }
  for (const auto& [key, run] : seen) {
    EXPECT_TRUE(ends.count(key) == 1) << NameOf(run.state());
  }
  EXPECT_GT(seen.size(), 200u);
}

TEST(FailoverRunExhaustiveTest, EveryRunOfThreeMachinesKeepsTheRules) {
  for (const bool waits : {false, true}) {
    for (const bool separate_start : {false, true}) {
      for (const int last : {0, 1, 5}) {
        GoThroughAllRuns(
            {{.unit = 0}, {.unit = 0}, {.unit = 1, .boot_group = last}},
            {.waits_before = {false, waits, waits, false, false, waits},
             .separate_start = separate_start});
      }
    }
  }
}

}  // namespace
}  // namespace recoveryline
