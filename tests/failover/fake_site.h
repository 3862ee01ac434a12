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
      absl::Span<const std::string> vm_ids) override;
  absl::StatusOr<std::string> Mark(const v1::SiteCall& call) override;
  absl::Status Begin(const v1::SiteCall& call) override;
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override;

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
  int not_ready_calls = 0;       // so many calls of Begin() come too early
  bool numbers_reasons = false;  // each time it says something else
  bool is_away = false;          // Read() fails
  // Fails, of this VM or of all.
  v1::SiteCall::Action refused = v1::SiteCall::ACTION_UNSPECIFIED;
  std::string refused_vm;

 private:
  struct Call {
    bool begun = false;
    bool fails = false;
  };
  bool OneIn(int n);

  std::mt19937_64 random_;
  const Chaos chaos_;
  Crashes& crashes_;
  std::map<std::string, Call> calls_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FAILOVER_FAKE_SITE_H_
