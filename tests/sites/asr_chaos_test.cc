// Whole failovers in virtual time at a service that does not keep still: no
// effect is lost, none is had twice, and what is not known is read or left
// alone.
//
// How many runs: RECOVERYLINE_CHAOS_RUNS (150) in this process and
// RECOVERYLINE_CHAOS_TLS_RUNS (20) over TLS, from the seed
// RECOVERYLINE_CHAOS_FROM on.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/fake_arm/fake_arm_server.h"
#include "tests/sites/chaotic_run.h"
#include "tests/sites/test_files.h"
#include "tools/sites/curl_transport.h"

namespace recoveryline {
namespace {

using End = ChaoticRun::End;
using fake::FakeVault;
using fake::InstanceType;

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* said = std::getenv(variable);
  return said == nullptr ? otherwise : std::stoull(said);
}

// Behind TLS on loopback.
class TlsService final : public ChaosService {
 public:
  TlsService(const fake::FakeOptions& vault, Clock* clock,
             const TestDirectory& directory) {
    auto started = fake::FakeArmServer::Start(
        {.vault = vault, .now = [clock] { return clock->Now(); }});
    EXPECT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    ca_file_ = directory.Write("ca.pem", server_->authority_pem());
  }
  std::string endpoint() const override { return server_->url(); }
  std::unique_ptr<HttpTransport> Connect() override {
    auto made =
        CurlTransport::Make({.endpoint = server_->url(), .ca_file = ca_file_});
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }
  FakeVault& vault() override {
    FakeVault* vault = nullptr;
    server_->WithVault([&vault](FakeVault& served) { vault = &served; });
    return *vault;
  }

 private:
  std::string ca_file_;
  std::unique_ptr<fake::FakeArmServer> server_;
};

class AsrChaosTest : public testing::Test {
 protected:
  AsrChaosTest() {
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
    for (const ChaosKind& kind : kinds) vaults.emplace_back(OptionsOf(kind));
  }

  void Live(ChaosService* service, Clock* clock, uint64_t seed) {
    const ChaosKind& kind = kinds[seed % kinds.size()];
    SCOPED_TRACE(absl::StrCat("seed ", seed, ", ", Name(kind.type)));
    ChaoticRun run(service, clock, kind, seed);
    const End end = run.Live();
    ++ends[end];
    deaths += run.deaths();
    CheckLedger(run, end);
    for (const v1::FailoverRecord& record : run.log().records()) {
      EXPECT_EQ(record.SerializeAsString().find(fake::kFakeToken),
                std::string::npos);
    }
    if (std::getenv("RECOVERYLINE_CHAOS_TALK") == nullptr ||
        end == End::kProtected) {
      return;
    }
    std::printf("seed %d %s: %d %s\n", static_cast<int>(seed),
                std::string(Name(kind.type)).c_str(), static_cast<int>(end),
                run.last().ToString().c_str());
    for (const v1::FailoverRecord& record : run.log().records()) {
      std::printf("   %s\n", record.ShortDebugString().c_str());
    }
    std::printf("%s\n", run.vault().ledger().ToJsonLines().c_str());
  }

  void TearDown() override {
    RecordProperty("protected", ends[End::kProtected]);
    RecordProperty("drifted", ends[End::kDrifted]);
    RecordProperty("held", ends[End::kHeld]);
    RecordProperty("unknown", ends[End::kUnknown]);
    RecordProperty("deaths", static_cast<int>(deaths));
    const int runs = ends[End::kProtected] + ends[End::kDrifted] +
                     ends[End::kHeld] + ends[End::kUnknown];
    EXPECT_GT(ends[End::kProtected] * 2, runs);
    EXPECT_GT(deaths, runs / 2);
  }

  std::vector<ChaosKind> kinds;
  std::vector<FakeVault> vaults;  // one a kind
  const uint64_t first = NumberFrom("RECOVERYLINE_CHAOS_FROM", 0);
  std::map<End, int> ends;
  int64_t deaths = 0;
};

TEST_F(AsrChaosTest, NothingIsLostOrDoneTwice) {
  const uint64_t runs = NumberFrom("RECOVERYLINE_CHAOS_RUNS", 150);
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    const FakeVault& vault = vaults[seed % kinds.size()];
    VirtualClock clock(vault.state().options.start);
    DirectService service(vault, &clock);
    Live(&service, &clock, seed);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(AsrChaosTest, NothingIsLostOrDoneTwiceOverTls) {
  const uint64_t runs = NumberFrom("RECOVERYLINE_CHAOS_TLS_RUNS", 20);
  const TestDirectory directory;
  for (uint64_t seed = first; seed < first + runs; ++seed) {
    const fake::FakeOptions options = OptionsOf(kinds[seed % kinds.size()]);
    VirtualClock clock(options.start);
    TlsService service(options, &clock, directory);
    Live(&service, &clock, seed);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace recoveryline
