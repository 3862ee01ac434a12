#include "tests/fake_arm/arm_lists.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/json_text.h"
#include "tests/fake_arm/point_schedule.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

// NAME eq 'value' of each part.
using Filter = std::vector<std::pair<std::string, std::string>>;

Refusal BadQuery(string_view what) {
  return {400, "InvalidQueryParameter",
          absl::StrCat("The query parameter ", what, " is not understood.")};
}

bool ParseFilter(string_view text, Filter* filter) {
  for (string_view part : absl::StrSplit(text, " and ")) {
    part = absl::StripAsciiWhitespace(part);
    const size_t space = part.find(' ');
    if (space == string_view::npos) return false;
    string_view value = part.substr(space + 1);
    if (!absl::ConsumePrefix(&value, "eq ")) return false;
    value = absl::StripAsciiWhitespace(value);
    if (!absl::ConsumePrefix(&value, "'") ||
        !absl::ConsumeSuffix(&value, "'")) {
      return false;
    }
    filter->emplace_back(std::string(part.substr(0, space)),
                         std::string(value));
  }
  return true;
}

std::string Encoded(string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
        c == '_' || c == '.') {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.push_back('%');
      encoded.push_back(kDigits[byte >> 4]);
      encoded.push_back(kDigits[byte & 15]);
    }
  }
  return encoded;
}

// An entry of a list: the key that pages go by, ascending, and its index.
struct Entry {
  int64_t key = 0;
  size_t index = 0;
};

class Lister {
 public:
  Lister(const ArmRoute& route, const ArmUrl& url, absl::Time now,
         FakeState* state)
      : route_(route), url_(url), now_(now), state_(*state) {}

  // False: the filter is not understood.
  bool Collect() {
    const std::string* text = url_.Query("$filter");
    if (text != nullptr && !text->empty() && !ParseFilter(*text, &filter_)) {
      return false;
    }
    switch (route_.resource) {
      case Resource::kFabrics:
        CollectFabrics();
        return filter_.empty();
      case Resource::kContainers:
      case Resource::kContainersOfFabric:
        CollectContainers();
        return filter_.empty();
      case Resource::kPlans:
        for (size_t i = 0; i < state_.plans.size(); ++i) Add(i);
        return filter_.empty();
      case Resource::kPoints:
        CollectPoints();
        return filter_.empty();
      case Resource::kJobs:
        return CollectJobs();
      case Resource::kItems:
      case Resource::kItemsOfContainer:
        return CollectItems();
      default:
        return true;
    }
  }

  const std::vector<Entry>& entries() const { return entries_; }

  void Append(const Entry& entry, JsonText* json) const {
    switch (route_.resource) {
      case Resource::kFabrics:
        AppendFabric(state_.containers[entry.index].fabric, state_, json);
        return;
      case Resource::kPlans:
        AppendPlan(state_.plans[entry.index], now_, state_, json);
        return;
      case Resource::kPoints: {
        const FakeItem& item = state_.items[item_];
        AppendPoint(item.points[entry.index], item, state_, json);
        return;
      }
      case Resource::kJobs: {
        const FakeOperation& operation = state_.operations[entry.index];
        AppendJob(operation, operation.state, state_, json);
        return;
      }
      case Resource::kItems:
      case Resource::kItemsOfContainer:
        AppendItem(state_.items[entry.index], now_, state_, json);
        return;
      default:
        AppendContainer(static_cast<int>(entry.index), state_, json);
        return;
    }
  }

 private:
  void Add(size_t index) {
    entries_.push_back({static_cast<int64_t>(index), index});
  }

  void CollectFabrics() {
    std::set<string_view> seen;
    for (size_t i = 0; i < state_.containers.size(); ++i) {
      if (seen.insert(state_.containers[i].fabric).second) Add(i);
    }
  }

  void CollectContainers() {
    for (size_t i = 0; i < state_.containers.size(); ++i) {
      if (route_.resource == Resource::kContainers ||
          absl::EqualsIgnoreCase(state_.containers[i].fabric,
                                 route_.names[0])) {
        Add(i);
      }
    }
  }

  void CollectPoints() {
    item_ = static_cast<size_t>(
        state_.FindItem(route_.names[0], route_.names[1], route_.names[2]));
    MakePointsUntil(now_, state_.items[item_].group, &state_);
    const std::vector<FakePoint>& points = state_.items[item_].points;
    for (size_t i = 0; i < points.size(); ++i) {
      entries_.push_back({absl::ToUnixNanos(points[i].time), i});
    }
  }

