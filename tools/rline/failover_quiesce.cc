#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_verbs.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"

namespace recoveryline {
namespace {

using v1::CallReport;
using v1::SiteCall;

// Shuts sources down and waits for points. To shut down what is shut down has
// no effect, so that a request without an answer is made again.
class Quiescing {
 public:
  Quiescing(OpenedSite* site, const FailoverFlags& flags,
            std::vector<std::string> ids)
      : site_(*site),
        flags_(flags),
        ids_(std::move(ids)),
        started_(site->clock().Now()) {}

  // From when on no source writes.
  absl::StatusOr<absl::Time> StopSources() {
    std::set<std::string> running(ids_.begin(), ids_.end());
    while (!running.empty()) {
      const std::vector<std::string> left(running.begin(), running.end());
      for (const std::string& id : left) {
        const absl::StatusOr<bool> stopped = Stop(id);
        if (!stopped.ok()) return stopped.status();
        if (*stopped) running.erase(id);
      }
      if (running.empty()) break;
      if (!Wait()) {
        return absl::DeadlineExceededError(absl::StrCat(
            running.size(), " sources are not shut down, such as \"",
            *running.begin(), "\""));
      }
    }
    return site_.clock().Now();
  }

  // Those without a point captured since; none at the end, if that comes in
  // time. `*vms` is what the site said last.
  absl::StatusOr<std::vector<std::string>> WaitForPoints(
      absl::Time since, std::vector<v1::SiteVm>* vms) {
    while (true) {
      absl::StatusOr<std::vector<v1::SiteVm>> described =
          site_.site().Describe(ids_);
      std::vector<std::string> waiting = ids_;
      if (described.ok()) {
        *vms = *std::move(described);
        waiting = WithoutPointSince(since, *vms);
      } else if (!absl::IsUnavailable(described.status())) {
        return described.status();
      }
      if (waiting.empty() || !Wait()) return waiting;
    }
  }

 private:
  absl::StatusOr<bool> Stop(const std::string& id) {
    SiteCall call;
    call.set_key(absl::StrCat("quiesce/", id, "/",
                              FormatInstant(absl::ToUnixNanos(started_))));
    call.set_vm_id(id);
    call.set_action(SiteCall::QUIESCE);
    if (begun_.count(id) == 0) {
      const absl::Status begun = site_.site().Begin(call);
      if (absl::IsUnavailable(begun) || absl::IsFailedPrecondition(begun)) {
        return false;
      }
      if (!begun.ok()) return Named(id, begun);
      begun_.insert(id);
    }
    const absl::StatusOr<CallReport> report = site_.site().Read(call);
    if (absl::IsUnavailable(report.status())) return false;
    if (!report.ok()) return Named(id, report.status());
    switch (report->state()) {
      case CallReport::DONE:
        return true;
      case CallReport::NOT_BEGUN:
        begun_.erase(id);
        return false;
      case CallReport::RUNNING:
        return false;
      default:
        return Named(id, absl::InternalError(absl::StrCat(
                             "it is not shut down: ", report->message())));
    }
  }

  static absl::Status Named(const std::string& id, const absl::Status& status) {
    return absl::Status(status.code(),
                        absl::StrCat("VM \"", id, "\": ", status.message()));
  }

  static std::vector<std::string> WithoutPointSince(
      absl::Time since, const std::vector<v1::SiteVm>& vms) {
    std::vector<std::string> without;
    for (const v1::SiteVm& vm : vms) {
      bool has = false;
      for (const v1::RecoveryPoint& point : vm.vm().recovery_points()) {
        const auto captured = ToInstant(point.capture_time());
        has = has || (captured && *captured >= absl::ToUnixNanos(since));
      }
      if (!has) without.push_back(vm.vm().id());
    }
    return without;
  }

  bool Wait() {
    if (site_.clock().Now() - started_ >= flags_.deadline) return false;
    site_.clock().Sleep(flags_.poll);
    return true;
  }

