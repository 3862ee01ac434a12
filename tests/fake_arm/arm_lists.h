// Arm lists: a page of a list, and where the next one is.
//
//   ListAnswer answer = ListPage(route, url, path, now, &chaos, &state);
//   answer.body;      // {"value":[...],"nextLink":"https://.../?...skipToken"}
//
// Pages go on after the last entry told, by the key of that entry, so that what
// comes or goes between two pages shifts nothing. `$filter` is understood as
// clients use it: NAME eq 'value', joined by "and"; of items by
// RecoveryPlanName, InstanceType and SourceFabricName, of jobs by StartTime,
// EndTime, JobStatus, JobName and AffectedObjectTypes.
//
// Cost: what is written; jobs, and items with a filter, O(all of them).
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_ARM_LISTS_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_ARM_LISTS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/action_input.h"
#include "tests/fake_arm/arm_url.h"
#include "tests/fake_arm/fake_chaos.h"
#include "tests/fake_arm/fake_state.h"

namespace recoveryline::fake {

struct ListAnswer {
  std::string body;
  std::optional<Refusal> refusal;
};

// `path`: the address without its query, as it was asked. REQUIRES: the route
// is that of a list, and what it is a list of exists.
ListAnswer ListPage(const ArmRoute& route, const ArmUrl& url,
                    absl::string_view path, absl::Time now, FakeChaos* chaos,
                    FakeState* state);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_ARM_LISTS_H_
