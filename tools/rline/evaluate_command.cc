#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/batch/batch_evaluation.h"
#include "engine/batch/part_records.h"
#include "engine/validate.h"
#include "tools/rline/batch_plans.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/evaluation_writer.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/part_file.h"
#include "tools/rline/progress.h"
#include "tools/rline/scenarios.h"
#include "tools/rline/shard_flag.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline evaluate -i inventory.json plans/ --from 2026-03-01T00:00:00Z \
      --to 2026-03-08T00:00:00Z --every 5m
  rline evaluate -i inventory.binpb web.json --scenarios moments.json --vms \
      --format jsonl -o rows.jsonl --summary summary.json
  rline evaluate -i inventory.json plans/ --shard 0/8 -o 0.part
  rline evaluate -i big.archive --from 2026-03-01T00:00:00Z \
      --to 2026-03-04T00:00:00Z --every 1m --columns -o columns.binpb

An inventory holds the points that survive: what it says of a moment long past
is what its surviving points would have given then.
Exit: 0 all complete, or a part is written; 3 some evaluation is not complete,
or some plan is invalid; 65 bad inventory or scenarios.)";

struct EvaluateFlags {
  InputFlags inputs;
  std::vector<std::string> plans;
  std::string plan_stream;
  ScenarioFlags scenarios;
  bool with_vms = false;
  int threads = 0;  // 0: one a processor
  std::string check = "sample";
  EvaluationFlags evaluation;
  std::string shard;  // empty: all machines
};

absl::StatusOr<BatchOptions> OptionsOf(const EvaluateFlags& flags) {
  BatchOptions options{.threads = ThreadsOf(flags.threads),
                       .with_vms = flags.with_vms,
                       .as_columns = flags.evaluation.as_columns,
                       .checking = flags.check == "all"      ? Checking::kAll
                                   : flags.check == "sample" ? Checking::kSample
                                                             : Checking::kNone};
  if (flags.shard.empty()) return options;
  const absl::StatusOr<Shard> shard = ShardOf(flags.shard, getenv);
  if (!shard.ok()) return shard.status();
  options.shard = *shard;
  return options;
}

// What makes no sense on the command line, or nothing.
std::optional<std::string> Misuse(const EvaluateFlags& flags) {
  const auto from_stdin =
      std::count(flags.plans.begin(), flags.plans.end(), "-") +
      (flags.inputs.inventory == "-") + (flags.scenarios.file == "-") +
      (flags.plan_stream == "-");
  if (from_stdin > 1) return "only one input can be read from stdin";
  if (!flags.plans.empty() && !flags.plan_stream.empty()) {
    return "give plans as files or as a --plan-stream";
  }
  if (GoToOnePlace(flags.evaluation)) {
    return "--output and --summary cannot both go to one place";
  }
  const std::string& format = flags.evaluation.output.format;
  if (flags.evaluation.as_columns) {
    if (flags.with_vms) {
      return "--columns already has each VM; --vms is for rows";
    }
    if (!format.empty() && format != "binpb") {
      return "--columns is written as binpb";
    }
    if (!flags.shard.empty()) return "--columns is not for a --shard";
  }
  if (flags.shard.empty()) return std::nullopt;
  if (!flags.evaluation.summary.empty()) {
    return "--summary is of \"rline merge\", not of a --shard";
  }
  if (!format.empty() && format != "binpb") {
    return "a --shard is written as binpb; give --format to \"rline merge\"";
  }
  return std::nullopt;
}

ExitCode ReportBadInventory(const Inputs& inputs, const Violations& found,
                            const Reporter& reporter) {
  return reporter.Fail(ExitCode::kBadInput,
                       "the inventory is invalid; nothing was evaluated",
                       PlacedIn(FileName(inputs.flags.inventory), found));
}

// What all parts of a run have in common.
v1::BatchRun RunOf(const EvaluateFlags& flags, const Inputs& inputs,
                   const Scenarios& scenarios, int64_t plan_count) {
  const v1::Provenance& provenance = inputs.request.provenance;
  v1::BatchRun run;
  run.set_tool_version(provenance.tool_version());
  run.set_schema_version(provenance.schema_version());
  run.set_inventory_digest(provenance.inventory_digest());
  run.set_scenarios(scenarios.fingerprint);
  run.set_scenario_count(scenarios.count);
  run.set_plan_count(plan_count);
  run.set_with_vms(flags.with_vms);
  v1::RecoveryPlan replaced;
  ReplacePolicy(flags.inputs, &replaced);
  *run.mutable_policy() = replaced.policy();
  return run;
}

// A batch that is ready to run.
class Evaluation {
 public:
  Evaluation(const Inputs& inputs, const InventoryView& inventory,
             const BatchInput& input, const BatchOptions& options,
             const Reporter& reporter)
      : inputs_(inputs),
        inventory_(inventory),
        input_(input),
        options_(options),
        reporter_(reporter) {}

  ExitCode Write(const EvaluationFlags& flags, const Output& output) const {
    EvaluationWriter writer(flags, output, reporter_);
    if (absl::Status s = writer.Open(); !s.ok()) {
      return ReportUnwritten(s, reporter_);
    }
    const std::optional<ExitCode> broken = Run(writer.sink());
    return broken ? *broken : writer.Finish();
  }

