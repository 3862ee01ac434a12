// AsrSite: failing over with Azure Site Recovery.
//
//   AsrSite site(*vault, clock, options);
//   call.set_mark(*site.Mark(call));
//   site.Begin(call);                   // and site.Read(call), again and again
//
// Azure knows no keys of ours, so what keeps an effect from being had twice is
// this:
//   (1) A request is sent once; a lost answer is Unavailable (arm_client.h).
//   (2) Read() asks the operation where this process began it and heard so, and
//       else looks for a job that came after the mark (asr_mark.h).
//   (3) It says NOT_BEGUN only where neither the jobs nor the item show
//       anything since the mark, and a request that might have been sent cannot
//       be on its way any more: `settle` has passed since it can last have
//       left. That is the end of Begin() where this process called it, and the
//       making of this object otherwise, since the process before is dead then
//       (a run is locked). Until then Read() is Unavailable: ask again.
//
// VMs in a named group, which Azure does not fail over alone, go through a
// recovery plan (asr_recovery_plans.h), once for all VMs of the plan: the
// others' Begin() joins. A test failover goes by VM.
//
// Gates: an action is asked for only where the item's allowedOperations have
// it; else Begin() is FailedPrecondition. So are HTTP 409 and an agent that has
// not registered. What a provider cannot do is Unimplemented.
//
// VERIFY: the VM runs where its item is failed over; its source is off where
// the failover was a planned one, or a task of its job shut the source down;
// the point is the item's, or else the job's.
//
// Thread-safety: none. Errors: those of RecoverySite and ArmClient.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_SITE_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_SITE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/failover/recovery_site.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/importers/asr_import.h"
#include "tools/sites/asr_items.h"
#include "tools/sites/asr_jobs.h"
#include "tools/sites/asr_mark.h"
#include "tools/sites/asr_recovery_plans.h"
#include "tools/sites/asr_requests.h"
#include "tools/sites/asr_rights.h"
#include "tools/sites/asr_vault.h"
#include "tools/sites/clock.h"

namespace recoveryline {

class AsrSite final : public RecoverySite {
 public:
  struct Options {
    SharedPointBy shared_point_by = SharedPointBy::kTime;
    AsrRequestOptions requests = {};
    // The VMs of the run; empty: those that are described first.
    std::vector<std::string> vm_ids = {};
    // The name of the recovery plan whose VMs go through it; empty: see
    // asr_recovery_plans.h.
    std::string recovery_plan = {};
    absl::Duration settle = absl::Minutes(5);
  };

  // `vault`'s client and `clock` outlive it.
  AsrSite(AsrVault vault, Clock& clock, Options options);

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override;
  absl::StatusOr<std::string> Mark(const v1::SiteCall& call) override;
  absl::Status Begin(const v1::SiteCall& call) override;
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override;

 private:
  struct PlanRequest {
    std::string operation;
    bool is_open = false;  // its answer was lost
    int sequence = 0;
    // The VMs that went with it.
    std::set<std::string> vm_ids = {};
    absl::Time sent_before = absl::InfiniteFuture();
  };
  struct Known {            // of a call
    std::string operation;  // empty: not heard
    bool is_done = false;
    bool was_not_sent = false;  // surely, when Begin() last returned
    absl::Time sent_before = absl::InfiniteFuture();
    // When it was marked, in the order of plan requests.
    int marked = 0;
  };

  absl::Status KeepItems(const absl::StatusOr<AsrVault::Pages>& pages);
  absl::StatusOr<std::string> ItemIdOf(const std::string& vm_id);
  absl::StatusOr<AsrItem> ItemOf(const std::string& vm_id);
  absl::StatusOr<std::vector<AsrJob>> JobsSince(const std::string& since);
  // The plan that a call goes through; an empty one: none.
  absl::StatusOr<AsrRecoveryPlan> PlanOf(const v1::SiteCall& call,
                                         const AsrItem& item);
  absl::StatusOr<AsrPlanChoice> ChosenFrom(
      const std::vector<AsrRecoveryPlan>& plans, const v1::SiteCall& call);
  std::string KnownItemId(const std::string& vm_id) const;
  AsrItemSet ItemsOf(const std::vector<std::string>& vm_ids) const;
  absl::Status IsReady(const AsrRecoveryPlan& plan, const v1::SiteCall& call);
  absl::StatusOr<AsrRequest> RequestOf(const v1::SiteCall& call,
                                       const AsrItem& item,
                                       const std::string& plan_id);
  absl::Status Joined(const v1::SiteCall& call, const std::string& plan_id,
                      bool* joined);
  absl::Status Send(const v1::SiteCall& call, const AsrRequest& request,
                    const std::string& plan_id);

  absl::StatusOr<v1::CallReport> ReadOperation(const v1::SiteCall& call,
                                               const std::string& operation);
  absl::StatusOr<v1::CallReport> ReadJobs(const v1::SiteCall& call);
  absl::StatusOr<v1::CallReport> JobReport(const v1::SiteCall& call,
                                           const AsrJob& job);
  absl::StatusOr<v1::CallReport> Ended(const v1::SiteCall& call, bool succeeded,
                                       const std::string& message);
  absl::StatusOr<v1::CallReport> Verify(const v1::SiteCall& call);
  absl::StatusOr<std::optional<AsrJob>> FailoverJob(const v1::SiteCall& call,
                                                    const AsrItem& item);
  absl::Status FillPoint(const v1::SiteCall& call, const AsrItem& item,
                         const std::optional<AsrJob>& job,
                         v1::CallReport* report);
  bool IsSettled(const std::string& key, const AsrMark& mark) const;

  AsrVault vault_;
  Clock& clock_;
  Options options_;
  const absl::Time made_;
  std::optional<AsrRights> rights_;              // once they were asked for
  std::map<std::string, std::string> item_ids_;  // Azure's, by Vm.id
  std::map<std::string, AsrItemSet> groups_;
  AsrNames names_;
  std::map<std::string, Known> known_;
  std::map<std::string, PlanRequest> plan_requests_;
  int sequence_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_SITE_H_
