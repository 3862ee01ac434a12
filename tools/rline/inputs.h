// Inputs: the inventory and the plan that a command was pointed at.
//
//   auto inputs = ReadInputs(flags, reporter);
//   if (!inputs.ok()) return reporter.Fail(CodeOf(inputs.status()), ...);
//   if (!(*inputs)->readable()) ...          // content that makes no sense
//
// The flags replace parts of the plan's policy, whatever the plan says;
// --option replaces its option and its rules.
//
// Thread-safety: plain value, read-only after ReadInputs().
// Errors: InvalidArgument where the flags contradict each other (usage),
// Unavailable where a file is missing, a directory, or cannot be read,
// DataLoss for an archive that is torn or damaged.

#ifndef RECOVERYLINE_TOOLS_RLINE_INPUTS_H_
#define RECOVERYLINE_TOOLS_RLINE_INPUTS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/select.h"
#include "engine/violations.h"
#include "engine/wire/wire_inventory.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tools/formats/archive_file.h"
#include "tools/formats/inventory_file.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/reporter.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {

struct Inputs {
  InputFlags flags;
  // Empty where one of the two below has the inventory.
  v1::Inventory inventory;
  std::unique_ptr<ArchiveFile> archive;
  std::shared_ptr<const WireInventory> wire;
  v1::RecoveryPlan plan;
  // With the provenance filled in.
  SelectRequest request;
  // What the readers could not make sense of.
  Violations found_in_inventory;
  Violations found_in_plan;

  bool readable() const {
    return found_in_inventory.empty() && found_in_plan.empty();
  }

  // The inventory's rows: without their points where it is a view, none where
  // it is an archive.
  const v1::Inventory& rows() const {
    return wire != nullptr ? wire->rows() : inventory;
  }

  // `violation` with the file or flag that it stands in.
  PlacedViolation Place(const v1::Violation& violation) const;
};

// Fields of a binary file that this version does not know are ignored, with a
// note. `points` is for a command that shows points beyond the Decision's.
absl::StatusOr<std::unique_ptr<Inputs>> ReadInputs(
    const InputFlags& flags, const Reporter& reporter,
    PointRows points = PointRows::kUnused);

// The first fault of a file, with its place. REQUIRES: there is one.
std::string FirstFault(const std::string& path, const Violations& found);

// Another input as a whole; gives back its digest. What cannot be read is an
// error that names the file and the first place in it.
absl::StatusOr<std::string> ReadSound(const std::string& path,
                                      absl::string_view path_prefix,
                                      google::protobuf::Message* message);

// Puts what the flags say in place of parts of the plan's policy.
void ReplacePolicy(const InputFlags& flags, v1::RecoveryPlan* plan);

// kUsage for InvalidArgument, else kBadInput.
ExitCode CodeOf(const absl::Status& status);

// That `source` has a field, `first`, which this version does not know.
std::string UnknownFieldNote(absl::string_view source, absl::string_view first);

// "stdin" for "-", else the path.
std::string FileName(const std::string& path);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_INPUTS_H_
