#include "tools/sites/asr_site.h"

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/scripted_transport.h"
#include "tests/sites/small_vault.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using v1::CallReport;
using v1::RecoveryPlan;
using v1::SiteCall;
using v1::SiteVm;

constexpr char kFailedOver[] = "UnplannedFailoverCommitPendingStatesBegin";
constexpr absl::Duration kSettle = absl::Minutes(5);

class AsrSiteTest : public ::testing::Test {
 protected:
  AsrSiteTest() { Restart(); }

  // As after a crash: all that was in memory is gone.
  void Restart(AsrSite::Options options = {}) {
    ArmClient::Options client;
    client.retry.max_tries = 2;
    options.settle = kSettle;
    options.requests.test_network_id = "/net";
    options.requests.reprotect["InMageRcm"] = {{"reprotectAgentId", "a"},
                                               {"datastoreName", "d"},
                                               {"logStorageAccountId", "/l"}};
    arm_ = std::make_unique<ArmClient>(
        *HttpsEndpoint::Parse(SmallVault::kEndpoint), azure_, tokens_, clock_,
        client);
    site_ =
        std::make_unique<AsrSite>(*AsrVault::Make(*arm_, SmallVault::kVault,
                                                  AsrVault::kDefaultApiVersion),
                                  clock_, options);
  }

  SiteCall Call(SiteCall::Action action = SiteCall::FAIL_OVER,
                const std::string& vm = "web") {
    SiteCall call;
    call.set_key(absl::StrCat("run/", vm, "/", ++tries_));
    call.set_vm_id(vm);
    call.set_action(action);
    call.set_purpose(RecoveryPlan::FAILBACK);
    call.set_recovery_point_id("p1");
    call.set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
    return call;
  }

  // Marks and begins it.
  absl::Status Begin(SiteCall* call) {
    const auto mark = site_->Mark(*call);
    EXPECT_TRUE(mark.ok()) << mark.status();
    call->set_mark(*mark);
    return site_->Begin(*call);
  }

  CallReport Read(const SiteCall& call) {
    const auto report = site_->Read(call);
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : CallReport();
  }
  CallReport::State StateOf(const SiteCall& call) { return Read(call).state(); }
  // Read() must be Unavailable.
  void ExpectTooEarly(const SiteCall& call) {
    const auto report = site_->Read(call);
    EXPECT_TRUE(absl::IsUnavailable(report.status())) << CallReport::State_Name(
        report.ok() ? report->state() : CallReport::UNKNOWN);
  }

  void PutProtected(const std::string& name = "web") {
    azure_.PutItem(name);
    azure_.PutPoint(name, "p1", "2024-05-01T12:00:00Z");
    azure_.PutPoint(name, "p2", "2024-05-01T12:05:00Z");
  }
  // As a failover to `point` leaves it.
  void PutFailedOver(const std::string& name = "web",
                     const std::string& point = "p1") {
    azure_.PutItem(
        name,
        {{"protectionState", kFailedOver},
         {"activeLocation", "Recovery"},
         {"allowedOperations", {"Commit", "ChangePit", "SwitchProtection"}},
         {"lastSuccessfulFailoverTime", "2024-05-01T12:20:00Z"},
         {"failoverRecoveryPointId", SmallVault::PointId(name, point)}},
        {{"isAgentRegistrationSuccessfulAfterFailover", false}});
  }

  int tries_ = 0;
  SmallVault azure_;
  ManualClock clock_;
  TokenSource tokens_ =
      TokenSource("a test", [] { return std::string("sentinel-7f3a9c51"); });
  std::unique_ptr<ArmClient> arm_;
  std::unique_ptr<AsrSite> site_;
};

