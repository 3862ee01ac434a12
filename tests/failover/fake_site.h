// FakeSite: a site in memory that loses answers, is slow, does twice what it is
// told twice, and keeps a ledger of what it did; and the crashes that a run is
// put through.
//
//   Crashes crashes;                     // none, until crashes.next is set
//   FakeSite site(seed, &crashes);
//   MemoryLog log(&crashes);
//
// A crash is an exception out of the site or the log, before or after what was
// asked of them; what is made of the runner then is thrown away.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAILOVER_FAKE_SITE_H_
#define RECOVERYLINE_TESTS_FAILOVER_FAKE_SITE_H_

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/failover/failover_runner.h"
#include "engine/failover/recovery_site.h"
#include "tests/failover/failover_scene.h"

namespace recoveryline {

struct Crash {};

// Where a process may die, counted.
struct Crashes {
  int64_t passed = 0;
  int64_t next = -1;  // at which count it dies; -1: never

  void Here() {
    if (passed++ == next) throw Crash();
  }
};

class MemoryLog final : public FailoverLog {
 public:
  explicit MemoryLog(Crashes* crashes) : crashes_(*crashes) {}

  absl::Status Append(absl::Span<const v1::FailoverRecord> records) override {
    crashes_.Here();
    records_.insert(records_.end(), records.begin(), records.end());
    crashes_.Here();
    return absl::OkStatus();
  }
  const std::vector<v1::FailoverRecord>& records() const { return records_; }

 private:
  Crashes& crashes_;
  std::vector<v1::FailoverRecord> records_;
};

class FakeSite final : public RecoverySite {
 public:
  // How it behaves, each one time in so many; 0: never.
  struct Chaos {
    int lost_request = 0;  // Begin() fails before the effect
    int lost_answer = 0;   // and after it
    int unreachable = 0;   // Read() fails
    int slow = 0;          // still running when it is read
    int silent = 0;        // cannot tell what has become of a call
    int fails = 0;         // a call fails, without an effect
    int not_ready = 0;     // Begin() is refused for now
  };

  FakeSite(uint64_t seed, const Chaos& chaos, Crashes* crashes)
      : random_(seed), chaos_(chaos), crashes_(*crashes) {}

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override {
    crashes_.Here();
    if (OneIn(chaos_.unreachable)) return absl::UnavailableError("away");
    ++descriptions;
    std::vector<v1::SiteVm> vms;
    for (const std::string& id : vm_ids) {
      vms.push_back(SiteVmOf(id));
      vms.back().set_point_choice(point_choice);
    }
    return vms;
  }

  absl::StatusOr<std::string> Mark(const v1::SiteCall&) override {
    crashes_.Here();
    if (OneIn(chaos_.unreachable)) return absl::UnavailableError("away");
    return std::string();
  }

  absl::Status Begin(const v1::SiteCall& call) override {
    crashes_.Here();
    if (OneIn(chaos_.lost_request)) return absl::UnavailableError("lost");
    if (OneIn(chaos_.not_ready)) {
      return absl::FailedPreconditionError("no agent yet");
    }
    // It knows no keys: what is begun twice is done twice.
    Call& known = calls_[call.key()];
    known.begun = true;
    known.fails = OneIn(chaos_.fails);
    if (!known.fails) {
      ++effects[{call.vm_id(), call.action(), call.recovery_point_id()}];
      if (call.action() == v1::SiteCall::FAIL_OVER) {
        point_of_vm[call.vm_id()] =
            always_at.empty() ? call.recovery_point_id() : always_at;
      }
      if (call.action() == v1::SiteCall::CHANGE_POINT) {
        point_of_vm[call.vm_id()] = call.recovery_point_id();
      }
    }
    crashes_.Here();
    if (OneIn(chaos_.lost_answer)) return absl::UnavailableError("lost");
    return absl::OkStatus();
  }

  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override {
    crashes_.Here();
    if (OneIn(chaos_.unreachable)) return absl::UnavailableError("away");
    v1::CallReport report;
    if (OneIn(chaos_.silent)) {
      report.set_state(v1::CallReport::UNKNOWN);
      report.set_message("no such job");
      return report;
    }
    const auto known = calls_.find(call.key());
    if (call.action() == v1::SiteCall::VERIFY) {
      report.set_vm_up(true);
      report.set_source_off(true);
    } else if (known == calls_.end() || !known->second.begun) {
      report.set_state(v1::CallReport::NOT_BEGUN);
      return report;
    }
    if (OneIn(chaos_.slow)) {
      report.set_state(v1::CallReport::RUNNING);
      return report;
    }
    const bool fails = known != calls_.end() && known->second.fails;
    report.set_state(fails ? v1::CallReport::FAILED : v1::CallReport::DONE);
    report.set_message(fails ? "the site says no" : "");
    report.set_recovery_point_id(point_of_vm[call.vm_id()]);
    return report;
  }

  struct Effect {
    std::string vm;
    v1::SiteCall::Action action;
    std::string point;

    auto operator<=>(const Effect&) const = default;
  };
  // How often each was done.
  std::map<Effect, int> effects;
  std::map<std::string, std::string> point_of_vm;
  // Where failovers go, whatever is chosen; empty: where they were told to.
  std::string always_at;
  v1::SiteVm::PointChoice point_choice = v1::SiteVm::BY_ID;
  int descriptions = 0;

 private:
  struct Call {
    bool begun = false;
    bool fails = false;
  };
  bool OneIn(int n) { return n > 0 && random_() % static_cast<size_t>(n) == 0; }

  std::mt19937_64 random_;
  const Chaos chaos_;
  Crashes& crashes_;
  std::map<std::string, Call> calls_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FAILOVER_FAKE_SITE_H_
