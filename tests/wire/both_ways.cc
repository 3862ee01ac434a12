#include "tests/wire/both_ways.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "engine/row_inventory.h"
#include "engine/validate.h"
#include "google/protobuf/util/message_differencer.h"
#include "tools/formats/format_fit.h"
#include "tools/formats/inventory_file.h"
#include "tools/formats/message_binary.h"

namespace recoveryline {
namespace {

using absl::StrCat;
using google::protobuf::util::MessageDifferencer;

bool operator==(const VmFacts& a, const VmFacts& b) {
  return a.id == b.id && a.display_name == b.display_name &&
         a.group == b.group && a.replicating == b.replicating;
}

bool operator==(const GroupFacts& a, const GroupFacts& b) {
  return a.id == b.id && a.multi_vm_consistency == b.multi_vm_consistency &&
         a.vms == b.vms && a.expected_vm_ids == b.expected_vm_ids;
}

template <typename T>
bool SameBytes(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

// Whether the series hold the same points, byte for byte.
bool SameSeries(const core::PointSeries& a, const core::PointSeries& b) {
  if (a.size() != b.size()) return false;
  if (a.size() == 0) return true;
  const core::SeriesImage one = a.image();
  const core::SeriesImage other = b.image();
  return one.base == other.base && SameBytes(one.lines, other.lines) &&
         SameBytes(one.markers, other.markers) &&
         SameBytes(one.carriers, other.carriers) &&
         SameBytes(one.carried, other.carried);
}

std::string DifferenceOfVm(const InventoryView& a, const InventoryView& b,
                           int v) {
  if (!(a.vm(v) == b.vm(v))) return StrCat("the facts of VM ", v);
  if (b.FindVm(a.vm(v).id) != v) return StrCat("where VM ", v, " is found");
  if (!SameSeries(a.points(v), b.points(v))) {
    return StrCat("the points of VM ", v);
  }
  if (a.RowIndexes(v) != b.RowIndexes(v)) {
    return StrCat("the rows of the points of VM ", v);
  }
  for (core::Position p = 0; p < a.points(v).size(); ++p) {
    const std::string id = a.point_id(v, p);
    if (b.point_id(v, p) != id || b.FindPoint(v, id) != p) {
      return StrCat("the id of point ", p, " of VM ", v);
    }
    const core::Marker marker = a.points(v).marker(p);
    if (marker == core::kNoMarker) continue;
    const absl::string_view text = a.marker_id(v, marker);
    if (b.marker_id(v, marker) != text || b.FindMarker(v, text) != marker) {
      return StrCat("the marker of point ", p, " of VM ", v);
    }
  }
  for (const char* absent : {"", "absent", "~~~"}) {
    if (a.FindMarker(v, absent) != b.FindMarker(v, absent) ||
        a.FindPoint(v, absent) != b.FindPoint(v, absent)) {
      return StrCat("what VM ", v, " does not have");
    }
  }
  return "";
}

std::string Difference(const InventoryView& a, const InventoryView& b) {
  if (a.as_of_time() != b.as_of_time()) return "as_of_time";
  if (a.observed_from() != b.observed_from()) return "observed_from";
  if (a.vm_count() != b.vm_count() || a.group_count() != b.group_count()) {
    return "how many there are";
  }
  for (int g = 0; g < a.group_count(); ++g) {
    if (!(a.group(g) == b.group(g)) || b.FindGroup(a.group(g).id) != g) {
      return StrCat("group ", g);
    }
  }
  for (int v = 0; v < a.vm_count(); ++v) {
    std::string difference = DifferenceOfVm(a, b, v);
    if (!difference.empty()) return difference;
  }
  return "";
}

v1::Inventory WithoutPoints(v1::Inventory rows) {
  for (v1::Vm& vm : *rows.mutable_vms()) vm.clear_recovery_points();
  return rows;
}

}  // namespace

BothWays::BothWays(absl::string_view bytes, const WireLimits& limits)
    : view(WireInventory::Read(bytes, limits)) {
  const auto source = [&bytes](char* into, size_t size) {
    const size_t count = std::min(size, bytes.size());
    std::copy_n(bytes.data(), count, into);
    bytes.remove_prefix(count);
    return absl::StatusOr<size_t>(count);
  };
  ReadBinpb(source, "", &rows, &found, {.element_bytes = limits.field_bytes})
      .IgnoreError();  // memory cannot fail
  if (found.empty()) ValidateInventory(rows, &found);
}

std::string BothWays::Disagreement() const {
  if (view == nullptr) return "";
  if (!IsValid()) {
    return StrCat("a view of what is ", found.list()[0].ShortDebugString());
  }
  std::string difference = Difference(RowInventory(rows), *view);
  if (!difference.empty()) return difference;
  if (FirstUnknownField(rows) != FirstUnknownFieldOf(*view)) {
    return "the first unknown field";
  }
  return MessageDifferencer::Equals(WithoutPoints(rows), view->rows())
             ? ""
             : "the rows without points";
}

}  // namespace recoveryline
