// Clock: what time it is, and waiting; injected, so that tests wait for
// nothing.
//
//   absl::Time deadline = clock.Now() + absl::Minutes(30);
//   clock.Sleep(absl::Seconds(30));
//
// Thread-safety: as the clock that stands behind it.

#ifndef RECOVERYLINE_TOOLS_SITES_CLOCK_H_
#define RECOVERYLINE_TOOLS_SITES_CLOCK_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;
  virtual void Sleep(absl::Duration duration) = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() override;
  void Sleep(absl::Duration duration) override;
};

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp ToTimestamp(absl::Time time);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_CLOCK_H_
