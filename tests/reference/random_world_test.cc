// The random worlds reach what they are meant to reach, counted with the
// reference alone.

#include "tests/reference/random_world.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include "google/protobuf/descriptor.h"
#include "tests/reference/reference_selector.h"

namespace recoveryline::reference {
namespace {

constexpr int kWorlds = 20'000;

// In how many worlds something occurred, by name.
using Coverage = std::map<std::string, int>;

// Every value of `E` but the first, UNSPECIFIED.
template <typename E>
std::set<std::string> NamesOf(const std::string& prefix) {
  std::set<std::string> names;
  const auto* descriptor = google::protobuf::GetEnumDescriptor<E>();
  for (int i = 1; i < descriptor->value_count(); ++i) {
    names.insert(prefix + descriptor->value(i)->name());
  }
  return names;
}

template <typename E>
std::string NameOf(const std::string& prefix, E value) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<E>();
  return prefix + descriptor->FindValueByNumber(value)->name();
}

void SeeVm(const v1::VmSelection& row, std::set<std::string>* seen) {
  seen->insert(NameOf("vm ", row.outcome()));
  if (row.rule_index() > 0) seen->insert("a later rule");
  if (row.process_pending_data()) seen->insert("pending data");
  if (row.rpo_exceeded()) seen->insert("objective exceeded");
  if (row.consistency_cost().nanos() > 0 ||
      row.consistency_cost().seconds() > 0) {
    seen->insert("a price of consistency");
  }
  for (const v1::Rejection& rejection : row.rejections()) {
    seen->insert(NameOf("rejection ", rejection.reason()));
    if (row.outcome() == v1::VmSelection::SELECTED) {
      seen->insert(NameOf("better but ", rejection.reason()));
    }
  }
}

void SeeGroup(const v1::GroupSelection& row, std::set<std::string>* seen) {
  seen->insert(NameOf("group ", row.outcome()));
  if (row.outcome() == v1::VmSelection::SELECTED) {
    seen->insert(NameOf("guarantee ", row.guarantee()));
  }
  if (row.skew().nanos() > 0 || row.skew().seconds() > 0) {
    seen->insert("a skew");
  }
  if (row.blocking_vms_size() > 1) seen->insert("several blocking VMs");
  for (const v1::BlockingVm& blocking : row.blocking_vms()) {
    seen->insert(blocking.has_gain() ? "blocking with gain"
                                     : "blocking without choice");
  }
}

std::set<std::string> SeenIn(const v1::Decision& decision) {
  std::set<std::string> seen = {NameOf("plan ", decision.outcome())};
  for (const v1::VmSelection& row : decision.vm_selections()) {
    SeeVm(row, &seen);
  }
  for (const v1::GroupSelection& row : decision.group_selections()) {
    SeeGroup(row, &seen);
  }
  if (decision.alignment().unit_count() > 1) seen.insert("several aligned");
  for (const v1::HoldingUnit& unit : decision.alignment().holding_units()) {
    seen.insert(unit.has_gain() ? "holding with gain"
                                : "holding without a line");
  }
  for (const v1::Warning& warning : decision.warnings()) {
    seen.insert(NameOf("warning ", warning.reason()));
  }
  return seen;
}

std::set<std::string> Wanted() {
  std::set<std::string> wanted = {"a later rule",
                                  "pending data",
                                  "objective exceeded",
                                  "a price of consistency",
                                  "a skew",
                                  "several blocking VMs",
                                  "blocking with gain",
                                  "blocking without choice",
                                  "several aligned",
                                  "holding with gain",
                                  "holding without a line"};
  wanted.merge(NamesOf<v1::Decision::Outcome>("plan "));
  wanted.merge(NamesOf<v1::VmSelection::Outcome>("vm "));
  wanted.merge(NamesOf<v1::VmSelection::Outcome>("group "));
  wanted.merge(NamesOf<v1::GroupSelection::Guarantee>("guarantee "));
  wanted.merge(NamesOf<v1::Rejection::Reason>("rejection "));
  wanted.merge(NamesOf<v1::Rejection::Reason>("better but "));
  wanted.merge(NamesOf<v1::Warning::Reason>("warning "));
  // No point before the floor is better than one at or after it.
  wanted.erase("better but BEFORE_FLOOR");
  wanted.erase("plan INVALID");     // Every world is valid.
  wanted.erase("group NOT_FOUND");  // A group row has machines.
  return wanted;
}

TEST(RandomWorldTest, TheSameSeedGivesTheSameWorld) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const World a = RandomWorld(seed);
    const World b = RandomWorld(seed);
    EXPECT_EQ(a.inventory.SerializeAsString(), b.inventory.SerializeAsString());
    EXPECT_EQ(a.plan.SerializeAsString(), b.plan.SerializeAsString());
    EXPECT_EQ(a.decision_time.has_value(), b.decision_time.has_value());
  }
}

TEST(RandomWorldTest, EveryOutcomeReasonAndWarningOccurs) {
  Coverage coverage;
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    // One in four is aligned.
    const World world = seed % 4 == 0 ? AlignedWorld(seed) : RandomWorld(seed);
    for (const std::string& name : SeenIn(ReferenceSelect(
             world.inventory, world.plan, world.decision_time))) {
      ++coverage[name];
    }
  }
  for (const std::string& name : Wanted()) {
    const int count = coverage[name];
    std::printf("%6.2f %%  %s\n", 100.0 * count / kWorlds, name.c_str());
    EXPECT_GE(count, kWorlds / 200) << name;  // At least 0.5 %.
  }
}

}  // namespace
}  // namespace recoveryline::reference
