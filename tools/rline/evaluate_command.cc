#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/batch/batch_evaluation.h"
#include "engine/validate.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "tools/formats/atomic_file.h"
#include "tools/formats/message_files.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/evaluation_table.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/progress.h"
#include "tools/rline/scenarios.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

namespace fs = std::filesystem;

constexpr char kExamples[] = R"(Examples:
  rline evaluate -i inventory.json plans/ --from 2026-03-01T00:00:00Z \
      --to 2026-03-08T00:00:00Z --every 5m
  rline evaluate -i inventory.binpb web.json --scenarios moments.json --vms \
      --format jsonl -o rows.jsonl --summary summary.json

An inventory holds the points that survive: what it says of a moment long past
is what its surviving points would have given then.
Exit: 0 all complete, 3 some evaluation is not, or some plan is invalid,
65 bad inventory or scenarios.)";

struct EvaluateFlags {
  InputFlags inputs;
  std::vector<std::string> plans;
  ScenarioFlags scenarios;
  bool with_vms = false;
  int threads = 0;  // 0: one a processor
  std::string check = "sample";
  OutputFlags output;
  std::string summary;
};

// Files as they are, and the plans in directories by name.
absl::StatusOr<std::vector<std::string>> ListPlans(
    const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    fs::directory_iterator entry(path, error);
    for (; !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const std::string extension = entry->path().extension().string();
      if (extension == ".json" || extension == ".textproto" ||
          extension == ".binpb") {
        inside.push_back(entry->path().string());
      }
    }
    if (error) return absl::ErrnoToStatus(error.value(), path);
    if (inside.empty()) {
      return absl::NotFoundError(absl::StrCat(
          path, ": the directory holds no *.json, *.textproto or *.binpb"));
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

// The plans, each read when its turn comes.
class Plans {
 public:
  Plans(std::vector<std::string> files, const InputFlags& flags)
      : files_(std::move(files)), flags_(flags) {}

  // Without files, the plan that names nothing: all VMs.
  int64_t count() const {
    return files_.empty() ? 1 : static_cast<int64_t>(files_.size());
  }
  std::string NameOf(int64_t number) const {
    return files_.empty() ? "" : FileName(files_[static_cast<size_t>(number)]);
  }
  LoadedPlan Load(int64_t number) const {
    LoadedPlan loaded;
    loaded.source = NameOf(number);
    if (!files_.empty()) {
      const auto read = ReadMessage(files_[static_cast<size_t>(number)],
                                    "plan.", &loaded.plan, &loaded.found);
      if (!read.ok()) {
        loaded.found.Add(v1::Violation::MALFORMED, "plan",
                         std::string(read.status().message()));
      }
    }
    ReplacePolicy(flags_, &loaded.plan);
    return loaded;
  }

 private:
  const std::vector<std::string> files_;
  const InputFlags& flags_;
};

absl::Status EncodeRow(const v1::PlanEvaluation& row, Format format,
                       std::string* out) {
  if (format == Format::kBinpb) {
    google::protobuf::io::StringOutputStream stream(out);
    google::protobuf::util::SerializeDelimitedToZeroCopyStream(row, &stream);
    return absl::OkStatus();
  }
  const absl::StatusOr<std::string> line = Serialize(row, Format::kJsonl);
  if (!line.ok()) return line.status();
  out->append(*line);
  return absl::OkStatus();
}

// Runs the batch, rows going to `*rows` unless it is null.
class Run {
 public:
  Run(const EvaluateFlags& flags, const Plans& plans, const Reporter& reporter)
      : flags_(flags), plans_(plans), reporter_(reporter) {}

  absl::Status Evaluate(const InventoryView& inventory,
                        const Scenarios& scenarios, Format format,
                        AtomicFile* rows) {
    const BatchInput input{
        .plan_count = plans_.count(),
        .load = [this](int64_t number) { return plans_.Load(number); },
        .scenario_count = scenarios.count,
        .scenario = scenarios.at};
    const BatchSink sink{
        .encode =
            [&](int64_t number, const v1::PlanEvaluation& row,
                std::string* out) {
              if (row.outcome() == v1::Decision::INVALID) Keep(number, row);
              return rows == nullptr ? absl::OkStatus()
                                     : EncodeRow(row, format, out);
            },
        .write =
            [&](const std::string& bytes) {
              return rows == nullptr ? absl::OkStatus() : rows->Append(bytes);
            },
        .plan_done =
            [&](int64_t number, const std::string& id,
                const EvaluationTotals& totals) {
              ReportInvalid(number);
              v1::EvaluationSummary* summary = report_.add_plans();
              *summary = totals.Summary(id);
              summary->set_plan_source(plans_.NameOf(number));
              all_.Merge(totals);
            },
        .progress = [&](int64_t done,
                        int64_t all) { progress_.Show(done, all); }};
    const int processors =
        std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const absl::Status done = EvaluateBatch(
        inventory, input,
        {.threads = flags_.threads > 0 ? flags_.threads : processors,
         .with_vms = flags_.with_vms,
         .checking = flags_.check == "all"      ? Checking::kAll
                     : flags_.check == "sample" ? Checking::kSample
                                                : Checking::kNone},
        sink);
    *report_.mutable_all() = all_.Summary("");
    return done;
  }

  const v1::EvaluationReport& report() const { return report_; }

  bool AllComplete() const {
    return report_.all().complete_count() == report_.all().evaluation_count() &&
           report_.all().invalid_plan_count() == 0;
  }

 private:
  // Called by any thread.
  void Keep(int64_t number, const v1::PlanEvaluation& row) {
    const std::lock_guard<std::mutex> lock(mutex_);
    invalid_[number] = row;
  }

  void ReportInvalid(int64_t number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = invalid_.find(number);
    if (found == invalid_.end()) return;
    const std::string name = plans_.NameOf(number);
    std::vector<PlacedViolation> placed;
    for (const v1::Violation& violation : found->second.violations()) {
      placed.push_back({name, violation});
    }
    reporter_.Fail(ExitCode::kIncomplete,
                   absl::StrCat("plan ", name, " is invalid; others go on"),
                   placed);
    invalid_.erase(found);
  }

  const EvaluateFlags& flags_;
  const Plans& plans_;
  const Reporter& reporter_;
  Progress progress_{"evaluations"};
  v1::EvaluationReport report_;
  EvaluationTotals all_;
  std::mutex mutex_;
  std::map<int64_t, v1::PlanEvaluation> invalid_;  // guarded by mutex_
};

// What is written to, opened before the work begins.
struct Files {
  std::optional<AtomicFile> rows;
  std::optional<AtomicFile> summary;
};

absl::Status Open(const std::string& path, std::optional<AtomicFile>* file) {
  absl::StatusOr<AtomicFile> opened = AtomicFile::Open(path);
  if (!opened.ok()) return opened.status();
  file->emplace(*std::move(opened));
  return absl::OkStatus();
}

// What makes no sense on the command line, or nothing.
std::optional<std::string> Misuse(const EvaluateFlags& flags) {
  const auto from_stdin =
      std::count(flags.plans.begin(), flags.plans.end(), "-") +
      (flags.inputs.inventory == "-") + (flags.scenarios.file == "-");
  if (from_stdin > 1) return "only one input can be read from stdin";
  if (!flags.summary.empty() && IsOnePlace(flags.summary, flags.output.path)) {
    return "--output and --summary cannot both go to one place";
  }
  return std::nullopt;
}

ExitCode ReportBadInventory(const Inputs& inputs, const Violations& found,
                            const Reporter& reporter) {
  return reporter.Fail(ExitCode::kBadInput,
                       "the inventory is invalid; nothing was evaluated",
                       PlacedIn(FileName(inputs.flags.inventory), found));
}

// The rows are complete; they and the summary take their places now.
ExitCode WriteReport(const Output& output, const Run& run, Files* files,
                     const Reporter& reporter) {
  absl::Status written;
  if (files->summary) {
    const absl::StatusOr<std::string> text =
        Serialize(run.report(), Format::kJson);
    written = text.ok() ? files->summary->Append(*text) : text.status();
  }
  if (written.ok() && files->rows) written = files->rows->Commit();
  if (written.ok() && files->summary) written = files->summary->Commit();
  if (written.ok() && output.is_table()) {
    written = output.WriteText(EvaluationTable(run.report(), output.display()));
  }
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return run.AllComplete() ? ExitCode::kComplete : ExitCode::kIncomplete;
}

ExitCode RunEvaluate(const EvaluateFlags& flags, const Reporter& reporter) {
  if (const auto misuse = Misuse(flags)) {
    return reporter.Fail(ExitCode::kUsage, *misuse);
  }
  const absl::StatusOr<Output> output = Output::Of(flags.output);
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
  const std::unique_ptr<InventoryView> view =
      MakeView(**inputs, flags.check == "none" ? ArchiveInventory::kChecksums
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
  absl::StatusOr<std::vector<std::string>> paths = ListPlans(flags.plans);
  if (!paths.ok()) {
    return reporter.Fail(ExitCode::kBadInput, paths.status().message());
  }
  Files files;
  absl::Status done;
  if (!output->is_table()) done = Open(flags.output.path, &files.rows);
  if (done.ok() && !flags.summary.empty()) {
    done = Open(flags.summary, &files.summary);
  }
  if (!done.ok()) return ReportUnwritten(done, reporter);
  const Plans plans(*std::move(paths), flags.inputs);
  Run run(flags, plans, reporter);
  done = run.Evaluate(inventory, *scenarios,
                      output->is_table() ? Format::kJson : output->format(),
                      files.rows ? &*files.rows : nullptr);
  if (const absl::Status read = inventory.status(); !read.ok()) {
    return reporter.Fail(
        ExitCode::kBadInput,
        absl::StrCat(FileName((*inputs)->flags.inventory), ": ", read.message(),
                     "; the evaluations are worth nothing"));
  }
  if (absl::IsInternal(done)) {
    return reporter.Fail(
        ExitCode::kFailure,
        absl::StrCat("internal error: ", done.message(), "; please report it"));
  }
  if (!done.ok()) return ReportUnwritten(done, reporter);
  return WriteReport(*output, run, &files, reporter);
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
  AddInventoryFlag(command, &flags->inputs);
  AddScenarioFlags(command, &flags->scenarios);
  AddPolicyFlags(command, &flags->inputs);
  command->add_flag("--vms", flags->with_vms, "Write a row for each VM, too")
      ->disable_flag_override();
  command
      ->add_option("--threads", flags->threads,
                   "How many threads; one a processor unless given")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 1'024));
  command
      ->add_option("--check", flags->check,
                   "Which evaluations the independent checker proves; sample, "
                   "one in 64, unless given")
      ->type_name("all|sample|none")
      ->check(OneOf({"all", "sample", "none"}));
  AddOutputPath(command, &flags->output.path);
  command
      ->add_option("--format", flags->output.format,
                   "A summary as a table (on a terminal, unless given), or "
                   "one row an evaluation: jsonl, or binpb with a length in "
                   "front of each")
      ->type_name("table|jsonl|binpb")
      ->check(OneOf({"table", "jsonl", "binpb"}));
  command
      ->add_option("--summary", flags->summary,
                   "Write the summary of each plan and of all, as JSON")
      ->type_name("FILE")
      ->check(PathName());
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunEvaluate(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
