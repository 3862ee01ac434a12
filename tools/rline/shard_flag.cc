#include "tools/rline/shard_flag.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace recoveryline {
namespace {

// What a scheduler tells a task of an array. Null: it has no such variable.
struct Scheduler {
  const char* index;
  const char* count;
  // The smallest index; 0 where null.
  const char* first;
  // Where set, the largest, and how far they are apart: all of them must be
  // there, or nobody could tell which shard is whose.
  const char* last;
  const char* step;
};

constexpr std::array<Scheduler, 3> kSchedulers = {{
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP"},
    {"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", nullptr, nullptr, nullptr},
    {"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", nullptr, nullptr,
     nullptr},
}};

constexpr char kSayItself[] = "; or say --shard i/N";

// Only digits, where absl also takes signs and white space; at most int32.
bool ParseNumber(absl::string_view text, int64_t* number) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == absl::string_view::npos &&
         absl::SimpleAtoi(text, number) &&
         *number <= std::numeric_limits<int32_t>::max();
}

std::optional<Shard> Parse(absl::string_view text) {
  const std::vector<absl::string_view> halves = absl::StrSplit(text, '/');
  Shard shard;
  if (halves.size() != 2 || !ParseNumber(halves[0], &shard.index) ||
      !ParseNumber(halves[1], &shard.count) || !shard.IsSound()) {
    return std::nullopt;
  }
  return shard;
}

absl::StatusOr<int64_t> Read(const char* variable, Environment environment) {
  const char* text = environment(variable);
  if (text == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard auto: ", variable, " is not set", kSayItself));
  }
  int64_t number = 0;
  if (ParseNumber(text, &number)) return number;
  return absl::InvalidArgumentError(
      absl::StrCat("--shard auto: ", variable, " is \"", text,
                   "\", not a whole number of reasonable size"));
}

absl::StatusOr<Shard> ShardIn(const Scheduler& scheduler,
                              Environment environment) {
  const auto read_if_set = [&](const char* variable, int64_t otherwise) {
    return variable == nullptr || environment(variable) == nullptr
               ? absl::StatusOr<int64_t>(otherwise)
               : Read(variable, environment);
  };
  const absl::StatusOr<int64_t> index = Read(scheduler.index, environment);
  if (!index.ok()) return index.status();
  const absl::StatusOr<int64_t> count = Read(scheduler.count, environment);
  if (!count.ok()) return count.status();
  if (*count < 1 || *count > Shard::kMostCount) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard auto: ", scheduler.count, " is ", *count,
                     ", not from 1 to ", Shard::kMostCount));
  }
  const absl::StatusOr<int64_t> first =
      scheduler.first == nullptr ? absl::StatusOr<int64_t>(0)
                                 : Read(scheduler.first, environment);
  if (!first.ok()) return first.status();
  const absl::StatusOr<int64_t> step = read_if_set(scheduler.step, 1);
  if (!step.ok()) return step.status();
  const absl::StatusOr<int64_t> last =
      read_if_set(scheduler.last, *first + (*count - 1) * *step);
  if (!last.ok()) return last.status();
  if (*step < 1 || *last < *first || (*last - *first) / *step + 1 != *count) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard auto: ", scheduler.count, " is ", *count,
                     ", but the array goes from ", *first, " to ", *last,
                     " in steps of ", *step, kSayItself));
  }
  const Shard shard{(*index - *first) / *step, *count};
  if (*index < *first || (*index - *first) % *step != 0 || !shard.IsSound()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard auto: ", scheduler.index, " is ", *index,
                     ", which is outside the array of ", *count));
  }
  return shard;
}

}  // namespace

CLI::Validator ShardText() {
  return CLI::Validator(
      [](const std::string& text) {
        if (text == "auto" || Parse(text)) return std::string();
        return absl::StrCat("\"", text,
                            "\" is neither auto nor i/N with 0 <= i < N <= ",
                            Shard::kMostCount);
      },
      "");
}

absl::StatusOr<Shard> ShardOf(const std::string& text,
                              Environment environment) {
  if (text != "auto") return *Parse(text);
  const Scheduler* found = nullptr;
  std::vector<const char*> known;
  for (const Scheduler& scheduler : kSchedulers) {
    known.push_back(scheduler.index);
    if (environment(scheduler.index) == nullptr) continue;
    if (found != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("--shard auto: both ", found->index, " and ",
                       scheduler.index, " are set", kSayItself));
    }
    found = &scheduler;
  }
  if (found != nullptr) return ShardIn(*found, environment);
  return absl::InvalidArgumentError(absl::StrCat(
      "--shard auto: none of ", absl::StrJoin(known, ", "), " is set"));
}

}  // namespace recoveryline
