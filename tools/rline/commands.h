// Commands: each adds itself to the command line, and says what to run when
// it was named there.
//
//   CLI::App app;
//   Chosen chosen;
//   AddSelect(&app, &chosen);
//   app.parse(argc, argv);
//   return static_cast<int>(chosen.run(reporter));
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_COMMANDS_H_
#define RECOVERYLINE_TOOLS_RLINE_COMMANDS_H_

#include <functional>

#include "CLI/App.hpp"
#include "tools/rline/exit_code.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

// The command that was named, with its flags.
struct Chosen {
  std::function<ExitCode(const Reporter&)> run;
};

void AddSelect(CLI::App* app, Chosen* chosen);
void AddExplain(CLI::App* app, Chosen* chosen);
void AddAlternatives(CLI::App* app, Chosen* chosen);
void AddVerify(CLI::App* app, Chosen* chosen);
void AddValidate(CLI::App* app, Chosen* chosen);
void AddTimeline(CLI::App* app, Chosen* chosen);
void AddWhatIf(CLI::App* app, Chosen* chosen);
void AddDiff(CLI::App* app, Chosen* chosen);
void AddBisect(CLI::App* app, Chosen* chosen);
void AddReport(CLI::App* app, Chosen* chosen);
void AddConvert(CLI::App* app, Chosen* chosen);
void AddImport(CLI::App* app, Chosen* chosen);
void AddEvaluate(CLI::App* app, Chosen* chosen);
void AddMerge(CLI::App* app, Chosen* chosen);
void AddGenerate(CLI::App* app, Chosen* chosen);
void AddFailover(CLI::App* app, Chosen* chosen);
// Writes a completion script for all commands that `app` has.
void AddCompletion(CLI::App* app, Chosen* chosen);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_COMMANDS_H_