  OpenedSite& site_;
  const FailoverFlags& flags_;
  const std::vector<std::string> ids_;
  const absl::Time started_;
  std::set<std::string> begun_;
};

v1::Inventory InventoryOf(const std::vector<v1::SiteVm>& vms, absl::Time now,
                          const std::string& source) {
  v1::Inventory inventory;
  *inventory.mutable_as_of_time() = ToTimestamp(now);
  inventory.set_source(source);
  std::set<std::string> groups;
  for (const v1::SiteVm& vm : vms) {
    if (!vm.found()) continue;
    *inventory.add_vms() = vm.vm();
    const std::string& group = vm.vm().replication_group_id();
    if (group.empty() || !groups.insert(group).second) continue;
    v1::ReplicationGroup* added = inventory.add_replication_groups();
    added->set_id(group);
    added->set_multi_vm_consistency(true);
    *added->mutable_expected_vm_ids() = vm.group_vm_ids();
  }
  return inventory;
}

std::optional<Refusal> ReadPlan(const std::string& path,
                                std::vector<std::string>* ids) {
  v1::RecoveryPlan plan;
  std::string digest;
  if (auto refusal = ReadFile(path, "plan.", &plan, &digest)) return refusal;
  std::set<std::string> seen;
  for (const v1::BootGroup& group : plan.boot_groups()) {
    for (const std::string& id : group.vm_ids()) {
      if (seen.insert(id).second) ids->push_back(id);
    }
  }
  if (ids->empty()) {
    return Refusal{ExitCode::kBadInput,
                   absl::StrCat(FileName(path), " names no VM")};
  }
  return std::nullopt;
}

std::string TextOf(const v1::QuiesceReport& report, const Display& display) {
  const std::string at = FormatTimestamp(report.quiesced_at());
  std::string out = absl::StrCat("quiesced at ", at, "\n");
  for (const std::string& id : report.waiting_vm_ids()) {
    absl::StrAppend(&out, Toned("no point since", Tone::kBad, display), ": ",
                    id, "\n");
  }
  return absl::StrCat(out, "\nNext: select --not-before ", at, "\n");
}

}  // namespace

ExitCode RunQuiesce(const FailoverFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  std::vector<std::string> ids;
  std::unique_ptr<OpenedSite> site;
  auto refusal = ReadPlan(flags.plan, &ids);
  v1::FailoverPlan plan;
  plan.set_site(flags.site.empty() ? "simulated" : flags.site);
  if (!refusal) {
    v1::Inventory inventory;
    refusal = OpenForPlan(plan, flags, "", ids, std::nullopt, reporter,
                          Keep::kYes, &inventory, &site);
  }
  if (refusal) return reporter.Fail(refusal->code, refusal->message);

  Quiescing quiescing(site.get(), flags, ids);
  google::protobuf::Timestamp stopped;
  absl::StatusOr<absl::Time> since;
  if (ParseRfc3339(flags.stopped_since, &stopped)) {
    since = ToTime(stopped);
  } else {
    since = quiescing.StopSources();
  }
  if (!since.ok()) {
    return reporter.Fail(CodeOfFailover(since.status()),
                         since.status().message());
  }
  std::vector<v1::SiteVm> vms;
  const auto waiting = quiescing.WaitForPoints(*since, &vms);
  if (!waiting.ok()) {
    return reporter.Fail(CodeOfFailover(waiting.status()),
                         waiting.status().message());
  }
  v1::QuiesceReport report;
  *report.mutable_quiesced_at() = ToTimestamp(*since);
  report.set_complete(waiting->empty());
  for (const std::string& id : *waiting) report.add_waiting_vm_ids(id);
  absl::Status written =
      output->is_table() ? output->WriteText(TextOf(report, output->display()))
                         : output->Write(report);
  if (written.ok() && !flags.inventory_output.empty()) {
    const auto to =
        Output::Of({.path = flags.inventory_output, .format = "json"});
    written = to->Write(InventoryOf(vms, site->clock().Now(), flags.site));
  }
  if (!written.ok()) return ReportUnwritten(written, reporter);
  if (report.complete()) return ExitCode::kComplete;
  return reporter.Fail(ExitCode::kDeadline,
                       absl::StrCat(Count(report.waiting_vm_ids_size(), "VM"),
                                    " without a point since the sources are "
                                    "shut down"));
}

}  // namespace recoveryline
