#include "tools/sites/exec_site.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "tools/formats/json_reader.h"
#include "tools/formats/message_files.h"
#include "tools/formats/valid_text.h"

namespace recoveryline {
namespace {

using v1::CallReport;
using v1::SiteCall;

constexpr char kRead[] = "read";
constexpr int kNotReady = 75;  // EX_TEMPFAIL
constexpr int kSignalled = 128;
constexpr size_t kMessageBytes = 1'000;

// "fail-over"
std::string NameOf(SiteCall::Action action) {
  return absl::StrReplaceAll(
      absl::AsciiStrToLower(SiteCall::Action_Name(action)), {{"_", "-"}});
}

CallReport Report(CallReport::State state, absl::string_view message) {
  CallReport report;
  report.set_state(state);
  report.set_message(ValidText(message, 2 * kMessageBytes));
  return report;
}

// What a program wrote, as a message of our own.
absl::Status Parse(const std::string& program, const std::string& output,
                   google::protobuf::Message* message) {
  Violations found;
  ReadJsonText(output, "", message, &found);
  if (found.empty()) return absl::OkStatus();
  const v1::Violation& first = found.list().front();
  return absl::InvalidArgumentError(
      absl::StrCat("what ", program, " wrote: ", first.field_path(),
                   first.field_path().empty() ? "" : ": ", first.message()));
}

std::string SaidBy(const ProgramEnd& end) {
  return ValidText(absl::StripAsciiWhitespace(end.output), kMessageBytes);
}

std::string Failure(const std::string& program, const ProgramEnd& end) {
  const std::string said = SaidBy(end);
  return absl::StrCat(program, " ended with exit code ", end.exit_code,
                      said.empty() ? "" : ": ", said);
}

// How a program ended; `unsaid` is the state of a report that names none.
CallReport Judge(const std::string& program, const ProgramEnd& end,
                 CallReport::State unsaid = CallReport::DONE) {
  const std::string said = SaidBy(end);
  if (end.exit_code == kNotReady) return Report(CallReport::NOT_BEGUN, said);
  if (end.exit_code == ProgramEnd::kUnknown) {
    return Report(
        CallReport::UNKNOWN,
        absl::StrCat("the system does not say how ", program, " ended"));
  }
  if (end.exit_code >= kSignalled) {
    return Report(CallReport::UNKNOWN,
                  absl::StrCat(program, " was ended by signal ",
                               end.exit_code - kSignalled));
  }
  if (end.exit_code != 0) {
    return Report(CallReport::FAILED, Failure(program, end));
  }
  CallReport report = Report(CallReport::DONE, "");
  if (said.empty()) return report;
  report.Clear();
  if (absl::Status parsed = Parse(program, end.output, &report); !parsed.ok()) {
    // It has ended well, and nobody knows what it did.
    return Report(CallReport::UNKNOWN, parsed.message());
  }
  if (report.state() == CallReport::STATE_UNSPECIFIED) {
    report.set_state(unsaid);
  }
  return report;
}

}  // namespace

std::string ExecSite::Program(absl::string_view name) const {
  return absl::StrCat(folder_, "/", name);
}

absl::Duration ExecSite::QueryTime() const {
  return std::min(options_.query_timeout, options_.latest - absl::Now());
}

absl::StatusOr<CallReport> ExecSite::Ask(absl::string_view program,
                                         const SiteCall& call) {
  const std::string path = Program(program);
  const absl::StatusOr<std::string> input = Serialize(call, Format::kJsonl);
  if (!input.ok()) return input.status();
  absl::StatusOr<RunningProgram> running =
      RunningProgram::Start({path}, *input);
  if (!running.ok()) return running.status();
  const std::optional<ProgramEnd> end = running->WaitAtMost(QueryTime());
  if (!end)
    return absl::UnavailableError(absl::StrCat(path, " takes too long"));
  if (end->exit_code == 0 && absl::StripAsciiWhitespace(end->output).empty()) {
    // Only a program that acts has said enough by ending well.
    return Report(CallReport::UNKNOWN, absl::StrCat(path, " wrote nothing"));
  }
  CallReport report = Judge(
      path, *end, program == kRead ? CallReport::UNKNOWN : CallReport::DONE);
  // That nobody could be asked is no end of the call.
  if (program == kRead && end->exit_code != 0) {
    report.set_state(CallReport::UNKNOWN);
  }
  return report;
}

absl::StatusOr<std::vector<v1::SiteVm>> ExecSite::Describe(
    absl::Span<const std::string> vm_ids) {
  v1::DescribeQuery query;
  for (const std::string& id : vm_ids) query.add_vm_ids(id);
  const absl::StatusOr<std::string> input = Serialize(query, Format::kJsonl);
  if (!input.ok()) return input.status();
  const std::string path = Program("describe");
  absl::StatusOr<RunningProgram> running =
      RunningProgram::Start({path}, *input);
  if (!running.ok()) return running.status();
  const std::optional<ProgramEnd> end = running->WaitAtMost(QueryTime());
  if (!end || end->exit_code != 0) {
    return absl::UnavailableError(end ? Failure(path, *end)
                                      : absl::StrCat(path, " takes too long"));
  }
  v1::DescribeAnswer answer;
  if (absl::Status parsed = Parse(path, end->output, &answer); !parsed.ok()) {
    return absl::UnavailableError(parsed.message());
  }
  std::map<std::string, v1::SiteVm> known;
  for (v1::SiteVm& vm : *answer.mutable_vms()) {
    vm.set_found(true);
    known[vm.vm().id()] = std::move(vm);
  }
  std::vector<v1::SiteVm> vms;
  for (const std::string& id : vm_ids) {
    vms.push_back(known[id]);
    vms.back().mutable_vm()->set_id(id);
  }
  return vms;
}

absl::StatusOr<std::string> ExecSite::Mark(const SiteCall&) {
  return std::string();
}

absl::Status ExecSite::Begin(const SiteCall& call) {
  if (running_.count(call.key()) == 1) return absl::OkStatus();
  const absl::StatusOr<std::string> input = Serialize(call, Format::kJsonl);
  if (!input.ok()) return input.status();
  absl::StatusOr<RunningProgram> program =
      RunningProgram::Start({Program(NameOf(call.action()))}, *input);
  if (!program.ok()) return program.status();
  running_.emplace(call.key(), *std::move(program));
  return absl::OkStatus();
}

absl::StatusOr<CallReport> ExecSite::Read(const SiteCall& call) {
  if (call.action() == SiteCall::VERIFY) return Ask("verify", call);
  const auto ours = running_.find(call.key());
  if (ours != running_.end()) {
    const std::optional<ProgramEnd>& end = ours->second.End();
    if (!end) return Report(CallReport::RUNNING, "");
    const CallReport report = Judge(Program(NameOf(call.action())), *end);
    if (report.state() == CallReport::NOT_BEGUN) running_.erase(ours);
    if (report.state() != CallReport::RUNNING &&
        report.state() != CallReport::UNKNOWN) {
      return report;
    }
  }
  const std::string read = Program(kRead);
  if (access(read.c_str(), X_OK) != 0) {
    return Report(CallReport::UNKNOWN,
                  absl::StrCat("there is no ", read, " to ask"));
  }
  const absl::StatusOr<CallReport> report = Ask(kRead, call);
  // Our own program has ended: Begin() is to start it anew.
  if (report.ok() && report->state() == CallReport::NOT_BEGUN) {
    running_.erase(call.key());
  }
  return report;
}

}  // namespace recoveryline
