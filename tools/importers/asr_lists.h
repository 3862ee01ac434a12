// Asr lists: which lists of recovery points were read, and to their end?
//
//   PointLists lists = FindPointLists(listing, machines, &notes);
//   lists.of_machine[vm].reading;   // kWhole: what it lacks does not exist
//
// A page states the address of the next one but not its own, so a list counts
// as whole where some page of it is a last one. Recorded sessions state
// addresses. A point that stands by itself is no list.
//
// Invariants:
//   (1) A list is whole only if no page of it is known to be missing, and no
//       page of it has an entry that does not say what it is of.
//   (2) Where the points of a machine stand in several lists, its reading is
//       whole only if each of them is.
//
// Cost: O((pages + unread points) log).
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_LISTS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_LISTS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

enum class ListReading { kUnread, kPart, kWhole };

// A list of recovery points, as far as it bears on points that it lacks.
struct PointList {
  ListReading reading = ListReading::kUnread;
  // Names, lower-case, of points that it has and that could not be read.
  std::set<std::string> unread_names;
};

struct PointLists {
  // The own list of each machine.
  std::vector<PointList> of_machine;
  // By the cluster's Key().
  std::map<std::string, PointList> of_cluster;
};

// Notes each list of which a page is missing, whatever it is a list of.
PointLists FindPointLists(const Listing& listing, const Machines& machines,
                          std::vector<std::string>* notes);

// Two pages with one key are of one list.
std::string KeyOf(const ListRef& list);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_LISTS_H_
