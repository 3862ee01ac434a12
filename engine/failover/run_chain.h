// RunChain: records of a run, each bound to all that came before it.
//
//   std::string digest = FirstDigest(sha256, "run-7");
//   digest = NextDigest(sha256, digest, 1, {"intent", "fail over vm-1"});
//
// Who knows the last digest knows whether any record is missing, changed, out
// of order or there twice. What is digested, so that others can check it:
//
//   first   SHA-256(run id)
//   next    SHA-256(digest before it, as text | sequence, 8 bytes | length of
//           kind, 4 bytes | kind | payload); numbers begin with the high byte
//
// The digest before it always has the same length, hence no two records are
// the same bytes; a run id has no zero byte, hence it is never a record.
//
// Cost: a copy of the record, and its digest.
// Thread-safety: pure, as far as the function given is.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RUN_CHAIN_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RUN_CHAIN_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

// "sha256:" and 64 digits, of the bytes given; empty only where memory ran out.
using Sha256Function = std::function<std::string(absl::string_view bytes)>;

struct RunRecord {
  std::string kind;
  std::string payload;

  bool operator==(const RunRecord&) const = default;
};

std::string FirstDigest(const Sha256Function& sha256, absl::string_view run_id);
// `sequence` counts from 1.
std::string NextDigest(const Sha256Function& sha256, absl::string_view previous,
                       int64_t sequence, const RunRecord& record);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RUN_CHAIN_H_
