#include "engine/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "tests/reference/reference_selector.h"
#include "tests/reference/small_world.h"

namespace recoveryline {

void PrintTo(const Refutation& refutation, std::ostream* out) {
  *out << refutation.field_path << ": " << refutation.message;
}

namespace {

using reference::SmallWorld;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using v1::Decision;
using v1::Policy;
using v1::RecoveryPoint;
using v1::Rule;
using v1::Violation;
using v1::VmSelection;
using v1::Warning;

auto At(const std::string& path) {
  return Field("field_path", &Refutation::field_path, path);
}

SelectRequest RequestOf(const SmallWorld& world) {
  SelectRequest request;
  request.decision_time = SmallWorld(world).inventory()->as_of_time();
  request.provenance.set_inventory_digest("sha256:1");
  request.provenance.set_plan_digest("sha256:2");
  return request;
}

std::vector<Refutation> Refuted(SmallWorld world, const Decision& decision) {
  return Verify(*world.inventory(), *world.plan(), decision, RequestOf(world));
}

// The reference's answer, as a right Decision: never the subject's.
Decision RightDecision(SmallWorld world) {
  Decision decision = world.Decide();
  for (Warning& warning : *decision.mutable_warnings()) {
    warning.set_message("a sentence");
  }
  *decision.mutable_provenance() = RequestOf(world).provenance;
  return decision;
}

// A group "g" that b holds back by 20 ns, whose a has a newer point beside, a
// VM "d" by itself and one, "x", that does not exist.
SmallWorld GroupWorld() {
  SmallWorld world;
  world.AddGroup("g");
  for (const char* id : {"a", "b", "c"}) {
    v1::Vm* vm = world.AddVm(id, "g");
    vm->set_display_name("machine");
    world.AddPoint(vm, "old", 50, "m1");
    if (*id != 'b') world.AddPoint(vm, "new", 70, "m2");
    if (*id == 'a') world.AddPoint(vm, "lone", 90);
    if (*id == 'c') world.AddPoint(vm, "later", 150);
  }
  v1::Vm* d = world.AddVm("d");
  world.AddPoint(d, "first", 40);
  world.AddPoint(d, "second", 80);
  world.PlanFor({"a", "b", "c", "d", "x"});
  world.AddRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::COMMON);
  *world.policy()->mutable_rpo_objective() = ToDuration(45);
  return world;
}

struct Corruption {
  std::string path;
  std::function<void(Decision*)> apply;
};

void ExpectRefutedAt(const SmallWorld& world,
                     const std::vector<Corruption>& corruptions) {
  const Decision right = RightDecision(world);
  ASSERT_THAT(Refuted(world, right), IsEmpty());
  for (const Corruption& corruption : corruptions) {
    SCOPED_TRACE(corruption.path);
    Decision decision = right;
    corruption.apply(&decision);
    EXPECT_THAT(Refuted(world, decision), Contains(At(corruption.path)));
  }
}

VmSelection* Row(Decision* d, int i) { return d->mutable_vm_selections(i); }
v1::GroupSelection* Group(Decision* d) {
  return d->mutable_group_selections(0);
}

TEST(VerifyTest, EveryFieldOfTheHeadIsNamed) {
  ExpectRefutedAt(
      GroupWorld(),
      {{"planId", [](auto* d) { d->set_plan_id("other"); }},
       {"purpose", [](auto* d) { d->set_purpose(v1::RecoveryPlan::TEST); }},
       {"decisionTime", [](auto* d) { d->clear_decision_time(); }},
       {"decisionTime",
        [](auto* d) { *d->mutable_decision_time() = ToTimestamp(101); }},
       {"decisionTime",
        [](auto* d) { d->mutable_decision_time()->set_nanos(-1); }},
       {"targetTime", [](auto* d) { d->clear_target_time(); }},
       {"targetTime",
        [](auto* d) { *d->mutable_target_time() = ToTimestamp(99); }},
       {"option", [](auto* d) { d->set_option(Policy::LATEST); }},
       {"effectiveRules", [](auto* d) { d->clear_effective_rules(); }},
       {"effectiveRules[0].consistency",
        [](auto* d) {
          d->mutable_effective_rules(0)->set_consistency(
              RecoveryPoint::CRASH_CONSISTENT);
        }},
       {"effectiveRules[0].match",
        [](auto* d) { d->mutable_effective_rules(0)->clear_match(); }},
       {"effectiveRules[0].maxSkew",
        [](auto* d) { d->mutable_effective_rules(0)->mutable_max_skew(); }},
       {"outcome", [](auto* d) { d->set_outcome(Decision::COMPLETE); }},
       {"outcome", [](auto* d) { d->set_outcome(Decision::INVALID); }},
       {"violations", [](auto* d) { d->add_violations(); }},
       {"provenance.inventoryDigest",
        [](auto* d) { d->mutable_provenance()->clear_inventory_digest(); }},
       {"provenance.planDigest", [](auto* d) {
          d->mutable_provenance()->set_plan_digest("sha256:1");
        }}});
}

TEST(VerifyTest, EveryFieldOfAVmRowIsNamed) {
  ExpectRefutedAt(
      GroupWorld(),
      {{"vmSelections", [](auto* d) { d->add_vm_selections(); }},
       {"vmSelections[1].vmId", [](auto* d) { Row(d, 1)->set_vm_id("c"); }},
       {"vmSelections[1].displayName",
        [](auto* d) { Row(d, 1)->clear_display_name(); }},
       {"vmSelections[1].bootGroupId",
        [](auto* d) { Row(d, 1)->clear_boot_group_id(); }},
       {"vmSelections[1].replicationGroupId",
        [](auto* d) { Row(d, 1)->set_replication_group_id("h"); }},
       {"vmSelections[1].outcome",
        [](auto* d) { Row(d, 1)->set_outcome(VmSelection::NOT_FOUND); }},
       {"vmSelections[3].outcome",
        [](auto* d) { Row(d, 3)->set_outcome(VmSelection::NOT_PINNED); }},
       {"vmSelections[4].outcome",
        [](auto* d) { Row(d, 4)->set_outcome(VmSelection::SELECTED); }},
       {"vmSelections[1].ruleIndex",
        [](auto* d) { Row(d, 1)->clear_rule_index(); }},
       {"vmSelections[3].ruleIndex",
        [](auto* d) { Row(d, 3)->set_rule_index(-1); }},
       {"vmSelections[4].ruleIndex",
        [](auto* d) { Row(d, 4)->set_rule_index(0); }},
       {"vmSelections[3].recoveryPointId",
        [](auto* d) { Row(d, 3)->set_recovery_point_id("first"); }},
       {"vmSelections[3].recoveryPointId",
        [](auto* d) { Row(d, 3)->set_recovery_point_id("none"); }},
       {"vmSelections[3].captureTime",
        [](auto* d) { Row(d, 3)->clear_capture_time(); }},
       {"vmSelections[3].consistency",
        [](auto* d) {
          Row(d, 3)->set_consistency(RecoveryPoint::CRASH_CONSISTENT);
        }},
       {"vmSelections[3].age", [](auto* d) { Row(d, 3)->clear_age(); }},
       {"vmSelections[3].dataLoss",
        [](auto* d) { Row(d, 3)->mutable_data_loss()->set_seconds(-1); }},
       {"vmSelections[0].consistencyCost",
        [](auto* d) {
          *Row(d, 0)->mutable_consistency_cost() = ToDuration(1);
        }},
       {"vmSelections[3].processPendingData",
        [](auto* d) { Row(d, 3)->set_process_pending_data(true); }},
       {"vmSelections[3].rpoExceeded",
        [](auto* d) { Row(d, 3)->set_rpo_exceeded(true); }},
       {"vmSelections[0].rejections",
        [](auto* d) { Row(d, 0)->clear_rejections(); }},
       {"vmSelections[0].rejections[0].reason",
        [](auto* d) {
          Row(d, 0)->mutable_rejections(0)->set_reason(v1::Rejection::EXPIRED);
        }},
       {"vmSelections[0].rejections[0].count",
        [](auto* d) { Row(d, 0)->mutable_rejections(0)->set_count(1); }},
       {"vmSelections[0].rejections[0].examplePointId",
        [](auto* d) {
          Row(d, 0)->mutable_rejections(0)->set_example_point_id("new");
        }},
       {"vmSelections[0].rejections[0].exampleVmId", [](auto* d) {
          Row(d, 0)->mutable_rejections(0)->set_example_vm_id("a");
        }}});
}

TEST(VerifyTest, EveryFieldOfAGroupRowIsNamed) {
  ExpectRefutedAt(
      GroupWorld(),
      {{"groupSelections", [](auto* d) { d->clear_group_selections(); }},
       {"groupSelections[0].replicationGroupId",
        [](auto* d) { Group(d)->clear_replication_group_id(); }},
       {"groupSelections[0].outcome",
        [](auto* d) { Group(d)->set_outcome(VmSelection::NO_COMMON_POINT); }},
       {"groupSelections[0].outcome",
        [](auto* d) { Group(d)->clear_outcome(); }},
       {"groupSelections[0].ruleIndex",
        [](auto* d) { Group(d)->clear_rule_index(); }},
       {"groupSelections[0].ruleIndex",
        [](auto* d) { Group(d)->set_rule_index(2'000'000'000); }},
       {"groupSelections[0].guarantee",
        [](auto* d) {
          Group(d)->set_guarantee(v1::GroupSelection::SKEW_BOUNDED);
        }},
       {"groupSelections[0].consistencyMarker",
        [](auto* d) { Group(d)->set_consistency_marker("m2"); }},
       {"groupSelections[0].earliestCaptureTime",
        [](auto* d) { Group(d)->clear_earliest_capture_time(); }},
       {"groupSelections[0].latestCaptureTime",
        [](auto* d) { *Group(d)->mutable_latest_capture_time() = {}; }},
       {"groupSelections[0].skew", [](auto* d) { Group(d)->clear_skew(); }},
       {"groupSelections[0].dataLoss",
        [](auto* d) { *Group(d)->mutable_data_loss() = ToDuration(51); }},
       {"groupSelections[0].rpoExceeded",
        [](auto* d) { Group(d)->clear_rpo_exceeded(); }},
       {"groupSelections[0].blockingVms",
        [](auto* d) { Group(d)->clear_blocking_vms(); }},
       {"groupSelections[0].blockingVms[0].vmId",
        [](auto* d) { Group(d)->mutable_blocking_vms(0)->set_vm_id("a"); }},
       {"groupSelections[0].blockingVms[0].gain",
        [](auto* d) { Group(d)->mutable_blocking_vms(0)->clear_gain(); }},
       {"groupSelections[0].rejections[0].exampleVmId", [](auto* d) {
          Group(d)->mutable_rejections(0)->set_example_vm_id("b");
        }}});
}

TEST(VerifyTest, EveryFieldOfAWarningIsNamed) {
  const SmallWorld world = GroupWorld();
  ASSERT_EQ(reference::WarningsOf(RightDecision(world)), "CAPTURE_IN_FUTURE c");
  ExpectRefutedAt(
      world, {{"warnings", [](auto* d) { d->clear_warnings(); }},
              {"warnings[0].reason",
               [](auto* d) {
                 d->mutable_warnings(0)->set_reason(Warning::GROUP_INDEPENDENT);
               }},
              {"warnings[0].subject",
               [](auto* d) { d->mutable_warnings(0)->set_subject("a"); }},
              {"warnings[0].message",
               [](auto* d) { d->mutable_warnings(0)->clear_message(); }}});
}

// A line of the group, moved to other points with all their figures but one.
TEST(VerifyTest, ALineIsRefutedByTheMemberThatShowsIt) {
  const SmallWorld world = GroupWorld();
  Decision decision = RightDecision(world);
  Row(&decision, 2)->set_recovery_point_id("new");
  EXPECT_THAT(Refuted(world, decision),
              ElementsAre(At("vmSelections[2].recoveryPointId")));
  Row(&decision, 2)->set_recovery_point_id("later");
  const std::vector<Refutation> refuted = Refuted(world, decision);
  ASSERT_THAT(refuted, ElementsAre(At("vmSelections[2].recoveryPointId")));
  EXPECT_THAT(refuted[0].message, HasSubstr("NOT_YET_AVAILABLE"));
}

TEST(VerifyTest, ABetterMarkerIsNamed) {
  SmallWorld world;
  world.AddGroup("g");
  for (const char* id : {"a", "b"}) {
    v1::Vm* vm = world.AddVm(id, "g");
    world.AddPoint(vm, "old", 50, "m1");
    world.AddPoint(vm, "new", 70, "m2");
  }
  world.AddRule(RecoveryPoint::CRASH_CONSISTENT, Rule::COMMON);
  Decision decision = RightDecision(world);
  Row(&decision, 0)->set_recovery_point_id("old");
  Row(&decision, 1)->set_recovery_point_id("old");
  const std::vector<Refutation> refuted = Refuted(world, decision);
  ASSERT_THAT(refuted, ElementsAre(At("groupSelections[0].consistencyMarker")));
  EXPECT_THAT(refuted[0].message, HasSubstr("m2"));
  world.policy()->clear_rules();
  world.AddSkewRule(RecoveryPoint::CRASH_CONSISTENT, 5);
  decision = RightDecision(world);
  Row(&decision, 0)->set_recovery_point_id("old");
  Row(&decision, 1)->set_recovery_point_id("old");
  EXPECT_THAT(Refuted(world, decision),
              ElementsAre(At("groupSelections[0].earliestCaptureTime")));
}

TEST(VerifyTest, AnEarlierRuleThatServesIsNamed) {
  SmallWorld world;
  world.AddPoint(world.AddVm("a"), "p", 50);
  world.AddRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::INDEPENDENT);
  world.AddRule(RecoveryPoint::CRASH_CONSISTENT, Rule::INDEPENDENT);
  Decision decision = RightDecision(world);
  Row(&decision, 0)->set_rule_index(1);
  const std::vector<Refutation> refuted = Refuted(world, decision);
  ASSERT_THAT(refuted, ElementsAre(At("vmSelections[0].ruleIndex")));
  EXPECT_EQ(refuted[0].message, "states 1; rule 0 serves before it");
}

TEST(VerifyTest, InvalidInputNeedsExactlyItsViolations) {
  SmallWorld world = GroupWorld();
  world.AddVm("a");
  world.plan()->add_boot_groups();
  Decision decision;
  decision.set_plan_id(world.plan()->id());
  decision.set_outcome(Decision::INVALID);
  *decision.mutable_provenance() = RequestOf(world).provenance;
  EXPECT_THAT(Refuted(world, decision), ElementsAre(At("violations")));
  const auto add = [&](Violation::Reason reason, const std::string& path) {
    Violation* violation = decision.add_violations();
    violation->set_reason(reason);
    violation->set_field_path(path);
    violation->set_message("a sentence");
  };
  add(Violation::EMPTY_ID, "plan.bootGroups[1].id");
  add(Violation::DUPLICATE_ID, "vms[4].id");
  EXPECT_THAT(Refuted(world, decision), IsEmpty());
  decision.mutable_violations(1)->set_field_path("vms[3].id");
  EXPECT_THAT(Refuted(world, decision), ElementsAre(At("violations")));
  decision.mutable_violations(1)->set_field_path("vms[4].id");
  decision.mutable_violations(1)->clear_message();
  EXPECT_THAT(Refuted(world, decision),
              ElementsAre(At("violations[1].message")));
  decision.mutable_violations(1)->set_message("a sentence");
  decision.add_vm_selections();
  decision.add_warnings();
  EXPECT_THAT(Refuted(world, decision),
              ElementsAre(At("vmSelections"), At("warnings")));
}

TEST(VerifyTest, AViewIsJudgedAsItsRowsAre) {
  SmallWorld world = GroupWorld();
  const RowInventory view(*world.inventory());
  Decision decision = RightDecision(world);
  EXPECT_THAT(Verify(view, *world.plan(), decision, RequestOf(world)),
              IsEmpty());
  world.plan()->add_boot_groups();
  EXPECT_THAT(Verify(view, *world.plan(), decision, RequestOf(world)),
              Contains(At("violations")));
}

TEST(VerifyTest, TheDecisionsOwnTimeServesWhereNoOtherIsKnown) {
  SmallWorld world = GroupWorld();
  world.inventory()->clear_as_of_time();
  Decision decision = RightDecision(world);
  SelectRequest request;
  EXPECT_THAT(Verify(*world.inventory(), *world.plan(), decision, request),
              IsEmpty());
  decision.clear_decision_time();
  EXPECT_THAT(Verify(*world.inventory(), *world.plan(), decision, request),
              Contains(At("violations")));
  request.decision_time.emplace().set_nanos(-1);
  EXPECT_THAT(Verify(*world.inventory(), *world.plan(), decision, request),
              Contains(At("violations")));
}

TEST(VerifyTest, AtMostAHundredRefutationsAreGiven) {
  const SmallWorld world = GroupWorld();
  Decision decision = RightDecision(world);
  for (int i = 0; i < 5'000; ++i) {
    *decision.add_vm_selections() = decision.vm_selections(0);
    *decision.add_group_selections() = decision.group_selections(0);
  }
  EXPECT_THAT(Refuted(world, decision),
              ElementsAre(At("vmSelections"), At("groupSelections")));
  SmallWorld wide;
  for (int i = 0; i < 300; ++i) {
    wide.AddPoint(wide.AddVm("vm" + std::to_string(i)), "p", 50);
  }
  Decision empty;
  *empty.mutable_decision_time() = ToTimestamp(100);
  EXPECT_THAT(Refuted(wide, empty), SizeIs(100));
}

}  // namespace
}  // namespace recoveryline
