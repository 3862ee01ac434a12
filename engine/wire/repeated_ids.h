// RepeatedIds: does an id occur twice?
//
//   RepeatedIds repeated;                    // one for many lists
//   repeated.In(std::span<const absl::string_view>(ids));
//
// Exact: where two hashes are equal the ids themselves are compared.
//
// Cost: O(ids); memory of 8 to 16 bytes an id, kept from list to list.
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_WIRE_REPEATED_IDS_H_
#define RECOVERYLINE_ENGINE_WIRE_REPEATED_IDS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/wire/point_ids.h"

namespace recoveryline {

class RepeatedIds {
 public:
  // REQUIRES: fewer than 2^31 ids.
  bool In(std::span<const UuidBytes> ids);
  bool In(std::span<const absl::string_view> ids);

 private:
  template <typename Id>
  bool Find(std::span<const Id> ids);

  // An open hash table of places in the list, counted from 1; 0 is empty.
  std::vector<uint32_t> slots_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_REPEATED_IDS_H_
