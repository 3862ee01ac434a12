// The last good line of random histories is found, in as few tries as halving
// takes; verdicts may come in any order and of any part of the plan.

#include "engine/batch/plan_bisection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/line_bisection.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using v1::LineSearch;
using v1::LineVerdict;

TEST(LineBisectionTest, TheLastGoodLineIsFoundForEveryCount) {
  for (int64_t count = 1; count <= 200; ++count) {
    for (int64_t good = 0; good <= count; ++good) {
      core::LineBisection search(count, 0, count);
      int tries = 0;
      while (search.open_count() > 0) {
        const int left = search.tries_left();
        const int64_t line = search.next();
        search = search.Tell(line, line < good);
        ASSERT_LT(search.tries_left(), left);
        ++tries;
      }
      EXPECT_EQ(search.good_count(), good);
      EXPECT_FALSE(search.contradictory());
      EXPECT_LE(tries,
                static_cast<int>(std::bit_width(static_cast<uint64_t>(count))));
    }
  }
  EXPECT_TRUE(core::LineBisection(5, 3, 5).Tell(1, false).contradictory());
}

// A plan whose VMs went bad at some instant each.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {
    inventory_.mutable_as_of_time()->set_seconds(10'000);
    v1::ReplicationGroup* group = inventory_.add_replication_groups();
    group->set_id("g");
    group->set_multi_vm_consistency(true);
    const int vms = 1 + static_cast<int>(random_() % 5);
    for (int i = 0; i < vms; ++i) AddVm(i);
    policy().set_option(random_() % 2 == 0
                            ? v1::Policy::LATEST
                            : v1::Policy::LATEST_MULTI_VM_PROCESSED);
  }

  const v1::Inventory& inventory() const { return inventory_; }
  const v1::RecoveryPlan& plan() const { return plan_; }
  std::mt19937_64& random() { return random_; }

  v1::Decision At(Instant target) const {
    v1::RecoveryPlan plan = plan_;
    *plan.mutable_policy()->mutable_target_time() = ToTimestamp(target);
    return Select(inventory_, plan, {});
  }
  bool IsGood(const v1::VmSelection& row) const {
    return *ToInstant(row.capture_time()) < bad_from_.at(row.vm_id());
  }
  // Of the machines that a search is about; all where it names none.
  bool IsGood(const v1::Decision& decision, const LineSearch& search) const {
    return std::all_of(
        decision.vm_selections().begin(), decision.vm_selections().end(),
        [&](const v1::VmSelection& row) {
          const bool counts =
              search.vm_ids().empty() ||
              std::count(search.vm_ids().begin(), search.vm_ids().end(),
                         row.vm_id()) > 0;
          return !counts || row.outcome() != v1::VmSelection::SELECTED ||
                 IsGood(row);
        });
  }

 private:
  v1::Policy& policy() { return *plan_.mutable_policy(); }
  void AddVm(int i) {
    v1::Vm* vm = inventory_.add_vms();
    vm->set_id(absl::StrCat("vm-", i));
    vm->set_protection_state(v1::Vm::REPLICATING);
    if (i < 3) vm->set_replication_group_id("g");
    const int points = 1 + static_cast<int>(random_() % 40);
    for (int p = 0; p < points; ++p) {
      v1::RecoveryPoint* point = vm->add_recovery_points();
      point->set_id(absl::StrCat(p));
      *point->mutable_capture_time() = ToTimestamp(
          (100 * p + static_cast<int64_t>(random_() % 50)) * 1'000'000'000);
      point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
      point->set_consistency_marker(absl::StrCat("m", p));
    }
    bad_from_[vm->id()] =
        random_() % 6 == 0
            ? core::kForever
            : static_cast<Instant>(random_() % 4'500) * 1'000'000'000;
  }

  std::mt19937_64 random_;
  v1::Inventory inventory_;
  v1::RecoveryPlan plan_;
  std::map<std::string, Instant> bad_from_;
};

// Tells what was seen of a line: all of it, or machine by machine.
void AddVerdicts(History* history, const v1::Decision& decision,
                 const LineSearch& search, v1::LineVerdicts* verdicts) {
  const auto add = [&](bool good) {
    LineVerdict* verdict = verdicts->add_verdicts();
    *verdict->mutable_target_time() = decision.target_time();
    verdict->set_verdict(good ? LineVerdict::GOOD : LineVerdict::BAD);
    return verdict;
  };
  if (history->random()() % 2 == 0 || !search.vm_ids().empty()) {
    for (const v1::VmSelection& row : decision.vm_selections()) {
      if (row.outcome() != v1::VmSelection::SELECTED) continue;
      add(history->IsGood(row))->set_vm_id(row.vm_id());
    }
  } else {
    add(history->IsGood(decision, search));
  }
  std::shuffle(verdicts->mutable_verdicts()->begin(),
               verdicts->mutable_verdicts()->end(), history->random());
}

TEST(PlanBisectionRandomTest, TheLastGoodLineIsFoundInLogarithmicTries) {
  std::map<LineSearch::State, int> ends;
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed);
    const RowInventory view(history.inventory());
    v1::LineVerdicts verdicts;
    LineSearch search =
        MakeBisection(view, history.plan(), verdicts, {}).searches(0);
    const int most = static_cast<int>(
        std::bit_width(static_cast<uint64_t>(search.line_count())));
    EXPECT_EQ(search.tries_left(), most);
    int tries = 0;
    while (search.state() == LineSearch::SEARCHING) {
      ASSERT_LE(++tries, most);
      const v1::Decision line =
          history.At(*ToInstant(search.next_target_time()));
      AddVerdicts(&history, line, search, &verdicts);
      search = MakeBisection(view, history.plan(), verdicts, {}).searches(0);
    }
    ++ends[search.state()];
    if (search.state() == LineSearch::FOUND) {
      EXPECT_TRUE(history.IsGood(
          history.At(*ToInstant(search.last_good_target_time())), search));
    }
    if (search.has_first_bad_target_time()) {
      const Instant bad = *ToInstant(search.first_bad_target_time());
      EXPECT_FALSE(history.IsGood(history.At(bad), search));
    } else if (search.state() == LineSearch::FOUND) {
      EXPECT_TRUE(history.IsGood(history.At(core::kForever), search));
    }
    ASSERT_FALSE(HasFailure()) << search.DebugString();
  }
  EXPECT_GT(ends[LineSearch::FOUND], 5'000);
  EXPECT_GT(ends[LineSearch::NONE_GOOD], 50);
  EXPECT_EQ(ends[LineSearch::CONTRADICTORY], 0);
}