TEST_F(AsrSiteTest, AVmIsDescribedAsItsImportHasIt) {
  PutProtected();
  azure_.PutItem("old",
                 {{"healthErrors",
                   {{{"errorCode", "78026"},
                     {"errorLevel", "Error"},
                     {"errorMessage", "RPO"},
                     {"recommendedAction", "wait"}},
                    {{"errorCode", 7}, {"errorLevel", "Warning"}},
                    7}},
                  {"testFailoverState", "WaitingForCompletion"}},
                 {{"resyncRequired", "True"}});
  const auto vms = site_->Describe({"web", "none", "old"});
  ASSERT_TRUE(vms.ok()) << vms.status();
  ASSERT_THAT(*vms, SizeIs(3));
  const SiteVm& web = (*vms)[0];
  EXPECT_TRUE(web.found());
  EXPECT_EQ(web.vm().id(), "web");
  EXPECT_EQ(web.vm().protection_state(), v1::Vm::REPLICATING);
  ASSERT_EQ(web.vm().recovery_points_size(), 2);
  EXPECT_EQ(web.vm().recovery_points(0).id(), "p1");
  EXPECT_EQ(web.point_choice(), SiteVm::BY_ID);
  EXPECT_THAT(web.allowed_actions(),
              ElementsAre(SiteCall::FAIL_OVER, SiteCall::VERIFY));
  EXPECT_FALSE(web.has_agent_registered());
  EXPECT_FALSE((*vms)[1].found());
  EXPECT_EQ((*vms)[1].vm().id(), "none");
  const SiteVm& old = (*vms)[2];
  ASSERT_EQ(old.health_errors_size(), 2);
  EXPECT_EQ(old.health_errors(0).code(), "78026");
  EXPECT_EQ(old.health_errors(0).remedy(), "wait");
  EXPECT_TRUE(old.health_errors(0).critical());
  EXPECT_FALSE(old.health_errors(1).critical());
  EXPECT_TRUE(old.resynchronization_required());
  EXPECT_TRUE(old.test_failover_uncleaned());
}

TEST_F(AsrSiteTest, TheMarkersOfAGroupAreThoseOfTheImport) {
  const Json shared = {{"instanceType", "InMageRcm"},
                       {"isMultiVmSyncPoint", "true"}};
  for (const char* name : {"db1", "db2"}) {
    azure_.PutItem(name, {}, {{"multiVmGroupName", "orders"}});
    azure_.PutPoint(name, absl::StrCat("p-", name), "2024-05-01T12:00:00Z",
                    shared);
  }
  const auto vms = site_->Describe({"db1", "db2"});
  const auto vault =
      AsrVault::Make(*arm_, SmallVault::kVault, AsrVault::kDefaultApiVersion);
  const auto import = ImportAsrVault(*vault, {});
  ASSERT_TRUE(vms.ok() && import.ok()) << import.status();
  ASSERT_EQ(import->inventory.vms_size(), 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ((*vms)[i].vm().DebugString(),
              import->inventory.vms(i).DebugString());
    EXPECT_EQ((*vms)[i].vm().recovery_points(0).consistency_marker(),
              "time:2024-05-01T12:00:00Z");
    EXPECT_EQ((*vms)[i].point_choice(), SiteVm::AFTER_FAILOVER);
  }
}

TEST_F(AsrSiteTest, ACallGoesItsWay) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Accepted("1"));
  azure_.bodies["/op/1"] = R"({"status":"InProgress"})";
  ASSERT_TRUE(Begin(&call).ok());
  EXPECT_EQ(StateOf(call), CallReport::RUNNING);
  PutFailedOver();
  azure_.bodies["/op/1"] =
      R"({"status":"Succeeded","error":{"code":"28175","message":"renamed"}})";
  const CallReport report = Read(call);
  EXPECT_EQ(report.state(), CallReport::DONE);
  EXPECT_EQ(report.message(), "28175: renamed");
  EXPECT_EQ(report.recovery_point_id(), "p1");
  ASSERT_THAT(azure_.posts, SizeIs(1));
  EXPECT_THAT(azure_.posts[0], StartsWith("web/unplannedFailover "));
  // The point's id as the list spells it, in a container of its own.
  EXPECT_THAT(azure_.posts[0], HasSubstr(SmallVault::PointId("web", "p1")));
}

