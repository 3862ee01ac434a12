// MessageBuilder: parsed JSON values to message fields, by reflection.
//
//   MessageBuilder builder(&reporter);
//   builder.set_memory_limit(limit);
//   builder.SetMessage(tables.root(), element, &inventory, path);
//   if (builder.stopped()) ...               // full, or over the limit
//
// A value that is wrong is reported and left out; the rest goes on. null is
// the same as leaving the field out, as proto3 JSON has it.
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

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "simdjson.h"
#include "tools/formats/json_fields.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reporter.h"
#include "tools/formats/json_values.h"

namespace recoveryline {

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

  // The message in the field of kMessage, a new one if it is repeated.
  google::protobuf::Message* MakeMessage(const FieldEntry& entry,
                                         google::protobuf::Message* message);

  // Why `entry` may not be set now; nothing where it may.
  static std::optional<Complaint> WhyTaken(
      const FieldEntry& entry, bool seen,
      const google::protobuf::Message& message);

  void set_memory_limit(int64_t bytes) { memory_limit_bytes_ = bytes; }
  int64_t memory_bytes() const { return memory_bytes_; }
  bool over_limit() const { return memory_bytes_ > memory_limit_bytes_; }
  bool stopped() const { return over_limit() || reporter_->full(); }

 private:
  // Puts the value of one scalar or message to its place.
  std::optional<Complaint> Put(const FieldEntry& entry,
                               simdjson::dom::element element,
                               google::protobuf::Message* message);
  std::optional<Complaint> PutNumber(const FieldEntry& entry,
                                     simdjson::dom::element element,
                                     google::protobuf::Message* message);
  std::optional<Complaint> PutText(const FieldEntry& entry,
                                   simdjson::dom::element element,
                                   google::protobuf::Message* message);

  JsonReporter* const reporter_;
  int64_t memory_bytes_ = 0;
  int64_t memory_limit_bytes_ = std::numeric_limits<int64_t>::max();
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_MESSAGE_H_
