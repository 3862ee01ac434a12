// Shared flags: what several commands take, and what each of them means.
//
//   InputFlags inputs;
//   AddInputFlags(command, &inputs);         // -i, -p, --option, ...
//   OutputFlags output;
//   AddOutputFlags(command, &output);        // -o, --format, --time-zone
//
// A value that is not of its form is refused while the command line is read:
// names of options, formats and time zones, and RFC 3339 times.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_RLINE_SHARED_FLAGS_H_
#define RECOVERYLINE_TOOLS_RLINE_SHARED_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/time/time.h"
#include "engine/core/instant.h"

namespace recoveryline {

// Which inventory, which plan, and what replaces parts of the plan's policy.
// Empty: not given.
struct InputFlags {
  std::string inventory;
  std::string plan;
  std::string decision_time;
  std::string option;
  std::string target_time;
  std::string incident_time;
  std::string not_before;
  std::string plan_alignment;
  bool allow_partial_disks = false;
  bool allow_incomplete_groups = false;
  bool allow_not_replicating = false;
};

struct OutputFlags {
  std::string path = "-";
  std::string format;  // empty: table on a terminal, json otherwise
  absl::TimeZone zone = absl::UTCTimeZone();
};

void AddInputFlags(CLI::App* command, InputFlags* flags);
// -i alone.
void AddInventoryFlag(CLI::App* command, InputFlags* flags);
// --option, --target-time and what else replaces parts of the policy.
void AddPolicyFlags(CLI::App* command, InputFlags* flags);
void AddOutputFlags(CLI::App* command, OutputFlags* flags);

// --time-zone alone.
void AddTimeZone(CLI::App* command, absl::TimeZone* zone);

// -o, and --format with table and json alone: for what is no message. The
// default is table everywhere: one line that a person asked for.
void AddReportFlags(CLI::App* command, OutputFlags* flags);

// -o, and --format without table: for what is only data. The default is json.
void AddDataFlags(CLI::App* command, OutputFlags* flags);

// --detailed-exitcode: exit 2 where something differs.
void AddDetailedExitCode(CLI::App* command, bool* detailed);

// The help of -o, for commands that have no --format of this kind.
void AddOutputPath(CLI::App* command, std::string* path);

// --threads; 0 where it is not given.
void AddThreads(CLI::App* command, int* threads);
// As many as it says, or as the machine has processors.
int ThreadsOf(int threads);

// The option may be given again, with one value each time.
CLI::Option* MayRepeat(CLI::Option* option);

// Of a duration such as 1h30m; nothing where the text is none, or no whole
// nanoseconds.
std::optional<core::Nanos> NanosOfText(const std::string& text);

// Refuses the empty text, as of a variable that is not set.
CLI::Validator NotEmpty();

// Refuse what is no path at all (an unset variable in a script), what cannot be
// kept in a log since it is not UTF-8, what is not an RFC 3339 time, what is no
// duration of 0 or more, and what is none of `words`.
CLI::Validator PathName();
CLI::Validator LoggedText();
CLI::Validator Rfc3339();
CLI::Validator Length();
CLI::Validator OneOf(const std::vector<std::string>& words);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_SHARED_FLAGS_H_
