#include "engine/batch/delimited_bytes.h"

#include <cstdint>

#include "google/protobuf/io/coded_stream.h"

namespace recoveryline {

void AppendDelimited(const google::protobuf::MessageLite& message,
                     std::string* bytes) {
  using google::protobuf::io::CodedOutputStream;
  const size_t size = message.ByteSizeLong();
  const size_t before = bytes->size();
  bytes->resize(before +
                CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) +
                size);
  auto* const to = reinterpret_cast<uint8_t*>(bytes->data() + before);
  message.SerializeWithCachedSizesToArray(
      CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), to));
}

}  // namespace recoveryline
