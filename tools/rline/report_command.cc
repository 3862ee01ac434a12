#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "tools/report/report_page.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/timeline_making.h"
#include "tools/rline/unit_flags.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline report -i inventory.json -p plan.json -o report.html
  rline report -i inventory.archive --option latest-app-consistent \
      --from 2026-02-28T00:00:00Z --time-zone Europe/Berlin -o report.html
  rline report -i inventory.json -p plan.json --group web -o web.html

One file that any browser shows, without a network. In a large plan the worst
units are drawn and the others listed; --vm and --group draw what you name.
Exit: as select: 0 every VM has a point, 3 some or all have none.)";

struct ReportFlags {
  InputFlags inputs;
  OutputFlags output;
  SpanFlags span;
  UnitFlags units;
};

ReportWords WordsFor(const v1::Decision& decision) {
  ReportWords words;
  if (decision.option() != v1::Policy::OPTION_UNSPECIFIED) {
    words.option = OptionName(decision.option());
  }
  words.purpose =
      absl::AsciiStrToLower(v1::RecoveryPlan::Purpose_Name(decision.purpose()));
  for (const v1::Rule& rule : decision.effective_rules()) {
    words.rules.push_back(RuleWords(rule));
  }
  for (int i = 0; i < v1::VmSelection::Outcome_ARRAYSIZE; ++i) {
    const auto outcome = static_cast<v1::VmSelection::Outcome>(i);
    words.outcomes.emplace_back(OutcomeWords(outcome));
    words.outcome_reasons.emplace_back(OutcomeReason(outcome));
  }
  for (int i = 0; i < v1::Rejection::Reason_ARRAYSIZE; ++i) {
    words.rejections.emplace_back(
        ReasonWords(static_cast<v1::Rejection::Reason>(i)));
  }
  for (int i = 0; i < v1::RecoveryPoint::Consistency_ARRAYSIZE; ++i) {
    words.consistencies.emplace_back(
        ConsistencyWord(static_cast<v1::RecoveryPoint::Consistency>(i)));
  }
  return words;
}

// The page of a choice and its timeline, or why there is none.
absl::StatusOr<std::string> PageOf(const ReportFlags& flags,
                                   const Inputs& inputs, const Choice& choice,
                                   const Output& output,
                                   v1::Timeline* timeline) {
  v1::Inventory read;
  const v1::Inventory& rows = RowsFor(inputs, choice.view.get(),
                                      ArchiveInventory::kWithoutPoints, &read);
  const int plan_unit_count = timeline->units_size();
  const absl::Status kept = KeepNamed(flags.units, Names(rows), timeline);
  if (!kept.ok()) return kept;
  const ReportForm form{
      .words = WordsFor(choice.decision),
      .plan_unit_count = flags.units.empty() ? 0 : plan_unit_count,
      .zone = output.display().zone,
      .threads = ThreadsOf(flags.span.threads)};
  return ReportPage({.inventory = *choice.view,
                     .plan = inputs.plan,
                     .rows = rows,
                     .decision = choice.decision,
                     .timeline = *timeline},
                    form);
}

ExitCode RunReport(const ReportFlags& flags, const Reporter& reporter) {
  if (IsTerminal(flags.output.path)) {
    return reporter.Fail(ExitCode::kUsage,
                         "a page is not written to a terminal; use -o FILE or "
                         "a pipe");
  }
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const Choice choice = ChooseAndProve(**inputs);
  if (const auto code = ReportWithheld(**inputs, choice, reporter)) {
    return *code;
  }
  if (choice.decision.outcome() == v1::Decision::INVALID) {
    return ReportOutcome(**inputs, choice.decision, reporter);
  }
  v1::Timeline timeline = MakeTimelineOf(**inputs, {.view = choice.view},
                                         flags.span, {.percents = {50, 95}});
  if (!timeline.violations().empty()) {
    return ReportBroken(**inputs, timeline.violations(), reporter);
  }
  const absl::StatusOr<std::string> page =
      PageOf(flags, **inputs, choice, *output, &timeline);
  if (!page.ok()) {
    return reporter.Fail(ExitCode::kUsage, page.status().message());
  }
  // More was read since.
  if (const auto code = ReportWithheld(**inputs, choice, reporter)) {
    return *code;
  }
  const absl::Status written = output->WriteText(*page);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return CodeOf(choice.decision);
}

}  // namespace

void AddReport(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "report",
      "One HTML page: what is chosen, why, how it was and what is coming");
  auto flags = std::make_shared<ReportFlags>();
  AddInputFlags(command, &flags->inputs);
  AddSpanFlags(command, &flags->span);
  AddUnitFlags(command, "Draw the unit of", &flags->units);
  AddOutputPath(command, &flags->output.path);
  AddTimeZone(command, &flags->output.zone);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunReport(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
