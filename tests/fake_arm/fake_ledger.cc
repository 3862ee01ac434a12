#include "tests/fake_arm/fake_ledger.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {

int FakeLedger::Add(Effect effect) {
  effects_.push_back(std::move(effect));
  return static_cast<int>(effects_.size()) - 1;
}

int FakeLedger::Count(absl::string_view item, Action action) const {
  int count = 0;
  for (const Effect& effect : effects_) {
    if (effect.action == action && absl::EqualsIgnoreCase(effect.item, item)) {
      ++count;
    }
  }
  return count;
}

std::vector<Action> FakeLedger::Done(absl::string_view item) const {
  std::vector<Action> done;
  for (const Effect& effect : effects_) {
    if (effect.state != OperationState::kFailed &&
        absl::EqualsIgnoreCase(effect.item, item)) {
      done.push_back(effect.action);
    }
  }
  return done;
}

std::vector<Effect> FakeLedger::Doubled() const {
  std::vector<Effect> doubled;
  for (const Effect& effect : effects_) {
    if (effect.doubled) doubled.push_back(effect);
  }
  return doubled;
}

std::string FakeLedger::ToJsonLines() const {
  std::string lines;
  for (const Effect& effect : effects_) {
    JsonText json;
    json.BeginObject()
        .Field("time", ArmTime(effect.time))
        .Field("item", effect.item)
        .Field("action", Name(effect.action))
        .Field("recoveryPoint", effect.point.Text())
        .Field("operation", effect.operation.Text())
        .Field("job", effect.job.Text())
        .Field("state", Name(effect.state))
        .BoolField("doubled", effect.doubled)
        .EndObject();
    absl::StrAppend(&lines, json.Take(), "\n");
  }
  return lines;
}

}  // namespace recoveryline::fake
