#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/explanation_text.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/unit_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline explain -i inventory.json -p plan.json
  rline explain -i inventory.json -p plan.json --group web
  rline explain -i inventory.json --vm web-1 --candidates 20

Exit: as select: 0 every VM has a point, 3 some or all have none.)";

constexpr int kCandidates = 10;

struct ExplainFlags {
  InputFlags inputs;
  OutputFlags output;
  UnitFlags units;
  int candidates = -1;  // -1: not given
};

// The rows asked for.
struct Wanted {
  std::vector<const v1::VmSelection*> vms;
  std::vector<const v1::GroupSelection*> groups;

  bool empty() const { return vms.empty() && groups.empty(); }
};

// The rows whose id, `id_of(row)`, `text` means: itself, else as a name.
template <typename Row, typename IdOf>
std::vector<const Row*> RowsOf(
    const google::protobuf::RepeatedPtrField<Row>& rows,
    const std::string& text, const std::vector<std::string>& ids, IdOf id_of) {
  std::vector<const Row*> found;
  for (const Row& row : rows) {
    const std::string& id = id_of(row);
    if (id == text || std::find(ids.begin(), ids.end(), id) != ids.end()) {
      found.push_back(&row);
    }
  }
  return found;
}

absl::StatusOr<Wanted> FindWanted(const ExplainFlags& flags,
                                  const v1::Decision& decision,
                                  const Names& names) {
  Wanted wanted;
  for (const std::string& text : flags.units.groups) {
    const auto rows = RowsOf(
        decision.group_selections(), text, names.FindGroup(text),
        [](const auto& row) -> const auto& {
          return row.replication_group_id();
        });
    if (rows.empty()) return NotInPlan("--group", text, names.NearGroups(text));
    wanted.groups.insert(wanted.groups.end(), rows.begin(), rows.end());
  }
  for (const std::string& text : flags.units.vms) {
    const auto rows = RowsOf(
        decision.vm_selections(), text, names.FindVm(text),
        [](const auto& row) -> const auto& { return row.vm_id(); });
    if (rows.empty()) return NotInPlan("--vm", text, names.NearVms(text));
    wanted.vms.insert(wanted.vms.end(), rows.begin(), rows.end());
  }
  return wanted;
}

std::string TextOf(const ExplainFlags& flags, const Inputs& inputs,
                   const Choice& choice, const Wanted& wanted,
                   const v1::Inventory& rows, const Names& names,
                   const Display& display) {
  const v1::Decision& decision = choice.decision;
  if (decision.outcome() == v1::Decision::INVALID) {
    return DecisionTable(decision, names, display);
  }
  const Explained explained{decision, rows, names, display};
  if (wanted.empty()) return ExplainPlan(explained);
  std::vector<std::string> parts;
  for (const v1::GroupSelection* row : wanted.groups) {
    parts.push_back(ExplainGroup(explained, *row));
  }
  // Point by point for one VM; for several only where that was asked for.
  int candidates = flags.candidates;
  if (candidates < 0) candidates = wanted.vms.size() == 1 ? kCandidates : 0;
  if (wanted.vms.empty()) return absl::StrJoin(parts, "\n");
  const FateReader fates(*choice.view, inputs.plan, decision);
  for (const v1::VmSelection* row : wanted.vms) {
    parts.push_back(
        ExplainVm(explained, *row, fates.Of(row->vm_id(), candidates)));
  }
  return absl::StrJoin(parts, "\n");
}

// `decision` with the rows asked for only, and the group of each VM: what holds
// a VM back stands there.
v1::Decision Filtered(v1::Decision decision, const Wanted& wanted) {
  if (wanted.empty()) return decision;
  std::vector<v1::VmSelection> vms;
  absl::flat_hash_set<std::string> group_ids;
  for (const v1::VmSelection* row : wanted.vms) {
    vms.push_back(*row);
    group_ids.insert(row->replication_group_id());
  }
  for (const v1::GroupSelection* row : wanted.groups) {
    group_ids.insert(row->replication_group_id());
  }
  std::vector<v1::GroupSelection> groups;
  for (const v1::GroupSelection& row : decision.group_selections()) {
    if (group_ids.contains(row.replication_group_id())) groups.push_back(row);
  }
  decision.mutable_vm_selections()->Assign(vms.begin(), vms.end());
  decision.mutable_group_selections()->Assign(groups.begin(), groups.end());
  return decision;
}

ExitCode RunExplain(const ExplainFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  if (flags.candidates >= 0 &&
      (!output->is_table() || flags.units.vms.empty())) {
    return reporter.Fail(ExitCode::kUsage,
                         "--candidates lists a VM's points in a table: give "
                         "--vm and --format table");
  }
  const auto inputs =
      ReadInputs(flags.inputs, reporter,
                 output->is_table() ? PointRows::kUsed : PointRows::kUnused);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const Choice choice = ChooseAndProve(**inputs);
  if (const auto code = ReportWithheld(**inputs, choice, reporter)) {
    return *code;
  }
  v1::Inventory read;
  const v1::Inventory& rows =
      RowsFor(**inputs, choice.view.get(),
              output->is_table() ? ArchiveInventory::kWithPoints
                                 : ArchiveInventory::kWithoutPoints,
              &read);
  const Names names(rows);
  absl::StatusOr<Wanted> wanted = Wanted();
  if (choice.decision.outcome() != v1::Decision::INVALID) {
    wanted = FindWanted(flags, choice.decision, names);
  }
  if (!wanted.ok()) {
    return reporter.Fail(ExitCode::kUsage, wanted.status().message());
  }
  std::string text;
  if (output->is_table()) {
    text = TextOf(flags, **inputs, choice, *wanted, rows, names,
                  output->display());
    // More was read since.
    if (const auto code = ReportWithheld(**inputs, choice, reporter)) {
      return *code;
    }
  }
  const absl::Status written =
      output->is_table() ? output->WriteText(text)
                         : output->Write(Filtered(choice.decision, *wanted));
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return ReportOutcome(**inputs, choice.decision, reporter);
}

}  // namespace

void AddExplain(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "explain", "Say why these recovery points, and who holds a group back");
  auto flags = std::make_shared<ExplainFlags>();
  AddInputFlags(command, &flags->inputs);
  AddOutputFlags(command, &flags->output);
  AddUnitFlags(command, "Explain", &flags->units);
  command
      ->add_option(
          "--candidates", flags->candidates,
          absl::StrCat("List this many of the best points of each --vm; ",
                       kCandidates, " for a single one"))
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunExplain(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
