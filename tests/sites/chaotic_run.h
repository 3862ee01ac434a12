// ChaoticRun: a whole failover at the fake of Azure Resource Manager, which
// throttles, fails, drops answers before and after the effect, tells old news,
// prunes points and registers agents late, while the process dies again and
// again and another one goes on from the log.
//
//   VirtualClock clock(start);
//   DirectService service(vault, &clock);
//   ChaoticRun run(&service, &clock, kind, seed);
//   CheckLedger(run, run.Live());
//
// Same kind and seed, same run, as long as the service is in this process.
//
// Thread-safety: none, but the clock's.

#ifndef RECOVERYLINE_TESTS_SITES_CHAOTIC_RUN_H_
#define RECOVERYLINE_TESTS_SITES_CHAOTIC_RUN_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/failover/fake_site.h"
#include "tests/fake_arm/fake_transport.h"
#include "tests/fake_arm/fake_vault.h"
#include "tools/sites/clock.h"
#include "tools/sites/http.h"

namespace recoveryline {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(absl::Time now) : now_(now) {}
  absl::Time Now() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return now_;
  }
  void Sleep(absl::Duration duration) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    now_ += duration;
  }

 private:
  std::mutex mutex_;
  absl::Time now_;
};

// What fails over, and where to.
struct ChaosKind {
  fake::InstanceType type;
  v1::RecoveryPlan::Purpose purpose;
  bool grouped;
  bool conflict;  // whether a second POST is refused
};

// A group with a lone VM, who go by one recovery plan, or lone VMs.
fake::FakeOptions OptionsOf(const ChaosKind& kind);

// Where the vault of a run is, and how it is reached.
class ChaosService {
 public:
  virtual ~ChaosService() = default;
  virtual std::string endpoint() const = 0;
  // By a new process.
  virtual std::unique_ptr<HttpTransport> Connect() = 0;
  // While nothing is asked of it.
  virtual fake::FakeVault& vault() = 0;
};

// In this process, as a copy of a vault.
class DirectService final : public ChaosService {
 public:
  DirectService(const fake::FakeVault& vault, Clock* clock)
      : vault_(vault), clock_(*clock) {}
  std::string endpoint() const override { return "https://localhost"; }
  std::unique_ptr<HttpTransport> Connect() override {
    return std::make_unique<fake::FakeTransport>(&vault_, &clock_);
  }
  fake::FakeVault& vault() override { return vault_; }

 private:
  fake::FakeVault vault_;
  Clock& clock_;
};

class ChaoticRun {
 public:
  // How it came to its end.
  enum class End { kProtected, kDrifted, kHeld, kUnknown };

  // Both outlive it.
  ChaoticRun(ChaosService* service, Clock* clock, const ChaosKind& kind,
             uint64_t seed);

  End Live();

  const ChaosKind& kind() const { return kind_; }
  const fake::FakeVault& vault() const { return service_.vault(); }
  const MemoryLog& log() const { return log_; }
  int deaths() const { return deaths_; }
  const absl::Status& last() const { return last_; }

 private:
  int64_t NextCrash();
  absl::Status LiveOnce();
  bool IsOver(FailoverState state) const;
  absl::Status MakePlan(RecoverySite* site, v1::FailoverPlan* plan) const;

  ChaosService& service_;
  Clock& clock_;
  const ChaosKind kind_;
  std::mt19937_64 random_;
  const absl::Duration pace_;  // how often it looks
  Crashes crashes_;
  MemoryLog log_{&crashes_};
  absl::Status last_;
  int deaths_ = 0;
};

// What the service did, held against what came of the run.
void CheckLedger(const ChaoticRun& run, ChaoticRun::End end);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_CHAOTIC_RUN_H_
