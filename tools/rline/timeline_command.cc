#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/timeline_making.h"
#include "tools/rline/timeline_table.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline timeline -i inventory.json -p plan.json
  rline timeline -i inventory.json --option latest-app-consistent \
      --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z --steps --csv

What lies after the decision time is a forecast: no new point comes, and points
are lost at their expireTime. What lies before it is said from the points that
survive: at the time, newer ones may have been there.
Exit: 0 it is made, 65 bad input.)";

struct TimelineFlags {
  InputFlags inputs;
  OutputFlags output;
  SpanFlags span;
  TimelineDetail detail;
  bool csv = false;
};

ExitCode RunTimeline(const TimelineFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const CheckedView checked = MakeCheckedView(**inputs);
  const v1::Timeline timeline =
      MakeTimelineOf(**inputs, checked, flags.span, flags.detail);
  if (const auto code = ReportUnread(**inputs, checked.view.get(), reporter)) {
    return *code;
  }
  return WriteAnswer(
             **inputs, timeline, *output, flags.csv || output->is_table(),
             [&](const v1::Timeline& answer) {
               if (flags.csv) return TimelineCsv(answer);
               v1::Inventory read;
               return TimelineTable(
                   answer,
                   Names(RowsFor(**inputs, checked.view.get(),
                                 ArchiveInventory::kWithoutPoints, &read)),
                   output->display());
             },
             reporter)
      .value_or(ExitCode::kComplete);
}

}  // namespace

void AddTimeline(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "timeline",
      "The choice at every moment: how old, how long none, who held it back");
  auto flags = std::make_shared<TimelineFlags>();
  AddInputFlags(command, &flags->inputs);
  AddSpanFlags(command, &flags->span);
  command->add_flag("--steps", flags->detail.steps,
                    "The steps of each unit, too: from when to when which "
                    "choice stood");
  command->add_flag("--points", flags->detail.points,
                    "Each step's points, too; with --steps");
  MayRepeat(command->add_option(
                "--percentile", flags->detail.percents,
                "An age that is not exceeded for so much of the time; may be "
                "given again; 50, 95 and 99 unless given"))
      ->type_name("PERCENT")
      ->check(CLI::Range(0.0001, 100.0))
      ->check(CLI::Validator(
          [](const std::string& text) {
            return absl::EqualsIgnoreCase(text, "nan")
                       ? std::string("it is no number")
                       : std::string();
          },
          ""));
  AddOutputFlags(command, &flags->output);
  command
      ->add_flag("--csv", flags->csv,
                 "Comma-separated values: a row a unit, or with --steps a row "
                 "a step")
      ->excludes(command->get_option("--format"));
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunTimeline(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
