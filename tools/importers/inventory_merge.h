// MergeInventories: what is known once a new listing is added to an old one?
//
//   std::vector<std::string> notes;
//   v1::Inventory merged = MergeInventories(old, *import, &notes);
//
// A machine of the new listing is taken from there, its points too. A point
// that only the old inventory has keeps its data and expires when it was first
// missed: at the new as_of_time, unless it expired before. Where the new
// listing has no points of a machine, its list was not read: those known stay
// as they were, with a note. What the new listing leaves open (a marker, a
// verdict on cleanliness, the group and state of a machine known from its
// points alone) stays as it was. A machine or group that the new listing does
// not mention stays as it was, with a note: a listing need not be of the whole
// vault.
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

namespace recoveryline {

v1::Inventory MergeInventories(const v1::Inventory& earlier,
                               const AsrImport& later,
                               std::vector<std::string>* notes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_INVENTORY_MERGE_H_
