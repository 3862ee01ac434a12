// WireInventory::Read(): group by group, since the rank of a marker is known
// only when all points of its group are.

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/field_checks.h"
#include "engine/validate.h"
#include "engine/wire/plain_points.h"
#include "engine/wire/repeated_ids.h"
#include "engine/wire/wire_fields.h"
#include "engine/wire/wire_inventory.h"
#include "engine/wire/wire_scan.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"

namespace recoveryline {
namespace {

using core::Marker;

constexpr uint32_t kPointTag = TextTag(v1::Vm::kRecoveryPointsFieldNumber);
constexpr size_t kMostPoints = std::numeric_limits<int32_t>::max();

bool HasUnknown(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

bool HasUnknown(const v1::RecoveryPoint& point) {
  const google::protobuf::Message& itself = point;
  return HasUnknown(itself) || HasUnknown(point.capture_time()) ||
         HasUnknown(point.available_from()) || HasUnknown(point.expire_time());
}

// Whether `a` stands before `b` in the total order, worst first: a bytewise
// smaller id is better.
bool IsWorse(const core::RecoveryPoint& a, absl::string_view a_id,
             const core::RecoveryPoint& b, absl::string_view b_id) {
  if (a.capture_time != b.capture_time) return a.capture_time < b.capture_time;
  if (a.consistency != b.consistency) return a.consistency < b.consistency;
  return b_id < a_id;
}

// Puts what stood at order[0], order[1], ... first, second, ...
template <typename T>
void Permute(const std::vector<size_t>& order, std::vector<T>* column) {
  std::vector<T> picked;
  picked.reserve(order.size());
  for (const size_t i : order) picked.push_back((*column)[i]);
  *column = std::move(picked);
}

}  // namespace

class WireReader {
 public:
  // kMisplaced: machines have fields of their own among or after their points.
  enum Outcome { kRead, kMisplaced, kRefused };

  WireReader(absl::string_view bytes, ScanDepth depth, const WireLimits& limits)
      : bytes_(bytes), depth_(depth), limits_(limits) {}

  Outcome Read() {
    std::optional<WireScan> scan =
        ScanInventory(bytes_, depth_, limits_.field_bytes);
    if (!scan.has_value()) return kRefused;
    points_of_vm_ = std::move(scan->points);
    Violations found;
    ValidateInventory(scan->rows, &found);
    if (!found.empty()) {
      // What is missing may stand behind the points.
      return depth_ == ScanDepth::kHeads ? kMisplaced : kRefused;
    }
    view_.reset(new WireInventory(std::move(scan->rows)));
    const google::protobuf::LogSilencer silencer;
    for (int g = 0; g < view_->group_count(); ++g) {
      ReadTogether(view_->group(g).vms);
      if (outcome_ != kRead) return outcome_;
    }
    for (int v = 0; v < view_->vm_count(); ++v) {
      if (view_->vm(v).group < 0) ReadTogether({v});
      if (outcome_ != kRead) return outcome_;
    }
    return kRead;
  }

  std::unique_ptr<WireInventory> TakeView() { return std::move(view_); }

 private:
  // The points of a machine: [begin, end) of held_.
  struct Part {
    int vm = 0;
    size_t begin = 0;
    size_t end = 0;
  };

  // The machines whose markers are ranked together.
  void ReadTogether(const std::vector<int>& vms) {
    held_.clear();
    texts_.clear();
    marker_of_text_.clear();
    markers_.clear();
    std::vector<Part> parts;
    for (const int vm : vms) {
      if (!ReadPoints(vm) || !KeepIds(vm)) return;
      const size_t begin = held_.size();
      if (begin + columns_.size() > limits_.held_points) continue;
      held_.insert(held_.end(), columns_.points.begin(), columns_.points.end());
      parts.push_back({vm, begin, held_.size()});
    }
    if (vms.empty()) return;
    RankMarkers(view_->MarkerSpace(vms.front()));
    size_t next_part = 0;
    for (const int vm : vms) {
      if (next_part < parts.size() && parts[next_part].vm == vm) {
        const Part& part = parts[next_part++];
        Build(vm, std::span(held_).subspan(part.begin, part.end - part.begin));
        continue;
      }
      if (!ReadPoints(vm)) return;
      Build(vm, columns_.points);
    }
  }

  // Fills columns_ with the points of a machine in the total order, their
  // markers numbered as they were met.
  bool ReadPoints(int vm) {
    const absl::string_view all = points_of_vm_[static_cast<size_t>(vm)];
    const int disk_count = view_->rows().vms(vm).disk_count();
    columns_.Clear();
    WireFields fields(all);
    while (!fields.at_end()) {
      fields.Skip(ReadPlain(fields.rest(), disk_count));
      if (fields.at_end()) break;
      if (!fields.Next()) return Stop(kRefused);
      if (fields.tag() == kPointTag) {
        const auto row = static_cast<int>(columns_.size());
        if (!ReadOdd(fields.content(), vm, row)) return Stop(kRefused);
      } else if (depth_ == ScanDepth::kHeads) {
        return Stop(kMisplaced);
      }
    }
    if (columns_.size() > kMostPoints) return Stop(kRefused);
    for (const MarkedPoint& marked : columns_.marked) {
      columns_.points[marked.index].marker = NumberOf(marked.marker);
    }
    Sort();
    return true;
  }

