// MessageBuilder: parsed JSON values to fields of messages.
//
//   MessageBuilder builder(&reporter);
//   builder.set_memory_limit(limit);
//   builder.SetMessage(tables.root(), element, &inventory, path);
//   if (builder.stopped()) ...               // full, or over the limit
//
// A value that is wrong is reported and left out; the rest goes on. null is
// the same as leaving the field out, as proto3 JSON has it. Values are written
// in binary form, and protobuf's generated parsers read them from there: that
// takes half of the time that setting fields by reflection does.
//
// Invariants:
//   (1) memory_bytes() is at least what the messages built take on the heap.
//   (2) Nothing is built once stopped() is true.
//
// Cost: no allocation but those of the messages.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_MESSAGE_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_MESSAGE_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/container/fixed_array.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "simdjson.h"
#include "tools/formats/json_fields.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reporter.h"
#include "tools/formats/json_values.h"
#include "tools/formats/wire_buffer.h"

namespace recoveryline {

// Which members of one object were there already.
class SeenMembers {
 public:
  explicit SeenMembers(const MessageFields& fields)
      : seen_(fields.size() + fields.oneof_count(), false) {}

  // Marks the field as seen; why it may not stand here, where it may not.
  std::optional<Complaint> Take(const FieldEntry& entry);

 private:
  absl::FixedArray<bool, 64> seen_;
};

class MessageBuilder {
 public:
  explicit MessageBuilder(JsonReporter* reporter) : reporter_(reporter) {}

  // Sets the members of the object `element`.
  void SetMessage(const MessageFields& fields, simdjson::dom::element element,
                  google::protobuf::Message* message, const JsonPath& path);

  // Sets the whole field; a repeated one from an array.
  void SetField(const FieldEntry& entry, simdjson::dom::element element,
                google::protobuf::Message* message, const JsonPath& path);

  // Appends to a repeated field.
  void AddElement(const FieldEntry& entry, simdjson::dom::element element,
                  google::protobuf::Message* message, const JsonPath& path);

  // The same for all elements of the array `batch`. `*path` is that of the
  // first one and counts on, its ordinal from 0; it ends behind the last one
  // taken.
  void AddElements(const FieldEntry& entry, simdjson::dom::element batch,
                   google::protobuf::Message* message, JsonPath* path);

  // The message in the field of kMessage, a new one if it is repeated.
  google::protobuf::Message* MakeMessage(const FieldEntry& entry,
                                         google::protobuf::Message* message);

  void set_memory_limit(int64_t bytes) { memory_limit_bytes_ = bytes; }
  int64_t memory_bytes() const { return memory_bytes_; }
  bool over_limit() const { return memory_bytes_ > memory_limit_bytes_; }
  bool stopped() const { return over_limit() || reporter_->full(); }

 private:
  // The same, to the wire.
  void WriteMessage(const MessageFields& fields, simdjson::dom::element element,
                    const JsonPath& path);
  void WriteField(const FieldEntry& entry, simdjson::dom::element element,
                  const JsonPath& path);
  void WriteElement(const FieldEntry& entry, simdjson::dom::element element,
                    const JsonPath& path);
  std::optional<Complaint> WriteScalar(const FieldEntry& entry,
                                       simdjson::dom::element element);
  std::optional<Complaint> WriteNumber(const FieldEntry& entry,
                                       simdjson::dom::element element);
  std::optional<Complaint> WriteTime(const FieldEntry& entry,
                                     simdjson::dom::element element);
  void WriteBits(const FieldEntry& entry, uint64_t bits);
  void CountString(size_t size);
  void MergeInto(google::protobuf::Message* message, const JsonPath& path);

  JsonReporter* const reporter_;
  WireBuffer wire_;
  google::protobuf::Timestamp timestamp_;
  google::protobuf::Duration duration_;
  int64_t memory_bytes_ = 0;
  int64_t memory_limit_bytes_ = std::numeric_limits<int64_t>::max();
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_MESSAGE_H_