TEST(PlanBisectionRandomTest, UnitsAreSearchedSideBySide) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed);
    const RowInventory view(history.inventory());
    v1::LineVerdicts verdicts;
    const BisectionRequest request{.by_unit = true};
    v1::Bisection all = MakeBisection(view, history.plan(), verdicts, request);
    for (int round = 0; round < 8; ++round) {
      for (const LineSearch& search : all.searches()) {
        if (search.state() != LineSearch::SEARCHING) continue;
        const v1::Decision line =
            history.At(*ToInstant(search.next_target_time()));
        for (const v1::VmSelection& row : line.vm_selections()) {
          if (std::count(search.vm_ids().begin(), search.vm_ids().end(),
                         row.vm_id()) == 0) {
            continue;
          }
          LineVerdict* verdict = verdicts.add_verdicts();
          *verdict->mutable_target_time() = line.target_time();
          verdict->set_vm_id(row.vm_id());
          verdict->set_verdict(history.IsGood(row) ? LineVerdict::GOOD
                                                   : LineVerdict::BAD);
        }
      }
      all = MakeBisection(view, history.plan(), verdicts, request);
    }
    for (const LineSearch& search : all.searches()) {
      EXPECT_EQ(search.open_count(), 0) << search.DebugString();
      if (search.state() != LineSearch::FOUND) continue;
      EXPECT_TRUE(history.IsGood(
          history.At(*ToInstant(search.last_good_target_time())), search));
      if (!search.has_first_bad_target_time()) continue;
      EXPECT_FALSE(history.IsGood(
          history.At(*ToInstant(search.first_bad_target_time())), search));
    }
    ASSERT_FALSE(HasFailure());
  }
}

