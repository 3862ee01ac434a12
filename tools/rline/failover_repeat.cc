#include "tools/rline/failover_repeat.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "tools/sites/site_options.h"

namespace recoveryline {
namespace {

using google::protobuf::util::MessageDifferencer;

// Where the run was begun with other actions left out.
bool ActionsDiffer(const v1::FailoverPlan& given, const v1::FailoverPlan& run) {
  if (given.boot_groups_size() != run.boot_groups_size()) return true;
  for (int i = 0; i < run.boot_groups_size(); ++i) {
    if (!MessageDifferencer::Equals(given.boot_groups(i), run.boot_groups(i))) {
      return true;
    }
  }
  return false;
}

// The first flag that says something else than the run has; empty: none does.
std::string FlagThatDiffers(const FailoverFlags& flags,
                            const v1::FailoverPlan& given,
                            const v1::FailoverPlan& run) {
  const auto differs = [](const std::string& now, const std::string& before) {
    return !now.empty() && now != before;
  };
  if (differs(flags.site, run.site())) return "--site";
  for (const auto& [name, value] : given.site_options()) {
    const auto before = run.site_options().find(name);
    if (IsTokenOption(name)) continue;
    if (before == run.site_options().end() || before->second != value) {
      return absl::StrCat("--site-option ", name);
    }
  }
  const v1::FailoverCommands& now = given.commands();
  const v1::FailoverCommands& then = run.commands();
  if (differs(now.action(), then.action())) return "--action-command";
  if (differs(now.health_gate(), then.health_gate())) return "--health-gate";
  if (differs(now.verify(), then.verify())) return "--verify-command";
  if (flags.continue_when_unhealthy && !then.continue_when_unhealthy()) {
    return "--continue-when-unhealthy";
  }
  if (flags.command_timeout != FailoverFlags().command_timeout &&
      !MessageDifferencer::Equals(now.timeout(), then.timeout())) {
    return "--command-timeout";
  }
  if (differs(flags.source_fenced_by, run.source_fenced_by())) {
    return "--source-fenced-by";
  }
  if (flags.allow_partial && !run.allow_partial()) return "--allow-partial";
  if (flags.allow_type_only && !run.allow_type_only()) {
    return "--allow-type-only";
  }
  if (!flags.skip_actions.empty() && ActionsDiffer(given, run)) {
    return "--skip-actions";
  }
  return "";
}

}  // namespace

std::optional<Refusal> CheckIsRun(const FailoverFlags& flags,
                                  const v1::FailoverPlan& run) {
  FailoverDecision read;
  if (auto refusal = ReadFailoverDecision(flags, &read)) return refusal;
  if (run.decision_digest() != read.digest ||
      (!flags.run_id.empty() && flags.run_id != run.run_id())) {
    return Refusal{
        ExitCode::kRefuted,
        absl::StrCat(flags.run, " is run ", run.run_id(),
                     " of another Decision, ", run.decision_digest())};
  }
  v1::FailoverPlan given;
  FailoverFlags allowed = flags;
  allowed.allow_partial |= run.allow_partial();
  if (auto refusal = MakePlan(allowed, read, &given)) return refusal;
  const std::string flag = FlagThatDiffers(flags, given, run);
  if (flag.empty()) return std::nullopt;
  return Refusal{ExitCode::kUsage,
                 absl::StrCat("run ", run.run_id(),
                              " is there, and was begun with "
                              "another ",
                              flag,
                              " or without one: leave it out to go on, or give "
                              "another --run to begin anew")};
}

}  // namespace recoveryline
