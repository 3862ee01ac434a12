#include <memory>

#include "engine/plan_alternatives.h"
#include "tools/rline/alternatives_table.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/unit_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline alternatives -i inventory.json -p plan.json
  rline alternatives -i inventory.json -p plan.json --group web --format json

Lines that are newer, stronger, at one marker or closer together than the
choice, whatever the plan's rules; and what the rules give without each VM that
holds its group back. The rule that gives a line is in the JSON.
Exit: 0 it is answered, 64 what makes no sense, 65 bad input.)";

struct AlternativesFlags {
  InputFlags inputs;
  OutputFlags output;
  UnitFlags units;
};

ExitCode RunAlternatives(const AlternativesFlags& flags,
                         const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const CheckedView checked = MakeCheckedView(**inputs);
  v1::PlanAlternatives alternatives;
  if (checked.view != nullptr) {
    alternatives =
        MakeAlternatives(*checked.view, (*inputs)->plan, (*inputs)->request);
  } else {
    alternatives.set_plan_id((*inputs)->plan.id());
    *alternatives.mutable_violations() = checked.violations;
    *alternatives.mutable_provenance() = (*inputs)->request.provenance;
  }
  if (const auto code = ReportUnread(**inputs, checked.view.get(), reporter)) {
    return *code;
  }
  v1::Inventory read;
  const Names names(RowsFor(**inputs, checked.view.get(),
                            ArchiveInventory::kWithoutPoints, &read));
  if (alternatives.violations().empty()) {
    const absl::Status kept = KeepNamed(flags.units, names, &alternatives);
    if (!kept.ok()) return reporter.Fail(ExitCode::kUsage, kept.message());
  }
  return WriteAnswer(
             **inputs, alternatives, *output, output->is_table(),
             [&](const auto& answer) {
               return AlternativesTable(answer, names, output->display());
             },
             reporter)
      .value_or(ExitCode::kComplete);
}

}  // namespace

void AddAlternatives(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "alternatives", "What else one could go back to, and at what price");
  auto flags = std::make_shared<AlternativesFlags>();
  AddInputFlags(command, &flags->inputs);
  AddUnitFlags(command, "Say it of the unit of", &flags->units);
  AddOutputFlags(command, &flags->output);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunAlternatives(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
