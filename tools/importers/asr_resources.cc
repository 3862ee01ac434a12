#include "tools/importers/asr_resources.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/importers/asr_actions.h"

namespace recoveryline::asr {
namespace {

using absl::string_view;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// The text of a field; empty where it is absent, null or not text.
string_view Text(const object& from, const char* key) {
  std::string_view text;
  if (from[key].get(text) != simdjson::SUCCESS) return {};
  return {text.data(), text.size()};
}

std::optional<object> Child(const object& from, const char* key) {
  object child;
  if (from[key].get(child) != simdjson::SUCCESS) return std::nullopt;
  return child;
}

// The elements of a list; none where it is absent, null or not a list.
std::vector<element> Elements(const object& from, const char* key) {
  array list;
  if (from[key].get(list) != simdjson::SUCCESS) return {};
  return {list.begin(), list.end()};
}

// Azure sends booleans as true or as "true", "True".
bool Flag(const object& from, const char* key) {
  bool flag = false;
  if (from[key].get(flag) == simdjson::SUCCESS) return flag;
  return absl::EqualsIgnoreCase(Text(from, key), "true");
}

// The object being read: its place, and where its facts and notes go.
class Subject {
 public:
  Subject(std::string where, Listing* listing)
      : where_(std::move(where)), listing_(listing) {}

  const std::string& where() const { return where_; }
  Listing& listing() const { return *listing_; }
  void Note(string_view note) const {
    listing_->notes.push_back(absl::StrCat(where_, ": ", note));
  }

  // Takes `instant` for a time at which the listing was seen to be true.
  void Observe(core::Instant instant, string_view field) const {
    if (listing_->newest && *listing_->newest >= instant) return;
    listing_->newest = instant;
    listing_->newest_where = absl::StrCat(where_, ".", field);
  }

  // A time of the past: `key` of `from`, which stands at `path`; nothing where
  // it says none. One that cannot be read is noted.
  std::optional<core::Instant> Past(const object& from, const char* path,
                                    const char* key) const {
    const string_view text = Text(from, key);
    const TimeReading reading = ReadTime(text);
    if (reading.state == TimeReading::State::kUnreadable) {
      Note(absl::StrCat(key, " \"", text, "\" is not a time; it is ignored"));
    }
    if (reading.state != TimeReading::State::kTime) return std::nullopt;
    if (reading.assumed_utc) {
      Note(absl::StrCat(key, " \"", text, "\" has no zone; UTC is assumed"));
    }
    Observe(reading.instant, absl::StrCat(path, ".", key));
    return reading.instant;
  }

