// Action input: what does the body of a POST ask for, and is it one that the
// service would take?
//
//   ActionInput input = ReadItemInput(Action::kUnplannedFailover, item, named,
//                                     request.body);
//   if (input.refusal) ...                   // 400, with a code
//   input.wish.kind;                         // PointWish::kById
//
// Booleans travel as text; `null` is as good as nothing; the fields that the
// SDK requires are required. Fields that are not the fake's business are
// skipped.
//
// Cost: one JSON parse. Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_ACTION_INPUT_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_ACTION_INPUT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "tests/fake_arm/fake_state.h"
#include "tests/fake_arm/point_schedule.h"

namespace recoveryline::fake {

// An answer with an error.
struct Refusal {
  int http_status = 400;
  std::string code;
  std::string message;
};

struct ActionInput {
  PointWish wish;
  // With kSwitchProtection: which item of the container.
  std::string item_name;
  std::optional<Refusal> refusal;
};

// `in_named_group`: of the item. A body that is no JSON is refused.
ActionInput ReadItemInput(Action action, const FakeItem& item,
                          bool in_named_group, absl::string_view body);

// Of a plan's call, as far as it is about this item: the entry of its instance
// type.
ActionInput ReadPlanInput(Action action, const FakeItem& item,
                          bool in_named_group, absl::string_view body);

// The name alone: the item has to be found before the rest can be judged.
ActionInput ReadSwitchInput(absl::string_view body);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_ACTION_INPUT_H_
