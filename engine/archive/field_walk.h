// FieldWalk: the fields of a message that lies in an archive, one after the
// other, without its being parsed.
//
//   FieldWalk walk(bytes, place, size);
//   while (walk.Next()) Use(walk.number(), walk.place(), walk.size());
//   if (!walk.status().ok()) ...
//
// Only the heads of the fields are verified and read, and varints. Groups are
// errors.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_FIELD_WALK_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_FIELD_WALK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "engine/archive/verified_bytes.h"

namespace recoveryline {

class FieldWalk {
 public:
  FieldWalk(const VerifiedBytes& bytes, uint64_t place, uint64_t size);

  // False at the end, and at an error.
  bool Next();

  // Of the field that Next() found, and of its content.
  uint32_t number() const { return number_; }
  uint64_t place() const { return content_; }
  uint64_t size() const { return size_; }
  // Its value, where it is a varint; then it has no content.
  uint64_t varint() const { return varint_; }

  const absl::Status& status() const { return status_; }

 private:
  bool ReadVarint(uint64_t* value);
  bool ReadHead(uint64_t* tag);

  const VerifiedBytes& bytes_;
  uint64_t at_;
  uint64_t end_;
  uint64_t sound_until_ = 0;  // from at_ on
  uint32_t number_ = 0;
  uint64_t content_ = 0;
  uint64_t size_ = 0;
  uint64_t varint_ = 0;
  absl::Status status_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_FIELD_WALK_H_
