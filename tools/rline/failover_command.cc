#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/rline/commands.h"
#include "tools/rline/failover_flags.h"
#include "tools/rline/failover_paths.h"
#include "tools/rline/failover_status.h"
#include "tools/rline/failover_verbs.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline failover preflight -d decision.json -p plan.json -i inventory.json
  rline failover start --run run-7.db -d decision.json -p plan.json \
      --site simulated -i inventory.json
  rline failover status --run run-7.db
  rline failover commit --run run-7.db --approve sha256:...
  rline failover reprotect --run run-7.db

A run goes through the state PLANNED, FAILING_OVER, VERIFYING,
AWAITING_COMMIT, COMMITTED, REPROTECTED and PROTECTED; status lists what may be
asked now. A command that was cut off is given again, or resumed: nothing is
lost and nothing is done twice.
Exit: 0 done, 1 failed (the error names the VMs), 3 the Decision lacks points,
4 stale, drifted or another Decision, 5 unknown what the site did (resume), 6
another process works on the run, 7 waiting for a person, 8 deadline, 64 usage,
65 bad input, 69 site unavailable, 77 no permission.)";

using Verb = ExitCode (*)(const FailoverFlags&, const Reporter&);

struct Added {
  CLI::App* command;
  std::shared_ptr<FailoverFlags> flags;
};

// `example` is what follows the command's name in one.
Added Add(CLI::App* failover, Chosen* chosen, const std::string& name,
          const std::string& example, const std::string& help, Verb verb) {
  auto flags = std::make_shared<FailoverFlags>();
  CLI::App* command = failover->add_subcommand(name, help);
  command->footer(
      absl::StrCat("Example:\n  rline failover ", name, " ", example));
  command->callback([flags, chosen, verb] {
    chosen->run = [flags, verb](const Reporter& reporter) {
      if (const auto refusal = CheckPaths(*flags)) {
        return reporter.Fail(refusal->code, refusal->message);
      }
      return verb(*flags, reporter);
    };
  });
  return {command, flags};
}

// One that acts on a run.
Added AddActing(CLI::App* failover, Chosen* chosen, const std::string& name,
                const std::string& example, const std::string& help,
                Verb verb) {
  const Added added = Add(failover, chosen, name, example, help, verb);
  // What start would do can be asked without a run.
  AddRunFlags(added.command, added.flags.get())->required(verb != RunStart);
  AddActingFlags(added.command, added.flags.get());
  AddSiteFlags(added.command, added.flags.get());
  return added;
}

void AddPreflight(CLI::App* failover, Chosen* chosen) {
  const Added added =
      Add(failover, chosen, "preflight",
          "-d decision.json -p plan.json -i inventory.json",
          "Say what stands against carrying a Decision out; changes nothing",
          RunPreflight);
  AddDecisionFlags(added.command, added.flags.get());
  AddSiteFlags(added.command, added.flags.get());
  AddOutputFlags(added.command, &added.flags->output);
}

void AddQuiesce(CLI::App* failover, Chosen* chosen) {
  const Added added =
      Add(failover, chosen, "quiesce",
          "-p plan.json --site exec --site-option folder=site",
          "Shut the sources of a plan down and wait until every VM has a point "
          "captured since: for a failback that loses nothing",
          RunQuiesce);
  added.command
      ->add_option("-p,--plan", added.flags->plan,
                   "The recovery plan: whose sources")
      ->type_name("FILE")
      ->check(PathName())
      ->required();
  added.command
      ->add_option("--stopped-since", added.flags->stopped_since,
                   "The sources are shut down since then: only wait")
      ->type_name("TIME")
      ->check(Rfc3339());
  added.command
      ->add_option("--inventory-output", added.flags->inventory_output,
                   "Where the inventory goes that the site then has")
      ->type_name("FILE")
      ->check(PathName());
  AddDuration(added.command, "--deadline", &added.flags->deadline,
              "Give up waiting after so long (exit 8)");
  AddPoll(added.command, &added.flags->poll);
  AddSiteFlags(added.command, added.flags.get());
  AddOutputFlags(added.command, &added.flags->output);
}

