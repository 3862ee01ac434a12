// MessageFields: the JSON members that a message has, found by their keys.
//
//   FieldTables tables(inventory);
//   const FieldEntry* entry = tables.root().Find("asOfTime", 0);
//   entry->kind;                                         // kTimestamp
//
// Invariants:
//   (1) Both names of a field, that of JSON and that of the .proto file, lead
//       to one entry.
//   (2) Entries are numbered 0 to size() - 1, oneofs from size() on.
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
  kSigned,
  kUnsigned,
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

// How a number is stored.
enum class NumberForm { kVarint, kZigZag, kFixed32, kFixed64 };

struct FieldEntry {
  const google::protobuf::FieldDescriptor* field = nullptr;
  absl::string_view name;  // of JSON
  FieldKind kind = FieldKind::kUnsupported;
  NumberForm form = NumberForm::kVarint;
  int bits = 64;  // of an integer
  bool repeated = false;
  size_t index = 0;
  // Which oneof of the .proto file it belongs to, counted on from the fields;
  // 0 for none.
  size_t oneof = 0;
  uint32_t tag = 0;                        // in binary
  const MessageFields* message = nullptr;  // of kMessage
  const WordTable* enum_names = nullptr;   // of kEnum
};

class MessageFields {
 public:
  MessageFields(std::vector<FieldEntry> entries, size_t oneof_count,
                int64_t object_bytes);

  // `guess` is the index of the entry that is likely; it may be size().
  const FieldEntry* Find(absl::string_view key, size_t guess) const {
    if (guess < entries_.size() && entries_[guess].name == key) {
      return &entries_[guess];
    }
    const std::optional<int> index = keys_.Find(key);
    return index ? &entries_[static_cast<size_t>(*index)] : nullptr;
  }
  size_t size() const { return entries_.size(); }
  size_t oneof_count() const { return oneof_count_; }
  // What an empty message of this type takes.
  int64_t object_bytes() const { return object_bytes_; }

 private:
  friend class FieldTables;
  std::vector<FieldEntry> entries_;
  WordTable keys_;
  size_t oneof_count_;
  int64_t object_bytes_;
};

// The tables of a message type and of all those below it.
class FieldTables {
 public:
  // `prototype` is any message of the type.
  explicit FieldTables(const google::protobuf::Message& prototype);

  const MessageFields& root() const { return *root_; }

 private:
  const MessageFields* MakeMessage(const google::protobuf::Descriptor* type);
  const WordTable* MakeEnum(const google::protobuf::EnumDescriptor* type);

  google::protobuf::MessageFactory* const factory_;
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
