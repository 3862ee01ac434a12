#include "tools/rline/shared_flags.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "CLI/Validators.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/timestamps.h"
#include "google/protobuf/timestamp.pb.h"
#include "tools/formats/valid_text.h"
#include "tools/rline/display.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

// CLI11 appends this to the flag's name: "--format table|json|...".
constexpr char kFormats[] = "table|json|jsonl|textproto|binpb";

}  // namespace

CLI::Validator NotEmpty() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? std::string("it is empty") : std::string();
      },
      "");
}

CLI::Validator PathName() {
  return CLI::Validator(
      [](const std::string& path) {
        return path.empty() ? std::string("the path is empty") : std::string();
      },
      "");
}

CLI::Validator LoggedText() {
  return CLI::Validator(
      [](const std::string& text) {
        // It may be a secret: it is not quoted.
        return IsUtf8(text) ? std::string()
                            : std::string("the text is not UTF-8");
      },
      "");
}

CLI::Validator Rfc3339() {
  return CLI::Validator(
      [](std::string& text) {
        google::protobuf::Timestamp time;
        if (ParseRfc3339(text, &time)) return std::string();
        return absl::StrCat("\"", text,
                            "\" is not an RFC 3339 time such as "
                            "2026-03-01T01:30:00Z");
      },
      "");
}

CLI::Validator Length() {
  return CLI::Validator(
      [](const std::string& text) {
        const std::optional<core::Nanos> nanos = NanosOfText(text);
        return nanos && *nanos >= 0
                   ? std::string()
                   : absl::StrCat("\"", text,
                                  "\" is not a duration of 0 or more, such as "
                                  "5m or 1h30m");
      },
      "");
}

CLI::Validator OneOf(const std::vector<std::string>& words) {
  return CLI::Validator(
      [words](std::string& text) {
        for (const std::string& word : words) {
          if (word == text) return std::string();
        }
        return absl::StrCat("\"", text, "\" is none of ",
                            absl::StrJoin(words, ", "));
      },
      "");
}

void AddInventoryFlag(CLI::App* command, InputFlags* flags) {
  command
      ->add_option("-i,--inventory", flags->inventory,
                   "The inventory: what exists; - for stdin")
      ->type_name("FILE")
      ->check(PathName())
      ->required();
}

void AddInputFlags(CLI::App* command, InputFlags* flags) {
  AddInventoryFlag(command, flags);
  command
      ->add_option("-p,--plan", flags->plan,
                   "The recovery plan: what is wanted; - for stdin; all VMs "
                   "of the inventory unless given")
      ->type_name("FILE")
      ->check(PathName());
  command
      ->add_option("--decision-time", flags->decision_time,
                   "When the choice is made; the inventory's asOfTime unless "
                   "given")
      ->type_name("TIME")
      ->check(Rfc3339());
  AddPolicyFlags(command, flags);
  command
      ->add_option("--plan-alignment", flags->plan_alignment,
                   "All units within one stretch of time of this length, such "
                   "as 5m; each by its own rule")
      ->type_name("DURATION")
      ->check(Length());
}

void AddThreads(CLI::App* command, int* threads) {
  command
      ->add_option("--threads", *threads,
                   "On how many threads; one a processor unless given")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
}

int ThreadsOf(int threads) {
  if (threads > 0) return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

CLI::Option* MayRepeat(CLI::Option* option) {
  return option->type_size(1)->expected(1, 100'000)->allow_extra_args(false);
}

std::optional<core::Nanos> NanosOfText(const std::string& text) {
  absl::Duration length;
  if (!absl::ParseDuration(text, &length)) return std::nullopt;
  const core::Nanos nanos = absl::ToInt64Nanoseconds(length);
  if (absl::Nanoseconds(nanos) != length) return std::nullopt;
  return nanos;
}

void AddPolicyFlags(CLI::App* command, InputFlags* flags) {
  command
      ->add_option("--option", flags->option,
                   absl::StrCat("Instead of the plan's option and rules: ",
                                absl::StrJoin(OptionNames(), ", ")))
      ->type_name("NAME")
      ->check(OneOf(OptionNames()));
  command
      ->add_option("--target-time", flags->target_time,
                   "The newest capture time wanted")
      ->type_name("TIME")
      ->check(Rfc3339());
  command
      ->add_option("--incident-time", flags->incident_time,
                   "When the data stopped being good; data loss is measured "
                   "from it")
      ->type_name("TIME")
      ->check(Rfc3339());
  command
      ->add_option("--not-before", flags->not_before,
                   "The oldest capture time wanted")
      ->type_name("TIME")
      ->check(Rfc3339());
  // No value: =false would look as if it took back what the plan says.
  const auto allow = [command](const char* name, bool* flag, const char* help) {
    command->add_flag(name, *flag, help)->disable_flag_override();
  };
  allow("--allow-partial-disks", &flags->allow_partial_disks,
        "Accept points that do not cover all disks");
  allow("--allow-incomplete-groups", &flags->allow_incomplete_groups,
        "Choose for the VMs in the plan where their group is incomplete");
  allow("--allow-not-replicating", &flags->allow_not_replicating,
        "Choose for VMs that are not replicating");
}

void AddDetailedExitCode(CLI::App* command, bool* detailed) {
  command
      ->add_flag("--detailed-exitcode", *detailed,
                 "Exit with 2 where something differs")
      ->disable_flag_override();
}

void AddOutputPath(CLI::App* command, std::string* path) {
  command
      ->add_option("-o,--output", *path,
                   "Where the result goes, complete or not at all; - for "
                   "stdout, the default")
      ->type_name("FILE")
      ->check(PathName());
}

void AddReportFlags(CLI::App* command, OutputFlags* flags) {
  AddOutputPath(command, &flags->path);
  flags->format = "table";
  command
      ->add_option("--format", flags->format,
                   "How the result is written: a line for people, the "
                   "default, or json")
      ->type_name("table|json")
      ->check(OneOf({"table", "json"}));
}

void AddDataFlags(CLI::App* command, OutputFlags* flags) {
  AddOutputPath(command, &flags->path);
  flags->format = "json";
  command
      ->add_option("--format", flags->format,
                   "How the result is written; json unless given")
      ->type_name("json|jsonl|textproto|binpb|archive")
      ->check(OneOf({"json", "jsonl", "textproto", "binpb", "archive"}));
}

void AddTimeZone(CLI::App* command, absl::TimeZone* zone) {
  command
      ->add_option_function<std::string>(
          "--time-zone",
          [zone](const std::string& name) {
            const std::optional<absl::TimeZone> named = TimeZoneOfName(name);
            if (!named) {
              throw CLI::ValidationError(
                  "--time-zone", absl::StrCat("\"", name,
                                              "\" is neither a time zone such "
                                              "as Europe/Berlin nor an offset "
                                              "such as +02:00"));
            }
            *zone = *named;
          },
          "The time zone of tables and pages; data always stays in UTC")
      ->type_name("ZONE");
}

void AddOutputFlags(CLI::App* command, OutputFlags* flags) {
  AddOutputPath(command, &flags->path);
  command
      ->add_option("--format", flags->format,
                   "How the result is written; table on a terminal, json "
                   "otherwise, unless given")
      ->type_name(kFormats)
      ->check(OneOf({"table", "json", "jsonl", "textproto", "binpb"}));
  AddTimeZone(command, &flags->zone);
}

}  // namespace recoveryline
