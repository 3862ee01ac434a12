// Part records: what one shard of a batch found, as the records of a part.
//
//   const BatchSink sink = PartSink(write, progress);
//   EvaluateBatch(view, input, {.shard = {.index = 3, .count = 64}}, sink);
//
// The header and the end are the caller's to write; the comments of shard.proto
// say what a part is.
//
// Thread-safety: as a BatchSink.

#ifndef RECOVERYLINE_ENGINE_BATCH_PART_RECORDS_H_
#define RECOVERYLINE_ENGINE_BATCH_PART_RECORDS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "engine/batch/batch_sink.h"
#include "recoveryline/v1/shard.pb.h"

namespace recoveryline {

// Appends the record with its length in front.
void AppendRecord(const v1::PartRecord& record, std::string* out);

// Writes the records of each plan.
BatchSink PartSink(std::function<absl::Status(const std::string&)> write,
                   std::function<void(int64_t done, int64_t all)> progress);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PART_RECORDS_H_
