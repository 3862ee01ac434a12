// ViolationMatchers: what a test of the validators says.
//
//   v1::Inventory inventory = FromText<v1::Inventory>("vms { id: 'web' }");
//   EXPECT_THAT(BrokenRules(inventory),
//               ElementsAre(Breaks(v1::Violation::EMPTY_ID, "vms[0].id")));
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_VIOLATION_MATCHERS_H_
#define RECOVERYLINE_TESTS_VIOLATION_MATCHERS_H_

#include <string>
#include <vector>

#include "engine/row_inventory.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace recoveryline {

// A violation of `reason` at `path`, with a message.
MATCHER_P2(Breaks, reason, path,
           v1::Violation::Reason_Name(reason) + " at " + path) {
  *result_listener << arg.ShortDebugString();
  return arg.reason() == reason && arg.field_path() == path &&
         !arg.message().empty();
}

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

inline std::vector<v1::Violation> BrokenRules(const v1::Inventory& inventory) {
  Violations found;
  ValidateInventory(inventory, &found);
  return found.list();
}

inline std::vector<v1::Violation> BrokenRules(const v1::RecoveryPlan& plan) {
  Violations found;
  ValidatePlan(plan, &found);
  return found.list();
}

// REQUIRES: `inventory` is valid.
inline std::vector<v1::Violation> BrokenRules(const v1::RecoveryPlan& plan,
                                              const v1::Inventory& inventory) {
  Violations found;
  ValidatePlanAgainst(plan, RowInventory(inventory), &found);
  return found.list();
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_VIOLATION_MATCHERS_H_
