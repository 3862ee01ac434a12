#include "tools/rline/evaluation_writer.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/batch/delimited_bytes.h"
#include "engine/batch/evaluation_columns.h"
#include "tools/formats/message_files.h"
#include "tools/rline/evaluation_table.h"

namespace recoveryline {
namespace {

absl::Status EncodeRow(const v1::PlanEvaluation& row, Format format,
                       std::string* out) {
  if (format == Format::kBinpb) {
    AppendDelimited(row, out);
    return absl::OkStatus();
  }
  const absl::StatusOr<std::string> line = Serialize(row, Format::kJsonl);
  if (!line.ok()) return line.status();
  out->append(*line);
  return absl::OkStatus();
}

absl::Status OpenFile(const std::string& path,
                      std::optional<AtomicFile>* file) {
  absl::StatusOr<AtomicFile> opened = AtomicFile::Open(path);
  if (!opened.ok()) return opened.status();
  file->emplace(*std::move(opened));
  return absl::OkStatus();
}

}  // namespace

void AddEvaluationFlags(CLI::App* command, EvaluationFlags* flags) {
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
}

bool GoToOnePlace(const EvaluationFlags& flags) {
  return !flags.summary.empty() && IsOnePlace(flags.summary, flags.output.path);
}

ExitCode ReportBroken(const absl::Status& status, const Reporter& reporter) {
  if (absl::IsInternal(status)) {
    return reporter.Fail(ExitCode::kFailure,
                         absl::StrCat("internal error: ", status.message(),
                                      "; please report it"));
  }
  return ReportUnwritten(status, reporter);
}

EvaluationWriter::EvaluationWriter(const EvaluationFlags& flags,
                                   const Output& output,
                                   const Reporter& reporter)
    : flags_(flags), output_(output), reporter_(reporter) {
  sink_.encode = [this](int64_t number, v1::PlanEvaluation row,
                        std::string* out) { return Encode(number, row, out); };
  sink_.write = [this](const std::string& bytes) {
    return rows_ ? rows_->Append(bytes) : absl::OkStatus();
  };
  sink_.plan_done = [this](int64_t number, const v1::EvaluationSummary& summary,
                           const EvaluationTotals& totals) {
    FinishPlan(number, summary, totals);
    return absl::OkStatus();
  };
  sink_.progress = [this](int64_t done, int64_t all) {
    progress_->Show(done, all);
  };
}

absl::Status EvaluationWriter::Open() {
  absl::Status opened;
  if (!output_.is_table()) opened = OpenFile(flags_.output.path, &rows_);
  if (opened.ok() && !flags_.summary.empty()) {
    opened = OpenFile(flags_.summary, &summary_);
  }
  progress_.emplace("evaluations");
  return opened;
}

// Called by any thread.
absl::Status EvaluationWriter::Encode(int64_t number,
                                      const v1::PlanEvaluation& row,
                                      std::string* out) {
  if (row.outcome() == v1::Decision::INVALID) {
    const std::lock_guard<std::mutex> lock(mutex_);
    invalid_[number] = row;
    if (flags_.as_columns) AppendInvalid(row, out);
  }
  if (flags_.as_columns) return absl::OkStatus();
  return rows_ ? EncodeRow(row, output_.format(), out) : absl::OkStatus();
}

void EvaluationWriter::FinishPlan(int64_t number,
                                  const v1::EvaluationSummary& summary,
                                  const EvaluationTotals& totals) {
  ReportInvalid(number);
  *report_.add_plans() = summary;
  all_.Merge(totals);
}

void EvaluationWriter::ReportInvalid(int64_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = invalid_.find(number);
  if (found == invalid_.end()) return;
  const std::string& name = found->second.plan_source();
  std::vector<PlacedViolation> placed;
  for (const v1::Violation& violation : found->second.violations()) {
    placed.push_back({name, violation});
  }
  reporter_.Fail(ExitCode::kIncomplete,
                 absl::StrCat("plan ", name, " is invalid; others go on"),
                 placed);
  invalid_.erase(found);
}

// The rows are complete; they and the summary take their places now.
absl::Status EvaluationWriter::WriteAll() {
  if (summary_) {
    const absl::StatusOr<std::string> text = Serialize(report_, Format::kJson);
    if (!text.ok()) return text.status();
    if (absl::Status s = summary_->Append(*text); !s.ok()) return s;
  }
  if (rows_) {
    if (absl::Status s = rows_->Commit(); !s.ok()) return s;
  }
  if (summary_) {
    if (absl::Status s = summary_->Commit(); !s.ok()) return s;
  }
  if (!output_.is_table()) return absl::OkStatus();
  return output_.WriteText(EvaluationTable(report_, output_.display()));
}

ExitCode EvaluationWriter::Finish() {
  progress_.reset();
  *report_.mutable_all() = all_.Summary("", "");
  const v1::EvaluationSummary& all = report_.all();
  if (absl::Status s = WriteAll(); !s.ok()) return ReportBroken(s, reporter_);
  return all.complete_count() == all.evaluation_count() &&
                 all.invalid_plan_count() == 0
             ? ExitCode::kComplete
             : ExitCode::kIncomplete;
}

}  // namespace recoveryline