TEST_F(AsrSiteTest, AFailureIsToldWithItsReason) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Accepted("1"));
  azure_.bodies["/op/1"] =
      R"({"status":"Failed","error":{"code":"78052","message":"clash"}})";
  ASSERT_TRUE(Begin(&call).ok());
  EXPECT_EQ(StateOf(call), CallReport::FAILED);
  EXPECT_EQ(Read(call).message(), "78052: clash");
}

TEST_F(AsrSiteTest, ALostAnswerIsResolvedByTheJobThatCame) {
  PutProtected();
  azure_.PutJob("before", "UnplannedFailover", "Failed", "web");
  azure_.PutJob("other", "UnplannedFailover", "InProgress", "mail");
  SiteCall call = Call();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  ExpectTooEarly(call);
  azure_.PutJob("mine", "UnplannedFailover", "InProgress", "web");
  EXPECT_EQ(StateOf(call), CallReport::RUNNING);
  azure_.PutJob("mine", "UnplannedFailover", "Succeeded", "web",
                {{"customDetails",
                  {{"protectedItemDetails",
                    {{{"name", "web"},
                      {"recoveryPointId", SmallVault::PointId("web", "P1")},
                      {"recoveryPointTime", "2024-05-01T12:00:00Z"}}}}}}});
  PutFailedOver();
  const CallReport report = Read(call);
  EXPECT_EQ(report.state(), CallReport::DONE);
  EXPECT_EQ(report.recovery_point_id(), "p1");
  EXPECT_EQ(FormatTimestamp(report.recovery_point_time()),
            "2024-05-01T12:00:00Z");
  EXPECT_THAT(azure_.posts, SizeIs(1));
}

TEST_F(AsrSiteTest, WhatNeverArrivedHasNotBegunOnceItCannotArrive) {
  PutProtected();
  azure_.PutJob("before", "UnplannedFailover", "Failed", "web");
  SiteCall call = Call();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  clock_.Sleep(kSettle - absl::Nanoseconds(1));
  ExpectTooEarly(call);
  clock_.Sleep(absl::Nanoseconds(1));
  EXPECT_EQ(StateOf(call), CallReport::NOT_BEGUN);
}

TEST_F(AsrSiteTest, AnotherProcessResolvesACallByItsMark) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Accepted("1"));
  ASSERT_TRUE(Begin(&call).ok());
  clock_.Sleep(absl::Hours(1));
  Restart();
  // The one before may have sent it just before it died.
  ExpectTooEarly(call);
  azure_.PutJob("mine", "UnplannedFailover", "Succeeded", "web");
  PutFailedOver();
  EXPECT_EQ(StateOf(call), CallReport::DONE);

  Restart();
  azure_.PutJob("mine", "UnplannedFailover", "Failed", "web");
  EXPECT_EQ(StateOf(call), CallReport::FAILED);
}

TEST_F(AsrSiteTest, AChangeWithoutAJobIsResolvedByTheItemOrNotAtAll) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  azure_.PutItem("web", {{"protectionState", "PrepareForFailoverFailed"}});
  ExpectTooEarly(call);
  clock_.Sleep(kSettle);
  EXPECT_EQ(StateOf(call), CallReport::UNKNOWN);
  PutFailedOver();
  EXPECT_EQ(StateOf(call), CallReport::DONE);
}

TEST_F(AsrSiteTest, AJobUnderANameThatOthersShareIsNotTakenForOurs) {
  PutProtected();
  azure_.PutItem("twin", {{"friendlyName", "WEB"}});
  SiteCall call = Call();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  azure_.PutJob("whose", "UnplannedFailover", "InProgress", "web",
                {{"targetObjectId", "nobody-knows"}});
  clock_.Sleep(kSettle);
  EXPECT_EQ(StateOf(call), CallReport::UNKNOWN);

  // Where nobody else has the name it is.
  azure_.PutItem("twin");
  Restart();
  EXPECT_EQ(StateOf(call), CallReport::RUNNING);
}

