// rline: recovery points chosen, explained and proved, from the command line.

#include <csignal>
#include <exception>
#include <new>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "google/protobuf/stubs/logging.h"
#include "tools/formats/temporary_name.h"
#include "tools/rline/commands.h"
#include "tools/rline/near_words.h"
#include "tools/rline/output.h"
#include "tools/rline/reporter.h"

namespace recoveryline {
namespace {

constexpr char kAbout[] =
    R"(Choose the recovery point that every VM of a recovery plan goes back to,
say why, and prove it.)";

constexpr char kFooter[] = R"(Examples:
  rline import asr export/ -o inventory.json --plan-output plan.json
  rline select -i inventory.json -p plan.json
  rline explain -i inventory.json -p plan.json --group web

"rline COMMAND --help" says more. Data goes to stdout, all else to stderr.
Exit: 0 complete, 1 failure, 3 some VM has no point, 4 refuted Decision,
64 usage, 65 bad input.)";

// Also a command line that cannot be parsed says how errors are wanted.
Reporter::Form FormOf(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    absl::string_view value = argv[i];
    if (value == "--format" && i + 1 < argc) {
      value = argv[i + 1];
    } else if (!absl::ConsumePrefix(&value, "--format=")) {
      continue;
    }
    if (value == "json" || value == "jsonl") return Reporter::kJson;
  }
  return Reporter::kText;
}

// "rline import asr": the command that the command line got as far as.
std::string CommandPath(const CLI::App& app) {
  std::string path = app.get_name();
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().back();
    absl::StrAppend(&path, " ", command->get_name());
  }
  return path;
}

// CLI11 says of an unknown command that one is required.
std::string WhatIsWrong(const CLI::App& app, const CLI::ParseError& error,
                        absl::string_view first) {
  const bool named = !app.get_subcommands().empty();
  if (named || first.empty() || first[0] == '-') return error.what();
  NearWords words(first);
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    words.Consider(command->get_name());
  }
  return absl::StrCat("there is no command \"", first, "\"",
                      DidYouMean(words.Nearest()));
}

void AddCommands(CLI::App* app, Chosen* chosen) {
  AddSelect(app, chosen);
  AddExplain(app, chosen);
  AddAlternatives(app, chosen);
  AddVerify(app, chosen);
  AddValidate(app, chosen);
  AddEvaluate(app, chosen);
  AddMerge(app, chosen);
  AddTimeline(app, chosen);
  AddWhatIf(app, chosen);
  AddDiff(app, chosen);
  AddBisect(app, chosen);
  AddReport(app, chosen);
  AddConvert(app, chosen);
  AddImport(app, chosen);
  AddGenerate(app, chosen);
  AddFailover(app, chosen);
  AddCompletion(app, chosen);
}

ExitCode Print(const std::string& text, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of({});
  const absl::Status written = output->WriteText(text);
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

ExitCode Run(int argc, char** argv, const Reporter& reporter) {
  CLI::App app(kAbout, "rline");
  app.footer(kFooter);
  app.set_version_flag("--version", "rline " RLINE_VERSION);
  app.require_subcommand(1);
  Chosen chosen;
  AddCommands(&app, &chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    return Print(absl::StrCat(version.what(), "\n"), reporter);
  } catch (const CLI::Success&) {
    return Print(app.help(), reporter);
  } catch (const CLI::ParseError& error) {
    return reporter.Fail(
        ExitCode::kUsage,
        absl::StrCat(WhatIsWrong(app, error, argc > 1 ? argv[1] : ""), " (see ",
                     CommandPath(app), " --help)"));
  }
  return chosen.run(reporter);
}

}  // namespace
}  // namespace recoveryline

int main(int argc, char** argv) {
  using recoveryline::ExitCode;
  using recoveryline::Reporter;
  // A closed pipe and a file that may not grow are errors of the write.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Who ignores it, which is inherited, is not told how a program ended.
  std::signal(SIGCHLD, SIG_DFL);
  recoveryline::RemoveTemporariesOnSignals();
  // What is wrong with a message is said by who reads it.
  google::protobuf::SetLogHandler(nullptr);
  const Reporter reporter(recoveryline::FormOf(argc, argv));
  ExitCode code = ExitCode::kFailure;
  try {
    code = recoveryline::Run(argc, argv, reporter);
  } catch (const std::bad_alloc&) {
    code = reporter.Fail(ExitCode::kFailure, "out of memory");
  } catch (const std::exception& error) {
    code = reporter.Fail(ExitCode::kFailure, error.what());
  }
  return static_cast<int>(code);
}
