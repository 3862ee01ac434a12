#include "tools/rline/inputs.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "tools/formats/format_fit.h"
#include "tools/formats/inventory_file.h"
#include "tools/formats/message_files.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

constexpr int kSchemaVersion = 1;

using google::protobuf::Timestamp;

// REQUIRES: `text` was checked when the command line was read.
Timestamp TimeOf(const std::string& text) {
  Timestamp time;
  ParseRfc3339(text, &time);
  return time;
}

// The flag that a path was set by, or null.
const char* FlagOf(const InputFlags& flags, absl::string_view field_path) {
  const auto set = [&](const std::string& value, absl::string_view path) {
    return !value.empty() && absl::StartsWith(field_path, path);
  };
  if (set(flags.decision_time, "decisionTime")) return "--decision-time";
  // These stand in neither file.
  if (field_path == "startTime") return "--from";
  if (absl::StartsWith(field_path, "verdicts[")) return "the verdicts";
  if (set(flags.option, "plan.policy.option")) return "--option";
  if (set(flags.target_time, "plan.policy.targetTime")) return "--target-time";
  if (set(flags.incident_time, "plan.policy.incidentTime")) {
    return "--incident-time";
  }
  if (set(flags.not_before, "plan.policy.notBefore")) return "--not-before";
  if (set(flags.plan_alignment, "plan.policy.planAlignment")) {
    return "--plan-alignment";
  }
  return nullptr;
}

// Whatever the system says of a file, it is not the command line's fault.
absl::Status Unreadable(const absl::Status& status) {
  return absl::UnavailableError(status.message());
}

// `first`: the first field of the file that has no name here; empty for none.
void NoteUnknownField(const std::string& path, const std::string& first,
                      const Reporter& reporter) {
  if (first.empty()) return;
  reporter.Note(UnknownFieldNote(FileName(path), first));
}

// Only the binary form can say what has no name here.
void NoteUnknownFields(const std::string& path,
                       const google::protobuf::Message& message,
                       const LoadedMessage& loaded, const Reporter& reporter) {
  if (loaded.format != Format::kBinpb) return;
  NoteUnknownField(path, FirstUnknownField(message), reporter);
}

// Rows, a view of a binary file, or an archive that is opened where it lies.
// An archive that comes through a pipe is read into rows.
absl::Status ReadInventory(Inputs* inputs, PointRows points,
                           const Reporter& reporter) {
  const std::string& path = inputs->flags.inventory;
  v1::Provenance& provenance = inputs->request.provenance;
  if (IsArchiveFile(path)) {
    absl::StatusOr<std::unique_ptr<ArchiveFile>> archive =
        ArchiveFile::Open(path, path);
    if (!archive.ok()) return archive.status();
    inputs->archive = *std::move(archive);
    provenance.set_inventory_digest(
        inputs->archive->archive().content_digest());
    return absl::OkStatus();
  }
  absl::StatusOr<LoadedInventory> inventory = ReadInventoryFile(
      path, points, &inputs->inventory, &inputs->found_in_inventory);
  if (!inventory.ok()) return Unreadable(inventory.status());
  inputs->wire = std::move(inventory->view);
  provenance.set_inventory_digest(inventory->loaded.digest);
  if (inputs->wire != nullptr) {
    NoteUnknownField(path, FirstUnknownFieldOf(*inputs->wire), reporter);
  } else {
    NoteUnknownFields(path, inputs->inventory, inventory->loaded, reporter);
  }
  return absl::OkStatus();
}

}  // namespace

std::string FirstFault(const std::string& path, const Violations& found) {
  const v1::Violation& first = found.list().front();
  return absl::StrCat(FileName(path), ": ", first.field_path(),
                      first.field_path().empty() ? "" : ": ", first.message());
}

absl::StatusOr<std::string> ReadSound(const std::string& path,
                                      absl::string_view path_prefix,
                                      google::protobuf::Message* message) {
  Violations found;
  absl::StatusOr<LoadedMessage> loaded =
      ReadMessage(path, path_prefix, message, &found);
  if (!loaded.ok()) return absl::DataLossError(loaded.status().message());
  if (found.empty()) return std::move(loaded->digest);
  return absl::DataLossError(FirstFault(path, found));
}

void ReplacePolicy(const InputFlags& flags, v1::RecoveryPlan* plan) {
  v1::Policy* policy = plan->mutable_policy();
  if (const auto option = OptionOfName(flags.option)) {
    policy->set_option(*option);
    policy->clear_rules();
  }
  if (!flags.target_time.empty()) {
    *policy->mutable_target_time() = TimeOf(flags.target_time);
  }
  if (!flags.incident_time.empty()) {
    *policy->mutable_incident_time() = TimeOf(flags.incident_time);
  }
  if (!flags.not_before.empty()) {
    *policy->mutable_not_before() = TimeOf(flags.not_before);
  }
  if (const auto max_skew = NanosOfText(flags.plan_alignment)) {
    *policy->mutable_plan_alignment()->mutable_max_skew() =
        ToDuration(*max_skew);
  }
  if (flags.allow_partial_disks) policy->set_allow_partial_disks(true);
  if (flags.allow_incomplete_groups) policy->set_allow_incomplete_groups(true);
  if (flags.allow_not_replicating) policy->set_allow_not_replicating(true);
}

std::string FileName(const std::string& path) {
  return path == "-" ? "stdin" : path;
}

std::string UnknownFieldNote(absl::string_view source,
                             absl::string_view first) {
  return absl::StrCat(source, " says more than this version understands (",
                      first, "); that is ignored");
}

ExitCode CodeOf(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? ExitCode::kUsage
                                         : ExitCode::kBadInput;
}

PlacedViolation Inputs::Place(const v1::Violation& violation) const {
  const absl::string_view path = violation.field_path();
  if (const char* flag = FlagOf(flags, path)) return {flag, violation};
  const bool of_plan = path == "plan" || absl::StartsWith(path, "plan.");
  return {
      FileName(of_plan && !flags.plan.empty() ? flags.plan : flags.inventory),
      violation};
}

absl::StatusOr<std::unique_ptr<Inputs>> ReadInputs(const InputFlags& flags,
                                                   const Reporter& reporter,
                                                   PointRows points) {
  if (flags.inventory == "-" && flags.plan == "-") {
    return absl::InvalidArgumentError(
        "--inventory and --plan cannot both be read from stdin");
  }
  auto inputs = std::make_unique<Inputs>();
  inputs->flags = flags;
  v1::Provenance& provenance = inputs->request.provenance;
  provenance.set_tool_version(RLINE_VERSION);
  provenance.set_schema_version(kSchemaVersion);

  const absl::Status read = ReadInventory(inputs.get(), points, reporter);
  if (!read.ok()) return read;
  if (!flags.plan.empty()) {
    const absl::StatusOr<LoadedMessage> plan =
        ReadMessage(flags.plan, "plan.", &inputs->plan, &inputs->found_in_plan);
    if (!plan.ok()) return Unreadable(plan.status());
    provenance.set_plan_digest(plan->digest);
    NoteUnknownFields(flags.plan, inputs->plan, *plan, reporter);
  }
  ReplacePolicy(flags, &inputs->plan);
  if (!flags.decision_time.empty()) {
    inputs->request.decision_time = TimeOf(flags.decision_time);
  }
  return inputs;
}

}  // namespace recoveryline
