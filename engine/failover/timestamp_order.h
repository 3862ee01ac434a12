// TimestampOrder: which of two instants comes first?
//
//   IsBefore(vm.capture_time(), point.capture_time())
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_TIMESTAMP_ORDER_H_
#define RECOVERYLINE_ENGINE_FAILOVER_TIMESTAMP_ORDER_H_

#include <tuple>

#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {

inline bool IsBefore(const google::protobuf::Timestamp& a,
                     const google::protobuf::Timestamp& b) {
  return std::tuple(a.seconds(), a.nanos()) <
         std::tuple(b.seconds(), b.nanos());
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_TIMESTAMP_ORDER_H_
