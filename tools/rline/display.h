// Display: where text for people goes, and what that place can show.
//
//   const Display display = DisplayOf(STDOUT_FILENO, *TimeZoneOfName("UTC"));
//   out += Toned("PARTIAL", Tone::kBad, display);
//   out += ShowTime(capture_time, display);   // 2026-03-01 01:30:00Z
//   out += ShowNanos(age);                    // 38m 12s
//
// Colour only on a terminal, and not where the environment sets NO_COLOR or
// TERM=dumb. Times and lengths are cut to whole seconds for people; the data
// formats have every digit.
//
// Thread-safety: plain value, pure functions but for the environment.

#ifndef RECOVERYLINE_TOOLS_RLINE_DISPLAY_H_
#define RECOVERYLINE_TOOLS_RLINE_DISPLAY_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/core/instant.h"

namespace recoveryline {

enum class Tone { kPlain, kGood, kDoubtful, kBad, kStrong };

struct Display {
  bool terminal = false;
  bool colour = false;
  absl::TimeZone zone = absl::UTCTimeZone();
};

// What the open file `fd` can show.
Display DisplayOf(int fd, absl::TimeZone zone);

// A name of the IANA database ("Europe/Berlin"), "Z", "UTC" or a fixed offset
// ("+05:30", within 23:59 of UTC).
std::optional<absl::TimeZone> TimeZoneOfName(absl::string_view name);

// `text` in the colour of `tone`, where colours are shown.
std::string Toned(absl::string_view text, Tone tone, const Display& display);

std::string ShowTime(core::Instant instant, const Display& display);

// Whole seconds from one second up, the exact length below.
std::string ShowNanos(core::Nanos nanos);
// The same rounded up, for what something is within.
std::string ShowBound(core::Nanos nanos);

// "1 VM", "2 VMs".
std::string Count(int64_t count, absl::string_view noun);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_DISPLAY_H_
