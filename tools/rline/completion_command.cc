#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/output.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  source <(rline completion bash)
  rline completion bash > /etc/bash_completion.d/rline)";

constexpr char kScript[] =
    R"(# bash completion for rline; made by "rline completion bash"
_rline() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local command="rline" word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case "$command $word" in
@COMMANDS@
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
@VALUES@
  esac
  case "$command" in
@WORDS@
  esac
  if [[ $cur != -* ]]; then
    COMPREPLY+=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _rline rline
)";

// One branch a command, each a line of the script.
struct Branches {
  std::string commands;  // from a command to its subcommand
  std::string values;    // of flags that take a value
  std::string words;     // flags and subcommands
};

std::vector<std::string> FlagNames(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) {
    names.push_back(absl::StrCat("-", name));
  }
  for (const std::string& name : option.get_lnames()) {
    names.push_back(absl::StrCat("--", name));
  }
  return names;
}

// The words that the flag takes, where they are few.
std::string ValueWords(const CLI::Option& option) {
  if (option.check_lname("option")) return absl::StrJoin(OptionNames(), " ");
  const std::string type = option.get_type_name();
  if (!absl::StrContains(type, '|')) return "";
  return absl::StrReplaceAll(type, {{"|", " "}});
}

void AddValues(const CLI::Option& option, const std::string& path,
               Branches* branches) {
  const std::vector<std::string> names = FlagNames(option);
  if (names.empty() || option.get_expected_min() == 0) return;
  std::vector<std::string> patterns;
  for (const std::string& name : names) {
    patterns.push_back(absl::StrCat("\"", path, " ", name, "\""));
  }
  const std::string type = option.get_type_name();
  const std::string words = ValueWords(option);
  const bool file = absl::StrContains(type, "FILE") || type == "DIR";
  absl::StrAppend(&branches->values, "    ", absl::StrJoin(patterns, "|"), ") ",
                  file            ? R"(COMPREPLY=($(compgen -f -- "$cur")); )"
                  : words.empty() ? ""
                                  : absl::StrCat(R"(COMPREPLY=($(compgen -W ")",
                                                 words, R"(" -- "$cur")); )"),
                  "return;;\n");
}

void AddBranches(const CLI::App& command, const std::string& path,
                 Branches* branches) {
  std::vector<std::string> words;
  for (const CLI::App* sub :
       command.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string sub_path = absl::StrCat(path, " ", sub->get_name());
    words.push_back(sub->get_name());
    absl::StrAppend(&branches->commands, "      \"", sub_path, "\") command=\"",
                    sub_path, "\";;\n");
    AddBranches(*sub, sub_path, branches);
  }
  for (const CLI::Option* option : command.get_options()) {
    AddValues(*option, path, branches);
    for (std::string& name : FlagNames(*option)) {
      words.push_back(std::move(name));
    }
  }
  absl::StrAppend(&branches->words, "    \"", path,
                  R"(") COMPREPLY=($(compgen -W ")", absl::StrJoin(words, " "),
                  R"(" -- "$cur"));;)", "\n");
}

std::string BashCompletion(const CLI::App& app) {
  Branches branches;
  AddBranches(app, app.get_name(), &branches);
  const auto without_end = [](const std::string& lines) {
    return lines.substr(0, lines.size() - 1);
  };
  return absl::StrReplaceAll(kScript,
                             {{"@COMMANDS@", without_end(branches.commands)},
                              {"@VALUES@", without_end(branches.values)},
                              {"@WORDS@", without_end(branches.words)}});
}

}  // namespace

void AddCompletion(CLI::App* app, Chosen* chosen) {
  CLI::App* command =
      app->add_subcommand("completion", "Write a shell completion script");
  auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "The shell: bash")
      ->type_name("bash")
      ->check([](const std::string& name) {
        return name == "bash" ? "" : "only bash is known";
      })
      ->required();
  command->footer(kExamples);
  command->callback([app, chosen, shell] {  // the option writes to `shell`
    chosen->run = [app](const Reporter& reporter) {
      const absl::StatusOr<Output> output = Output::Of({});
      const absl::Status written = output->WriteText(BashCompletion(*app));
      return written.ok() ? ExitCode::kComplete
                          : ReportUnwritten(written, reporter);
    };
  });
}

}  // namespace recoveryline
