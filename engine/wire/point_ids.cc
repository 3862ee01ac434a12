#include "engine/wire/point_ids.h"

#include <algorithm>

#include "engine/archive/uuid_bytes.h"

namespace recoveryline {

using core::Position;

TextList::TextList(std::span<const absl::string_view> texts) {
  size_t size = 0;
  for (const absl::string_view text : texts) size += text.size();
  text_.reserve(size);
  ends_.reserve(texts.size());
  for (const absl::string_view text : texts) {
    text_.append(text.data(), text.size());
    ends_.push_back(static_cast<uint32_t>(text_.size()));
  }
}

// Not make_unique(), which would fill the array with zeros first.
PointIds::PointIds(std::span<const UuidBytes> ids)
    : size_(ids.size()), uuids_(new UuidBytes[ids.size()]) {
  std::copy(ids.begin(), ids.end(), uuids_.get());
}

PointIds::PointIds(std::span<const absl::string_view> ids)
    : texts_(std::make_unique<TextList>(ids)) {}

std::string PointIds::At(Position position) const {
  const auto i = static_cast<size_t>(position);
  return texts_ == nullptr ? UnpackUuid(uuids_[i].data())
                           : std::string(texts_->At(i));
}

std::optional<Position> PointIds::Find(absl::string_view id) const {
  if (texts_ == nullptr) {
    UuidBytes wanted;
    if (!PackUuid(id, wanted.data())) return std::nullopt;
    const auto found = std::find(uuids().begin(), uuids().end(), wanted);
    if (found == uuids().end()) return std::nullopt;
    return static_cast<Position>(found - uuids().begin());
  }
  for (size_t i = 0; i < texts_->size(); ++i) {
    if (texts_->At(i) == id) return static_cast<Position>(i);
  }
  return std::nullopt;
}

}  // namespace recoveryline
