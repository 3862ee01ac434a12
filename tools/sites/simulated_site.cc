#include "tools/sites/simulated_site.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using v1::CallReport;
using v1::RecoveryPlan;
using v1::SiteCall;
using Action = v1::SiteCall::Action;

constexpr absl::Duration kPointEvery = absl::Minutes(5);
constexpr absl::Duration kBoot = absl::Seconds(20);
constexpr int kSlow = 10;
constexpr int kPointsShown = 12;

absl::Duration LengthOf(const google::protobuf::Duration& d) {
  return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos());
}

CallReport Report(CallReport::State state, absl::string_view message = "") {
  CallReport report;
  report.set_state(state);
  report.set_message(std::string(message));
  return report;
}

}  // namespace

// --- Its records ---

absl::Status SimulatedSite::Apply(const v1::SimulatedRecord& record) {
  switch (record.record_case()) {
    case v1::SimulatedRecord::kSettings:
      settings_ = record.settings();
      now_ = ToTime(settings_.start_time());
      return absl::OkStatus();
    case v1::SimulatedRecord::kVm: {
      const v1::Vm& vm = record.vm();
      if (!machines_.emplace(vm.id(), Machine{.vm = vm}).second) {
        return absl::DataLossError(
            absl::StrCat("VM \"", vm.id(), "\" is there twice"));
      }
      groups_[vm.replication_group_id()].push_back(vm.id());
      return absl::OkStatus();
    }
    case v1::SimulatedRecord::kEffect:
      return ApplyEffect(record.effect());
    case v1::SimulatedRecord::kNow:
      now_ = std::max(now_, ToTime(record.now()));
      return absl::OkStatus();
    case v1::SimulatedRecord::RECORD_NOT_SET:
      break;
  }
  return absl::DataLossError("a record of nothing");
}

absl::Status SimulatedSite::ApplyEffect(const v1::SimulatedEffect& effect) {
  const auto found = machines_.find(effect.call().vm_id());
  if (found == machines_.end()) {
    return absl::DataLossError(
        absl::StrCat("VM \"", effect.call().vm_id(), "\" is not of this site"));
  }
  const absl::Time ends =
      ToTime(effect.time()) +
      LengthOf(settings_.call_duration()) * (effect.slow() ? kSlow : 1);
  found->second.calls[effect.call().key()] = {.ends = ends,
                                              .fails = effect.fails()};
  if (effect.fails()) return absl::OkStatus();
  ++effects_[{effect.call().vm_id(), effect.call().action()}];
  Change(effect.call(), ends, &found->second);
  return absl::OkStatus();
}

void SimulatedSite::Change(const SiteCall& call, absl::Time ends,
                           Machine* machine) {
  const auto go_to_point = [&] {
    for (const v1::RecoveryPoint& point : machine->vm.recovery_points()) {
      if (point.id() == call.recovery_point_id()) machine->used = point;
    }
    machine->started = !settings_.separate_start();
  };
  if (call.action() == SiteCall::FAIL_OVER) {
    // From now on none come.
    machine->vm = WithNewPoints(*machine);
    machine->quiesced = absl::InfiniteFuture();
  }
  machine->since = ends;
  switch (call.action()) {
    case SiteCall::FAIL_OVER:
      machine->where = call.purpose() == RecoveryPlan::TEST
                           ? Where::kRehearsed
                           : Where::kFailedOver;
      go_to_point();
      // Which point, it is told only by a change.
      if (settings_.point_choice() == v1::SiteVm::AFTER_FAILOVER) {
        machine->used = machine->vm.recovery_points(0);
      }
      break;
    case SiteCall::CHANGE_POINT:
      go_to_point();
      break;
    case SiteCall::START:
      machine->started = true;
      break;
    case SiteCall::COMMIT:
      machine->where = Where::kCommitted;
      machine->vm.clear_recovery_points();
      break;
    case SiteCall::REPROTECT:
      machine->where = Where::kReprotected;
      break;
    case SiteCall::CANCEL:
      machine->where = Where::kSource;
      machine->used.Clear();
      break;
    case SiteCall::QUIESCE:
      machine->quiesced = ends;
      break;
    default:
      break;
  }
}

absl::Status SimulatedSite::Kept(const v1::SimulatedRecord& record) {
  const absl::Status kept = keep_ ? keep_(record) : absl::OkStatus();
  kept_.Update(kept);
  return kept;
}

void SimulatedSite::Sleep(absl::Duration duration) {
  v1::SimulatedRecord record;
  *record.mutable_now() = ToTimestamp(now_ + duration);
  Kept(record).IgnoreError();  // Read() says so
  now_ += duration;
}

