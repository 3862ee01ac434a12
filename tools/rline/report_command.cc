#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/report/report_page.h"
#include "tools/report/report_scope.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/near_words.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/timeline_making.h"
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
  std::vector<std::string> vms;
  std::vector<std::string> groups;
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

absl::Status Unknown(absl::string_view flag, absl::string_view text,
                     const std::vector<std::string>& near) {
  return absl::InvalidArgumentError(absl::StrCat(
      flag, " \"", text, "\" is not in the plan", DidYouMean(near)));
}

// Leaves the units that the flags name, by id or by name.
absl::Status KeepNamed(const ReportFlags& flags, const Names& names,
                       v1::Timeline* timeline) {
  absl::flat_hash_set<std::string> vms_of_plan;
  absl::flat_hash_set<std::string> groups_of_plan;
  for (const v1::UnitTimeline& unit : timeline->units()) {
    vms_of_plan.insert(unit.vm_ids().begin(), unit.vm_ids().end());
    groups_of_plan.insert(unit.replication_group_id());
  }
  for (const std::string& id : timeline->missing_vm_ids()) {
    vms_of_plan.insert(id);
  }
  absl::flat_hash_set<std::string> vms;
  absl::flat_hash_set<std::string> groups;
  const auto find = [](const std::string& text, std::vector<std::string> ids,
                       const absl::flat_hash_set<std::string>& known,
                       absl::flat_hash_set<std::string>* wanted) {
    ids.push_back(text);
    bool found = false;
    for (const std::string& id : ids) {
      if (id.empty() || !known.contains(id)) continue;
      wanted->insert(id);
      found = true;
    }
    return found;
  };
  for (const std::string& text : flags.groups) {
    if (!find(text, names.FindGroup(text), groups_of_plan, &groups)) {
      return Unknown("--group", text, names.NearGroups(text));
    }
  }
  for (const std::string& text : flags.vms) {
    if (!find(text, names.FindVm(text), vms_of_plan, &vms)) {
      return Unknown("--vm", text, names.NearVms(text));
    }
  }
  KeepUnits(vms, groups, timeline);
  return absl::OkStatus();
}

// The page of a choice and its timeline, or why there is none.
absl::StatusOr<std::string> PageOf(const ReportFlags& flags,
                                   const Inputs& inputs, const Choice& choice,
                                   const Output& output,
                                   v1::Timeline* timeline) {
  v1::Inventory read;
  const v1::Inventory& rows =
      RowsFor(inputs, choice, ArchiveInventory::kWithoutPoints, &read);
  const int plan_unit_count = timeline->units_size();
  const bool some = !flags.vms.empty() || !flags.groups.empty();
  if (some) {
    const absl::Status kept = KeepNamed(flags, Names(rows), timeline);
    if (!kept.ok()) return kept;
  }
  const ReportForm form{.words = WordsFor(choice.decision),
                        .plan_unit_count = some ? plan_unit_count : 0,
                        .zone = output.display().zone,
                        .threads = ThreadsOf(flags.span)};
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
  MadeTimeline made =
      MakeTimelineOf(**inputs, flags.span, {.percents = {50, 95}});
  if (const auto code = ReportFailed(**inputs, made, reporter)) return *code;
  const absl::StatusOr<std::string> page =
      PageOf(flags, **inputs, choice, *output, &made.timeline);
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

void AddNamed(CLI::App* command, const char* flag, const char* help,
              std::vector<std::string>* names) {
  command->add_option(flag, *names, help)
      ->type_name("ID")
      ->type_size(1)
      ->expected(1, 1000)
      ->allow_extra_args(false);
}

}  // namespace

void AddReport(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "report",
      "One HTML page: what is chosen, why, how it was and what is coming");
  auto flags = std::make_shared<ReportFlags>();
  AddInputFlags(command, &flags->inputs);
  AddSpanFlags(command, &flags->span);
  AddNamed(command, "--vm",
           "Draw the unit of this VM alone, by id or name; may be repeated",
           &flags->vms);
  AddNamed(command, "--group",
           "Draw this replication group alone, by id or name; may be repeated",
           &flags->groups);
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