TEST_F(AsrSiteTest, WhileAzureIsBusyWithItNothingIsConcluded) {
  PutProtected();
  SiteCall call = Call(SiteCall::COMMIT);
  PutFailedOver();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  clock_.Sleep(kSettle);
  const auto busy = [this](const std::string& scenario) {
    azure_.PutItem("web", {{"protectionState", kFailedOver},
                           {"activeLocation", "Recovery"},
                           {"currentScenario",
                            {{"scenarioName", scenario},
                             {"jobId", "/replicationJobs/unlisted"}}}});
  };
  busy("ChangePit");
  ExpectTooEarly(call);
  busy("CommitFailover");
  EXPECT_EQ(StateOf(call), CallReport::RUNNING);
}

TEST_F(AsrSiteTest, WhatWasSurelyNotSentHasNotBegun) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.assign(2, absl::UnavailableError("no connection"));
  EXPECT_TRUE(absl::IsUnavailable(Begin(&call)));
  EXPECT_EQ(StateOf(call), CallReport::NOT_BEGUN);

  azure_.fault = [](const HttpRequest&) {
    return absl::UnavailableError("no connection");
  };
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(call)));
  EXPECT_EQ(StateOf(call), CallReport::NOT_BEGUN);
}

TEST_F(AsrSiteTest, AnOperationThatIsForgottenIsReadByItsJob) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Accepted("1"));
  ASSERT_TRUE(Begin(&call).ok());
  azure_.PutJob("mine", "UnplannedFailover", "InProgress", "web");
  EXPECT_EQ(StateOf(call), CallReport::RUNNING);
}

TEST_F(AsrSiteTest, WhatIsNotReadyIsAskedAgain) {
  PutFailedOver();
  SiteCall call = Call(SiteCall::REPROTECT);
  EXPECT_TRUE(absl::IsFailedPrecondition(Begin(&call)));  // the agent
  azure_.PutItem("web", {{"protectionState", kFailedOver},
                         {"allowedOperations", Json::array()}});
  EXPECT_TRUE(absl::IsFailedPrecondition(site_->Begin(call)));
  azure_.PutItem("web", {{"protectionState", kFailedOver},
                         {"allowedOperations", {"SwitchProtection"}}});
  azure_.answers.push_back(SmallVault::Refused(400, "95226"));
  EXPECT_TRUE(absl::IsFailedPrecondition(site_->Begin(call)));
  azure_.answers.push_back(SmallVault::Refused(409, "Conflict"));
  EXPECT_TRUE(absl::IsFailedPrecondition(site_->Begin(call)));
  EXPECT_EQ(StateOf(call), CallReport::NOT_BEGUN);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(site_->Begin(call).ok());
  EXPECT_THAT(azure_.posts, SizeIs(3));
}

TEST_F(AsrSiteTest, ARefusalIsDefinite) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Refused(400, "BookmarkNotFound"));
  const absl::Status gone = Begin(&call);
  EXPECT_TRUE(absl::IsNotFound(gone));
  EXPECT_THAT(std::string(gone.message()), HasSubstr("choose another"));
  azure_.answers.push_back(SmallVault::Refused(403, "AuthorizationFailed"));
  EXPECT_TRUE(absl::IsPermissionDenied(site_->Begin(call)));
  azure_.answers.push_back(SmallVault::Refused(400, "506"));
  EXPECT_TRUE(absl::IsInvalidArgument(site_->Begin(call)));
  call.set_recovery_point_id("pruned");
  EXPECT_TRUE(absl::IsNotFound(site_->Begin(call)));
  call.set_vm_id("none");
  EXPECT_TRUE(absl::IsNotFound(site_->Begin(call)));
  SiteCall quiesce = Call(SiteCall::QUIESCE);
  EXPECT_TRUE(absl::IsUnimplemented(Begin(&quiesce)));
}

