// PointIds: the ids of one machine's points, by position.
//
//   const PointIds ids(uuids);
//   ids.At(17);                              // "0f8fad5b-d9cb-469f-..."
//   ids.Find("0f8fad5b-d9cb-469f-...");      // 17
//
// A UUID takes 16 bytes, a text four more than it has.
//
// Cost: Find O(ids). Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_WIRE_POINT_IDS_H_
#define RECOVERYLINE_ENGINE_WIRE_POINT_IDS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/recovery_point.h"

namespace recoveryline {

// In the order of their texts.
using UuidBytes = std::array<char, 16>;

// Texts, one after the other.
class TextList {
 public:
  TextList() = default;
  // REQUIRES: less than 4 GiB in all.
  explicit TextList(std::span<const absl::string_view> texts);

  size_t size() const { return ends_.size(); }
  absl::string_view At(size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return absl::string_view(text_).substr(begin, ends_[i] - begin);
  }

 private:
  std::string text_;
  std::vector<uint32_t> ends_;
};

class PointIds {
 public:
  PointIds() = default;
  explicit PointIds(std::span<const UuidBytes> ids);
  explicit PointIds(std::span<const absl::string_view> ids);

  // REQUIRES: a position of the series that the ids are of.
  std::string At(core::Position position) const;
  std::optional<core::Position> Find(absl::string_view id) const;

 private:
  std::span<const UuidBytes> uuids() const { return {uuids_.get(), size_}; }

  size_t size_ = 0;  // of uuids_
  std::unique_ptr<UuidBytes[]> uuids_;
  std::unique_ptr<TextList> texts_;  // null where all are UUIDs
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_POINT_IDS_H_
