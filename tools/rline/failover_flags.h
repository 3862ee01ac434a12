// FailoverFlags: what the commands of a failover take.
//
//   FailoverFlags flags;
//   AddRunFlags(command, &flags);            // --run, --events, ...
//   AddDecisionFlags(command, &flags);       // -d, -p, --not-after, ...
//
// Thread-safety: plain value.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_FLAGS_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_FLAGS_H_

#include <map>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/time/time.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {

struct FailoverFlags {
  // The run.
  std::string run;  // the run log's path
  std::string run_id;
  std::string events;
  std::string actor;
  std::string reason;
  absl::Duration deadline = absl::InfiniteDuration();
  absl::Duration poll = absl::Seconds(15);
  // The Decision.
  std::string decision;
  std::string plan;
  std::string not_after;
  bool allow_partial = false;
  bool allow_type_only = false;
  std::string source_fenced_by;
  std::vector<std::string> skip_actions;
  // The site.
  std::string site;  // empty: as when the run was begun, or simulated
  std::map<std::string, std::string> site_options;
  InputFlags inventory;
  // Programs.
  std::string action_command;
  std::string health_gate;
  bool continue_when_unhealthy = false;
  std::string verify_command;
  absl::Duration command_timeout = absl::Minutes(10);
  // Of single commands.
  bool dry_run = false;
  bool commit_when_verified = false;
  bool action_done = false;
  std::string approve;
  std::string wait_for;
  std::string stopped_since;
  std::string inventory_output;
  bool export_records = false;
  OutputFlags output;
};

// --run, which is given back, and -o, --format.
CLI::Option* AddRunFlags(CLI::App* command, FailoverFlags* flags);
// What a command that acts takes besides: --deadline, --poll, --events, ...
void AddActingFlags(CLI::App* command, FailoverFlags* flags);
void AddDecisionFlags(CLI::App* command, FailoverFlags* flags);
void AddSiteFlags(CLI::App* command, FailoverFlags* flags);
void AddCommandFlags(CLI::App* command, FailoverFlags* flags);
void AddDuration(CLI::App* command, const std::string& name,
                 absl::Duration* value, const std::string& help);
// --poll, neither so short that nothing else is done nor for ever.
void AddPoll(CLI::App* command, absl::Duration* value);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_FLAGS_H_