class PlanBisectionTest : public testing::Test {
 protected:
  PlanBisectionTest() {
    inventory.mutable_as_of_time()->set_seconds(1'000);
    for (const char* id : {"a", "b"}) {
      v1::Vm* vm = inventory.add_vms();
      vm->set_id(id);
      vm->set_protection_state(v1::Vm::REPLICATING);
      for (int at = 100; at <= 800; at += 100) {
        v1::RecoveryPoint* point = vm->add_recovery_points();
        point->set_id(std::to_string(at));
        point->mutable_capture_time()->set_seconds(at);
        point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
      }
    }
  }
  LineVerdict* Say(int at, bool good, const std::string& vm = "") {
    LineVerdict* verdict = verdicts.add_verdicts();
    verdict->mutable_target_time()->set_seconds(at);
    verdict->set_verdict(good ? LineVerdict::GOOD : LineVerdict::BAD);
    verdict->set_vm_id(vm);
    return verdict;
  }
  v1::Bisection Make() const {
    return MakeBisection(RowInventory(inventory), {}, verdicts, {});
  }

  v1::Inventory inventory;
  v1::LineVerdicts verdicts;
};

TEST_F(PlanBisectionTest, TheMiddleIsTriedNext) {
  const LineSearch search = Make().searches(0);
  EXPECT_EQ(search.line_count(), 8);
  EXPECT_EQ(search.tries_left(), 4);
  EXPECT_EQ(search.next_target_time().seconds(), 500);
}

TEST_F(PlanBisectionTest, ATargetBetweenTwoLinesIsOfTheOneBefore) {
  Say(350, true);
  Say(550, false);
  const LineSearch search = Make().searches(0);
  EXPECT_EQ(search.last_good_target_time().seconds(), 300);
  EXPECT_EQ(search.first_bad_target_time().seconds(), 500);
  EXPECT_EQ(search.next_target_time().seconds(), 400);
  EXPECT_EQ(search.tries_left(), 1);
}

TEST_F(PlanBisectionTest, OneBadVmMakesALineBadAndOneGoodVmNotGood) {
  Say(500, false, "b");
  Say(700, true, "a");
  const LineSearch search = Make().searches(0);
  EXPECT_FALSE(search.has_last_good_target_time());
  EXPECT_EQ(search.first_bad_target_time().seconds(), 500);
}

TEST_F(PlanBisectionTest, GoodAfterBadIsAContradiction) {
  Say(300, false);
  Say(600, true);
  EXPECT_EQ(Make().searches(0).state(), LineSearch::CONTRADICTORY);
}

TEST_F(PlanBisectionTest, WhereAllIsBadThatIsSaid) {
  Say(100, false);
  EXPECT_EQ(Make().searches(0).state(), LineSearch::NONE_GOOD);
  verdicts.Clear();
  for (v1::Vm& vm : *inventory.mutable_vms()) vm.clear_recovery_points();
  EXPECT_EQ(Make().searches(0).state(), LineSearch::NO_LINES);
}

TEST_F(PlanBisectionTest, AnAlignedPlanIsRefused) {
  v1::RecoveryPlan plan;
  plan.mutable_policy()->mutable_plan_alignment();
  EXPECT_EQ(MakeBisection(RowInventory(inventory), plan, verdicts, {})
                .violations_size(),
            1);
}

TEST_F(PlanBisectionTest, AVerdictOfNothingIsAViolation) {
  Say(300, true, "ghost");
  EXPECT_EQ(Make().violations(0).field_path(), "verdicts[0]");
  verdicts.Clear();
  Say(300, true)->clear_target_time();
  EXPECT_EQ(Make().violations(0).field_path(), "verdicts[0].targetTime");
  verdicts.Clear();
  Say(300, true)->clear_verdict();
  EXPECT_EQ(Make().violations(0).field_path(), "verdicts[0].verdict");
}

}  // namespace
}  // namespace recoveryline
