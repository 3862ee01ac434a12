#include "tools/rline/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "tools/rline/display.h"

namespace recoveryline {
namespace {

// "950", "1.2 k", "31 M": two digits where they matter.
std::string Short(double count) {
  const char* unit = "";
  for (const char* larger : {" k", " M", " G"}) {
    if (count < 1'000) break;
    count /= 1'000;
    unit = larger;
  }
  return count < 10 && unit[0] != '\0' ? absl::StrFormat("%.1f%s", count, unit)
                                       : absl::StrFormat("%.0f%s", count, unit);
}

}  // namespace

std::string ProgressLine(int64_t done, int64_t all, absl::Duration spent,
                         const std::string& things) {
  const double share =
      all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 1;
  const double seconds = absl::ToDoubleSeconds(spent);
  std::string line = absl::StrFormat("%3.0f %%", 100 * share);
  if (done == 0 || seconds <= 0) return line;
  absl::StrAppend(&line, ", ", Short(static_cast<double>(done) / seconds), " ",
                  things, "/s");
  if (done < all) {
    const absl::Duration left =
        absl::Trunc(spent * ((1 - share) / share), absl::Seconds(1));
    absl::StrAppend(&line, ", ", ShowNanos(absl::ToInt64Nanoseconds(left)),
                    " left");
  }
  return line;
}

Progress::Progress(std::string things)
    : things_(std::move(things)),
      terminal_(isatty(STDERR_FILENO) == 1),
      started_(absl::Now()),
      shown_(started_) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(int64_t done, int64_t all) {
  if (!terminal_) return;
  const absl::Time now = absl::Now();
  if (now - shown_ < absl::Milliseconds(100)) return;
  shown_ = now;
  drawn_ = true;
  const std::string line = ProgressLine(done, all, now - started_, things_);
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
}

}  // namespace recoveryline
