// Whole failovers at the fake of Azure Resource Manager, in virtual time: it
// throttles, fails, drops answers before and after the effect, tells old news,
// prunes points and registers agents late, while the process dies again and
// again and another one goes on from the log. No effect is lost, none is had
// twice, and what is not known is read or left alone.
//
// How many runs: RECOVERYLINE_CHAOS_RUNS, or 150, from the seed
// RECOVERYLINE_CHAOS_FROM on.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_runner.h"
#include "tests/failover/failover_scene.h"
#include "tests/failover/fake_site.h"
#include "tests/fake_arm/fake_transport.h"
#include "tests/fake_arm/fake_vault.h"
#include "tools/sites/arm_client.h"
#include "tools/sites/asr_site.h"
#include "tools/sites/token_source.h"

namespace recoveryline {
namespace {

using fake::FakeOptions;
using fake::FakeVault;
using fake::InstanceType;
using S = FailoverState;

constexpr char kEndpoint[] = "https://localhost";

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(absl::Time now) : now_(now) {}
  absl::Time Now() override { return now_; }
  void Sleep(absl::Duration duration) override { now_ += duration; }

 private:
  absl::Time now_;
};

// A request may be the last thing that a process does.
class MortalTransport final : public HttpTransport {
 public:
  MortalTransport(FakeVault* vault, Clock* clock, Crashes* crashes)
      : transport_(vault, clock), crashes_(*crashes) {}
  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override {
    crashes_.Here();
    absl::StatusOr<HttpResponse> answer = transport_.Send(request);
    crashes_.Here();
    return answer;
  }

 private:
  fake::FakeTransport transport_;
  Crashes& crashes_;
};

struct Kind {
  InstanceType type;
  v1::RecoveryPlan::Purpose purpose;
  bool grouped;
  bool conflict;  // whether a second POST is refused
};

// A group with a lone VM, who go by one recovery plan, or lone VMs.
FakeOptions OptionsOf(const Kind& kind) {
  FakeOptions options;
  options.blocks = {{.type = kind.type,
                     .vm_count = kind.grouped ? 3 : 2,
                     .group_count = kind.grouped ? 1 : 0,
                     .lone_count = kind.grouped ? 1 : 0}};
  options.conflict_on_second_post = kind.conflict;
  options.page_size = 10;
  return options;
}

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

// How a run came to its end.
enum class End { kProtected, kDrifted, kHeld, kUnknown };

class ChaoticRun {
 public:
  ChaoticRun(const FakeVault& vault, const Kind& kind, uint64_t seed)
      : vault_(vault),
        kind_(kind),
        clock_(vault.state().options.start),
        random_(seed),
        pace_(absl::Minutes(1 + static_cast<int>(seed / 7 % 5))) {
    vault_.SetChaos(seed,
                    fake::ChaosRates::AtLevel(1 + static_cast<int>(seed % 3)));
  }

