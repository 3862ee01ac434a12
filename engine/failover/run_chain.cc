#include "engine/failover/run_chain.h"

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

std::string HighByteFirst(uint64_t number, int byte_count) {
  std::string bytes;
  for (int i = byte_count - 1; i >= 0; --i) {
    bytes.push_back(static_cast<char>(number >> (8 * i)));
  }
  return bytes;
}

}  // namespace

std::string FirstDigest(const Sha256Function& sha256,
                        absl::string_view run_id) {
  return sha256(run_id);
}

std::string NextDigest(const Sha256Function& sha256, absl::string_view previous,
                       int64_t sequence, const RunRecord& record) {
  return sha256(absl::StrCat(
      previous, HighByteFirst(static_cast<uint64_t>(sequence), 8),
      HighByteFirst(record.kind.size(), 4), record.kind, record.payload));
}

}  // namespace recoveryline
