#include "tools/sites/site_hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace recoveryline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

v1::Decision TwoVms(bool grouped) {
  v1::Decision decision;
  decision.set_purpose(v1::RecoveryPlan::FAILOVER);
  for (const char* id : {"db", "web"}) {
    v1::VmSelection* row = decision.add_vm_selections();
    row->set_vm_id(id);
    row->set_outcome(v1::VmSelection::SELECTED);
    if (grouped) row->set_replication_group_id("g");
  }
  if (grouped) decision.add_group_selections()->set_replication_group_id("g");
  return decision;
}

TEST(SiteHintsTest, WhatAProviderCanDoIsNotSaid) {
  EXPECT_THAT(SiteHints("asr:A2A", TwoVms(false)), IsEmpty());
  EXPECT_THAT(SiteHints("simulated", TwoVms(true)), IsEmpty());
}

TEST(SiteHintsTest, AGroupReachesItsPointsAfterwards) {
  EXPECT_THAT(SiteHints("asr:A2A", TwoVms(true)),
              ElementsAre(StartsWith("A2A: 2 VMs, the first \"db\", of "
                                     "groups, reach the chosen point by a")));
}

TEST(SiteHintsTest, AFailbackOfVmwareIsToldAKindAlone) {
  v1::Decision decision = TwoVms(false);
  decision.mutable_vm_selections(0)->set_outcome(
      v1::VmSelection::NO_RECOVERY_POINTS);
  EXPECT_THAT(SiteHints("asr:InMageRcmFailback", decision),
              ElementsAre(HasSubstr("1 VM, the first \"web\", goes to the "
                                    "newest point")));
}

TEST(SiteHintsTest, HyperVIsSentBackWithoutAPoint) {
  v1::Decision decision = TwoVms(false);
  EXPECT_THAT(SiteHints("asr:HyperVReplicaAzure", decision), IsEmpty());
  decision.set_purpose(v1::RecoveryPlan::FAILBACK);
  EXPECT_THAT(SiteHints("asr:HyperVReplicaAzure", decision),
              ElementsAre(HasSubstr("cannot be sent to a chosen point")));
}

TEST(SiteHintsTest, WithoutAProviderAllAreSaid) {
  EXPECT_THAT(SiteHints("asr", TwoVms(true)), SizeIs(6));
  EXPECT_THAT(SitesWithHints(), testing::Contains("asr:InMageRcm"));
}

}  // namespace
}  // namespace recoveryline
