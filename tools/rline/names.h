// Names: what people call the machines and groups of an inventory.
//
//   const Names names(inventory);
//   names.Vm("0a1b...");                     // "web-1"
//   names.FindVm("web-1");                   // {"0a1b..."}
//   names.NearVms("wbe-1");                  // {"web-1"}: did you mean?
//
// A machine goes by its display name; by its id where it has none; by both
// where another machine has the same name.
//
// Cost: one hash map of the names; Near O(names * length^2).
// Thread-safety: immutable; concurrent reads are safe. The inventory must
// outlive it.

#ifndef RECOVERYLINE_TOOLS_RLINE_NAMES_H_
#define RECOVERYLINE_TOOLS_RLINE_NAMES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

class Names {
 public:
  explicit Names(const v1::Inventory& inventory);

  // `id` itself where the inventory lacks it.
  std::string Vm(absl::string_view id) const { return Show(vms_, id); }
  std::string Group(absl::string_view id) const { return Show(groups_, id); }
  // Of a unit: its group, or its only machine.
  std::string Unit(
      absl::string_view group_id,
      const google::protobuf::RepeatedPtrField<std::string>& vm_ids) const {
    return group_id.empty() && !vm_ids.empty() ? Vm(vm_ids[0])
                                               : Group(group_id);
  }

  // The ids meant by `text`: that of the same id, else all of that name.
  std::vector<std::string> FindVm(absl::string_view text) const {
    return Find(vms_, text);
  }
  std::vector<std::string> FindGroup(absl::string_view text) const {
    return Find(groups_, text);
  }

  // At most three ids or names that `text` may be a slip of, the nearest
  // first.
  std::vector<std::string> NearVms(absl::string_view text) const {
    return Near(vms_, text);
  }
  std::vector<std::string> NearGroups(absl::string_view text) const {
    return Near(groups_, text);
  }

  // Null where the inventory lacks it.
  const v1::Vm* FindRow(absl::string_view vm_id) const;

  // Null where the machine lacks it; O(points).
  const v1::RecoveryPoint* FindPoint(absl::string_view vm_id,
                                     absl::string_view point_id) const;

 private:
  struct Directory {
    absl::flat_hash_map<absl::string_view, absl::string_view> name_of_id;
    absl::flat_hash_map<absl::string_view, int> uses_of_name;

    void Add(absl::string_view id, absl::string_view name);
  };

  static std::string Show(const Directory& directory, absl::string_view id);
  static std::vector<std::string> Find(const Directory& directory,
                                       absl::string_view text);
  static std::vector<std::string> Near(const Directory& directory,
                                       absl::string_view text);

  Directory vms_;
  Directory groups_;
  absl::flat_hash_map<absl::string_view, const v1::Vm*> rows_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_NAMES_H_