  // The ids and the order of columns_ become those of a machine, unless an id
  // stands twice.
  bool KeepIds(int vm) {
    const std::span<const UuidBytes> uuids(columns_.uuids);
    const std::span<const absl::string_view> ids(columns_.ids);
    const bool are_uuids = columns_.text_ids == 0;
    if (are_uuids ? repeated_ids_.In(uuids) : repeated_ids_.In(ids)) {
      return Stop(kRefused);
    }
    view_->row_indexes_[static_cast<size_t>(vm)] = order_;
    view_->ids_[static_cast<size_t>(vm)] =
        are_uuids ? PointIds(uuids) : PointIds(ids);
    return true;
  }

  // Adds the plain points at the front of `fields`; how many bytes they take.
  size_t ReadPlain(absl::string_view fields, int disk_count) {
    // The last bytes of all have no slack behind them.
    const auto behind = static_cast<size_t>(bytes_.data() + bytes_.size() -
                                            (fields.data() + fields.size()));
    const size_t kept = kPlainSlack - std::min(kPlainSlack, behind);
    if (kept >= fields.size()) return 0;
    const char* const begin = fields.data();
    const char* const end = begin + fields.size() - kept;
    return static_cast<size_t>(
        ReadPlainPoints(begin, end, disk_count, &columns_) - begin);
  }

  bool ReadOdd(absl::string_view content, int vm, int row) {
    if (static_cast<int64_t>(content.size()) > limits_.field_bytes) {
      return false;
    }
    v1::RecoveryPoint& point = odd_point_;
    if (!point.ParseFromArray(content.data(),
                              static_cast<int>(content.size()))) {
      return false;
    }
    Violations found;
    ValidatePoint(point, &found);
    if (!found.empty()) return false;
    if (HasUnknown(point)) NoteUnknown(vm, row, point);
    columns_.Add(PointOf(point, view_->rows().vms(vm).disk_count()),
                 Kept(point.id()), Kept(point.consistency_marker()));
    return true;
  }

  absl::string_view Kept(const std::string& text) {
    if (text.empty()) return absl::string_view();
    return texts_.emplace_back(text);
  }

  void NoteUnknown(int vm, int row, const v1::RecoveryPoint& point) {
    std::optional<UnknownPoint>& first = view_->unknown_point_;
    if (first.has_value() &&
        std::pair(first->vm, first->row) <= std::pair(vm, row)) {
      return;
    }
    first = UnknownPoint{vm, row, point};
  }

  Marker NumberOf(absl::string_view marker) {
    const auto [place, is_new] = marker_of_text_.try_emplace(
        marker, static_cast<Marker>(markers_.size()));
    if (is_new) markers_.push_back(marker);
    return place->second;
  }

  void RankMarkers(size_t space) {
    std::vector<size_t> numbers(markers_.size());
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    std::sort(numbers.begin(), numbers.end(),
              [this](size_t a, size_t b) { return markers_[a] < markers_[b]; });
    std::vector<absl::string_view> sorted;
    rank_of_number_.resize(numbers.size());
    for (const size_t number : numbers) {
      rank_of_number_[number] = static_cast<Marker>(sorted.size());
      sorted.push_back(markers_[number]);
    }
    view_->markers_[space] = TextList(sorted);
  }

  // Makes the series of a machine, with ranks in place of markers' numbers.
  void Build(int vm, std::span<core::RecoveryPoint> points) {
    for (core::RecoveryPoint& point : points) {
      if (point.marker == core::kNoMarker) continue;
      point.marker = rank_of_number_[static_cast<size_t>(point.marker)];
    }
    view_->series_[static_cast<size_t>(vm)] =
        core::PointSeries::FromOrdered(points);
  }

  // Into the total order, in which most files have them already.
  void Sort() {
    const auto is_worse = [this](size_t a, size_t b) {
      return IsWorse(columns_.points[a], columns_.ids[a], columns_.points[b],
                     columns_.ids[b]);
    };
    size_t sorted = 1;
    while (sorted < columns_.size() && !is_worse(sorted, sorted - 1)) ++sorted;
    order_.clear();
    if (sorted >= columns_.size()) return;
    std::vector<size_t> order(columns_.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), is_worse);
    Permute(order, &columns_.points);
    Permute(order, &columns_.ids);
    Permute(order, &columns_.uuids);
    order_.assign(order.begin(), order.end());
  }

  bool Stop(Outcome outcome) {
    outcome_ = outcome;
    return false;
  }

  const absl::string_view bytes_;
  const ScanDepth depth_;
  const WireLimits limits_;
  Outcome outcome_ = kRead;
  std::vector<absl::string_view> points_of_vm_;
  std::unique_ptr<WireInventory> view_;

  // Of the machine and the group under way; views are into bytes_ or texts_.
  PlainColumns columns_;
  std::vector<int> order_;  // the row of each; empty where they were sorted
  std::vector<core::RecoveryPoint> held_;
  std::deque<std::string> texts_;  // of points that were not plain
  v1::RecoveryPoint odd_point_;    // kept for its allocations
  absl::flat_hash_map<absl::string_view, Marker> marker_of_text_;
  std::vector<absl::string_view> markers_;  // as they were met
  std::vector<Marker> rank_of_number_;
  RepeatedIds repeated_ids_;
};

std::unique_ptr<WireInventory> WireInventory::Read(absl::string_view bytes,
                                                   const WireLimits& limits) {
  for (const ScanDepth depth : {ScanDepth::kHeads, ScanDepth::kWhole}) {
    WireReader reader(bytes, depth, limits);
    switch (reader.Read()) {
      case WireReader::kRead:
        return reader.TakeView();
      case WireReader::kMisplaced:
        continue;
      case WireReader::kRefused:
        return nullptr;
    }
  }
  return nullptr;
}

}  // namespace recoveryline
