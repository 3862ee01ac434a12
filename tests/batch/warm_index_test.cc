#include "engine/batch/warm_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "engine/core/common_line.h"
#include "engine/row_inventory.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"

namespace recoveryline {
namespace {

using core::Position;

// Rules of every scope.
core::Policy AllScopes() {
  core::Policy policy;
  policy.minimum_cleanliness = core::Cleanliness::kUnknown;
  policy.rules = {
      {.consistencies = core::AtLeast(core::Consistency::kApplication),
       .scope = core::Scope::kCommonMarker},
      {.scope = core::Scope::kCommonCaptureTime,
       .max_skew = core::Nanos{600'000'000'000}},
      {.scope = core::Scope::kIndependent}};
  return policy;
}

// What the view's own series say.
class Asked {
 public:
  Asked(const InventoryView& view, const core::Policy& policy, size_t rule,
        const WarmIndex::Question& question)
      : view_(view), rule_(policy.rules[rule]) {
    ask_ = policy.Ask(rule_.consistencies);
    ask_.decision_time = question.decision_time;
    ask_.target_time = question.target_time;
    ask_.exclusions = question.exclusions;
  }

  Position BestOf(int vm) const {
    return view_.points(vm).Best(ask_, view_.points(vm).size());
  }
  std::optional<core::CommonLine> LineOf(int group) const {
    std::vector<core::Candidates> members;
    for (const int vm : view_.group(group).vms) {
      members.push_back({.points = &view_.points(vm), .ask = ask_});
    }
    if (members.empty()) return std::nullopt;
    return rule_.scope == core::Scope::kCommonMarker
               ? core::NewestCommonMarker(members)
               : core::NewestCommonWindow(members, rule_.max_skew);
  }

 private:
  const InventoryView& view_;
  const core::Rule& rule_;
  core::Eligibility ask_;
};

// Numbers below `count` in no order, some of them twice.
std::vector<int> SomeBelow(int count, std::mt19937_64* random) {
  std::vector<int> some;
  for (int i = 0; count > 0 && i < 2 * count; ++i) {
    some.push_back(static_cast<int>((*random)() % static_cast<size_t>(count)));
  }
  return some;
}

// Compares all answers at `question`; how many lines there were.
int Compare(const InventoryView& view, const core::Policy& policy,
            const WarmIndex& index, const WarmIndex::Question& question,
            std::mt19937_64* random) {
  int found = 0;
  for (size_t rule = 0; rule < policy.rules.size(); ++rule) {
    const Asked asked(view, policy, rule, question);
    const std::vector<int> vms = SomeBelow(view.vm_count(), random);
    std::vector<Position> best(vms.size());
    index.BestOfEach(rule, vms, question, best);
    for (size_t i = 0; i < vms.size(); ++i) {
      EXPECT_EQ(best[i], asked.BestOf(vms[i]));
    }
    if (policy.rules[rule].scope == core::Scope::kIndependent) continue;
    const std::vector<int> groups = SomeBelow(view.group_count(), random);
    std::vector<std::optional<WarmIndex::Line>> lines(groups.size());
    index.LineOfEach(rule, groups, question, lines);
    for (size_t i = 0; i < groups.size(); ++i) {
      const auto want = asked.LineOf(groups[i]);
      std::vector<Position> positions(view.group(groups[i]).vms.size());
      const auto alone = index.LineOf(rule, groups[i], question, positions);
      EXPECT_EQ(lines[i].has_value(), want.has_value());
      EXPECT_EQ(alone.has_value(), want.has_value());
      if (!want || !alone || !lines[i]) continue;
      ++found;
      EXPECT_EQ(lines[i]->marker, want->marker);
      EXPECT_EQ(lines[i]->earliest, want->earliest);
      EXPECT_EQ(lines[i]->latest, want->latest);
      EXPECT_EQ(positions, want->positions);
    }
  }
  return found;
}

TEST(WarmIndexTest, AnIndexOfNothingAnswersNothing) {
  const v1::Inventory none;
  const RowInventory view(none);
  const WarmIndex index(view, AllScopes());
  index.BestOfEach(0, {}, {}, {});
  index.LineOfEach(0, {}, {}, {});
}

TEST(WarmIndexTest, AGroupWithoutMachinesHasNoLine) {
  v1::Inventory inventory;
  inventory.add_replication_groups()->set_id("empty");
  const RowInventory view(inventory);
  const WarmIndex index(view, AllScopes());
  for (const size_t rule : {0, 1}) {
    std::vector<std::optional<WarmIndex::Line>> lines = {WarmIndex::Line{}};
    index.LineOfEach(rule, std::vector<int>{0}, {}, lines);
    EXPECT_FALSE(lines[0].has_value());
  }
}

// Each index takes over the memory of the one before.
TEST(WarmIndexRandomTest, AnswersAsTheInventoryDoes) {
  int found = 0;
  WarmIndex index;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const reference::World world = reference::RandomWorld(seed);
    const RowInventory view(world.inventory);
    std::mt19937_64 random(seed);
    core::Policy policy = AllScopes();
    policy.minimum_cleanliness = static_cast<core::Cleanliness>(seed % 3);
    const core::Instant decision = DecisionTimeOf(world);
    if (seed % 4 == 0) {
      policy.not_before = core::SaturatingSubtract(decision, 3'600'000'000'000);
    }
    index = WarmIndex(view, policy, 1 + static_cast<int>(seed % 3),
                      std::move(index));
    // Of the newest point of each third machine, which is often the answer.
    std::vector<core::Interval> intervals;
    for (int vm = 0; vm < view.vm_count(); vm += 3) {
      const core::PointSeries& points = view.points(vm);
      if (points.size() == 0) continue;
      const core::Instant newest = points.capture_time(points.size() - 1);
      intervals.push_back({newest, core::SaturatingAdd(newest, 1)});
    }
    const core::IntervalSet exclusions =
        core::IntervalSet::FromUnsorted(intervals);
    for (const Scenario& s : ScenariosAround(decision, 6, seed)) {
      found +=
          Compare(view, policy, index,
                  {.decision_time = s.decision_time,
                   .target_time = s.target_time.value_or(s.decision_time),
                   .exclusions = random() % 2 == 0 ? &exclusions : nullptr},
                  &random);
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(found, 1'000);
}

}  // namespace
}  // namespace recoveryline
