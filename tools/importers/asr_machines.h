// Machines: which machine does a reference mean, and what is its id here?
//
//   Machines machines(listing, &notes);
//   std::optional<int> vm = machines.Find(point.owner);
//   machines.id(*vm);                                  // "vm2"
//
// Azure's references to one item differ: in case always, and a point's id may
// name another container than the item's own (ASR.md 3.3). So the strongest
// statement of where an item stands decides: items first, then the node lists
// of clusters, then recovery plans, then the points themselves. Where it
// states one place, every reference of that name in that vault means it; where
// it states several, a reference means the one in its own container or nothing.
//
// Invariants:
//   (1) A machine is numbered for every such place; ids are as in asr_ids.h.
//   (2) Find() does not depend on the order of the listing.
//
// Cost: O(n log n) once; Find O(log n).
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_MACHINES_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_MACHINES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/importers/asr_facts.h"

namespace recoveryline::asr {

class Machines {
 public:
  Machines(const Listing& listing, std::vector<std::string>* notes);

  int size() const { return static_cast<int>(ids_.size()); }
  const std::string& id(int machine) const { return ids_[machine]; }
  // Nothing where several machines could be meant, or none was stated.
  std::optional<int> Find(const ResourceRef& ref) const;

 private:
  // The machines of one name in one vault, by scope.
  using Places = std::map<std::string, int>;

  void NotePointsElsewhere(const Listing& listing,
                           const std::vector<ResourceRef>& refs,
                           std::vector<std::string>* notes) const;

  std::map<std::string, Places> by_name_;
  std::vector<std::string> ids_;
};

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_MACHINES_H_
