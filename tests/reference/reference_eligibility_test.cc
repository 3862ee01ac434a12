// The reference's eligibility and order of points, sentence by sentence.

#include <gtest/gtest.h>

#include <string>

#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {
namespace {

// One machine "a" with one point "p" captured at 50, under LATEST_PROCESSED.
class ReferenceEligibilityTest : public ::testing::Test {
 protected:
  ReferenceEligibilityTest() {
    world_.policy()->set_option(v1::Policy::LATEST_PROCESSED);
    vm_ = world_.AddVm("a");
    vm_->set_disk_count(2);
    point_ = world_.AddPoint(vm_, "p", 50);
  }

  // Why the points of "a" were refused; empty where p was chosen.
  std::string Refused() const {
    return RejectionsOf(world_.Decide().vm_selections(0));
  }

  bool Eligible() const { return PointsOf(world_.Decide()) == "a=p"; }

  SmallWorld world_;
  v1::Vm* vm_ = nullptr;
  v1::RecoveryPoint* point_ = nullptr;
};

TEST_F(ReferenceEligibilityTest, AvailabilityBeginsAtItsInstant) {
  *point_->mutable_available_from() = ToTimestamp(100);
  EXPECT_TRUE(Eligible());
  *point_->mutable_available_from() = ToTimestamp(101);
  EXPECT_EQ(Refused(), "NOT_YET_AVAILABLE 1 p");
}

TEST_F(ReferenceEligibilityTest, AvailabilityDefaultsToTheCaptureTime) {
  *world_.policy()->mutable_target_time() = ToTimestamp(1000);
  *point_->mutable_capture_time() = ToTimestamp(100);
  EXPECT_TRUE(Eligible());
  *point_->mutable_capture_time() = ToTimestamp(101);
  EXPECT_EQ(Refused(), "NOT_YET_AVAILABLE 1 p");
}

TEST_F(ReferenceEligibilityTest, ExpiryIsExclusive) {
  *point_->mutable_expire_time() = ToTimestamp(101);
  EXPECT_TRUE(Eligible());
  *point_->mutable_expire_time() = ToTimestamp(100);
  EXPECT_EQ(Refused(), "EXPIRED 1 p");
}

TEST_F(ReferenceEligibilityTest, ExpiryAtTheEndOfTheRangeIsNever) {
  world_.world()->decision_time = ToTimestamp(kLastNano);
  EXPECT_TRUE(Eligible());
  *point_->mutable_expire_time() = ToTimestamp(kLastNano);
  EXPECT_TRUE(Eligible());
  point_->mutable_expire_time()->set_seconds(253'402'300'799);
  EXPECT_TRUE(Eligible());
  *point_->mutable_expire_time() = ToTimestamp(kLastNano - 1);
  EXPECT_EQ(Refused(), "EXPIRED 1 p");
}

TEST_F(ReferenceEligibilityTest, TheTargetTimeIsInclusive) {
  *world_.policy()->mutable_target_time() = ToTimestamp(50);
  EXPECT_TRUE(Eligible());
  *world_.policy()->mutable_target_time() = ToTimestamp(49);
  EXPECT_EQ(Refused(), "AFTER_TARGET_TIME 1 p");
}

TEST_F(ReferenceEligibilityTest, TheFloorIsInclusive) {
  *world_.policy()->mutable_not_before() = ToTimestamp(50);
  EXPECT_TRUE(Eligible());
  *world_.policy()->mutable_not_before() = ToTimestamp(51);
  EXPECT_EQ(Refused(), "BEFORE_FLOOR 1 p");
}

TEST_F(ReferenceEligibilityTest, ExclusionsAreHalfOpen) {
  world_.AddExclusion(50, 51);
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
  v1::Exclusion* exclusion = world_.policy()->mutable_exclusions(0);
  *exclusion->mutable_start_time() = ToTimestamp(40);
  *exclusion->mutable_end_time() = ToTimestamp(50);
  EXPECT_TRUE(Eligible());
  *exclusion->mutable_start_time() = ToTimestamp(51);
  *exclusion->mutable_end_time() = ToTimestamp(60);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, AnExclusionWithoutEndLastsForEver) {
  world_.policy()->add_exclusions();
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
  world_.world()->decision_time = ToTimestamp(kLastNano);
  *point_->mutable_capture_time() = ToTimestamp(kLastNano);
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
  *world_.policy()->mutable_exclusions(0)->mutable_end_time() =
      ToTimestamp(kLastNano);
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
}

TEST_F(ReferenceEligibilityTest, AnExclusionWithoutStartBeginsWithTime) {
  *point_->mutable_capture_time() = ToTimestamp(kFirstNano);
  v1::Exclusion* exclusion = world_.policy()->add_exclusions();
  *exclusion->mutable_end_time() = ToTimestamp(kFirstNano + 1);
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
}

TEST_F(ReferenceEligibilityTest, AnExclusionAppliesToWhomItNames) {
  world_.AddGroup("g")->set_multi_vm_consistency(false);
  world_.AddExclusion(50, 51)->add_vm_ids("b");
  v1::Exclusion* exclusion = world_.policy()->mutable_exclusions(0);
  EXPECT_TRUE(Eligible());
  exclusion->add_vm_ids("a");
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
  exclusion->clear_vm_ids();
  exclusion->add_replication_group_ids("g");
  EXPECT_TRUE(Eligible());
  vm_->set_replication_group_id("g");  // A group that is a label only counts.
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
}

TEST_F(ReferenceEligibilityTest, AtLeastAcceptsWhatIsStronger) {
  world_.policy()->clear_option();
  world_.AddRule(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT,
                 v1::Rule::INDEPENDENT);
  EXPECT_TRUE(Eligible());
  point_->set_consistency(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
  EXPECT_TRUE(Eligible());
  point_->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(Refused(), "INCONSISTENT 1 p");
}

TEST_F(ReferenceEligibilityTest, ExactlyRefusesWhatIsStronger) {
  world_.policy()->clear_option();
  world_
      .AddRule(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT, v1::Rule::INDEPENDENT)
      ->set_match(v1::Rule::EXACTLY);
  EXPECT_EQ(Refused(), "INCONSISTENT 1 p");
  point_->set_consistency(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
  EXPECT_TRUE(Eligible());
  point_->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(Refused(), "INCONSISTENT 1 p");
}

TEST_F(ReferenceEligibilityTest, UnsetConsistencyIsNeverEligible) {
  point_->clear_consistency();
  EXPECT_EQ(Refused(), "INCONSISTENT 1 p");
}

TEST_F(ReferenceEligibilityTest, APointOfFewerDisksIsPartial) {
  point_->set_covered_disk_count(0);
  EXPECT_EQ(Refused(), "PARTIAL_DISKS 1 p");
  point_->set_covered_disk_count(1);
  EXPECT_EQ(Refused(), "PARTIAL_DISKS 1 p");
  point_->set_covered_disk_count(2);
  EXPECT_TRUE(Eligible());
  point_->set_covered_disk_count(3);
  EXPECT_TRUE(Eligible());
  point_->clear_covered_disk_count();
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, PartialPointsCanBeAllowed) {
  point_->set_covered_disk_count(0);
  world_.policy()->set_allow_partial_disks(true);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, TheMinimumCleanlinessIsUnknownUnlessGiven) {
  point_->set_cleanliness(v1::RecoveryPoint::CLEAN);
  EXPECT_TRUE(Eligible());
  point_->set_cleanliness(v1::RecoveryPoint::UNKNOWN);
  EXPECT_TRUE(Eligible());
  point_->clear_cleanliness();
  EXPECT_TRUE(Eligible());
  point_->set_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
  point_->set_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
}

TEST_F(ReferenceEligibilityTest, EachMinimumAcceptsItselfAndWhatIsCleaner) {
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::CLEAN);
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
  point_->set_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
  EXPECT_TRUE(Eligible());
  point_->set_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, AnUnjudgedPointInheritsDamage) {
  v1::RecoveryPoint* before = world_.AddPoint(vm_, "q", 40);
  before->set_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
  EXPECT_EQ(Refused(), "NOT_CLEAN 2 p");
  point_->set_cleanliness(v1::RecoveryPoint::UNKNOWN);
  EXPECT_EQ(Refused(), "NOT_CLEAN 2 p");
  point_->set_cleanliness(v1::RecoveryPoint::CLEAN);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, DamageAtTheSameInstantIsInherited) {
  world_.AddPoint(vm_, "q", 50)->set_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_EQ(Refused(), "NOT_CLEAN 2 p");
}

TEST_F(ReferenceEligibilityTest, DamageThereafterIsNotInherited) {
  world_.AddPoint(vm_, "q", 51)->set_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, DamagePersistsUntilSomethingIsJudgedClean) {
  world_.AddPoint(vm_, "q", 30)->set_cleanliness(v1::RecoveryPoint::INFECTED);
  world_.AddPoint(vm_, "r", 35);
  EXPECT_EQ(Refused(), "NOT_CLEAN 3 p");
  world_.AddPoint(vm_, "s", 40)->set_cleanliness(v1::RecoveryPoint::CLEAN);
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, TheWorstVerdictOfAnInstantCounts) {
  world_.AddPoint(vm_, "q", 40)->set_cleanliness(v1::RecoveryPoint::CLEAN);
  world_.AddPoint(vm_, "r", 40)->set_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::UNKNOWN);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=q");
}

TEST_F(ReferenceEligibilityTest, ACleanVerdictIsNotInherited) {
  world_.AddPoint(vm_, "q", 40)->set_cleanliness(v1::RecoveryPoint::CLEAN);
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::CLEAN);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=q");
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
}

TEST_F(ReferenceEligibilityTest, DamageOfAnIneligiblePointCounts) {
  v1::RecoveryPoint* expired = world_.AddPoint(vm_, "q", 40);
  expired->set_cleanliness(v1::RecoveryPoint::INFECTED);
  *expired->mutable_expire_time() = ToTimestamp(60);
  EXPECT_EQ(Refused(), "EXPIRED 1 q, NOT_CLEAN 1 p");
}

TEST_F(ReferenceEligibilityTest, UnjudgedPointsCanBeTrusted) {
  world_.AddPoint(vm_, "q", 40)->set_cleanliness(v1::RecoveryPoint::INFECTED);
  world_.policy()->set_trust_unjudged_points(true);
  EXPECT_TRUE(Eligible());
}

// Everything is wrong with p at once; what is mended first is named first.
TEST_F(ReferenceEligibilityTest, TheFirstReasonInOrderIsNamed) {
  *point_->mutable_capture_time() = ToTimestamp(10);
  *point_->mutable_available_from() = ToTimestamp(101);
  *world_.policy()->mutable_target_time() = ToTimestamp(5);
  *world_.policy()->mutable_not_before() = ToTimestamp(20);
  world_.AddExclusion(10, 11);
  point_->clear_consistency();
  point_->set_covered_disk_count(1);
  point_->set_cleanliness(v1::RecoveryPoint::INFECTED);
  EXPECT_EQ(Refused(), "NOT_YET_AVAILABLE 1 p");
  *point_->mutable_available_from() = ToTimestamp(11);
  *point_->mutable_expire_time() = ToTimestamp(12);
  EXPECT_EQ(Refused(), "EXPIRED 1 p");
  point_->clear_expire_time();
  EXPECT_EQ(Refused(), "AFTER_TARGET_TIME 1 p");
  world_.policy()->clear_target_time();
  EXPECT_EQ(Refused(), "BEFORE_FLOOR 1 p");
  world_.policy()->clear_not_before();
  EXPECT_EQ(Refused(), "EXCLUDED 1 p");
  world_.policy()->clear_exclusions();
  EXPECT_EQ(Refused(), "INCONSISTENT 1 p");
  point_->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(Refused(), "PARTIAL_DISKS 1 p");
  point_->clear_covered_disk_count();
  EXPECT_EQ(Refused(), "NOT_CLEAN 1 p");
  point_->clear_cleanliness();
  EXPECT_TRUE(Eligible());
}

TEST_F(ReferenceEligibilityTest, ALaterCaptureIsBetter) {
  world_.AddPoint(vm_, "q", 51)
      ->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=q");
}

TEST_F(ReferenceEligibilityTest, AtOneInstantStrongerConsistencyIsBetter) {
  world_.AddPoint(vm_, "a", 50)
      ->set_consistency(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=p");
}

TEST_F(ReferenceEligibilityTest, OtherwiseTheBytewiseSmallerIdIsBetter) {
  world_.AddPoint(vm_, "\xc3\xa9", 50);  // Bytes beyond ASCII come last.
  EXPECT_EQ(PointsOf(world_.Decide()), "a=p");
  world_.AddPoint(vm_, "P", 50);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=P");
  world_.AddPoint(vm_, "10", 50);
  world_.AddPoint(vm_, "2", 50);
  EXPECT_EQ(PointsOf(world_.Decide()), "a=10");
}

}  // namespace
}  // namespace recoveryline::reference
