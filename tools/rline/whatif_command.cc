#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive_rows.h"
#include "engine/batch/whatif.h"
#include "tools/rline/assumption_flags.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/comparison_table.h"
#include "tools/rline/input_check.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/timeline_making.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline whatif -i inventory.json -p plan.json --without-vm web-3
  rline whatif -i inventory.json --retention asr-3 --app-consistent-every 4h
  rline whatif -i inventory.json -p plan.json --with-option latest \
      --exclude 2026-03-01T02:00:00Z/2026-03-01T05:00:00Z --format json

What is said of the past is said from the points that survive.
Exit: 0 it is answered, 2 with --detailed-exitcode where something differs,
64 what makes no sense, 65 bad input.)";

struct WhatIfFlags {
  InputFlags inputs;
  AssumptionFlags assumptions;
  SpanFlags span;
  OutputFlags output;
  bool detailed = false;
};

// The rows with their points, wherever they are from.
absl::StatusOr<v1::Inventory> RowsOf(Inputs* inputs) {
  if (inputs->archive != nullptr) {
    return RestoreInventory(inputs->archive->archive());
  }
  return std::move(inputs->inventory);
}

// What cannot be read is an answer, too.
absl::StatusOr<v1::WhatIf> Answer(const WhatIfFlags& flags, Inputs* inputs,
                                  const v1::Inventory& rows,
                                  const Names& names) {
  if (!inputs->readable()) {
    v1::WhatIf answer;
    const Violations found = CheckUnreadable(*inputs);
    answer.mutable_violations()->Add(found.list().begin(), found.list().end());
    *answer.mutable_provenance() = inputs->request.provenance;
    return answer;
  }
  const absl::StatusOr<v1::Assumptions> assumptions =
      AssumptionsOf(flags.assumptions, names);
  if (!assumptions.ok()) return assumptions.status();
  return MakeWhatIf(rows, inputs->plan, *assumptions,
                    RequestOf(*inputs, flags.span),
                    ThreadsOf(flags.span.threads));
}

ExitCode RunWhatIf(const WhatIfFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter, PointRows::kUsed);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const absl::StatusOr<v1::Inventory> rows = RowsOf(inputs->get());
  if (!rows.ok()) {
    return reporter.Fail(ExitCode::kBadInput, rows.status().message());
  }
  const Names names(*rows);
  const absl::StatusOr<v1::WhatIf> answer =
      Answer(flags, inputs->get(), *rows, names);
  if (!answer.ok()) {
    return reporter.Fail(CodeOf(answer.status()), answer.status().message());
  }
  const auto code = WriteAnswer(
      **inputs, *answer, *output, output->is_table(),
      [&](const v1::WhatIf& shown) {
        return WhatIfTable(shown, names, output->display());
      },
      reporter);
  if (code) return *code;
  const bool same = answer->choice().same() && answer->units().empty();
  return flags.detailed && !same ? ExitCode::kDiffers : ExitCode::kComplete;
}

}  // namespace

void AddWhatIf(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "whatif",
      "What the choice and its figures would be if something differed");
  auto flags = std::make_shared<WhatIfFlags>();
  AddInputFlags(command, &flags->inputs);
  AddAssumptionFlags(command, &flags->assumptions);
  AddSpanFlags(command, &flags->span);
  AddOutputFlags(command, &flags->output);
  AddDetailedExitCode(command, &flags->detailed);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunWhatIf(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
