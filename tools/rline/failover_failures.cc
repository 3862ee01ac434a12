#include "tools/rline/failover_failures.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_machine.h"
#include "tools/rline/display.h"

namespace recoveryline {
namespace {

using S = FailoverState;

constexpr int kNamed = 3;

// How the last call of a VM ended.
struct LastCall {
  bool failed = false;
  bool is_new = false;
};

std::vector<LastCall> LastCalls(int vm_count,
                                absl::Span<const v1::FailoverRecord> records,
                                size_t first_new) {
  std::vector<LastCall> last(static_cast<size_t>(vm_count));
  std::map<std::string, size_t> vm_of_key;
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].has_intent()) {
      vm_of_key[records[i].intent().key()] =
          static_cast<size_t>(records[i].intent().vm());
    }
    if (!records[i].has_outcome()) continue;
    const v1::FailoverOutcome& outcome = records[i].outcome();
    last[vm_of_key[outcome.key()]] = {.failed = !outcome.done(),
                                      .is_new = i >= first_new};
  }
  return last;
}

// That the VM is where it is holds the run up.
bool HoldsUp(const std::string& vm, const std::string& run) {
  if (vm == NameOf(S::kFailed) || vm == NameOf(S::kUnverified)) return true;
  if (run == NameOf(S::kCommitting)) return vm == NameOf(S::kAwaitingCommit);
  if (run == NameOf(S::kReprotecting)) return vm == NameOf(S::kCommitted);
  return false;
}

}  // namespace

std::string WhatFailed(const v1::FailoverStatus& status,
                       absl::Span<const v1::FailoverRecord> records,
                       size_t first_new) {
  const std::vector<LastCall> last =
      LastCalls(status.vms_size(), records, first_new);
  int count = 0;
  std::string named;
  for (int i = 0; i < status.vms_size(); ++i) {
    const LastCall& call = last[static_cast<size_t>(i)];
    const v1::FailoverVmStatus& vm = status.vms(i);
    if (!call.failed || !(call.is_new || HoldsUp(vm.state(), status.state()))) {
      continue;
    }
    if (++count > kNamed) continue;
    absl::StrAppend(
        &named, named.empty() ? "" : "; ", "VM \"", vm.vm_id(), "\" is ",
        vm.state(), ": ",
        vm.message().empty() ? "the site does not say why" : vm.message());
  }
  if (count == 0) return "";
  return absl::StrCat(
      Count(count, "VM"), " failed: ", named,
      count > kNamed ? absl::StrCat("; and ", count - kNamed, " more") : "");
}

}  // namespace recoveryline
