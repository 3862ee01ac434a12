// AsrImport: what do these Azure Site Recovery listings say exists?
//
//   AsrImportOptions options;
//   auto import = ImportAsr({"export/", "plans.json"}, options);
//   if (!import.ok()) return import.status();
//   Write(import->inventory, import->plans);  // and print import->notes
//
// Reads the bodies of the REST API as they are: lists and single resources of
// recovery points, protected items, protection clusters, cluster recovery
// points and recovery plans, several pages, in any mix; also within the
// published examples ({"responses": {"200": {"body": ...}}}) and recorded
// sessions ({"interactions": [{"response_body": ...}]}).
//
// What an import keeps:
//   (1) The inventory and the plans break no rule of the proto comments.
//   (2) Machines, groups and plans stand bytewise by id, points by capture
//       time and id: the same set of files gives the same result.
//   (3) Whatever was assumed, inferred, ignored or could not be read is a note.
//
// Cost: O(bytes); one file at a time in memory, about ten times its size at
// worst, and no file above kMaxAsrFileBytes.
// Thread-safety: pure functions but for the files.
// Errors: NotFound where a path does not exist or a directory holds no *.json
// file, InvalidArgument for a file that is not JSON, too large or nested too
// deeply. One bad file fails the import.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_IMPORT_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_IMPORT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

inline constexpr int64_t kMaxAsrFileBytes = int64_t{256} << 20;

// What makes points of different machines of one multi-VM group shared.
// Whether two machines' listings name a shared point alike is not documented,
// so this is always an inference; the notes say so. The points of a cluster
// need none: they list their machines.
enum class SharedPointBy {
  // The same name; the name becomes the marker.
  kId,
  // Flagged as multi-VM points and captured at the same 100 ns tick; the
  // marker is "time:" and that time.
  kTime,
  // Nothing.
  kNone,
};

struct AsrImportOptions {
  // What was known before, to which the listing is added; null for nothing.
  // See inventory_merge.h. REQUIRES: it breaks no rule of the proto comments.
  const v1::Inventory* earlier = nullptr;
  // When the listing was true. Left out: the newest instant in it.
  std::optional<google::protobuf::Timestamp> as_of;
  SharedPointBy shared_point_by = SharedPointBy::kTime;
};

// One JSON document, and what notes call it.
struct AsrBody {
  std::string name;
  std::string text;
};

struct AsrImport {
  v1::Inventory inventory;
  std::vector<v1::RecoveryPlan> plans;
  // Azure's ids of the protected items in the listing, as spelled there, by
  // Vm.id.
  std::map<std::string, std::string> item_ids;
  // Machines of the listing known from recovery points alone, bytewise: their
  // state and group were assumed, or are those of the earlier inventory.
  std::vector<std::string> vm_ids_without_item;
  // One sentence each; those about a file begin with its name and the place.
  std::vector<std::string> notes;
};

// `paths` are files, and directories whose *.json files are read, those of
// their subdirectories too. Symbolic links to directories are not followed.
absl::StatusOr<AsrImport> ImportAsr(const std::vector<std::string>& paths,
                                    const AsrImportOptions& options);

// The same of documents that are no files.
absl::StatusOr<AsrImport> ImportAsrBodies(const std::vector<AsrBody>& bodies,
                                          const AsrImportOptions& options);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_IMPORT_H_
