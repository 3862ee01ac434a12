#include "tools/rline/scenarios.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/timestamps.h"
#include "recoveryline/v1/evaluation.pb.h"
#include "tools/formats/message_files.h"

namespace recoveryline {
namespace {

using core::Instant;
using google::protobuf::Timestamp;

// Nothing where the duration is none, not positive, or no whole nanoseconds.
std::optional<core::Nanos> Step(const std::string& text) {
  const std::optional<core::Nanos> nanos = NanosOfText(text);
  return nanos && *nanos > 0 ? nanos : std::nullopt;
}

CLI::Validator PositiveDuration() {
  return CLI::Validator(
      [](const std::string& text) {
        return Step(text) ? std::string()
                          : absl::StrCat("\"", text,
                                         "\" is not a duration of at least a "
                                         "nanosecond, such as 5m or 1h30m");
      },
      "", "duration");
}

// REQUIRES: `text` was checked when the command line was read.
std::optional<Instant> InstantOf(const std::string& text) {
  Timestamp time;
  ParseRfc3339(text, &time);
  return ToInstant(time);
}

std::optional<Instant> Read(const Timestamp& time, const std::string& path,
                            Violations* found) {
  const std::optional<Instant> instant = ToInstant(time);
  if (!instant) {
    found->Add(v1::Violation::TIME_OUT_OF_RANGE, path,
               "the time lies outside the range of instants");
  }
  return instant;
}

std::vector<Scenario> FromList(const v1::ScenarioList& list,
                               Violations* found) {
  std::vector<Scenario> scenarios;
  for (int i = 0; i < list.scenarios_size(); ++i) {
    const v1::Scenario& row = list.scenarios(i);
    const std::string path = absl::StrCat("scenarios[", i, "]");
    Scenario& scenario = scenarios.emplace_back();
    if (!row.has_decision_time()) {
      found->Add(v1::Violation::NO_DECISION_TIME, path + ".decisionTime",
                 "a scenario needs a decision time");
    } else if (const auto time =
                   Read(row.decision_time(), path + ".decisionTime", found)) {
      scenario.decision_time = *time;
    }
    if (row.has_target_time()) {
      scenario.target_time =
          Read(row.target_time(), path + ".targetTime", found);
    }
  }
  if (list.scenarios().empty()) {
    found->Add(v1::Violation::NO_DECISION_TIME, "scenarios",
               "there is no scenario in the list");
  }
  return scenarios;
}

absl::StatusOr<Scenarios> FromFile(const std::string& path, Violations* found) {
  v1::ScenarioList list;
  const auto loaded = ReadMessage(path, "", &list, found);
  if (!loaded.ok()) return absl::UnavailableError(loaded.status().message());
  if (!found->empty()) return Scenarios();
  auto scenarios =
      std::make_shared<const std::vector<Scenario>>(FromList(list, found));
  return Scenarios{
      static_cast<int64_t>(scenarios->size()),
      [scenarios](int64_t i) { return (*scenarios)[static_cast<size_t>(i)]; },
      loaded->digest};
}

absl::StatusOr<Scenarios> FromRange(const ScenarioFlags& flags) {
  const std::optional<Instant> from = InstantOf(flags.from);
  const std::optional<Instant> to = InstantOf(flags.to);
  if (!from || !to) {
    return absl::InvalidArgumentError(
        "--from and --to must lie between 1678 and 2262");
  }
  if (*to < *from) {
    return absl::InvalidArgumentError("--to is earlier than --from");
  }
  const core::Nanos step = *Step(flags.every);
  // The span may exceed int64.
  const uint64_t span =
      static_cast<uint64_t>(*to) - static_cast<uint64_t>(*from);
  constexpr uint64_t kMost = uint64_t{1} << 40;
  const uint64_t steps = span / static_cast<uint64_t>(step);
  if (steps >= kMost) {
    return absl::InvalidArgumentError(
        "--every is too short for so long a time");
  }
  return Scenarios{
      static_cast<int64_t>(steps) + 1,
      [start = static_cast<uint64_t>(*from),
       step = static_cast<uint64_t>(step)](int64_t i) {
        return Scenario{.decision_time = static_cast<Instant>(
                            start + static_cast<uint64_t>(i) * step)};
      },
      absl::StrCat(FormatInstant(*from), " every ", step, " ns")};
}

}  // namespace

void AddScenarioFlags(CLI::App* command, ScenarioFlags* flags) {
  CLI::Option* file =
      command
          ->add_option("--scenarios", flags->file,
                       "The moments to ask about: a ScenarioList; - for stdin")
          ->type_name("FILE")
          ->check(PathName());
  CLI::Option* from =
      command
          ->add_option("--from", flags->from, "The first moment to ask about")
          ->type_name("TIME")
          ->check(Rfc3339())
          ->excludes(file);
  CLI::Option* to =
      command->add_option("--to", flags->to, "No moment after this")
          ->type_name("TIME")
          ->check(Rfc3339())
          ->needs(from);
  CLI::Option* every =
      command
          ->add_option("--every", flags->every,
                       "How long it is from one moment to the next: 5m, 1h30m")
          ->type_name("DURATION")
          ->check(PositiveDuration())
          ->needs(to);
  from->needs(every);
}

absl::StatusOr<Scenarios> ReadScenarios(const ScenarioFlags& flags,
                                        std::optional<Instant> as_of,
                                        Violations* found) {
  if (!flags.file.empty()) return FromFile(flags.file, found);
  if (!flags.from.empty()) return FromRange(flags);
  if (!as_of) {
    return absl::InvalidArgumentError(
        "the inventory has no asOfTime: give --scenarios, or --from, --to and "
        "--every");
  }
  return Scenarios{
      1, [now = *as_of](int64_t) { return Scenario{.decision_time = now}; },
      FormatInstant(*as_of)};
}

}  // namespace recoveryline
