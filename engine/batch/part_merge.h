// MergeParts: the parts of a sharded batch, made into what one batch gives.
//
//   absl::StatusOr<std::optional<PartFault>> merged =
//       MergeParts(paths.size(), next, sink);
//   if (!merged.ok()) ...                    // the sink's error
//   if (merged->has_value()) ...             // a part is no good
//
// The parts may come in any order. They are read side by side, a record of each
// at a time; the sink gets the evaluations and summaries that EvaluateBatch()
// gives it without shards, in the same order. A part that does not fit ends the
// merge: what the sink got before is to be thrown away.
//
// What is checked, beside the form of a part: that all parts are of one run and
// each shard is there once; that plans and scenarios agree; that each machine
// of a plan is in exactly one part; that figures add up to what they are made
// of.
//
// Memory: a record of each part, and 4 bytes a machine of one plan.
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_BATCH_PART_MERGE_H_
#define RECOVERYLINE_ENGINE_BATCH_PART_MERGE_H_

#include <cstddef>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/batch/batch_sink.h"
#include "engine/batch/part_headers.h"
#include "recoveryline/v1/shard.pb.h"

namespace recoveryline {

// Reads the next record of a part; an error says what is wrong with the part.
using NextRecord =
    std::function<absl::Status(size_t part, v1::PartRecord* record)>;

// REQUIRES: part_count > 0. sink.encode_plan is not called.
absl::StatusOr<std::optional<PartFault>> MergeParts(size_t part_count,
                                                    const NextRecord& next,
                                                    const BatchSink& sink);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PART_MERGE_H_