TEST_F(AsrSiteTest, PendingDataGoesPastThePointAndItsTimeIsTold) {
  PutProtected();
  SiteCall call = Call();
  call.set_process_pending_data(true);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  azure_.bodies["/op/1"] = R"({"status":"Succeeded"})";
  ASSERT_TRUE(Begin(&call).ok());
  EXPECT_THAT(azure_.posts[0], Not(HasSubstr("recoveryPointId")));
  PutFailedOver("web", "p2");
  const CallReport report = Read(call);
  EXPECT_EQ(report.recovery_point_id(), "p2");
  EXPECT_EQ(FormatTimestamp(report.recovery_point_time()),
            "2024-05-01T12:05:00Z");
}

class AsrSiteGroupTest : public AsrSiteTest {
 protected:
  AsrSiteGroupTest() {
    for (const char* name : {"db1", "db2"}) {
      PutProtected(name);
      azure_.PutItem(name, {}, {{"multiVmGroupName", "orders"}});
    }
    azure_.PutPlan("both", {"db1", "db2"});
    azure_.PutPlan("more", {"db1", "db2", "web"});
    first_ = GroupCall("db1");
    second_ = GroupCall("db2");
  }

  SiteCall GroupCall(const std::string& vm) {
    SiteCall call = Call(SiteCall::FAIL_OVER, vm);
    call.add_group_vm_ids("db1");
    call.add_group_vm_ids("db2");
    return call;
  }
  void MarkBoth() {
    for (SiteCall* call : {&first_, &second_}) {
      call->set_mark(*site_->Mark(*call));
    }
  }
  void PutPlanJob(const std::string& state) {
    azure_.PutJob(
        "plan-job", "UnplannedFailover", state, "both",
        {{"targetObjectId", "a-guid"}, {"targetInstanceType", "RecoveryPlan"}});
  }

  SiteCall first_;
  SiteCall second_;
};

TEST_F(AsrSiteGroupTest, AGroupGoesThroughItsPlanOnce) {
  MarkBoth();
  azure_.answers.push_back(SmallVault::Accepted("1"));
  azure_.bodies["/op/1"] = R"({"status":"InProgress"})";
  EXPECT_TRUE(site_->Begin(first_).ok());
  EXPECT_TRUE(site_->Begin(second_).ok());
  ASSERT_THAT(azure_.posts, SizeIs(1));
  EXPECT_THAT(azure_.posts[0], StartsWith("both/unplannedFailover "));
  EXPECT_THAT(azure_.posts[0], HasSubstr(R"("useMultiVmSyncPoint":"true")"));
  EXPECT_EQ(StateOf(first_), CallReport::RUNNING);
  EXPECT_EQ(StateOf(second_), CallReport::RUNNING);

  // One VM of it fails; the plan goes on.
  PutFailedOver("db1", "p2");
  azure_.bodies["/op/1"] =
      R"({"status":"Failed","error":{"code":"1","message":"db2"}})";
  EXPECT_EQ(StateOf(first_), CallReport::DONE);
  EXPECT_EQ(Read(first_).recovery_point_id(), "p2");
  EXPECT_EQ(StateOf(second_), CallReport::FAILED);

  // Another try is another request.
  SiteCall again = GroupCall("db2");
  azure_.answers.push_back(SmallVault::Accepted("2"));
  EXPECT_TRUE(Begin(&again).ok());
  EXPECT_THAT(azure_.posts, SizeIs(2));
}

TEST_F(AsrSiteGroupTest, WhereTheRequestOfAGroupIsOpenItIsForAll) {
  MarkBoth();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(first_)));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(second_)));
  EXPECT_THAT(azure_.posts, SizeIs(1));
  ExpectTooEarly(second_);
  PutPlanJob("InProgress");
  EXPECT_EQ(StateOf(first_), CallReport::RUNNING);
  EXPECT_EQ(StateOf(second_), CallReport::RUNNING);
  Restart();
  EXPECT_EQ(StateOf(second_), CallReport::RUNNING);
}

