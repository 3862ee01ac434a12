#include <memory>
#include <string>

#include "tools/rline/checked_view.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/sites/site_hints.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline select -i inventory.json -p plan.json
  rline select -i inventory.json --option latest-app-consistent
  rline select -i inventory.binpb -p plan.json -o decision.json

Exit: 0 every VM has a point, 3 some or all have none, 65 bad input.)";

struct SelectFlags {
  InputFlags inputs;
  OutputFlags output;
  std::string for_site;
};

ExitCode RunSelect(const SelectFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const Choice choice = ChooseAndProve(**inputs);
  if (const auto code = ReportWithheld(**inputs, choice, reporter)) {
    return *code;
  }
  v1::Inventory read;
  const absl::Status written =
      output->is_table()
          ? output->WriteText(DecisionTable(
                choice.decision,
                Names(RowsFor(**inputs, choice.view.get(),
                              ArchiveInventory::kWithoutPoints, &read)),
                output->display()))
          : output->Write(choice.decision);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  for (const std::string& hint : SiteHints(flags.for_site, choice.decision)) {
    reporter.Note(hint);
  }
  return ReportOutcome(**inputs, choice.decision, reporter);
}

}  // namespace

void AddSelect(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "select", "Choose the recovery point of every VM of a plan");
  auto flags = std::make_shared<SelectFlags>();
  AddInputFlags(command, &flags->inputs);
  AddOutputFlags(command, &flags->output);
  command
      ->add_option("--for-site", flags->for_site,
                   "Say what this site could not do with the choice: asr, or "
                   "asr:PROVIDER such as asr:InMageRcmFailback")
      ->type_name("SITE")
      ->check(OneOf(SitesWithHints()));
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunSelect(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