// FNV-1a: the same on every machine.
bool SimulatedSite::Strikes(int one_in, absl::string_view fault,
                            absl::string_view key) const {
  if (one_in <= 0) return false;
  uint64_t hash = 14695981039346656037u ^ settings_.seed();
  for (const char c :
       absl::StrCat(fault, "/", key, "/", absl::ToUnixMillis(now_))) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  }
  return (hash >> 20) % static_cast<uint64_t>(one_in) == 0;
}

// --- What it says ---

bool SimulatedSite::IsRegistered(const Machine& machine) const {
  return machine.where != Where::kCommitted ||
         now_ >= machine.since + LengthOf(settings_.agent_delay());
}

bool SimulatedSite::IsGrouped(const Machine& machine) const {
  const auto& ids = settings_.group_ids();
  return std::find(ids.begin(), ids.end(), machine.vm.replication_group_id()) !=
         ids.end();
}

std::set<Action> SimulatedSite::Allowed(const Machine& machine) const {
  if (now_ < machine.since) return {};
  std::set<Action> allowed;
  switch (machine.where) {
    case Where::kSource:
    case Where::kReprotected:
      return {SiteCall::FAIL_OVER, SiteCall::QUIESCE, SiteCall::CANCEL};
    case Where::kRehearsed:
      return {SiteCall::START, SiteCall::CANCEL};
    case Where::kFailedOver:
      allowed = {SiteCall::START, SiteCall::CHANGE_POINT, SiteCall::COMMIT};
      if (settings_.can_cancel()) allowed.insert(SiteCall::CANCEL);
      return allowed;
    case Where::kCommitted:
      return {SiteCall::REPROTECT};
  }
  return allowed;
}

// Those that have come since the VM was quiesced or reprotected.
v1::Vm SimulatedSite::WithNewPoints(const Machine& machine) const {
  v1::Vm vm = machine.vm;
  const bool quiesced =
      machine.where == Where::kSource && machine.quiesced <= now_;
  if (!quiesced && machine.where != Where::kReprotected) return vm;
  absl::Time from = quiesced ? machine.quiesced : machine.since;
  if (IsGrouped(machine)) {
    // Common ones, once the last of the group is there.
    for (const std::string& id :
         groups_.at(machine.vm.replication_group_id())) {
      const Machine& other = machines_.at(id);
      if (!quiesced && other.where != Where::kReprotected) return vm;
      const absl::Time its = quiesced ? other.quiesced : other.since;
      if (its <= now_) from = std::max(from, its);
    }
  }
  absl::Time at =
      absl::UnixEpoch() + absl::Ceil(from - absl::UnixEpoch(), kPointEvery);
  at = std::max(at, absl::UnixEpoch() +
                        absl::Floor(now_ - absl::UnixEpoch(), kPointEvery) -
                        kPointsShown * kPointEvery);
  for (; at <= now_; at += kPointEvery) {
    v1::RecoveryPoint* point = vm.add_recovery_points();
    const std::string stamp = absl::StrCat(absl::ToUnixSeconds(at));
    point->set_id(absl::StrCat(vm.id(), "@", stamp));
    *point->mutable_capture_time() = ToTimestamp(at);
    point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
    if (IsGrouped(machine)) {
      point->set_consistency_marker(
          absl::StrCat(vm.replication_group_id(), "@", stamp));
    }
  }
  return vm;
}

v1::SiteVm SimulatedSite::DescribeOne(const Machine& machine) const {
  v1::SiteVm vm;
  vm.set_found(true);
  *vm.mutable_vm() = WithNewPoints(machine);
  if (machine.where == Where::kFailedOver ||
      machine.where == Where::kCommitted) {
    vm.mutable_vm()->set_protection_state(v1::Vm::FAILED_OVER);
  }
  for (const Action action : Allowed(machine)) vm.add_allowed_actions(action);
  vm.set_point_choice(settings_.point_choice());
  vm.set_separate_start(settings_.separate_start());
  vm.set_agent_registered(IsRegistered(machine));
  vm.set_test_failover_uncleaned(machine.where == Where::kRehearsed);
  if (IsGrouped(machine)) {
    for (const std::string& id :
         groups_.at(machine.vm.replication_group_id())) {
      vm.add_group_vm_ids(id);
    }
  } else {
    vm.mutable_vm()->clear_replication_group_id();
  }
  return vm;
}