  // Whether plans are complete is known only once all parts are merged.
  ExitCode WritePart(const std::string& path, const v1::BatchRun& run) const {
    v1::PartHeader header;
    header.mutable_shard()->set_index(options_.shard.index);
    header.mutable_shard()->set_count(options_.shard.count);
    *header.mutable_run() = run;
    absl::StatusOr<PartWriter> part = PartWriter::Open(path, header);
    if (!part.ok()) return ReportUnwritten(part.status(), reporter_);
    Progress progress("evaluations");
    const std::optional<ExitCode> broken = Run(
        PartSink([&](const std::string& bytes) { return part->Append(bytes); },
                 [&](int64_t done, int64_t all) { progress.Show(done, all); }));
    if (broken) return *broken;
    const absl::Status written = part->Commit();
    return written.ok() ? ExitCode::kComplete
                        : ReportUnwritten(written, reporter_);
  }

 private:
  // Nothing where all went well; else what broke it was said.
  std::optional<ExitCode> Run(const BatchSink& sink) const {
    const absl::Status done = EvaluateBatch(inventory_, input_, options_, sink);
    if (const absl::Status read = inventory_.status(); !read.ok()) {
      return reporter_.Fail(
          ExitCode::kBadInput,
          absl::StrCat(FileName(inputs_.flags.inventory), ": ", read.message(),
                       "; the evaluations are worth nothing"));
    }
    if (!done.ok()) return ReportBroken(done, reporter_);
    return std::nullopt;
  }

  const Inputs& inputs_;
  const InventoryView& inventory_;
  const BatchInput& input_;
  const BatchOptions& options_;
  const Reporter& reporter_;
};

// A part and columns are binary data, whatever the flags leave open.
absl::StatusOr<Output> OutputOf(const EvaluateFlags& flags) {
  OutputFlags output = flags.evaluation.output;
  if (!flags.shard.empty() || flags.evaluation.as_columns) {
    output.format = "binpb";
  }
  return Output::Of(output);
}

ExitCode RunEvaluate(const EvaluateFlags& flags, const Reporter& reporter) {
  if (const auto misuse = Misuse(flags)) {
    return reporter.Fail(ExitCode::kUsage, *misuse);
  }
  const absl::StatusOr<BatchOptions> options = OptionsOf(flags);
  if (!options.ok()) {
    return reporter.Fail(ExitCode::kUsage, options.status().message());
  }
  const absl::StatusOr<Output> output = OutputOf(flags);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  Violations found = (*inputs)->found_in_inventory;
  if (found.empty()) ValidateInventory((*inputs)->inventory, &found);
  if (!found.empty()) return ReportBadInventory(**inputs, found, reporter);
  const std::shared_ptr<const InventoryView> view =
      MakeView(**inputs, flags.check == "none" ? ArchiveInventory::kNewest
                                               : ArchiveInventory::kRebuild);
  const InventoryView& inventory = *view;

  Violations in_scenarios;
  const absl::StatusOr<Scenarios> scenarios =
      ReadScenarios(flags.scenarios, inventory.as_of_time(), &in_scenarios);
  if (!scenarios.ok()) {
    return reporter.Fail(CodeOf(scenarios.status()),
                         scenarios.status().message());
  }
  if (!in_scenarios.empty()) {
    return reporter.Fail(
        ExitCode::kBadInput, "the scenarios are invalid; nothing was evaluated",
        PlacedIn(FileName(flags.scenarios.file), in_scenarios));
  }
  const absl::StatusOr<BatchPlans> plans =
      BatchPlans::Open(flags.plans, flags.plan_stream, flags.inputs, reporter);
  if (!plans.ok()) {
    return reporter.Fail(ExitCode::kBadInput, plans.status().message());
  }
  const BatchInput input{
      .plan_count = plans->count(),
      .load = [&plans](int64_t number) { return plans->Load(number); },
      .scenario_count = scenarios->count,
      .scenario = scenarios->at};
  const Evaluation evaluation(**inputs, inventory, input, *options, reporter);
  return flags.shard.empty()
             ? evaluation.Write(flags.evaluation, *output)
             : evaluation.WritePart(
                   flags.evaluation.output.path,
                   RunOf(flags, **inputs, *scenarios, plans->count()));
}

}  // namespace

void AddEvaluate(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "evaluate", "Say what plans would have got at many moments");
  auto flags = std::make_shared<EvaluateFlags>();
  command
      ->add_option("PLAN", flags->plans,
                   "Recovery plans, files or directories of them; all VMs of "
                   "the inventory unless given")
      ->type_name("FILE...");
  command
      ->add_option("--plan-stream", flags->plan_stream,
                   "Recovery plans in one file instead: binpb, each with its "
                   "length in front")
      ->type_name("FILE")
      ->check(PathName());
  AddInventoryFlag(command, &flags->inputs);
  AddScenarioFlags(command, &flags->scenarios);
  AddPolicyFlags(command, &flags->inputs);
  command->add_flag("--vms", flags->with_vms, "Write a row for each VM, too")
      ->disable_flag_override();
  command
      ->add_flag("--columns", flags->evaluation.as_columns,
                 "Write the points of all VMs as columns, in binpb: "
                 "EvaluationColumns, a length in front of each message")
      ->disable_flag_override();
  AddThreads(command, &flags->threads);
  command
      ->add_option("--check", flags->check,
                   "Which choices the independent checker proves; sample, some "
                   "16 units in one scenario of 64, unless given")
      ->type_name("all|sample|none")
      ->check(OneOf({"all", "sample", "none"}));
  AddEvaluationFlags(command, &flags->evaluation);
  command
      ->add_option("--shard", flags->shard,
                   "Evaluate the i-th of N shares of the machines, counted "
                   "from 0, into a part for \"rline merge\"; auto asks Slurm, "
                   "Kubernetes or AWS Batch which")
      ->type_name("i/N")
      ->check(ShardText());
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunEvaluate(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
