// PlainPoints: recovery points read from the wire without a message for each.
//
//   PlainColumns read;
//   const char* at = ReadPlainPoints(begin, end, /*disk_count=*/2, &read);
//   if (at != end) ...                       // not plain: protobuf is to judge
//
// Plain is what serializers write of ordinary points: each field at most once
// and in the order of their numbers, ids and markers in ASCII, times from 1970
// on, and no rule broken that a point can break by itself. What is read of such
// a point is what protobuf's parser, ValidatePoint() and PointOf() give.
//
// Cost: 25 ns a point. Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_WIRE_PLAIN_POINTS_H_
#define RECOVERYLINE_ENGINE_WIRE_PLAIN_POINTS_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/recovery_point.h"
#include "engine/wire/point_ids.h"

namespace recoveryline {

struct MarkedPoint {
  size_t index;  // of the columns
  absl::string_view marker;
};

// Points in the order in which they were read; texts lie in the bytes read.
struct PlainColumns {
  std::vector<core::RecoveryPoint> points;  // without their markers
  std::vector<absl::string_view> ids;
  std::vector<UuidBytes> uuids;  // of ids that are none: anything
  std::vector<MarkedPoint> marked;
  // How many of the ids are no UUIDs that PackUuid() takes.
  size_t text_ids = 0;

  size_t size() const { return points.size(); }
  void Clear();
  void Add(const core::RecoveryPoint& point, absl::string_view id,
           absl::string_view marker);
};

// How many bytes after `end` ReadPlainPoints() may look at.
inline constexpr size_t kPlainSlack = 16;

// Adds the entries of Vm.recovery_points in [at, end) up to the first field
// that is none, or none that is plain, and says where that begins.
// REQUIRES: [end, end + kPlainSlack) can be read.
const char* ReadPlainPoints(const char* at, const char* end, int disk_count,
                            PlainColumns* columns);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_PLAIN_POINTS_H_