absl::StatusOr<std::vector<v1::SiteVm>> SimulatedSite::Describe(
    absl::Span<const std::string> vm_ids) {
  if (Strikes(settings_.unreachable(), "unreachable", "describe")) {
    return absl::UnavailableError("the site cannot be reached");
  }
  std::vector<v1::SiteVm> vms;
  for (const std::string& id : vm_ids) {
    const auto found = machines_.find(id);
    if (found != machines_.end()) {
      vms.push_back(DescribeOne(found->second));
    } else {
      vms.emplace_back().mutable_vm()->set_id(id);
    }
  }
  return vms;
}

absl::StatusOr<std::string> SimulatedSite::Mark(const SiteCall&) {
  return std::string();
}

// --- What it does ---

absl::Status SimulatedSite::MayBegin(const SiteCall& call,
                                     const Machine& machine) const {
  if (call.action() == SiteCall::REPROTECT && !IsRegistered(machine)) {
    return absl::FailedPreconditionError("its agent has not registered yet");
  }
  if (now_ < machine.since) {
    return absl::FailedPreconditionError("another call of it goes on");
  }
  if (Allowed(machine).count(call.action()) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("the site does not allow ",
                     SiteCall::Action_Name(call.action()), " now"));
  }
  if (call.action() == SiteCall::FAIL_OVER ||
      call.action() == SiteCall::CHANGE_POINT) {
    const v1::Vm now = WithNewPoints(machine);
    for (const v1::RecoveryPoint& point : now.recovery_points()) {
      if (point.id() == call.recovery_point_id()) return absl::OkStatus();
    }
    return absl::NotFoundError(absl::StrCat(
        "recovery point \"", call.recovery_point_id(), "\" is gone"));
  }
  return absl::OkStatus();
}

absl::Status SimulatedSite::Begin(const SiteCall& call) {
  if (Strikes(settings_.lost_request(), "lost request", call.key())) {
    return absl::UnavailableError("no answer");
  }
  const auto found = machines_.find(call.vm_id());
  if (found == machines_.end()) {
    return absl::NotFoundError("the site does not know the VM");
  }
  if (found->second.calls.count(call.key()) == 0) {
    if (absl::Status may = MayBegin(call, found->second); !may.ok()) return may;
    v1::SimulatedRecord record;
    v1::SimulatedEffect* effect = record.mutable_effect();
    *effect->mutable_call() = call;
    *effect->mutable_time() = ToTimestamp(now_);
    effect->set_fails(Strikes(settings_.fails(), "fails", call.key()));
    effect->set_slow(Strikes(settings_.slow(), "slow", call.key()));
    // It may be kept all the same.
    if (absl::Status kept = Kept(record); !kept.ok()) {
      return absl::UnavailableError(kept.message());
    }
    if (absl::Status applied = ApplyEffect(*effect); !applied.ok()) {
      return applied;
    }
  }
  if (Strikes(settings_.lost_answer(), "lost answer", call.key())) {
    return absl::UnavailableError("no answer");
  }
  return absl::OkStatus();
}

CallReport SimulatedSite::Verify(const Machine& machine) const {
  if (now_ < machine.since + kBoot) return Report(CallReport::RUNNING);
  CallReport report = Report(CallReport::DONE);
  report.set_vm_up(machine.started && (machine.where == Where::kFailedOver ||
                                       machine.where == Where::kRehearsed));
  report.set_source_off(machine.where == Where::kFailedOver);
  return report;
}

absl::StatusOr<CallReport> SimulatedSite::Read(const SiteCall& call) {
  // What it is follows from its records, and nobody knows which are kept.
  if (!kept_.ok()) return kept_;
  if (Strikes(settings_.unreachable(), "unreachable", call.key())) {
    return absl::UnavailableError("the site cannot be reached");
  }
  const auto machine = machines_.find(call.vm_id());
  if (machine == machines_.end()) {
    return Report(CallReport::FAILED, "the site does not know the VM");
  }
  CallReport report;
  if (call.action() == SiteCall::VERIFY) {
    report = Verify(machine->second);
  } else {
    const auto found = machine->second.calls.find(call.key());
    if (found == machine->second.calls.end()) {
      return Report(CallReport::NOT_BEGUN);
    }
    if (now_ < found->second.ends) return Report(CallReport::RUNNING);
    report = found->second.fails
                 ? Report(CallReport::FAILED, "the simulated site says no")
                 : Report(CallReport::DONE);
  }
  const v1::RecoveryPoint& used = machine->second.used;
  report.set_recovery_point_id(used.id());
  if (used.has_capture_time()) {
    *report.mutable_recovery_point_time() = used.capture_time();
  }
  return report;
}

}  // namespace recoveryline
