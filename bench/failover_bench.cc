// What does the driver itself cost? A failover of a thousand VMs in a hundred
// groups, from the plan to protection, at a simulated site without latency: so
// that all time is ours. Steps are what is begun or read once and written down
// with its outcome: fail over, verify, commit, reprotect, watch.
//
// The log in memory is the rival: what the log on disk adds is its share.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_plan.h"
#include "engine/failover/failover_records.h"
#include "engine/failover/failover_runner.h"
#include "tools/formats/sha256.h"
#include "tools/sites/simulated_site.h"

namespace recoveryline {
namespace {

constexpr int kGroupSize = 10;

int VmCount() {
  const char* wanted = std::getenv("RECOVERYLINE_BENCH_VMS");
  return wanted == nullptr ? 1'000 : std::atoi(wanted);
}

v1::FailoverPlan PlanOf(int vms) {
  v1::FailoverPlan plan;
  plan.set_run_id("bench");
  plan.set_purpose(v1::RecoveryPlan::FAILBACK);
  for (const char* id : {"data", "applications", "front"}) {
    plan.add_boot_groups()->set_id(id);
  }
  for (int i = 0; i < vms; ++i) {
    v1::FailoverVm* vm = plan.add_vms();
    vm->set_vm_id(absl::StrCat("vm-", i));
    vm->set_unit(i / kGroupSize);
    vm->set_boot_group(i % 3);
    vm->set_replication_group_id(absl::StrCat("group-", i / kGroupSize));
    vm->set_recovery_point_id("point");
    vm->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
    vm->set_point_choice(v1::SiteVm::BY_ID);
  }
  return plan;
}

// All of its VMs, without any latency.
void Fill(const v1::FailoverPlan& plan, SimulatedSite* site) {
  v1::SimulatedRecord record;
  record.mutable_settings()->set_point_choice(v1::SiteVm::BY_ID);
  record.mutable_settings()->mutable_start_time()->set_seconds(1'000'000);
  for (int i = 0; i < plan.vms_size(); i += kGroupSize) {
    record.mutable_settings()->add_group_ids(
        plan.vms(i).replication_group_id());
  }
  (void)site->Apply(record);
  for (const v1::FailoverVm& planned : plan.vms()) {
    v1::Vm* vm = record.mutable_vm();
    *vm = v1::Vm();
    vm->set_id(planned.vm_id());
    vm->set_replication_group_id(planned.replication_group_id());
    vm->set_protection_state(v1::Vm::REPLICATING);
    v1::RecoveryPoint* point = vm->add_recovery_points();
    point->set_id(planned.recovery_point_id());
    point->set_consistency(planned.consistency());
    *point->mutable_capture_time() = planned.capture_time();
    (void)site->Apply(record);
  }
}

class MemoryLog final : public FailoverLog {
 public:
  absl::Status Append(absl::Span<const v1::FailoverRecord> records) override {
    records_.insert(records_.end(), records.begin(), records.end());
    return absl::OkStatus();
  }

 private:
  std::vector<v1::FailoverRecord> records_;
};

// To protection; how many steps, or nothing where it went wrong.
int64_t Run(const v1::FailoverPlan& plan, FailoverLog* log) {
  SimulatedSite site;
  Fill(plan, &site);
  auto runner = FailoverRunner::Begin(plan, &site, log,
                                      {.wait =
                                           [&] {
                                             site.Sleep(absl::Seconds(30));
                                             return true;
                                           },
                                       .max_in_flight = plan.vms_size()});
  if (!runner.ok()) return 0;
  for (const auto verb :
       {v1::FailoverRequest::START, v1::FailoverRequest::COMMIT,
        v1::FailoverRequest::REPROTECT}) {
    v1::FailoverRequest request;
    request.set_verb(verb);
    if (!(*runner)->Ask(request).ok()) return 0;
  }
  if ((*runner)->run().state() != FailoverState::kProtected) return 0;
  return int64_t{5} * plan.vms_size();
}

void BM_Failover_LogInMemory(benchmark::State& state) {
  const v1::FailoverPlan plan = PlanOf(VmCount());
  int64_t steps = 0;
  for (auto _ : state) {
    MemoryLog log;
    const int64_t done = Run(plan, &log);
    if (done == 0) state.SkipWithError("the run did not end protected");
    steps += done;
  }
  state.SetItemsProcessed(steps);
}
BENCHMARK(BM_Failover_LogInMemory)->Unit(benchmark::kMillisecond);

// In the folder that RECOVERYLINE_BENCH_LOG names, or the one for temporary
// files.
void BM_Failover_LogOnDisk(benchmark::State& state) {
  const v1::FailoverPlan plan = PlanOf(VmCount());
  const char* folder = std::getenv("RECOVERYLINE_BENCH_LOG");
  const std::filesystem::path path =
      (folder == nullptr ? std::filesystem::temp_directory_path()
                         : std::filesystem::path(folder)) /
      absl::StrCat("failover_bench.", getpid());
  int64_t steps = 0;
  for (auto _ : state) {
    auto run_log = RunLog::Create(path.string(), plan.run_id(),
                                  {.sha256 = [](absl::string_view bytes) {
                                    Sha256 digest;
                                    digest.Add(bytes);
                                    return digest.Text();
                                  }});
    if (!run_log.ok()) {
      state.SkipWithError("no log");
      break;
    }
    LoggedFailover log(&*run_log);
    const int64_t done = Run(plan, &log);
    if (done == 0) state.SkipWithError("the run did not end protected");
    steps += done;
    std::filesystem::remove(path);
  }
  std::filesystem::remove(path.string() + "-lock");
  state.SetItemsProcessed(steps);
}
BENCHMARK(BM_Failover_LogOnDisk)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace recoveryline

BENCHMARK_MAIN();