TEST_F(AsrSiteGroupTest, WhatNeverArrivedIsSentOnceMoreForAll) {
  MarkBoth();
  azure_.answers.push_back(absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(first_)));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(second_)));
  clock_.Sleep(kSettle);
  EXPECT_EQ(StateOf(first_), CallReport::NOT_BEGUN);
  EXPECT_EQ(StateOf(second_), CallReport::NOT_BEGUN);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(site_->Begin(first_).ok());
  EXPECT_TRUE(site_->Begin(second_).ok());
  EXPECT_THAT(azure_.posts, SizeIs(2));
}

TEST_F(AsrSiteGroupTest, APlanThatRunsActionsIsTakenOnlyWhereItIsNamed) {
  azure_.PutPlan("both", {"db1", "db2"}, {{{"actionName", "script"}}});
  EXPECT_TRUE(absl::IsUnimplemented(Begin(&first_)));
  AsrSite::Options options;
  options.recovery_plan = "Both";
  Restart(options);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(Begin(&first_).ok());
  EXPECT_THAT(azure_.posts[0], StartsWith("both/unplannedFailover "));
}

TEST_F(AsrSiteGroupTest, APlanOfVmsOfTheRunAloneIsTakenForAllOfThem) {
  azure_.PutPlan("both", {});
  PutProtected("web");
  azure_.PutPlan("most", {"db1", "db2", "web", "mail"});
  SiteCall web = Call(SiteCall::FAIL_OVER, "web");
  // Nothing is known of the run, or "mail" is not in it.
  EXPECT_TRUE(absl::IsUnimplemented(Begin(&first_)));
  AsrSite::Options options;
  options.vm_ids = {"db1", "db2"};
  Restart(options);
  EXPECT_TRUE(absl::IsUnimplemented(Begin(&first_)));
  // The VMs that are described first are the run.
  Restart();
  EXPECT_TRUE(site_->Describe({"web", "db1", "db2"}).ok());
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(Begin(&web).ok());
  EXPECT_TRUE(Begin(&first_).ok());
  EXPECT_TRUE(Begin(&second_).ok());
  EXPECT_THAT(azure_.posts, ElementsAre(StartsWith("more/")));
}

TEST_F(AsrSiteGroupTest, ANamedPlanTakesAllOfItsVms) {
  PutProtected("web");
  PutProtected("mail");
  AsrSite::Options options;
  options.recovery_plan = "more";
  Restart(options);
  const auto vms = site_->Describe({"web", "mail"});
  EXPECT_EQ((*vms)[0].point_choice(), SiteVm::AFTER_FAILOVER);
  EXPECT_EQ((*vms)[1].point_choice(), SiteVm::BY_ID);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  SiteCall web = Call(SiteCall::FAIL_OVER, "web");
  EXPECT_TRUE(Begin(&web).ok());
  EXPECT_TRUE(Begin(&first_).ok());
  EXPECT_THAT(azure_.posts, ElementsAre(StartsWith("more/")));

  // The next process finds one that went with it.
  Restart(options);
  PutFailedOver("db2", "p2");
  EXPECT_TRUE(Begin(&second_).ok());
  EXPECT_EQ(StateOf(second_), CallReport::DONE);
  EXPECT_EQ(Read(second_).recovery_point_id(), "p2");
  EXPECT_THAT(azure_.posts, SizeIs(1));

  azure_.answers.push_back(SmallVault::Accepted("2"));
  SiteCall mail = Call(SiteCall::FAIL_OVER, "mail");
  EXPECT_TRUE(Begin(&mail).ok());
  EXPECT_THAT(azure_.posts[1], StartsWith("mail/"));

  options.recovery_plan = "none";
  Restart(options);
  EXPECT_TRUE(absl::IsNotFound(site_->Describe({"web"}).status()));
}

