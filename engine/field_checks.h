// FieldChecks: is this one field, by itself, as its proto comment demands?
//
//   const FieldPath inventory;
//   const FieldPath vm(inventory, "vms", 3);
//   CheckId(message.id(), {vm, "id"}, &found);          // "vms[3].id"
//
// Each check reports at most one violation and says whether the value can be
// used, so that rules which depend on it can be skipped where it cannot.
//
// Cost: nothing is allocated unless a rule is broken: a path is a chain of
// names on the stack and becomes text only in a report.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_FIELD_CHECKS_H_
#define RECOVERYLINE_ENGINE_FIELD_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/violations.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {

inline constexpr int kMaxIdBytes = 1024;

// Where a field stands, in JSON names: "vms[3].recoveryPoints[7].captureTime".
// REQUIRES: the parent and the name outlive it.
class FieldPath {
 public:
  // The message itself.
  FieldPath() = default;
  explicit FieldPath(absl::string_view name) : name_(name) {}
  FieldPath(const FieldPath& parent, absl::string_view name)
      : parent_(&parent), name_(name) {}
  FieldPath(const FieldPath& parent, absl::string_view name, int index)
      : parent_(&parent), name_(name), index_(index) {}
  // A parent that would be gone after the statement.
  FieldPath(FieldPath&&, absl::string_view) = delete;
  FieldPath(FieldPath&&, absl::string_view, int) = delete;

  std::string ToString() const;

 private:
  const FieldPath* parent_ = nullptr;
  absl::string_view name_;
  int index_ = -1;  // -1: not an entry of a list
};

// `text` between quotes for a message: non-ASCII and control bytes escaped,
// what is longer than 64 bytes cut and its size given.
std::string Quoted(absl::string_view text);

// Adds a violation; one that would only be counted costs no text.
void Report(v1::Violation::Reason reason, const FieldPath& path,
            absl::string_view message, Violations* found);

// Whether CheckId() would find nothing.
inline bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes;
}

// An id that must be there: EMPTY_ID, ID_TOO_LONG.
bool CheckId(absl::string_view id, const FieldPath& path, Violations* found);

// Where each id of a list stands first.
using FirstIndex = absl::flat_hash_map<absl::string_view, int>;

// The id of entry `index` of `list` in `parent`, unique in that list: EMPTY_ID,
// ID_TOO_LONG, DUPLICATE_ID. `first` holds the ids of the entries before.
bool CheckUniqueId(absl::string_view id, const FieldPath& parent,
                   absl::string_view list, int index, FirstIndex* first,
                   Violations* found);

// An id that may be empty: ID_TOO_LONG.
bool CheckOptionalId(absl::string_view id, const FieldPath& path,
                     Violations* found);

// `known`: what the enum's _IsValid() says of `number`. UNKNOWN_ENUM_VALUE.
bool CheckEnum(bool known, int number, const FieldPath& path,
               Violations* found);

// NEGATIVE_COUNT.
bool CheckCount(int32_t count, const FieldPath& path, Violations* found);

// TIME_OUT_OF_RANGE.
std::optional<core::Instant> CheckInstant(const google::protobuf::Timestamp& t,
                                          const FieldPath& path,
                                          Violations* found);

// The same, except that a standard time beyond the range is core::kForever.
std::optional<core::Instant> CheckExpiry(const google::protobuf::Timestamp& t,
                                         const FieldPath& path,
                                         Violations* found);

// TIME_OUT_OF_RANGE, NEGATIVE_DURATION.
bool CheckDuration(const google::protobuf::Duration& d, const FieldPath& path,
                   Violations* found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FIELD_CHECKS_H_
