// Arm bodies: what the service answers about each resource.
//
//   JsonText json;
//   AppendItem(item, now, state, &json);
//   ItemId(item, state);     //
//   "/Subscriptions/.../replicationProtectedItems/vm"
//
// The shapes are those of recorded answers: sentinels for "never", booleans as
// text, ids in the service's own case, a point of the modern provider under
// another container than its item.
//
// Cost: what is written. Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_ARM_BODIES_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_ARM_BODIES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/fake_state.h"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {

std::string FabricId(absl::string_view fabric, const FakeState& state);
std::string ContainerId(int container, const FakeState& state);
std::string ItemId(const FakeItem& item, const FakeState& state);
// Empty for no point.
std::string PointId(const FakeItem& item, const FakeId& point,
                    const FakeState& state);
std::string PlanId(const FakePlan& plan, const FakeState& state);
// "None" for no job.
std::string JobId(const FakeId& job, const FakeState& state);

void AppendFabric(absl::string_view fabric, const FakeState& state,
                  JsonText* json);
void AppendContainer(int container, const FakeState& state, JsonText* json);
void AppendItem(const FakeItem& item, absl::Time now, const FakeState& state,
                JsonText* json);
void AppendPoint(const FakePoint& point, const FakeItem& item,
                 const FakeState& state, JsonText* json);
void AppendPlan(const FakePlan& plan, absl::Time now, const FakeState& state,
                JsonText* json);

// `shown`: what is told of its state, which may be less than is so.
void AppendJob(const FakeOperation& operation, OperationState shown,
               const FakeState& state, JsonText* json);
void AppendOperation(const FakeOperation& operation, OperationState shown,
                     JsonText* json);

// {"error":{"code":...,"message":...}}
std::string ErrorBody(absl::string_view code, absl::string_view message);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_ARM_BODIES_H_
