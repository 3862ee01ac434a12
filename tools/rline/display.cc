#include "tools/rline/display.h"

#include <unistd.h>

#include <cctype>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

constexpr core::Nanos kSecond = 1'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "+hh:mm" or "-hh:mm" as seconds.
std::optional<int> FixedOffset(absl::string_view name) {
  if (name.size() != 6 || name[3] != ':') return std::nullopt;
  if (name[0] != '+' && name[0] != '-') return std::nullopt;
  for (const size_t digit : {1, 2, 4, 5}) {
    if (!IsDigit(name[digit])) return std::nullopt;
  }
  const int hours = (name[1] - '0') * 10 + (name[2] - '0');
  const int minutes = (name[4] - '0') * 10 + (name[5] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  const int seconds = (hours * 60 + minutes) * 60;
  return name[0] == '-' ? -seconds : seconds;
}

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

const char* CodeOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kDoubtful:
      return "\x1b[33m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kStrong:
      return "\x1b[1m";
  }
  return "";
}

}  // namespace

Display DisplayOf(int fd, absl::TimeZone zone) {
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && absl::string_view(term) == "dumb";
  const bool terminal = isatty(fd) == 1;
  return {.terminal = terminal,
          .colour = terminal && !dumb && !IsSet("NO_COLOR"),
          .zone = zone};
}

std::optional<absl::TimeZone> TimeZoneOfName(absl::string_view name) {
  if (name == "Z" || name == "UTC") return absl::UTCTimeZone();
  if (const auto offset = FixedOffset(name)) {
    return absl::FixedTimeZone(*offset);
  }
  // Abseil would also open any file that the name is a path to.
  if (name.empty() || name[0] == '/' || name[0] == ':' ||
      name.find("..") != absl::string_view::npos) {
    return std::nullopt;
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return zone;
}

std::string Toned(absl::string_view text, Tone tone, const Display& display) {
  if (!display.colour || tone == Tone::kPlain) return std::string(text);
  return absl::StrCat(CodeOf(tone), text, "\x1b[0m");
}

std::string ShowTime(core::Instant instant, const Display& display) {
  const absl::Time time = absl::FromUnixNanos(instant);
  const bool utc = display.zone.name() == "UTC";
  return absl::FormatTime(utc ? "%Y-%m-%d %H:%M:%SZ" : "%Y-%m-%d %H:%M:%S%Ez",
                          time, display.zone);
}

std::string ShowNanos(core::Nanos nanos) {
  if (nanos >= kSecond || nanos <= -kSecond) nanos -= nanos % kSecond;
  return FormatNanos(nanos);
}

std::string ShowBound(core::Nanos nanos) {
  const core::Nanos above = nanos > kSecond ? nanos % kSecond : 0;
  return ShowNanos(core::SaturatingAdd(nanos, above > 0 ? kSecond - above : 0));
}

std::string Count(int64_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace recoveryline
