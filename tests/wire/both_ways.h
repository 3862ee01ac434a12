// BothWays: what a binary inventory says by way of messages, and by way of the
// wire.
//
//   BothWays read(bytes, {});
//   if (read.IsValid()) EXPECT_NE(read.view, nullptr);
//   EXPECT_EQ(read.Disagreement(), "");
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_WIRE_BOTH_WAYS_H_
#define RECOVERYLINE_TESTS_WIRE_BOTH_WAYS_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "engine/wire/wire_inventory.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

struct BothWays {
  BothWays(absl::string_view bytes, const WireLimits& limits);

  v1::Inventory rows;  // by ReadBinpb()
  Violations found;    // of ReadBinpb(), else of ValidateInventory()
  std::unique_ptr<WireInventory> view;

  bool IsValid() const { return found.empty(); }

  // In what a view differs from a RowInventory over the rows, or that there is
  // one although the rows break rules; empty for nothing. That there is none is
  // no disagreement.
  std::string Disagreement() const;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_WIRE_BOTH_WAYS_H_
