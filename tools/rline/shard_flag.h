// Shard flag: which share of the machines `evaluate --shard` is to look at.
//
//   command->add_option("--shard", text)->check(ShardText());
//   absl::StatusOr<Shard> shard = ShardOf("3/64", getenv);
//   absl::StatusOr<Shard> mine = ShardOf("auto", getenv);
//
// "i/N" counts from 0. "auto" asks the scheduler, by the variables that it sets
// in the environment of each task of an array:
//
//   Slurm       SLURM_ARRAY_TASK_ID, _MIN, _MAX, _STEP and _COUNT
//   Kubernetes  JOB_COMPLETION_INDEX; JOB_COMPLETIONS, which it does not set
//   AWS Batch   AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE
//
// Thread-safety: pure functions but for the environment.
// Errors: InvalidArgument (usage) that names the variable.

#ifndef RECOVERYLINE_TOOLS_RLINE_SHARD_FLAG_H_
#define RECOVERYLINE_TOOLS_RLINE_SHARD_FLAG_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/batch/shard.h"

namespace recoveryline {

// Refuses what is neither "i/N" nor "auto".
CLI::Validator ShardText();

// The value of a variable, or null.
using Environment = absl::FunctionRef<const char*(const char* name)>;

// REQUIRES: `text` passed ShardText().
absl::StatusOr<Shard> ShardOf(const std::string& text, Environment environment);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_SHARD_FLAG_H_
