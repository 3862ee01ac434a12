#include "tools/rline/plan_files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/formats/atomic_file.h"
#include "tools/formats/message_files.h"

namespace recoveryline {
namespace {

constexpr size_t kMostNameBytes = 100;

std::string SafeName(const v1::RecoveryPlan& plan) {
  const std::string& text =
      plan.display_name().empty() ? plan.id() : plan.display_name();
  std::string name = text.substr(0, kMostNameBytes);
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' &&
        c != '_' && c != '-') {
      c = '_';
    }
  }
  if (name.empty()) return "plan";
  if (name[0] == '.' || name[0] == '-') name[0] = '_';
  return name;
}

}  // namespace

std::vector<std::string> PlanFileNames(
    const std::vector<v1::RecoveryPlan>& plans) {
  absl::flat_hash_set<std::string> taken;
  std::vector<std::string> names;
  for (const v1::RecoveryPlan& plan : plans) {
    const std::string base = SafeName(plan);
    std::string name = base;
    for (int i = 2; !taken.insert(absl::AsciiStrToLower(name)).second; ++i) {
      name = absl::StrCat(base, "-", i);
    }
    names.push_back(absl::StrCat(name, ".json"));
  }
  return names;
}

absl::Status WritePlans(const std::vector<v1::RecoveryPlan>& plans,
                        const std::string& directory) {
  if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
    return absl::UnknownError(
        absl::StrCat(directory, ": ", std::strerror(errno)));
  }
  const std::vector<std::string> names = PlanFileNames(plans);
  for (size_t i = 0; i < plans.size(); ++i) {
    absl::StatusOr<std::string> bytes = Serialize(plans[i], Format::kJson);
    if (!bytes.ok()) return bytes.status();
    const absl::Status written =
        WriteFile(absl::StrCat(directory, "/", names[i]), *bytes);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
