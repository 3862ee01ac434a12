// Assumption flags: what is to be taken as otherwise, as a command line says
// it.
//
//   AssumptionFlags flags;
//   AddAssumptionFlags(command, &flags);     // --without-vm, --retention, ...
//   absl::StatusOr<v1::Assumptions> assumptions = AssumptionsOf(flags, names);
//
// Machines and groups are named by id or by name, as `explain` takes them.
//
// Thread-safety: plain values.
// Errors: InvalidArgument, with the flag and its value.

#ifndef RECOVERYLINE_TOOLS_RLINE_ASSUMPTION_FLAGS_H_
#define RECOVERYLINE_TOOLS_RLINE_ASSUMPTION_FLAGS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "recoveryline/v1/whatif.pb.h"
#include "tools/rline/names.h"

namespace recoveryline {

struct AssumptionFlags {
  std::string file;
  std::vector<std::string> without_vms;
  std::vector<std::string> without_groups;
  std::vector<std::string> without_boot_groups;
  std::vector<std::string> without_disks;
  std::string option;
  std::vector<std::string> exclusions;
  std::string retention;
  std::string app_consistent_every;
  std::vector<std::string> skews;
};

void AddAssumptionFlags(CLI::App* command, AssumptionFlags* flags);

// What the file says, and the flags besides.
absl::StatusOr<v1::Assumptions> AssumptionsOf(const AssumptionFlags& flags,
                                              const Names& names);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_ASSUMPTION_FLAGS_H_
