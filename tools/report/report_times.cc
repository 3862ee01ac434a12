#include "tools/report/report_times.h"

#include "engine/timestamps.h"

namespace recoveryline {
namespace {

constexpr core::Nanos kMillisecond = 1'000'000;
constexpr core::Nanos kSecond = 1'000'000'000;
// Twice a year for as long as points are kept anywhere.
constexpr int kMostShifts = 400;

// To whole milliseconds, downwards.
core::Nanos Cut(core::Nanos nanos) {
  const core::Nanos above = nanos % kMillisecond;
  return core::SaturatingSubtract(nanos,
                                  above < 0 ? above + kMillisecond : above);
}

void WriteShift(absl::Time from, const absl::TimeZone& zone, ScriptJson* json) {
  json->Open('[');
  json->Number(absl::ToUnixSeconds(from));
  json->Number(zone.At(from).offset);
  json->Close(']');
}

}  // namespace

core::Instant InstantIn(const google::protobuf::Timestamp& time) {
  return ToInstant(time).value_or(0);
}

core::Nanos NanosIn(const google::protobuf::Duration& length) {
  return ToNanos(length).value_or(0);
}

void WriteLength(core::Nanos length, ScriptJson* json) {
  json->Nanos(length < kSecond ? length : Cut(length));
}

void ReportTimes::Write(core::Instant instant, ScriptJson* json) const {
  json->Nanos(Cut(core::SaturatingSubtract(instant, base_)));
}

ReportTimes::ReportTimes(const v1::Timeline& timeline) {
  const core::Instant start = InstantIn(timeline.start_time());
  const core::Nanos rest = ((start % kSecond) + kSecond) % kSecond;
  base_ = core::SaturatingSubtract(start, rest);
}

void ReportTimes::WriteZone(const absl::TimeZone& zone,
                            ScriptJson* json) const {
  json->Key("base").Number(base_ / kSecond);
  json->Key("zone").Text(zone.name());
  json->Key("shifts").Open('[');
  // From ten years before the base on.
  absl::Time from = absl::FromUnixNanos(base_) - absl::Hours(24 * 3653);
  WriteShift(from, zone, json);
  for (int i = 0; i < kMostShifts; ++i) {
    absl::TimeZone::CivilTransition shift;
    if (!zone.NextTransition(from, &shift)) break;
    from = zone.At(shift.to).trans;
    WriteShift(from, zone, json);
    if (from > absl::FromUnixNanos(base_) + absl::Hours(24 * 36530)) break;
  }
  json->Close(']');
}

}  // namespace recoveryline
