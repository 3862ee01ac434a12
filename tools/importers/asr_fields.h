// Asr fields: how does Azure write an id, a time, a state, a consistency?
//
//   const ParsedId id = ParseId(text);       // .../recoveryPoints/7
//   if (id.kind == ResourceKind::kPoint) use(id.owner.name);
//   ReadTime("2017-05-13T12:51:15.065764Z").instant;
//
// Azure compares ids without regard to case, and so does all that is built on
// these forms; spelling is kept for people.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_FIELDS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_FIELDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline::asr {

// Ids above this cannot stand in an inventory and are not read.
inline constexpr int kMaxIdBytes = 1024;

enum class ResourceKind {
  kOther,
  kItem,
  kPoint,
  kCluster,
  kClusterPoint,
  kPlan,
};

// An item, a cluster or a plan, as its id names it.
struct ResourceRef {
  // The id as spelled.
  std::string text;
  // The last segment as spelled.
  std::string name;
  // All before the name, lower-case; empty where only a name is known.
  std::string scope;
  // The scope up to its vault, lower-case.
  std::string vault;

  // Two references with one key are to one resource.
  std::string Key() const;
};

struct ParsedId {
  ResourceKind kind = ResourceKind::kOther;
  // The item, cluster or plan; of a point, what the point is of.
  ResourceRef owner;
  // Of a point: its name.
  std::string point_name;
};

// kOther where `text` is not the id of one of the kinds above.
ParsedId ParseId(absl::string_view text);

// The kind that a resource's `type` states.
ResourceKind KindOfType(absl::string_view type);

// The name of the vault as spelled; empty where `ref` names none.
std::string VaultName(const ResourceRef& ref);

// A reference by name alone.
ResourceRef NameOnly(absl::string_view name);

// Names for one resource, from the shortest to the full id:
// "vm2", "container/vm2", "fabric/container/vm2", "vault/fabric/...", the id.
std::vector<std::string> NameLadder(const ResourceRef& ref);

// What a time says. kNone: nothing, or a date that stands for nothing
// (1753-01-01T01:01:01, 0001-01-01T00:00:00, 1601-01-01T00:00:00).
struct TimeReading {
  enum class State { kNone, kTime, kUnreadable };
  State state = State::kNone;
  core::Instant instant = 0;
  // The text names no zone; UTC was taken.
  bool assumed_utc = false;
};
TimeReading ReadTime(absl::string_view text);

// What an item's protectionState means here; nothing for one not known.
std::optional<v1::Vm::ProtectionState> ProtectionStateOf(
    absl::string_view state);

// What a point's recoveryPointType means; nothing for one not known.
std::optional<v1::RecoveryPoint::Consistency> ConsistencyOf(
    absl::string_view type);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_FIELDS_H_
