#include "tools/rline/failover_decision.h"

#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_inventory.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "tools/rline/inputs.h"
#include "tools/sites/clock.h"

namespace recoveryline {
namespace {

constexpr absl::Duration kUsualAge = absl::Hours(1);

// What no select has written; empty where nothing is wrong. One that is INVALID
// says so itself.
std::string Contradiction(const v1::Decision& decision) {
  if (decision.outcome() == v1::Decision::INVALID) return "";
  if (!decision.has_decision_time()) return "it has no decision time";
  if (!decision.violations().empty()) return "it has violations";
  int selected = 0;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    selected += row.outcome() == v1::VmSelection::SELECTED ? 1 : 0;
  }
  const bool all = selected == decision.vm_selections_size();
  if ((decision.outcome() == v1::Decision::NONE && selected > 0) ||
      (decision.outcome() == v1::Decision::COMPLETE && !all)) {
    return absl::StrCat("it is ",
                        v1::Decision::Outcome_Name(decision.outcome()),
                        ", and has points for ", selected, " of ",
                        decision.vm_selections_size(), " VMs");
  }
  return "";
}

// That it was made of this plan is said by a digest, which anybody can copy.
bool IsOfPlan(const v1::Decision& decision, const v1::RecoveryPlan& plan) {
  return decision.plan_id() == plan.id() &&
         (plan.purpose() == v1::RecoveryPlan::PURPOSE_UNSPECIFIED ||
          decision.purpose() == plan.purpose());
}

// The arguments of a token command: they are kept in no log.
bool MayBeSecret(const std::string& option, const std::string& value) {
  return option == "token-command" &&
         absl::StripAsciiWhitespace(value).find_first_of(" \t") !=
             absl::string_view::npos;
}

bool IsFileOption(absl::string_view option) {
  return option == "folder" || option == "file" || option == "ca-file" ||
         option == "token-file" || option == "reprotect";
}

// A later command of the run may be given in another folder.
std::string FromAnywhere(const std::string& path) {
  std::error_code error;
  const std::filesystem::path place = std::filesystem::absolute(path, error);
  return path.empty() || error ? path : place.string();
}

// A name without a slash is looked for in PATH.
std::string ProgramFromAnywhere(const std::string& program) {
  return absl::StrContains(program, '/') ? FromAnywhere(program) : program;
}

// Of an archive, what is read of it is what is asked of a view.
absl::StatusOr<v1::Inventory> RowsOf(const Inputs& inputs,
                                     const std::vector<std::string>& ids) {
  if (inputs.archive == nullptr) return inputs.inventory;
  const ArchiveInventory view(inputs.archive->archive(),
                              ArchiveInventory::kChecksums);
  for (const std::string& id : ids) {
    if (const std::optional<int> vm = view.FindVm(id)) view.points(*vm);
  }
  v1::Inventory rows = view.RowsRead(ArchiveInventory::kWithPoints);
  if (!view.status().ok()) return view.status();
  if (view.as_of_time()) {
    *rows.mutable_as_of_time() = ToTimestamp(*view.as_of_time());
  }
  return rows;
}

}  // namespace

std::optional<Refusal> ReadFile(const std::string& path,
                                absl::string_view prefix,
                                google::protobuf::Message* message,
                                std::string* digest) {
  absl::StatusOr<std::string> read = ReadSound(path, prefix, message);
  if (!read.ok()) {
    return Refusal{ExitCode::kBadInput, std::string(read.status().message())};
  }
  *digest = *std::move(read);
  return std::nullopt;
}

std::optional<Refusal> ReadFailoverDecision(const FailoverFlags& flags,
                                            FailoverDecision* read) {
  if ((flags.decision == "-") + (flags.plan == "-") +
          (flags.inventory.inventory == "-") >
      1) {
    return Refusal{ExitCode::kUsage, "only one input can be read from stdin"};
  }
  if (auto refusal = ReadFile(flags.decision, "decision.", &read->decision,
                              &read->digest)) {
    return refusal;
  }
  if (const std::string what = Contradiction(read->decision); !what.empty()) {
    return Refusal{ExitCode::kBadInput,
                   absl::StrCat(FileName(flags.decision),
                                ": the Decision contradicts itself: ", what)};
  }
  const std::string& made_of = read->decision.provenance().plan_digest();
  if (flags.plan.empty()) {
    const bool skips_all = flags.skip_actions == std::vector<std::string>{"*"};
    if (made_of.empty() || skips_all) return std::nullopt;
    return Refusal{ExitCode::kUsage,
                   "the Decision was made of a plan: give it with -p, for its "
                   "boot groups and actions (or --skip-actions '*')"};
  }
  std::string digest;
  if (auto refusal =
          ReadFile(flags.plan, "plan.", &read->plan.emplace(), &digest)) {
    return refusal;
  }
  if (digest != made_of) {
    return Refusal{ExitCode::kRefuted,
                   absl::StrCat("the Decision was not made of ",
                                FileName(flags.plan), " as it is now (digest ",
                                made_of.empty() ? "none" : made_of, ", not ",
                                digest, ")")};
  }
  if (!IsOfPlan(read->decision, *read->plan)) {
    return Refusal{ExitCode::kRefuted,
                   "the Decision names another plan or purpose than the plan "
                   "has that it was made of"};
  }
  return std::nullopt;
}

