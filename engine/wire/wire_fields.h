// WireFields: the fields of a message as they stand on the wire, one after the
// other, without its being parsed.
//
//   WireFields fields(bytes);
//   while (fields.Next()) Use(fields.tag(), fields.raw(), fields.content());
//   if (!fields.at_end()) ...                // protobuf's parser is to say why
//
// What no serializer writes (groups, tags longer than they need be) ends the
// walk before the end, although protobuf may accept it.
//
// Cost: O(1) a field. Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_WIRE_WIRE_FIELDS_H_
#define RECOVERYLINE_ENGINE_WIRE_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace recoveryline {

class WireFields {
 public:
  explicit WireFields(absl::string_view bytes) : rest_(bytes) {}

  // False at the end, and where no ordinary field begins.
  bool Next();

  // Of the field that Next() found: its number and wire type, all of its
  // bytes, and, where it is length-delimited, those after the length.
  uint32_t tag() const { return tag_; }
  absl::string_view raw() const { return raw_; }
  absl::string_view content() const { return content_; }

  // Passes fields that somebody else has read. REQUIRES: as many bytes are
  // left.
  void Skip(size_t bytes) { rest_.remove_prefix(bytes); }

  // What was not passed yet.
  absl::string_view rest() const { return rest_; }
  bool at_end() const { return rest_.empty(); }

 private:
  absl::string_view rest_;
  uint32_t tag_ = 0;
  absl::string_view raw_;
  absl::string_view content_;
};

// The tag of a length-delimited field.
constexpr uint32_t TextTag(int number) {
  return static_cast<uint32_t>(number) << 3 | 2u;
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_WIRE_FIELDS_H_
