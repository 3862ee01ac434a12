#include "tests/fake_arm/fake_state.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace recoveryline::fake {

int FakeState::FindContainer(absl::string_view fabric,
                             absl::string_view name) const {
  for (size_t i = 0; i < containers.size(); ++i) {
    if (absl::EqualsIgnoreCase(containers[i].fabric, fabric) &&
        absl::EqualsIgnoreCase(containers[i].name, name)) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

int FakeState::FindItem(absl::string_view fabric, absl::string_view container,
                        absl::string_view name) const {
  const int index = FindContainer(fabric, container);
  if (index < 0) return -1;
  const auto& names = containers[static_cast<size_t>(index)].items;
  const auto found = names.find(absl::AsciiStrToLower(name));
  return found == names.end() ? -1 : found->second;
}

int FakeState::FindItem(absl::string_view name) const {
  const std::string lower = absl::AsciiStrToLower(name);
  for (const FakeContainer& container : containers) {
    const auto found = container.items.find(lower);
    if (found != container.items.end()) return found->second;
  }
  return -1;
}

int FakeState::FindPlan(absl::string_view name) const {
  for (size_t i = 0; i < plans.size(); ++i) {
    if (absl::EqualsIgnoreCase(plans[i].name, name)) return static_cast<int>(i);
  }
  return -1;
}

void FakeState::Schedule(absl::Time time, FakeEvent::Kind kind, int index) {
  events.push({time, events_seen++, kind, index});
}

}  // namespace recoveryline::fake