  End Live() {
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

  const FakeVault& vault() const { return vault_; }
  const MemoryLog& log() const { return log_; }
  int deaths() const { return deaths_; }
  const absl::Status& last() const { return last_; }

 private:
  int64_t NextCrash() {
    return deaths_ > 20
               ? -1
               : crashes_.passed + static_cast<int64_t>(random_() % 200);
  }

  // A process, to its death or to what stops it.
  absl::Status LiveOnce() {
    TokenSource tokens("a test", [] { return std::string(fake::kFakeToken); });
    MortalTransport transport(&vault_, &clock_, &crashes_);
    ArmClient arm(*HttpsEndpoint::Parse(kEndpoint), transport, tokens, clock_,
                  {.retry = {.max_tries = 4}, .seed = random_()});
    auto vault =
        AsrVault::Make(arm, vault_.state().root, AsrVault::kDefaultApiVersion);
    if (!vault.ok()) return vault.status();
    AsrSite::Options options = SiteOptionsOf();
    for (const fake::FakeItem& item : vault_.state().items) {
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
  bool IsOver(S state) const {
    return state == S::kProtected ||
           (state == S::kCommitted &&
            kind_.type == InstanceType::kHyperVReplicaAzure) ||
           (state == S::kReprotected && kind_.grouped);
  }

  // The newest common point of the group, the newest one of the lone VM.
  absl::Status MakePlan(AsrSite* site, v1::FailoverPlan* plan) {
    std::vector<std::string> ids;
    for (const fake::FakeItem& item : vault_.state().items) {
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
      planned->set_consistency_marker(grouped ? best->consistency_marker()
                                              : "");
      planned->set_point_choice(vm.point_choice());
    }
    return absl::OkStatus();
  }

  FakeVault vault_;
  const Kind kind_;
  VirtualClock clock_;
  std::mt19937_64 random_;
  const absl::Duration pace_;  // how often it looks
  Crashes crashes_;
  MemoryLog log_{&crashes_};
  absl::Status last_;
  int deaths_ = 0;
};

// What the service did, held against what came of the run.
void CheckLedger(const ChaoticRun& run, End end) {
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
    if (end == End::kProtected) {
      EXPECT_EQ(failovers, 1) << ledger.ToJsonLines();
      EXPECT_EQ(done["failoverCommit"], 1) << ledger.ToJsonLines();
      EXPECT_EQ(reprotections,
                item.type == InstanceType::kHyperVReplicaAzure ? 0 : 1)
          << ledger.ToJsonLines();
    }
    EXPECT_TRUE(end != End::kDrifted || failovers == 0);
  }
}

TEST(AsrChaosTest, NothingIsLostOrDoneTwice) {
  const char* wanted = std::getenv("RECOVERYLINE_CHAOS_RUNS");
  const uint64_t runs = wanted == nullptr ? 150 : std::stoull(wanted);
  const char* from = std::getenv("RECOVERYLINE_CHAOS_FROM");
  const uint64_t first = from == nullptr ? 0 : std::stoull(from);
  std::vector<Kind> kinds;
  for (const bool conflict : {false, true}) {
    for (const bool grouped : {false, true}) {
      for (const InstanceType type : fake::kInstanceTypes) {
        const bool back = type == InstanceType::kInMageRcmFailback ||
                          type == InstanceType::kHyperVReplicaAzure;
        if (grouped && back) continue;
        kinds.push_back(
            {type,
             back ? v1::RecoveryPlan::FAILBACK : v1::RecoveryPlan::FAILOVER,
             grouped, conflict});
      }
    }
  }
  std::vector<FakeVault> vaults;
  for (const Kind& kind : kinds) vaults.emplace_back(OptionsOf(kind));
  std::map<End, int> ends;
  int64_t deaths = 0;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    const size_t at = seed % kinds.size();
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", ", Name(kinds[at].type)));
    ChaoticRun run(vaults[at], kinds[at], seed);
    const End end = run.Live();
    ++ends[end];
    deaths += run.deaths();
    CheckLedger(run, end);
    if (std::getenv("RECOVERYLINE_CHAOS_TALK") != nullptr &&
        end != End::kProtected) {
      std::printf("seed %d %s: %d %s\n", static_cast<int>(seed),
                  std::string(Name(kinds[at].type)).c_str(),
                  static_cast<int>(end), run.last().ToString().c_str());
      for (const v1::FailoverRecord& record : run.log().records()) {
        std::printf("   %s\n", record.ShortDebugString().c_str());
      }
      std::printf("%s\n", run.vault().ledger().ToJsonLines().c_str());
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  RecordProperty("protected", ends[End::kProtected]);
  RecordProperty("drifted", ends[End::kDrifted]);
  RecordProperty("held", ends[End::kHeld]);
  RecordProperty("unknown", ends[End::kUnknown]);
  RecordProperty("deaths", static_cast<int>(deaths));
  EXPECT_GT(ends[End::kProtected] * 2, static_cast<int>(runs));
  EXPECT_GT(deaths, static_cast<int64_t>(runs) / 2);
}

}  // namespace
}  // namespace recoveryline
