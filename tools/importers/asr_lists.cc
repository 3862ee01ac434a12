#include "tools/importers/asr_lists.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace recoveryline::asr {
namespace {

// What the pages of one list say together.
struct Pages {
  ListRef list;
  bool has_last = false;
  bool has_strays = false;
  // A page whose next one is not there; the last read of them.
  const PageFact* open = nullptr;

  bool IsOpen() const { return open != nullptr && !has_last; }
  ListReading Reading() const {
    return IsOpen() || has_strays ? ListReading::kPart : ListReading::kWhole;
  }
};

std::map<std::string, Pages> PagesByList(const Listing& listing) {
  const std::set<std::string> addresses(listing.addresses.begin(),
                                        listing.addresses.end());
  std::map<std::string, Pages> lists;
  for (const PageFact& page : listing.pages) {
    for (const ListRef& list : page.lists) {
      Pages& pages = lists[KeyOf(list)];
      pages.list = list;
      pages.has_strays |= page.has_strays;
      if (page.next_link.empty()) {
        pages.has_last = true;
      } else if (addresses.count(page.next_link) == 0) {
        pages.open = &page;
      }
    }
  }
  return lists;
}

void NoteOpenLists(const std::map<std::string, Pages>& lists,
                   std::vector<std::string>* notes) {
  std::set<const PageFact*> noted;
  for (const auto& [key, pages] : lists) {
    if (!pages.IsOpen() || !noted.insert(pages.open).second) continue;
    notes->push_back(absl::StrCat(
        pages.open->where, ": the list goes on at ", pages.open->next_link,
        ", which is not among the files; it may be incomplete"));
  }
}

// Adds a further reading of the points of one machine or cluster.
void AddReading(ListReading reading, PointList* list) {
  list->reading = list->reading == ListReading::kUnread
                      ? reading
                      : std::min(list->reading, reading);
}

// Where the list of points of `owner` is kept; null where it could be that of
// several machines.
PointList* Slot(bool of_cluster, const ResourceRef& owner,
                const Machines& machines, PointLists* lists) {
  if (of_cluster) return &lists->of_cluster[owner.Key()];
  const std::optional<int> machine = machines.Find(owner);
  return machine ? &lists->of_machine[*machine] : nullptr;
}

}  // namespace

PointLists FindPointLists(const Listing& listing, const Machines& machines,
                          std::vector<std::string>* notes) {
  PointLists lists;
  lists.of_machine.resize(machines.size());
  const std::map<std::string, Pages> pages_by_list = PagesByList(listing);
  NoteOpenLists(pages_by_list, notes);
  for (const auto& [key, pages] : pages_by_list) {
    if (!pages.list.IsOfPoints()) continue;
    PointList* list = Slot(pages.list.kind == ResourceKind::kClusterPoint,
                           pages.list.owner, machines, &lists);
    if (list != nullptr) AddReading(pages.Reading(), list);
  }
  for (const UnreadPointFact& point : listing.unread_points) {
    PointList* list = Slot(point.of_cluster, point.owner, machines, &lists);
    if (list == nullptr) continue;
    list->unread_names.insert(absl::AsciiStrToLower(point.name));
  }
  return lists;
}

std::string KeyOf(const ListRef& list) {
  return absl::StrCat(static_cast<int>(list.kind), " ",
                      list.IsOfPoints() ? list.owner.Key() : list.owner.vault);
}

}  // namespace recoveryline::asr