void AddStart(CLI::App* failover, Chosen* chosen) {
  const Added added = AddActing(
      failover, chosen, "start",
      "--run run.db -d decision.json -p plan.json -i inventory.json",
      "Fail over to the points of a Decision, or go on with what was begun",
      RunStart);
  AddDecisionFlags(added.command, added.flags.get());
  AddCommandFlags(added.command, added.flags.get());
  added.command
      ->add_option("--run-id", added.flags->run_id,
                   "The caller's name of the run; of the Decision unless given")
      ->type_name("TEXT")
      ->check(LoggedText());
  added.command->add_flag("--dry-run", added.flags->dry_run,
                          "Say what would be done, and do preflight alone");
  added.command->add_flag("--commit-when-verified",
                          added.flags->commit_when_verified,
                          "Do not wait for a person once all is verified");
}

void AddStatus(CLI::App* failover, Chosen* chosen) {
  const Added added =
      Add(failover, chosen, "status",
          "--run run.db --wait-for AWAITING_COMMIT --timeout 1h",
          "Say where a run stands and what may be asked of it; takes no lock",
          RunStatus);
  AddRunFlags(added.command, added.flags.get())->required();
  added.command
      ->add_option("--wait-for", added.flags->wait_for,
                   "Wait until the run is in this state")
      ->type_name("STATE")
      ->check(OneOf(RunStates()));
  AddDuration(added.command, "--timeout", &added.flags->deadline,
              "Wait no longer than this (exit 8)");
  added.flags->poll = absl::Seconds(1);
}

void AddVerbs(CLI::App* failover, Chosen* chosen) {
  const Added resume = AddActing(
      failover, chosen, "resume", "--run run.db --action-done",
      "Go on with a run that was cut off or waits for a person", RunResume);
  resume.command->add_flag("--action-done", resume.flags->action_done,
                           "What the run waits for is done");
  const Added commit = AddActing(
      failover, chosen, "commit",
      "--run run.db --approve $(sha256sum <decision.json | cut -d' ' -f1)",
      "Keep the choice; deletes the recovery points, and cannot be undone",
      RunCommit);
  commit.command
      ->add_option("--approve", commit.flags->approve,
                   "The digest of the Decision that is approved, as status "
                   "shows it")
      ->type_name("DIGEST")
      ->required();
  AddActing(failover, chosen, "reprotect", "--run run.db --deadline 45m",
            "Replicate again, and wait until every VM has a point",
            RunReprotect);
  const Added change = AddActing(
      failover, chosen, "change-point",
      "--run run.db -d older.json -p plan.json",
      "Go to the points of another Decision, whole groups; before commit",
      RunChangePoint);
  AddDecisionFlags(change.command, change.flags.get());
  AddActing(
      failover, chosen, "cancel", "--run run.db --reason 'the source is back'",
      "Give the failover up, where the site can; before commit", RunCancel);
  AddActing(failover, chosen, "cleanup", "--run rehearsal.db",
            "Clean a rehearsal up", RunCleanup);
}

void AddHistory(CLI::App* failover, Chosen* chosen) {
  const Added added =
      Add(failover, chosen, "history", "--run run.db --export",
          "List what a run meant to do and did, verified record by record",
          ShowHistory);
  AddRunFlags(added.command, added.flags.get())->required();
  added.command->add_flag("--export", added.flags->export_records,
                          "With the chain of digests that proves that no "
                          "record is missing, a line of JSON each");
}

}  // namespace

void AddFailover(CLI::App* app, Chosen* chosen) {
  CLI::App* failover = app->add_subcommand(
      "failover", "Carry a Decision out: fail over, verify, commit, reprotect");
  failover->require_subcommand(1);
  failover->footer(kExamples);
  AddPreflight(failover, chosen);
  AddQuiesce(failover, chosen);
  AddStart(failover, chosen);
  AddStatus(failover, chosen);
  AddVerbs(failover, chosen);
  AddHistory(failover, chosen);
}

}  // namespace recoveryline
