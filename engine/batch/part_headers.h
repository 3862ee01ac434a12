// Part headers: whether parts are those of one run, all of them and each once.
//
//   std::optional<PartFault> fault = FindFault(headers);
//   if (fault) ...  // part fault->part "is shard 3, as is" part *fault->other
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_BATCH_PART_HEADERS_H_
#define RECOVERYLINE_ENGINE_BATCH_PART_HEADERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "recoveryline/v1/shard.pb.h"

namespace recoveryline {

// Why parts cannot be merged: a clause about `part`. Where there is another,
// the clause ends with it: "has another inventory_digest than" ...
struct PartFault {
  size_t part = 0;
  std::string what;
  std::optional<size_t> other = {};
};

// The first fault; nothing where the parts, in any order, make up one run.
// REQUIRES: `headers` is not empty.
std::optional<PartFault> FindFault(const std::vector<v1::PartHeader>& headers);

// The first field that differs, by its name; empty where none does.
// REQUIRES: messages of one type.
std::string DifferingField(const google::protobuf::Message& a,
                           const google::protobuf::Message& b);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PART_HEADERS_H_
