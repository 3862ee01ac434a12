// ReportTimes: instants as the page counts them, from a base in whole seconds.
//
//   const ReportTimes times(timeline);
//   times.Write(step.start_time(), &json.Key("s"));
//
// The page adds the base again; offsets are short, and exact in the floating
// point numbers of a browser up to 104 days from it.
//
// Thread-safety: immutable.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_TIMES_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_TIMES_H_

#include "absl/time/time.h"
#include "engine/core/instant.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tools/report/script_json.h"

namespace recoveryline {

// 0 where left out or out of range, which no answer of ours is.
core::Instant InstantIn(const google::protobuf::Timestamp& time);
core::Nanos NanosIn(const google::protobuf::Duration& length);

// In nanoseconds, but cut to whole milliseconds where it is a second or more:
// all that people are shown.
void WriteLength(core::Nanos length, ScriptJson* json);

class ReportTimes {
 public:
  // The base is the second in which the timeline begins.
  explicit ReportTimes(const v1::Timeline& timeline);

  // Of what is shown as it is, in whole milliseconds.
  void Write(core::Instant instant, ScriptJson* json) const;
  // Of what lengths are made of.
  void WriteExact(core::Instant instant, ScriptJson* json) const {
    json->Nanos(core::SaturatingSubtract(instant, base_));
  }
  void WriteExact(const google::protobuf::Timestamp& time,
                  ScriptJson* json) const {
    WriteExact(InstantIn(time), json);
  }
  void Write(const google::protobuf::Timestamp& time, ScriptJson* json) const {
    Write(InstantIn(time), json);
  }

  // Members of an object: "base" in seconds since the Unix epoch, "zone" and
  // "shifts": from which second on the zone is how many seconds off UTC.
  void WriteZone(const absl::TimeZone& zone, ScriptJson* json) const;

 private:
  core::Instant base_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_TIMES_H_
