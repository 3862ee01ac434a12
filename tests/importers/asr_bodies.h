// Asr bodies: small answers of Azure Site Recovery, and what they import to.
//
//   const AsrImport import = ImportBodies(
//       {{"items.json", List({Item("web-1", {})})},
//        {"points.json", List({Point("web-1", "p1", kNoon)})}});
//
// A field's value is JSON text: JsonText("x"), "null", "[]".

#ifndef RECOVERYLINE_TESTS_IMPORTERS_ASR_BODIES_H_
#define RECOVERYLINE_TESTS_IMPORTERS_ASR_BODIES_H_

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_import.h"

namespace recoveryline {

using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr char kNoon[] = "2024-05-01T12:00:00.1234567Z";

std::string JsonText(absl::string_view text);
std::string Object(const Fields& fields);
std::string Array(const std::vector<std::string>& elements);

// Ids in the vault "harbour", the fabric "east", the container "quay".
std::string ItemId(absl::string_view name);
std::string ClusterId(absl::string_view name);
std::string PlanId(absl::string_view name);
std::string IdIn(absl::string_view vault, absl::string_view fabric,
                 absl::string_view container, absl::string_view name);

// A protected item, with `details` added to its providerSpecificDetails.
std::string Item(absl::string_view name, const Fields& details,
                 const Fields& properties = {});
std::string ItemAt(absl::string_view id, const Fields& details,
                   const Fields& properties = {});
// A crash-consistent point of the item `owner`, with `details` as above.
std::string Point(absl::string_view owner, absl::string_view name,
                  absl::string_view time, const Fields& details = {},
                  absl::string_view type = "CrashConsistent");
std::string PointAt(absl::string_view owner_id, absl::string_view name,
                    absl::string_view time, const Fields& details = {},
                    absl::string_view type = "CrashConsistent");
std::string ClusterPoint(absl::string_view cluster, absl::string_view name,
                         absl::string_view time,
                         const std::vector<std::string>& nodes);
// A plan; `groups` is a JSON list.
std::string Plan(absl::string_view name, absl::string_view groups);
std::string PlanGroup(absl::string_view type,
                      const std::vector<std::string>& items,
                      const std::vector<std::string>& start_actions = {},
                      const std::vector<std::string>& end_actions = {});
// {"value": [...], "nextLink": ...}
std::string List(const std::vector<std::string>& values,
                 absl::string_view next_link = "");

// A directory of its own, gone with the object.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file and returns its name.
  std::string Write(absl::string_view name, absl::string_view text) const;

 private:
  std::filesystem::path path_;
};

absl::StatusOr<AsrImport> TryImportBodies(
    const std::map<std::string, std::string>& bodies,
    const AsrImportOptions& options = {});

// The same where it must succeed; fails the test where the result breaks a
// rule of the proto comments.
AsrImport ImportBodies(const std::map<std::string, std::string>& bodies,
                       const AsrImportOptions& options = {});

// Fails the test where `import` breaks a rule of the proto comments.
void ExpectValid(const AsrImport& import);
void ExpectValid(const v1::Inventory& inventory);

// The machine, or an empty one and a failure.
v1::Vm VmOf(const v1::Inventory& inventory, absl::string_view id);
// "p1@2024-05-01T12:00:00Z" for each point, "#marker" after it where it has
// one.
std::vector<std::string> PointsOf(const v1::Vm& vm);
std::vector<std::string> VmIdsOf(const v1::Inventory& inventory);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_IMPORTERS_ASR_BODIES_H_