std::optional<Refusal> MakePlan(const FailoverFlags& flags,
                                const FailoverDecision& read,
                                v1::FailoverPlan* plan) {
  FailoverOptions options{.run_id = flags.run_id,
                          .decision_digest = read.digest,
                          .site = flags.site,
                          .allow_partial = flags.allow_partial,
                          .allow_type_only = flags.allow_type_only,
                          .source_fenced_by = flags.source_fenced_by};
  // Without a plan there are no actions, and so none to skip.
  if (read.plan) options.skip_actions = flags.skip_actions;
  absl::StatusOr<v1::FailoverPlan> made =
      PlanFailover(read.decision, read.plan ? &*read.plan : nullptr, options);
  if (!made.ok()) {
    return Refusal{
        absl::IsFailedPrecondition(made.status()) ? ExitCode::kIncomplete
                                                  : ExitCode::kBadInput,
        absl::StrCat(FileName(flags.decision), ": ", made.status().message())};
  }
  *plan = *std::move(made);
  if (flags.commit_when_verified && plan->purpose() == v1::RecoveryPlan::TEST) {
    return Refusal{ExitCode::kUsage,
                   "a rehearsal is cleaned up, not committed: leave "
                   "--commit-when-verified out"};
  }
  for (const auto& [name, value] : flags.site_options) {
    if (MayBeSecret(name, value)) continue;
    (*plan->mutable_site_options())[name] =
        IsFileOption(name) ? FromAnywhere(value) : value;
  }
  v1::FailoverCommands* commands = plan->mutable_commands();
  commands->set_action(ProgramFromAnywhere(flags.action_command));
  commands->set_health_gate(ProgramFromAnywhere(flags.health_gate));
  commands->set_continue_when_unhealthy(flags.continue_when_unhealthy);
  commands->set_verify(ProgramFromAnywhere(flags.verify_command));
  *commands->mutable_timeout() =
      ToDuration(absl::ToInt64Nanoseconds(flags.command_timeout));
  return std::nullopt;
}

std::optional<Refusal> CheckFresh(const FailoverFlags& flags,
                                  const v1::Decision& decision,
                                  absl::Time now) {
  absl::Time latest = ToTime(decision.decision_time()) + kUsualAge;
  google::protobuf::Timestamp given;
  if (!flags.not_after.empty() && ParseRfc3339(flags.not_after, &given)) {
    latest = ToTime(given);
  }
  if (now <= latest) return std::nullopt;
  return Refusal{
      ExitCode::kRefuted,
      absl::StrCat("the Decision was to be carried out until ",
                   FormatInstant(absl::ToUnixNanos(latest)), ", and it is ",
                   FormatInstant(absl::ToUnixNanos(now)),
                   ": select again, or say --not-after")};
}

std::optional<Refusal> ReadSimulated(const FailoverFlags& flags,
                                     const std::vector<std::string>& ids,
                                     const Reporter& reporter,
                                     v1::Inventory* inventory) {
  const auto inputs = ReadInputs(flags.inventory, reporter, PointRows::kUsed);
  if (!inputs.ok()) {
    return Refusal{CodeOf(inputs.status()),
                   std::string(inputs.status().message())};
  }
  Violations found = (*inputs)->found_in_inventory;
  if (found.empty()) ValidateInventory((*inputs)->inventory, &found);
  if (!found.empty()) {
    return Refusal{ExitCode::kBadInput,
                   FirstFault(flags.inventory.inventory, found)};
  }
  absl::StatusOr<v1::Inventory> rows = RowsOf(**inputs, ids);
  if (!rows.ok()) {
    return Refusal{ExitCode::kBadInput, std::string(rows.status().message())};
  }
  // Those that are named, and all of their groups.
  const std::set<std::string> named(ids.begin(), ids.end());
  std::set<std::string> groups;
  for (const v1::Vm& vm : rows->vms()) {
    if (named.count(vm.id()) == 1) groups.insert(vm.replication_group_id());
  }
  groups.erase("");
  *inventory->mutable_as_of_time() = rows->as_of_time();
  *inventory->mutable_replication_groups() = rows->replication_groups();
  for (v1::Vm& vm : *rows->mutable_vms()) {
    if (named.count(vm.id()) == 1 ||
        groups.count(vm.replication_group_id()) == 1) {
      *inventory->add_vms() = std::move(vm);
    }
  }
  return std::nullopt;
}

}  // namespace recoveryline
