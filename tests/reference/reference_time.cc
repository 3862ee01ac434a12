#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

__extension__ using Wide = __int128;

constexpr int64_t kNanosPerSecond = 1'000'000'000;

int64_t Saturate(Wide value) {
  if (value < kFirstNano) return kFirstNano;
  if (value > kLastNano) return kLastNano;
  return static_cast<int64_t>(value);
}

}  // namespace

int64_t ToNanos(const google::protobuf::Timestamp& t) {
  return Saturate(Wide{t.seconds()} * kNanosPerSecond + t.nanos());
}

int64_t ToNanos(const google::protobuf::Duration& d) {
  return Saturate(Wide{d.seconds()} * kNanosPerSecond + d.nanos());
}

google::protobuf::Timestamp ToTimestamp(int64_t nanos) {
  int64_t seconds = nanos / kNanosPerSecond;
  int64_t rest = nanos % kNanosPerSecond;
  if (rest < 0) {  // A Timestamp's nanos count forward in time.
    rest += kNanosPerSecond;
    --seconds;
  }
  google::protobuf::Timestamp t;
  t.set_seconds(seconds);
  t.set_nanos(static_cast<int32_t>(rest));
  return t;
}

google::protobuf::Duration ToDuration(int64_t nanos) {
  google::protobuf::Duration d;  // Both parts of one sign.
  d.set_seconds(nanos / kNanosPerSecond);
  d.set_nanos(static_cast<int32_t>(nanos % kNanosPerSecond));
  return d;
}

int64_t Plus(int64_t a, int64_t b) { return Saturate(Wide{a} + b); }

int64_t Minus(int64_t a, int64_t b) { return Saturate(Wide{a} - b); }

}  // namespace recoveryline::reference
