// MergeInventories: what is known once a new listing is added to an old one?
//
//   asr::AsrInventory made = MakeInventory(listing, machines, &notes);
//   MergeInventories(earlier, SharedPointBy::kTime, &made, &notes);
//   MarkSharedPoints(SharedPointBy::kTime, &made, &notes);
//
// Shared points are marked last, when all groups are known.
//
// A machine of the new listing is taken from there, its points too. What the
// listing leaves open (a marker, a verdict on cleanliness, the group and state
// of a machine known from its points alone) stays as it was. A machine or group
// that it does not mention stays as it was, with a note, for a listing need not
// be of the whole vault; the list of a machine's cluster speaks for it, though.
//
// A point that only the old inventory has keeps its data and expires when it
// was first missed, at the new as_of_time, unless it expired before. It is
// missed only where all of this holds; else it stays as it was, with a note:
//   - The listing is newer than the old inventory and than the point.
//   - The list that the point is from was read to its end. That is the list of
//     its cluster where the old inventory says so: the group of its machine
//     expects machines, and its marker is its id. Else it is the machine's own.
//   - No list of that machine or cluster has an unreadable point of its name.
//
// A point that only an older listing has expires when the earlier inventory was
// made, which has other points of its machine. Since when points are observed
// (Inventory.observed_from) is told by point_watch.h.
//
// Expected machines of a group are those of both, and multi_vm_consistency is
// the old one, unless the listing states the members. A marker of a point
// listed again that was inferred by time is dropped where another way was asked
// for: the new reading stands alone.
//
// Invariants:
//   (1) Ids are matched byte by byte, else case aside; the new spelling stays.
//   (2) Where both inventories are valid, so is the result.
//   (3) Rows stand as ImportAsr() writes them; as_of_time is the later one.
//
// Cost: O((machines + points) log).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_INVENTORY_MERGE_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_INVENTORY_MERGE_H_

#include <string>
#include <vector>

#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_import.h"
#include "tools/importers/asr_inventory.h"

namespace recoveryline::asr {

// Adds `earlier` to `*made`; clusters that only `earlier` has are added to
// made->groups. `by` is what MarkSharedPoints() will be asked for.
void MergeInventories(const v1::Inventory& earlier, SharedPointBy by,
                      AsrInventory* made, std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_INVENTORY_MERGE_H_
