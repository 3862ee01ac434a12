// MessageFields: the JSON members that a message has, found by their keys.
//
//   FieldTables tables(v1::Inventory::descriptor());
//   const FieldEntry* entry = tables.root().Find("asOfTime", 0);
//   entry->kind;                                         // kTimestamp
//
// Invariants:
//   (1) Both names of a field, that of JSON and that of the .proto file, lead
//       to one entry.
//   (2) Entries are numbered 0 to size() - 1.
//
// Cost: built once a document, O(fields of all messages below the root); Find
// is one comparison where members stand in the order of their fields, else
// one hash of the key's ends and length and one comparison.
// Thread-safety: immutable.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_FIELDS_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace recoveryline {

// Words to numbers; immutable.
class WordTable {
 public:
  // Of two pairs with one word, the first counts.
  explicit WordTable(std::vector<std::pair<std::string, int>> words);

  std::optional<int> Find(absl::string_view word) const;

 private:
  struct Slot {
    std::string word;
    int number = 0;
    bool taken = false;
  };
  std::vector<Slot> slots_;  // a power of two, less than half taken
};

class MessageFields;

enum class FieldKind {
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kFloat,
  kDouble,
  kBool,
  kString,
  kBytes,
  kEnum,
  kTimestamp,
  kDuration,
  kMessage,
  kUnsupported,  // maps, groups and the well-known types that none of ours has
};

struct FieldEntry {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // Of the message that has the field.
  const google::protobuf::Reflection* reflection = nullptr;
  // Of a oneof that the .proto file states; nullptr for none.
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  absl::string_view name;  // of JSON
  FieldKind kind = FieldKind::kUnsupported;
  bool repeated = false;
  int index = 0;
  const MessageFields* message = nullptr;  // of kMessage
  const WordTable* enum_names = nullptr;   // of kEnum
};

class MessageFields {
 public:
  MessageFields(std::vector<FieldEntry> entries, int64_t object_bytes);

  // `guess` is the index of the entry that is likely; it may be size().
  const FieldEntry* Find(absl::string_view key, size_t guess) const {
    if (guess < entries_.size() && entries_[guess].name == key) {
      return &entries_[guess];
    }
    const std::optional<int> index = keys_.Find(key);
    return index ? &entries_[static_cast<size_t>(*index)] : nullptr;
  }
  size_t size() const { return entries_.size(); }
  // What an empty message of this type takes.
  int64_t object_bytes() const { return object_bytes_; }

 private:
  friend class FieldTables;
  std::vector<FieldEntry> entries_;
  WordTable keys_;
  int64_t object_bytes_;
};

// The tables of a message type and of all those below it.
class FieldTables {
 public:
  // REQUIRES: messages of the type are of generated classes.
  explicit FieldTables(const google::protobuf::Descriptor* root);

  const MessageFields& root() const { return *root_; }

 private:
  const MessageFields* MakeMessage(const google::protobuf::Descriptor* type);
  const WordTable* MakeEnum(const google::protobuf::EnumDescriptor* type);

  absl::flat_hash_map<const google::protobuf::Descriptor*,
                      std::unique_ptr<MessageFields>>
      messages_;
  absl::flat_hash_map<const google::protobuf::EnumDescriptor*,
                      std::unique_ptr<WordTable>>
      enums_;
  const MessageFields* root_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_FIELDS_H_
