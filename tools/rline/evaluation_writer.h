// EvaluationWriter: rows, summaries and the table of a batch, to where the
// flags say.
//
//   EvaluationWriter writer(flags, *output, reporter);
//   absl::Status done = writer.Open();
//   if (done.ok()) done = EvaluateBatch(view, input, options, writer.sink());
//   return done.ok() ? writer.Finish() : ReportBroken(done, reporter);
//
// Plans that break rules are reported as they are met. Files take their places
// in Finish(), not before.
//
// Thread-safety: that of the sink.

#ifndef RECOVERYLINE_TOOLS_RLINE_EVALUATION_WRITER_H_
#define RECOVERYLINE_TOOLS_RLINE_EVALUATION_WRITER_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "engine/batch/batch_sink.h"
#include "recoveryline/v1/evaluation.pb.h"
#include "tools/formats/atomic_file.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/output.h"
#include "tools/rline/progress.h"
#include "tools/rline/reporter.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {

struct EvaluationFlags {
  OutputFlags output;
  bool as_columns = false;  // of "rline evaluate" alone
  std::string summary;
};

// -o, --format and --summary.
void AddEvaluationFlags(CLI::App* command, EvaluationFlags* flags);

// Whether rows and summary cannot both be written.
bool GoToOnePlace(const EvaluationFlags& flags);

// Says what ended a batch: a defect of this program, or the output.
ExitCode ReportBroken(const absl::Status& status, const Reporter& reporter);

class EvaluationWriter {
 public:
  // All must outlive it.
  EvaluationWriter(const EvaluationFlags& flags, const Output& output,
                   const Reporter& reporter);
  EvaluationWriter(const EvaluationWriter&) = delete;
  EvaluationWriter& operator=(const EvaluationWriter&) = delete;

  absl::Status Open();

  const BatchSink& sink() const { return sink_; }

  // REQUIRES: called once, after all was given to the sink.
  ExitCode Finish();

 private:
  absl::Status Encode(int64_t number, const v1::PlanEvaluation& row,
                      std::string* out);
  void FinishPlan(int64_t number, const v1::EvaluationSummary& summary,
                  const EvaluationTotals& totals);
  void ReportInvalid(int64_t number);
  absl::Status WriteAll();

  const EvaluationFlags& flags_;
  const Output& output_;
  const Reporter& reporter_;
  BatchSink sink_;
  std::optional<AtomicFile> rows_;
  std::optional<AtomicFile> summary_;
  std::optional<Progress> progress_;
  v1::EvaluationReport report_;
  EvaluationTotals all_;
  std::mutex mutex_;
  std::map<int64_t, v1::PlanEvaluation> invalid_;  // guarded by mutex_
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_EVALUATION_WRITER_H_
