#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/failover/failover_records.h"
#include "engine/failover/run_chain.h"
#include "engine/timestamps.h"
#include "tools/rline/failover_read.h"
#include "tools/rline/failover_verbs.h"
#include "tools/rline/output.h"
#include "tools/rline/printable.h"
#include "tools/rline/text_table.h"
#include "tools/sites/log_files.h"

namespace recoveryline {
namespace {

using v1::FailoverRecord;

// A record for people: who or which VM, and what.
struct Line {
  std::string subject;
  std::string what;
};

Line LineOf(const FailoverRecord& record, const v1::FailoverPlan& plan,
            const std::string& kind) {
  switch (record.record_case()) {
    case FailoverRecord::kPlan:
      return {plan.site(),
              absl::StrCat("plan of ", plan.vms_size(), " VMs, Decision ",
                           plan.decision_digest())};
    case FailoverRecord::kRequest:
      return {
          record.request().actor(),
          absl::StrCat(v1::FailoverRequest::Verb_Name(record.request().verb()),
                       record.request().reason().empty() ? "" : ": ",
                       record.request().reason())};
    case FailoverRecord::kPreflight:
      return {"",
              record.preflight().passed()
                  ? "passed"
                  : absl::StrCat("refused: ", record.preflight().message())};
    case FailoverRecord::kIntent:
      return {record.intent().vm() < plan.vms_size()
                  ? plan.vms(record.intent().vm()).vm_id()
                  : "",
              absl::StrCat(
                  record.intent().action() == v1::SiteCall::ACTION_UNSPECIFIED
                      ? "WATCH"
                      : v1::SiteCall::Action_Name(record.intent().action()),
                  ": ", record.intent().key())};
    case FailoverRecord::kOutcome:
      return {record.outcome().recovery_point_id(),
              absl::StrCat(record.outcome().key(),
                           record.outcome().done() ? " done" : " failed",
                           record.outcome().message().empty() ? "" : ": ",
                           record.outcome().message())};
    case FailoverRecord::kAction:
      return {"", record.action().action()};
    case FailoverRecord::kDelay:
      return {record.delay().vm() < plan.vms_size()
                  ? plan.vms(record.delay().vm()).vm_id()
                  : "",
              record.delay().message().empty() ? "goes on"
                                               : record.delay().message()};
    case FailoverRecord::RECORD_NOT_SET:
      break;
  }
  return {"", kind};
}

std::string TableOf(const RunHistory& history,
                    const std::vector<FailoverRecord>& records,
                    const Display& display) {
  TextTable table({{"NR", TextTable::kRight},
                   {"TIME"},
                   {"KIND"},
                   {"WHO OR WHICH", TextTable::kCut},
                   {"WHAT"}});
  const v1::FailoverPlan plan =
      records.empty() ? v1::FailoverPlan() : records[0].plan();
  for (size_t i = 0; i < records.size(); ++i) {
    const std::string& kind = history.records[i].kind;
    const Line line = LineOf(records[i], plan, kind);
    const auto time = ToInstant(records[i].time());
    table.AddRow({{absl::StrCat(i + 1)},
                  {time ? ShowTime(*time, display) : ""},
                  {kind},
                  {line.subject},
                  {line.what}});
  }
  return absl::StrCat(table.Render(display), "\ndigest ", history.digest, "\n");
}

std::string LinesOf(const std::vector<FailoverRecord>& records) {
  std::string lines;
  for (size_t i = 0; i < records.size(); ++i) {
    lines += EventLine(static_cast<int64_t>(i) + 1, records[i]);
  }
  return lines;
}

// With what the chain of digests is made of, so that anybody can make it again
// (engine/failover/run_chain.h says how).
std::string ExportOf(const RunHistory& history) {
  const Sha256Function sha256 = LogOptions().sha256;
  std::string digest = FirstDigest(sha256, history.run_id);
  std::string lines = absl::StrCat("{\"runId\":", JsonString(history.run_id),
                                   ",\"digest\":", JsonString(digest), "}\n");
  int64_t sequence = 0;
  for (const RunRecord& record : history.records) {
    digest = NextDigest(sha256, digest, ++sequence, record);
    absl::StrAppend(&lines, "{\"sequence\":", sequence,
                    ",\"kind\":", JsonString(record.kind), ",\"payload\":\"",
                    absl::Base64Escape(record.payload),
                    "\",\"digest\":", JsonString(digest), "}\n");
  }
  return lines;
}

}  // namespace

ExitCode ShowHistory(const FailoverFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto history = ReadLog(flags.run);
  if (!history.ok()) return FailToOpen(history.status(), reporter);
  if (flags.export_records) {
    const absl::Status written = output->WriteText(ExportOf(*history));
    return written.ok() ? ExitCode::kComplete
                        : ReportUnwritten(written, reporter);
  }
  const auto records = FailoverRecordsOf(history->records);
  if (!records.ok()) return FailToOpen(records.status(), reporter);
  // A log that was cut off before its plan has nothing to make sense of.
  if (!records->empty()) {
    const absl::Status sense = CheckSense(*records);
    if (!sense.ok()) return FailToOpen(sense, reporter);
  }
  const absl::Status written = output->WriteText(
      output->is_table() ? TableOf(*history, *records, output->display())
                         : LinesOf(*records));
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

}  // namespace recoveryline