TEST_F(AsrSiteGroupTest, APlanWaitsUntilNoneOfItsVmsIsUnderWay) {
  azure_.PutItem("db2",
                 {{"currentScenario",
                   {{"scenarioName", "UnplannedFailover"},
                    {"jobId", "/replicationJobs/j"}}}},
                 {{"multiVmGroupName", "orders"}});
  EXPECT_TRUE(absl::IsFailedPrecondition(Begin(&first_)));
  EXPECT_THAT(azure_.posts, SizeIs(0));
  PutFailedOver("db2");
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(site_->Begin(first_).ok());
}

TEST_F(AsrSiteGroupTest, APlanThatFailedForAnotherVmIsNoBadSign) {
  PutFailedOver("db1");
  azure_.PutJob(
      "plan-job", "UnplannedFailover", "Failed", "both",
      {{"targetObjectId", "a-guid"},
       {"targetInstanceType", "RecoveryPlan"},
       {"customDetails", {{"protectedItemDetails", {{{"name", "db1"}}}}}}});
  EXPECT_TRUE(Read(Call(SiteCall::VERIFY, "db1")).vm_up());
  azure_.PutItem("db2");
  EXPECT_FALSE(Read(Call(SiteCall::VERIFY, "db2")).vm_up());
}

TEST_F(AsrSiteGroupTest, ATestGoesByVm) {
  first_.set_purpose(RecoveryPlan::TEST);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(Begin(&first_).ok());
  EXPECT_THAT(azure_.posts[0], StartsWith("db1/testFailover "));
}

TEST_F(AsrSiteTest, VerifiedIsWhatTheSiteSays) {
  PutProtected();
  const SiteCall verify = Call(SiteCall::VERIFY);
  EXPECT_FALSE(Read(verify).vm_up());

  azure_.PutJob("job", "UnplannedFailover", "InProgress", "web");
  EXPECT_EQ(StateOf(verify), CallReport::RUNNING);

  PutFailedOver();
  azure_.PutJob("job", "UnplannedFailover", "Succeeded", "web");
  CallReport report = Read(verify);
  EXPECT_TRUE(report.vm_up());
  EXPECT_EQ(report.recovery_point_id(), "p1");
  EXPECT_FALSE(report.has_source_off());  // nobody says so

  const auto shutdown = [this, &verify](const std::string& state,
                                        const std::string& description) {
    azure_.PutJob("job", "UnplannedFailover", "Succeeded", "web",
                  {{"tasks",
                    {{{"name", "VmShutdownVmOnPrimary"},
                      {"state", state},
                      {"stateDescription", description}}}}});
    return Read(verify);
  };
  EXPECT_TRUE(shutdown("Succeeded", "Completed").source_off());
  report = shutdown("Succeeded", "Skipped");
  EXPECT_TRUE(report.has_source_off() && !report.source_off());
  EXPECT_FALSE(shutdown("Failed", "Failed").source_off());

  azure_.PutJob("later", "PlannedFailover", "Succeeded", "web",
                {{"startTime", "2024-05-01T12:15:00Z"}});
  EXPECT_TRUE(Read(verify).source_off());
  azure_.PutJob("later", "PlannedFailover", "Failed", "web",
                {{"startTime", "2024-05-01T12:15:00Z"}});
  EXPECT_FALSE(Read(verify).vm_up());
}

TEST_F(AsrSiteTest, AFailbackTellsItsPointInItsJobAlone) {
  azure_.PutItem(
      "web",
      {{"protectionState", "PlannedFailoverCommitPendingStatesBegin"},
       {"failoverRecoveryPointId", ""}},
      {{"instanceType", "InMageRcmFailback"}});
  azure_.PutJob("job", "PlannedFailover", "Succeeded", "web",
                {{"customDetails",
                  {{"protectedItemDetails",
                    {{{"friendlyName", "web"},
                      {"recoveryPointId", SmallVault::PointId("web", "made")},
                      {"recoveryPointTime", "2024-05-01T12:12:00Z"}}}}}}});
  const CallReport report = Read(Call(SiteCall::VERIFY));
  EXPECT_EQ(report.recovery_point_id(), "made");
  EXPECT_TRUE(report.source_off());
}

