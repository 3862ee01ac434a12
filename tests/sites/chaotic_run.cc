#include "tests/sites/chaotic_run.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "engine/failover/failover_runner.h"
#include "gtest/gtest.h"
#include "tests/failover/failover_scene.h"
#include "tools/sites/arm_client.h"
#include "tools/sites/asr_site.h"
#include "tools/sites/token_source.h"

namespace recoveryline {
namespace {

using fake::FakeOptions;
using fake::InstanceType;

// A request may be the last thing that a process does.
class MortalTransport final : public HttpTransport {
 public:
  MortalTransport(HttpTransport* transport, Crashes* crashes)
      : transport_(*transport), crashes_(*crashes) {}
  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override {
    crashes_.Here();
    absl::StatusOr<HttpResponse> answer = transport_.Send(request);
    crashes_.Here();
    return answer;
  }

 private:
  HttpTransport& transport_;
  Crashes& crashes_;
};

AsrSite::Options SiteOptionsOf() {
  AsrSite::Options options;
  options.requests.reprotect = {
      {"A2A", {{"recoveryContainerId", "/c"}, {"policyId", "/p"}}},
      {"InMageAzureV2",
       {{"masterTargetId", "m"}, {"processServerId", "s"}, {"policyId", "/p"}}},
      {"InMage",
       {{"masterTargetId", "m"},
        {"processServerId", "s"},
        {"retentionDrive", "r"},
        {"profileId", "/p"}}},
      {"InMageRcm",
       {{"reprotectAgentId", "a"},
        {"datastoreName", "d"},
        {"logStorageAccountId", "/l"}}},
      {"InMageRcmFailback", {{"processServerId", "s"}, {"policyId", "/p"}}}};
  return options;
}

}  // namespace

FakeOptions OptionsOf(const ChaosKind& kind) {
  FakeOptions options;
  options.blocks = {{.type = kind.type,
                     .vm_count = kind.grouped ? 3 : 2,
                     .group_count = kind.grouped ? 1 : 0,
                     .lone_count = kind.grouped ? 1 : 0}};
  options.conflict_on_second_post = kind.conflict;
  options.page_size = 10;
  return options;
}

ChaoticRun::ChaoticRun(ChaosService* service, Clock* clock,
                       const ChaosKind& kind, uint64_t seed)
    : service_(*service),
      clock_(*clock),
      kind_(kind),
      random_(seed),
      pace_(absl::Minutes(1 + static_cast<int>(seed / 7 % 5))) {
  service_.vault().SetChaos(
      seed, fake::ChaosRates::AtLevel(1 + static_cast<int>(seed % 3)));
}

ChaoticRun::End ChaoticRun::Live() {
  crashes_.next = NextCrash();
  for (int lives = 0; lives < 12 + deaths_; ++lives) {
    try {
      const absl::Status ended = LiveOnce();
      if (ended.ok()) return End::kProtected;
      if (absl::IsFailedPrecondition(ended)) return End::kDrifted;
      last_ = ended;
      clock_.Sleep(absl::Minutes(10));
    } catch (const Crash&) {
      ++deaths_;
      crashes_.next = NextCrash();
    }
  }
  return absl::IsUnknown(last_) ? End::kUnknown : End::kHeld;
}

int64_t ChaoticRun::NextCrash() {
  return deaths_ > 20 ? -1
                      : crashes_.passed + static_cast<int64_t>(random_() % 200);
}

// A process, to its death or to what stops it.
absl::Status ChaoticRun::LiveOnce() {
  TokenSource tokens("a test", [] { return std::string(fake::kFakeToken); });
  const std::unique_ptr<HttpTransport> connected = service_.Connect();
  MortalTransport transport(connected.get(), &crashes_);
  const fake::FakeState& state = service_.vault().state();
  ArmClient arm(*HttpsEndpoint::Parse(service_.endpoint()), transport, tokens,
                clock_, {.retry = {.max_tries = 4}, .seed = random_()});
  auto vault = AsrVault::Make(arm, state.root, AsrVault::kDefaultApiVersion);
  if (!vault.ok()) return vault.status();
  AsrSite::Options options = SiteOptionsOf();
  for (const fake::FakeItem& item : state.items) {
    options.vm_ids.push_back(item.name);
  }
  AsrSite site(*vault, clock_, std::move(options));
  const absl::Time latest = clock_.Now() + absl::Hours(3);
  const Driving driving{.wait = [this, latest] {
    clock_.Sleep(pace_);
    return clock_.Now() < latest;
  }};
  absl::StatusOr<std::unique_ptr<FailoverRunner>> runner =
      absl::UnknownError("");
  if (log_.records().empty()) {
    v1::FailoverPlan plan;
    if (absl::Status made = MakePlan(&site, &plan); !made.ok()) return made;
    runner = FailoverRunner::Begin(plan, &site, &log_, driving);
  } else {
    runner = FailoverRunner::Resume(log_.records(), &site, &log_, driving);
  }
  if (!runner.ok()) return runner.status();
  absl::Status status = (*runner)->Drive();
  for (int asked = 0; status.ok() && asked < 12; ++asked) {
    if (IsOver((*runner)->run().state())) return status;
    status = (*runner)->Ask(RequestOf(NextVerb((*runner)->run())));
  }
  if (IsOver((*runner)->run().state())) return absl::OkStatus();
  return status.ok() ? absl::ResourceExhaustedError("asked in vain") : status;
}

// Hyper-V goes back without a reprotection. On their way back, points of
// VMware are not said to be common ones, so that a group of it is never said
// to be protected.
bool ChaoticRun::IsOver(FailoverState state) const {
  return state == FailoverState::kProtected ||
         (state == FailoverState::kCommitted &&
          kind_.type == InstanceType::kHyperVReplicaAzure) ||
         (state == FailoverState::kReprotected && kind_.grouped);
}

// The newest common point of the group, the newest one of the lone VM.
absl::Status ChaoticRun::MakePlan(RecoverySite* site,
                                  v1::FailoverPlan* plan) const {
  std::vector<std::string> ids;
  for (const fake::FakeItem& item : service_.vault().state().items) {
    ids.push_back(item.name);
  }
  const auto vms = site->Describe(ids);
  if (!vms.ok()) return vms.status();
  plan->set_run_id("run");
  plan->set_purpose(kind_.purpose);
  plan->set_allow_type_only(true);
  if (kind_.purpose == v1::RecoveryPlan::FAILOVER) {
    plan->set_source_fenced_by("the test");
  }
  plan->add_boot_groups()->set_id("all");
  std::map<std::string, size_t> markers;
  for (const v1::SiteVm& vm : *vms) {
    std::set<std::string> own;
    for (const auto& point : vm.vm().recovery_points()) {
      own.insert(point.consistency_marker());
    }
    for (const std::string& marker : own) ++markers[marker];
  }
  markers.erase("");
  std::set<std::string> common;
  for (const auto& [marker, times] : markers) {
    if (times == vms->size()) common.insert(marker);
  }
  for (const v1::SiteVm& vm : *vms) {
    const bool grouped = !vm.vm().replication_group_id().empty();
    const v1::RecoveryPoint* best = nullptr;
    for (const auto& point : vm.vm().recovery_points()) {
      if (grouped && !common.empty() &&
          common.count(point.consistency_marker()) == 0) {
        continue;
      }
      if (best == nullptr ||
          point.capture_time().seconds() > best->capture_time().seconds()) {
        best = &point;
      }
    }
    if (best == nullptr) return absl::UnavailableError("no point yet");
    v1::FailoverVm* planned = plan->add_vms();
    planned->set_vm_id(vm.vm().id());
    planned->set_unit(grouped ? 0 : plan->vms_size());
    planned->set_replication_group_id(vm.vm().replication_group_id());
    planned->set_recovery_point_id(best->id());
    *planned->mutable_capture_time() = best->capture_time();
    planned->set_consistency(best->consistency());
    planned->set_consistency_marker(grouped ? best->consistency_marker() : "");
    planned->set_point_choice(vm.point_choice());
  }
  return absl::OkStatus();
}

// What the service did, held against what came of the run.
void CheckLedger(const ChaoticRun& run, ChaoticRun::End end) {
  const fake::FakeLedger& ledger = run.vault().ledger();
  EXPECT_TRUE(ledger.Doubled().empty()) << ledger.ToJsonLines();
  for (const fake::FakeItem& item : run.vault().state().items) {
    std::map<std::string, int> done;
    for (const fake::Action action : ledger.Done(item.name)) {
      ++done[std::string(Name(action))];
    }
    const int failovers = done["plannedFailover"] + done["unplannedFailover"];
    const int reprotections =
        done["reProtect"] + done["switchProtection"] + done["switchprotection"];
    EXPECT_LE(failovers, 1) << ledger.ToJsonLines();
    EXPECT_LE(done["failoverCommit"], 1) << ledger.ToJsonLines();
    EXPECT_LE(reprotections, 1) << ledger.ToJsonLines();
    if (end == ChaoticRun::End::kProtected) {
      EXPECT_EQ(failovers, 1) << ledger.ToJsonLines();
      EXPECT_EQ(done["failoverCommit"], 1) << ledger.ToJsonLines();
      EXPECT_EQ(reprotections,
                item.type == InstanceType::kHyperVReplicaAzure ? 0 : 1)
          << ledger.ToJsonLines();
    }
    EXPECT_TRUE(end != ChaoticRun::End::kDrifted || failovers == 0);
  }
}

}  // namespace recoveryline