  bool CollectItems() {
    int container = -1;
    if (route_.resource == Resource::kItemsOfContainer) {
      container = state_.FindContainer(route_.names[0], route_.names[1]);
    }
    for (size_t i = 0; i < state_.items.size(); ++i) {
      const FakeItem& item = state_.items[i];
      bool fits = container < 0 || item.container == container;
      for (const auto& [name, value] : filter_) {
        if (absl::EqualsIgnoreCase(name, "RecoveryPlanName")) {
          fits &= absl::EqualsIgnoreCase(
              value, state_.plans[static_cast<size_t>(item.plan)].name);
        } else if (absl::EqualsIgnoreCase(name, "InstanceType")) {
          fits &= absl::EqualsIgnoreCase(value, Name(item.type));
        } else if (absl::EqualsIgnoreCase(name, "SourceFabricName")) {
          fits &= absl::EqualsIgnoreCase(
              value,
              state_.containers[static_cast<size_t>(item.container)].fabric);
        } else {
          return false;
        }
      }
      if (fits) Add(i);
    }
    return true;
  }

  // Whether the job passes; false in `*understood` where the filter is not.
  bool JobFits(const FakeOperation& operation, bool* understood) const {
    bool fits = operation.visible <= now_;
    for (const auto& [name, value] : filter_) {
      absl::Time time;
      const bool is_time =
          absl::ParseTime(absl::RFC3339_full, value, &time, nullptr);
      if (absl::EqualsIgnoreCase(name, "StartTime")) {
        *understood &= is_time;
        fits &= operation.started >= time;
      } else if (absl::EqualsIgnoreCase(name, "EndTime")) {
        *understood &= is_time;
        fits &= operation.started <= time;
      } else if (absl::EqualsIgnoreCase(name, "JobStatus")) {
        fits &= absl::EqualsIgnoreCase(value, Name(operation.state));
      } else if (absl::EqualsIgnoreCase(name, "JobName")) {
        fits &= absl::EqualsIgnoreCase(value, operation.job.Text());
      } else if (absl::EqualsIgnoreCase(name, "AffectedObjectTypes")) {
        fits &= absl::EqualsIgnoreCase(
            value, operation.plan >= 0 ? "RecoveryPlan" : "ProtectionEntity");
      } else {
        *understood = false;
      }
    }
    return fits;
  }

  // The newest first.
  bool CollectJobs() {
    bool understood = true;
    const size_t count = state_.operations.size();
    for (size_t i = count; i-- > 0;) {
      if (!JobFits(state_.operations[i], &understood)) continue;
      entries_.push_back({-static_cast<int64_t>(i), i});
    }
    return understood;
  }

  const ArmRoute& route_;
  const ArmUrl& url_;
  const absl::Time now_;
  FakeState& state_;
  Filter filter_;
  std::vector<Entry> entries_;
  size_t item_ = 0;
};

std::string NextLink(const ArmUrl& url, string_view path, int64_t last_key) {
  std::string link(path);
  char separator = '?';
  for (const auto& [name, value] : url.query) {
    if (absl::EqualsIgnoreCase(name, "$skipToken")) continue;
    absl::StrAppend(&link, string_view(&separator, 1), Encoded(name), "=",
                    Encoded(value));
    separator = '&';
  }
  return absl::StrCat(link, "&%24skipToken=", last_key);
}

}  // namespace

ListAnswer ListPage(const ArmRoute& route, const ArmUrl& url, string_view path,
                    absl::Time now, FakeChaos* chaos, FakeState* state) {
  ListAnswer answer;
  Lister lister(route, url, now, state);
  if (!lister.Collect()) {
    answer.refusal = BadQuery("$filter");
    return answer;
  }
  const std::vector<Entry>& entries = lister.entries();
  auto next = entries.begin();
  int room = state->options.page_size;
  if (const std::string* token = url.Query("$skipToken")) {
    int64_t after = 0;
    if (!absl::SimpleAtoi(*token, &after)) {
      answer.refusal = BadQuery("$skipToken");
      return answer;
    }
    next = std::upper_bound(
        entries.begin(), entries.end(), after,
        [](int64_t key, const Entry& entry) { return key < entry.key; });
    const bool repeats = chaos->Strikes(chaos->rates().repeated_entry);
    if (repeats && next != entries.begin()) {
      --next;
      ++room;
    }
  }
  JsonText json;
  json.BeginObject().Key("value").BeginArray();
  int64_t last_key = 0;
  for (; room > 0 && next != entries.end(); --room) {
    lister.Append(*next, &json);
    last_key = next->key;
    ++next;
  }
  json.EndArray();
  if (next != entries.end()) {
    json.Field("nextLink", NextLink(url, path, last_key));
  } else {
    json.NullField("nextLink");
  }
  json.EndObject();
  answer.body = json.Take();
  return answer;
}

}  // namespace recoveryline::fake