TEST_F(AsrSiteTest, WithoutAMarkItCannotBeTold) {
  PutProtected();
  SiteCall call = Call();
  for (const char* mark : {"", "{}", "[]", R"({"v":2,"jobs":[],"state":""})",
                           R"({"v":1,"jobs":[7],"state":""})"}) {
    call.set_mark(mark);
    EXPECT_EQ(StateOf(call), CallReport::UNKNOWN) << mark;
  }
}

TEST_F(AsrSiteTest, AMovedItemIsFoundAgain) {
  PutProtected();
  ASSERT_TRUE(site_->Describe({"web"}).ok());
  azure_.MoveItem("web");
  EXPECT_EQ(StateOf(Call(SiteCall::VERIFY)), CallReport::DONE);
  const auto vms = site_->Describe({"web"});
  EXPECT_EQ((*vms)[0].vm().recovery_points_size(), 2);
}

TEST_F(AsrSiteTest, AShortNameIsTakenWhereItCanMeanOneVm) {
  PutProtected();
  EXPECT_TRUE((*site_->Describe({"east/quay/web"}))[0].found());
  azure_.MoveItem("web");
  PutProtected();
  const auto vms = site_->Describe({"web", "west/quay/web"});
  EXPECT_FALSE((*vms)[0].found());  // there are two of them
  EXPECT_TRUE((*vms)[1].found());
  EXPECT_EQ((*vms)[1].vm().id(), "west/quay/web");
}

// A second request of a group whose answer is lost too must not be forgotten
// when another VM of the group asks about the first.
TEST_F(AsrSiteGroupTest, ALaterRequestOfTheGroupCountsForAll) {
  MarkBoth();
  azure_.answers.assign(2, absl::UnknownError("lost"));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(first_)));
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(second_)));
  clock_.Sleep(kSettle);
  EXPECT_EQ(StateOf(first_), CallReport::NOT_BEGUN);
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(first_)));
  ExpectTooEarly(second_);
  EXPECT_TRUE(absl::IsUnavailable(site_->Begin(second_)));
  EXPECT_THAT(azure_.posts, SizeIs(2));
}

TEST_F(AsrSiteGroupTest, AVmThatIsMarkedLateGoesWithItsGroupToo) {
  azure_.answers.push_back(SmallVault::Accepted("1"));
  EXPECT_TRUE(Begin(&first_).ok());
  EXPECT_TRUE(Begin(&second_).ok());
  EXPECT_THAT(azure_.posts, SizeIs(1));
}

TEST_F(AsrSiteGroupTest, AVmThatWasOpenBeforeACrashGoesWithItsGroup) {
  MarkBoth();
  Restart();
  clock_.Sleep(kSettle);
  EXPECT_EQ(StateOf(first_), CallReport::NOT_BEGUN);
  azure_.answers.push_back(SmallVault::Accepted("1"));
  azure_.bodies["/op/1"] = R"({"status":"InProgress"})";
  EXPECT_TRUE(site_->Begin(first_).ok());
  EXPECT_EQ(StateOf(second_), CallReport::RUNNING);
}

TEST_F(AsrSiteTest, TheTokenIsInNothingThatIsTold) {
  PutProtected();
  SiteCall call = Call();
  azure_.answers.push_back(SmallVault::Refused(400, "sentinel-7f3a9c51"));
  EXPECT_THAT(Begin(&call).ToString(), Not(HasSubstr("sentinel")));
  azure_.answers.push_back(SmallVault::Accepted("sentinel-7f3a9c51"));
  EXPECT_TRUE(site_->Begin(call).ok());
  azure_.bodies["/op/[token]"] =
      R"({"status":"InProgress","error":{"code":"sentinel-7f3a9c51"}})";
  EXPECT_THAT(Read(call).DebugString(), Not(HasSubstr("sentinel")));
  EXPECT_THAT(call.DebugString(), Not(HasSubstr("sentinel")));
}

}  // namespace
}  // namespace recoveryline
