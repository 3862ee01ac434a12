// OddWriter: a message as no serializer writes it, but any parser reads it.
//
//   OddWriter writer(seed);
//   std::string bytes = writer.Write(inventory);
//   v1::Inventory again;                     // equal, unknown fields apart
//   again.ParseFromString(bytes);
//
// Fields stand in any order, messages within stand twice and merge, what
// is set is set to something else before, defaults are written, numbers and
// lengths take more bytes than they need, and fields that nobody knows stand
// between, though not in the outermost message.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_WIRE_ODD_WRITER_H_
#define RECOVERYLINE_TESTS_WIRE_ODD_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "tests/reference/seeded_random.h"

namespace recoveryline {

class OddWriter {
 public:
  // Where nothing is odd one may still write everything as usual.
  explicit OddWriter(uint64_t seed);

  std::string Write(const google::protobuf::Message& message);

 private:
  using Fields = std::vector<std::pair<int, std::string>>;  // by number

  void Add(const google::protobuf::Message& message,
           const google::protobuf::FieldDescriptor* field, int index,
           Fields* fields);
  void AddUnknown(Fields* fields);
  std::string Content(const google::protobuf::Message& message, bool outermost);
  std::string Joined(Fields fields);
  void AppendVarint(uint64_t value, int most_bytes, std::string* bytes);
  std::string Text(int number, const std::string& content);
  std::string Number(int number, uint64_t value);

  reference::SeededRandom random_;
  const int percent_;  // of all places are odd
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_WIRE_ODD_WRITER_H_