 private:
  std::string where_;
  Listing* listing_;
};

std::vector<ResourceRef> ReadItemIds(const std::vector<element>& ids,
                                     string_view what, const Subject& subject) {
  std::vector<ResourceRef> refs;
  for (const element& id : ids) {
    std::string_view text;
    if (id.get(text) != simdjson::SUCCESS) text = {};
    ParsedId parsed = ParseId({text.data(), text.size()});
    if (parsed.kind == ResourceKind::kItem) {
      refs.push_back(std::move(parsed.owner));
    } else {
      subject.Note(absl::StrCat(what, " lists ", simdjson::minify(id),
                                ", which is not the id of a protected item; "
                                "it is left out"));
    }
  }
  return refs;
}

// A point that is left out, or left out for some of its nodes, exists.
void AddUnread(const ParsedId& id, const Subject& subject) {
  subject.listing().unread_points.push_back(
      {id.kind == ResourceKind::kClusterPoint, id.owner, id.point_name});
}

void ReadPoint(const object& properties, const ParsedId& id,
               const Subject& subject) {
  PointFact point;
  point.where = subject.where();
  point.of_cluster = id.kind == ResourceKind::kClusterPoint;
  point.owner = id.owner;
  point.name = id.point_name;
  const std::string what = absl::StrCat("recovery point \"", point.name,
                                        "\" of \"", point.owner.name, "\"");

  const string_view time = Text(properties, "recoveryPointTime");
  const TimeReading reading = ReadTime(time);
  if (reading.state != TimeReading::State::kTime) {
    subject.Note(absl::StrCat(what, " is left out: its recoveryPointTime \"",
                              time, "\" is not a time in range"));
    AddUnread(id, subject);
    return;
  }
  if (reading.assumed_utc) {
    subject.Note(absl::StrCat(what, ": its time \"", time,
                              "\" has no zone; UTC is assumed"));
  }
  point.capture_time = reading.instant;

  const string_view type = Text(properties, "recoveryPointType");
  const auto consistency = ConsistencyOf(type);
  if (consistency) {
    point.consistency = *consistency;
  } else {
    subject.Note(absl::StrCat(what, " has the unknown recoveryPointType \"",
                              type, "\"; no rule will take it"));
  }

  if (const auto details = Child(properties, "providerSpecificDetails")) {
    point.multi_vm_flag =
        absl::EqualsIgnoreCase(Text(*details, "recoveryPointSyncType"),
                               "MultiVmSyncRecoveryPoint") ||
        Flag(*details, "isMultiVmSyncPoint");
    point.disk_count = static_cast<int>(Elements(*details, "disks").size());
    if (point.of_cluster) {
      const std::vector<element> nodes = Elements(*details, "nodes");
      point.nodes = ReadItemIds(nodes, what, subject);
      if (point.nodes.size() < nodes.size()) AddUnread(id, subject);
    }
  }
  if (point.of_cluster && point.nodes.empty()) {
    subject.Note(absl::StrCat(what, " is left out: it lists no nodes"));
    AddUnread(id, subject);
    return;
  }
  subject.Observe(point.capture_time, "properties.recoveryPointTime");
  subject.listing().points.push_back(std::move(point));
}

// Lists that describe the same disks stand in one row; their sizes are added.
int DiskCount(const object& details) {
  constexpr const char* kDiskLists[][2] = {
      {"azureVMDiskDetails", nullptr},              // Hyper-V, VMware
      {"vMDiskDetails", nullptr},                   // Hyper-V to Hyper-V
      {"protectedDisks", "protectedManagedDisks"},  // VMware, Azure
  };
  int count = 0;
  for (const auto& row : kDiskLists) {
    int sum = 0;
    for (const char* key : row) {
      if (key != nullptr) {
        sum += static_cast<int>(Elements(details, key).size());
      }
    }
    count = std::max(count, sum);
  }
  return count;
}

constexpr char kDetails[] = "properties.providerSpecificDetails";

void ReadItemDetails(const object& details, const Subject& subject,
                     ItemFact* item) {
  item->group_id = std::string(Text(details, "multiVmGroupId"));
  item->group_name = std::string(Text(details, "multiVmGroupName"));
  item->group_create_option =
      std::string(Text(details, "multiVmGroupCreateOption"));
  const string_view cluster_id = Text(details, "protectionClusterId");
  ParsedId cluster = ParseId(cluster_id);
  if (cluster.kind == ResourceKind::kCluster) {
    item->cluster = std::move(cluster.owner);
  } else if (!cluster_id.empty()) {
    subject.Note(absl::StrCat("protectionClusterId \"", cluster_id,
                              "\" is not the id of a cluster; it is ignored"));
  }
  item->disk_count = DiskCount(details);
  item->resync_required = Flag(details, "resyncRequired");

  // How far data has reached the site: Hyper-V says so, and modern VMware
  // names the newest point received, from which Azure computes the RPO (222 s
  // = lastRpoCalculatedTime - lastRecoveryPointReceived, ASR.md 3.3). The
  // rpoInSeconds of the other providers only restates their newest point,
  // rounded, so it is not used; when it was computed tells when the listing
  // was true, and so do heartbeats.
  item->latest_replicated =
      subject.Past(details, kDetails, "lastReplicatedTime");
  const auto received =
      subject.Past(details, kDetails, "lastRecoveryPointReceived");
  item->latest_replicated = std::max(item->latest_replicated, received);
  subject.Past(details, kDetails, "lastRpoCalculatedTime");
  subject.Past(details, kDetails, "lastHeartbeat");
  if (const auto agent = Child(details, "mobilityAgentDetails")) {
    subject.Past(*agent, kDetails, "lastHeartbeatUtc");
  }
}

void ReadItem(const object& properties, const ResourceRef& ref,
              const Subject& subject) {
  ItemFact item;
  item.where = subject.where();
  item.ref = ref;
  item.friendly_name = std::string(Text(properties, "friendlyName"));
  item.protection_state = std::string(Text(properties, "protectionState"));
  subject.Past(properties, "properties", "lastSuccessfulFailoverTime");
  subject.Past(properties, "properties", "lastSuccessfulTestFailoverTime");
  if (const auto scenario = Child(properties, "currentScenario")) {
    subject.Past(*scenario, "properties.currentScenario", "startTime");
  }
  if (const auto details = Child(properties, "providerSpecificDetails")) {
    ReadItemDetails(*details, subject, &item);
  }
  subject.listing().items.push_back(std::move(item));
}

void ReadCluster(const object& properties, const ResourceRef& ref,
                 const Subject& subject) {
  ClusterFact cluster;
  cluster.where = subject.where();
  cluster.ref = ref;
  cluster.items =
      ReadItemIds(Elements(properties, "clusterProtectedItemIds"),
                  absl::StrCat("cluster \"", ref.name, "\""), subject);
  subject.listing().clusters.push_back(std::move(cluster));
}

PlanGroupFact ReadPlanGroup(const object& fields, const Subject& subject) {
  std::vector<std::string>& notes = subject.listing().notes;
  PlanGroupFact group;
  group.where = subject.where();
  group.type = std::string(Text(fields, "groupType"));
  std::vector<element> ids;
  for (const element& entry : Elements(fields, "replicationProtectedItems")) {
    element id;
    ids.push_back(entry["id"].get(id) == simdjson::SUCCESS ? id : entry);
  }
  group.items = ReadItemIds(ids, absl::StrCat(group.type, " group"), subject);
  group.start_actions =
      ReadActions(fields, "startGroupActions", group.where, &notes);
  group.end_actions =
      ReadActions(fields, "endGroupActions", group.where, &notes);
  return group;
}

void ReadPlan(const object& properties, const ResourceRef& ref,
              const Subject& subject) {
  PlanFact plan;
  plan.where = subject.where();
  plan.ref = ref;
  plan.friendly_name = std::string(Text(properties, "friendlyName"));
  subject.Past(properties, "properties", "lastPlannedFailoverTime");
  subject.Past(properties, "properties", "lastUnplannedFailoverTime");
  subject.Past(properties, "properties", "lastTestFailoverTime");
  if (const auto scenario = Child(properties, "currentScenario")) {
    subject.Past(*scenario, "properties.currentScenario", "startTime");
  }
  int index = 0;
  for (const element& group : Elements(properties, "groups")) {
    const Subject place(
        absl::StrCat(subject.where(), ".properties.groups[", index++, "]"),
        &subject.listing());
    object fields;
    if (group.get(fields) == simdjson::SUCCESS) {
      plan.groups.push_back(ReadPlanGroup(fields, place));
    } else {
      place.Note("is not an object; it is left out");
    }
  }
  subject.listing().plans.push_back(std::move(plan));
}

// What names a resource: its id, and without one its type and name. A point
// needs its id, for nothing else tells whose it is.
ParsedId IdOf(const object& resource) {
  const string_view id = Text(resource, "id");
  if (!id.empty()) return ParseId(id);
  ParsedId parsed;
  const string_view name = Text(resource, "name");
  if (name.empty() || name.size() > kMaxIdBytes) return parsed;
  const ResourceKind kind = KindOfType(Text(resource, "type"));
  if (kind == ResourceKind::kItem || kind == ResourceKind::kPlan) {
    parsed.kind = kind;
    parsed.owner = NameOnly(name);
  }
  return parsed;
}

std::string TypeOf(const object& resource) {
  const string_view type = Text(resource, "type");
  if (!type.empty()) return std::string(type);
  const std::vector<string_view> segments =
      absl::StrSplit(Text(resource, "id"), '/', absl::SkipEmpty());
  if (segments.size() < 2) return "no type";
  return std::string(segments[segments.size() - 2]);
}

}  // namespace

ResourceSummary ReadResource(const object& resource, const std::string& where,
                             Listing* listing) {
  const Subject subject(where, listing);
  const ParsedId id = IdOf(resource);
  ResourceSummary summary = {id.kind, TypeOf(resource), std::nullopt};
  if (id.kind == ResourceKind::kOther) {
    summary.kind = KindOfType(Text(resource, "type"));
    if (summary.kind != ResourceKind::kOther) {
      subject.Note(absl::StrCat("a resource named \"", Text(resource, "name"),
                                "\" is left out: its id \"",
                                Text(resource, "id"), "\" is not that of a ",
                                summary.type));
    }
    return summary;
  }
  summary.list = ListRef{id.kind, id.owner};
  const bool is_point = summary.list->IsOfPoints();

  const auto properties = Child(resource, "properties");
  if (!properties) {
    subject.Note(absl::StrCat("\"", is_point ? id.point_name : id.owner.name,
                              "\" is left out: it has no properties"));
    if (is_point) AddUnread(id, subject);
    return summary;
  }
  switch (id.kind) {
    case ResourceKind::kOther:
      break;
    case ResourceKind::kPoint:
    case ResourceKind::kClusterPoint:
      ReadPoint(*properties, id, subject);
      break;
    case ResourceKind::kItem:
      ReadItem(*properties, id.owner, subject);
      break;
    case ResourceKind::kCluster:
      ReadCluster(*properties, id.owner, subject);
      break;
    case ResourceKind::kPlan:
      ReadPlan(*properties, id.owner, subject);
      break;
  }
  return summary;
}

}  // namespace recoveryline::asr
