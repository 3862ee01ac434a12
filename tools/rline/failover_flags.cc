#include "tools/rline/failover_flags.h"

#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "CLI/Validators.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/sites/open_site.h"

namespace recoveryline {
namespace {

constexpr absl::Duration kLeastPoll = absl::Milliseconds(1);
constexpr absl::Duration kLongestPoll = absl::Hours(24);

}  // namespace

void AddDuration(CLI::App* command, const std::string& name,
                 absl::Duration* value, const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [name, value](const std::string& text) {
            if (!absl::ParseDuration(text, value) ||
                *value < absl::ZeroDuration()) {
              throw CLI::ValidationError(
                  name, absl::StrCat("\"", text,
                                     "\" is not a length of time such as 90s, "
                                     "30m or 1h30m"));
            }
          },
          help)
      ->type_name("TIME");
}

void AddPoll(CLI::App* command, absl::Duration* value) {
  command
      ->add_option_function<std::string>(
          "--poll",
          [value](const std::string& text) {
            if (!absl::ParseDuration(text, value) || *value < kLeastPoll ||
                *value > kLongestPoll) {
              throw CLI::ValidationError(
                  "--poll", absl::StrCat("\"", text,
                                         "\" is not a length of time from 1ms "
                                         "to 24h"));
            }
          },
          "How long to wait before the site is read again")
      ->type_name("TIME");
}

CLI::Option* AddRunFlags(CLI::App* command, FailoverFlags* flags) {
  AddOutputFlags(command, &flags->output);
  return command
      ->add_option("--run", flags->run,
                   "The run's log: one file a run, made by start")
      ->type_name("FILE")
      ->check(PathName());
}

void AddActingFlags(CLI::App* command, FailoverFlags* flags) {
  command
      ->add_option("--actor", flags->actor,
                   "Who asks for it, kept in the log; the user of this process "
                   "unless given")
      ->type_name("TEXT")
      ->check(LoggedText());
  command->add_option("--reason", flags->reason, "Why, kept in the log")
      ->type_name("TEXT")
      ->check(LoggedText());
  command
      ->add_option("--events", flags->events,
                   "Append each record of the log to this file, a line of JSON "
                   "each")
      ->type_name("FILE")
      ->check(PathName());
  AddDuration(command, "--deadline", &flags->deadline,
              "Give up waiting after so long (exit 8); the run goes on with "
              "resume");
  AddPoll(command, &flags->poll);
}

void AddDecisionFlags(CLI::App* command, FailoverFlags* flags) {
  command
      ->add_option("-d,--decision", flags->decision,
                   "The Decision that is carried out, as select wrote it")
      ->type_name("FILE")
      ->check(PathName())
      ->required();
  command
      ->add_option("-p,--plan", flags->plan,
                   "The recovery plan that the Decision was made of: boot "
                   "groups and their actions")
      ->type_name("FILE")
      ->check(PathName());
  command
      ->add_option("--not-after", flags->not_after,
                   "When the Decision is too old to be carried out; an hour "
                   "after its decision time unless given")
      ->type_name("TIME")
      ->check(Rfc3339());
  command->add_flag("--allow-partial", flags->allow_partial,
                    "Carry it out although some VM has no point");
  command->add_flag("--allow-type-only", flags->allow_type_only,
                    "Go on where the site can be told the kind of a point "
                    "alone, and say which was used");
  command
      ->add_option("--source-fenced-by", flags->source_fenced_by,
                   "What keeps a source that cannot be reached from running on")
      ->type_name("TEXT")
      ->check(LoggedText());
  command
      ->add_option("--skip-actions", flags->skip_actions,
                   "An action of the plan that is not to be done; * for all; "
                   "may be given again")
      ->type_name("NAME")
      ->check(LoggedText());
}

void AddSiteFlags(CLI::App* command, FailoverFlags* flags) {
  command
      ->add_option("--site", flags->site,
                   "Where VMs are failed over; simulated unless given, or as "
                   "the run was begun")
      ->type_name(absl::StrJoin(SiteKinds(), "|"))
      ->check(OneOf(SiteKinds()));
  command
      ->add_option_function<std::vector<std::string>>(
          "--site-option",
          [flags](const std::vector<std::string>& options) {
            for (const std::string& option : options) {
              const size_t equals = option.find('=');
              if (equals == std::string::npos || equals == 0) {
                throw CLI::ValidationError(
                    "--site-option",
                    absl::StrCat("\"", option, "\" is not NAME=VALUE"));
              }
              flags->site_options[option.substr(0, equals)] =
                  option.substr(equals + 1);
            }
          },
          "What the site is reached with; may be given again")
      ->type_name("NAME=VALUE")
      ->check(LoggedText());
  command
      ->add_option("-i,--inventory", flags->inventory.inventory,
                   "What a simulated site is made of")
      ->type_name("FILE")
      ->check(PathName());
}

void AddCommandFlags(CLI::App* command, FailoverFlags* flags) {
  command
      ->add_option("--action-command", flags->action_command,
                   "A program that does the plan's actions; without it, the "
                   "run waits for a person")
      ->type_name("PROGRAM")
      ->check(PathName())
      ->check(LoggedText());
  command
      ->add_option("--health-gate", flags->health_gate,
                   "A program that says whether a boot group is well before "
                   "the next one begins")
      ->type_name("PROGRAM")
      ->check(PathName())
      ->check(LoggedText());
  command->add_flag("--continue-when-unhealthy", flags->continue_when_unhealthy,
                    "A boot group that is not well is noted, and stops "
                    "nothing");
  command
      ->add_option("--verify-command", flags->verify_command,
                   "A program that says whether a VM is what it should be")
      ->type_name("PROGRAM")
      ->check(PathName())
      ->check(LoggedText());
  AddDuration(command, "--command-timeout", &flags->command_timeout,
              "How long each of these programs may take");
}

}  // namespace recoveryline
