// SimulatedSite: a site to try everything on, without a cloud.
//
//   SimulatedSite site(keep);
//   site.Apply(settings);  site.Apply(vm); ...     // or all records of a file
//   site.Begin(call);                              // kept, then done
//   site.Sleep(absl::Minutes(14));                 // its time is its own
//
// A VM replicates; is failed over, for a rehearsal too; may change its point,
// be taken back or committed, which deletes its points. Its agent registers
// some time later, 14 minutes unless told otherwise; before that, to reprotect
// it is refused as not ready. Then points come again every 5 minutes, common
// ones in a group with multi-VM consistency.
//
// Facts:
//   (1) What it is follows from its records. A call is kept before it has an
//       effect, so that a site in a file loses none.
//   (2) A key that it has seen has no second effect.
//   (3) Faults follow from the seed, the call and the time alone.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_SIMULATED_SITE_H_
#define RECOVERYLINE_TOOLS_SITES_SIMULATED_SITE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/failover/recovery_site.h"
#include "recoveryline/v1/simulated_site.pb.h"
#include "tools/sites/clock.h"

namespace recoveryline {

class SimulatedSite final : public RecoverySite, public Clock {
 public:
  // Makes a record durable. May be empty: the site is in memory alone.
  using Keep = std::function<absl::Status(const v1::SimulatedRecord&)>;

  explicit SimulatedSite(Keep keep = {}) : keep_(std::move(keep)) {}

  // A record that is kept already. DataLoss where it makes no sense.
  absl::Status Apply(const v1::SimulatedRecord& record);

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override;
  absl::StatusOr<std::string> Mark(const v1::SiteCall& call) override;
  absl::Status Begin(const v1::SiteCall& call) override;
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override;

  absl::Time Now() override { return now_; }
  void Sleep(absl::Duration duration) override;

  // Why something could not be kept, if so; from then on Read() says it too.
  const absl::Status& kept() const { return kept_; }
  // How many calls have had an effect, of each kind and VM.
  const std::map<std::pair<std::string, v1::SiteCall::Action>, int>& effects()
      const {
    return effects_;
  }

 private:
  enum class Where : uint8_t {
    kSource,
    kRehearsed,
    kFailedOver,
    kCommitted,
    kReprotected
  };
  struct Call {
    absl::Time ends;
    bool fails = false;
  };
  struct Machine {
    v1::Vm vm;
    Where where = Where::kSource;
    absl::Time since = absl::InfinitePast();  // it is there
    v1::RecoveryPoint used = {};
    bool started = false;
    absl::Time quiesced = absl::InfiniteFuture();
    std::map<std::string, Call> calls = {};  // by key
  };

  absl::Status ApplyEffect(const v1::SimulatedEffect& effect);
  void Change(const v1::SiteCall& call, absl::Time ends, Machine* machine);
  absl::Status MayBegin(const v1::SiteCall& call, const Machine& machine) const;
  std::set<v1::SiteCall::Action> Allowed(const Machine& machine) const;
  bool IsRegistered(const Machine& machine) const;
  bool IsGrouped(const Machine& machine) const;
  v1::SiteVm DescribeOne(const Machine& machine) const;
  v1::Vm WithNewPoints(const Machine& machine) const;
  v1::CallReport Verify(const Machine& machine) const;
  absl::Status Kept(const v1::SimulatedRecord& record);
  bool Strikes(int one_in, absl::string_view fault,
               absl::string_view key) const;

  const Keep keep_;
  absl::Status kept_;
  v1::SimulatedSettings settings_;
  absl::Time now_ = absl::UnixEpoch();
  std::map<std::string, Machine> machines_;
  std::map<std::string, std::vector<std::string>> groups_;  // their VMs
  std::map<std::pair<std::string, v1::SiteCall::Action>, int> effects_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_SIMULATED_SITE_H_
