#include "tests/sites/small_vault.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

std::string Container() {
  return absl::StrCat(SmallVault::kVault,
                      "/replicationFabrics/east/"
                      "replicationProtectionContainers/quay");
}

Json ListOf(const std::map<std::string, Json>& resources) {
  Json list = Json::array();
  for (const auto& [id, resource] : resources) list.push_back(resource);
  return {{"value", list}};
}

HttpResponse Ok(const Json& body) {
  return {.status = 200,
          .headers = {{"date", "Wed, 01 May 2024 12:30:00 GMT"}},
          .body = body.dump()};
}

}  // namespace

std::string SmallVault::ItemId(const std::string& name) {
  return absl::StrCat(Container(), "/replicationProtectedItems/", name);
}

std::string SmallVault::PointId(const std::string& item,
                                const std::string& name) {
  // Points name another container than their item does.
  return absl::StrCat(kVault,
                      "/replicationFabrics/east/"
                      "replicationProtectionContainers/cloud_1/"
                      "replicationProtectedItems/",
                      item, "/recoveryPoints/", name);
}

HttpResponse SmallVault::Accepted(const std::string& operation) {
  return {.status = 202,
          .headers = {{"azure-asyncoperation",
                       absl::StrCat(kEndpoint, "/op/", operation)}},
          .body = {}};
}

HttpResponse SmallVault::Refused(int http, const std::string& code) {
  const Json body = {{"error", {{"code", code}, {"message", "It is so."}}}};
  return {.status = http, .headers = {}, .body = body.dump()};
}

void SmallVault::PutItem(const std::string& name, const Json& properties,
                         const Json& details) {
  Json item = {{"id", ItemId(name)},
               {"name", name},
               {"properties",
                {{"friendlyName", name},
                 {"protectionState", "Protected"},
                 {"activeLocation", "Primary"},
                 {"testFailoverState", "None"},
                 {"allowedOperations",
                  {"UnplannedFailover", "DisableProtection", "TestFailover"}},
                 {"currentScenario",
                  {{"scenarioName", "None"},
                   {"jobId", absl::StrCat(kVault, "/replicationJobs/None")}}},
                 {"failoverRecoveryPointId", ""},
                 {"providerSpecificDetails",
                  {{"instanceType", "InMageRcm"},
                   {"internalIdentifier", absl::StrCat("guid-of-", name)},
                   {"multiVmGroupName", nullptr}}}}}};
  if (!properties.is_null()) item["properties"].update(properties);
  if (!details.is_null()) {
    item["properties"]["providerSpecificDetails"].update(details);
  }
  items_[ItemId(name)] = item;
}

void SmallVault::MoveItem(const std::string& name) {
  const std::string from = ItemId(name);
  std::string to = from;
  to.replace(to.find("/east/"), 6, "/west/");
  items_[to] = items_[from];
  items_[to]["id"] = to;
  points_[to] = points_[from];
  items_.erase(from);
  points_.erase(from);
}

void SmallVault::PutPoint(const std::string& item, const std::string& name,
                          const std::string& time, const Json& details) {
  Json point = {{"id", PointId(item, name)},
                {"name", name},
                {"properties",
                 {{"recoveryPointTime", time},
                  {"recoveryPointType", "CrashConsistent"}}}};
  if (!details.is_null()) {
    point["properties"]["providerSpecificDetails"] = details;
  }
  Json& list = points_[ItemId(item)];
  if (list.is_null()) list = {{"value", Json::array()}};
  list["value"].push_back(point);
}

void SmallVault::PutJob(const std::string& name, const std::string& scenario,
                        const std::string& state, const std::string& item,
                        const Json& properties) {
  const std::string id = absl::StrCat(kVault, "/replicationJobs/", name);
  Json job = {{"id", id},
              {"name", name},
              {"properties",
               {{"scenarioName", scenario},
                {"state", state},
                {"startTime", "2024-05-01T12:10:00Z"},
                {"targetObjectId", absl::StrCat("guid-of-", item)},
                {"targetObjectName", item},
                {"targetInstanceType", "ProtectionEntity"}}}};
  if (!properties.is_null()) job["properties"].update(properties);
  jobs_[id] = job;
}

void SmallVault::PutPlan(const std::string& name,
                         const std::vector<std::string>& items,
                         const Json& actions) {
  Json entries = Json::array();
  for (const std::string& item : items) {
    entries.push_back({{"id", ItemId(item)}});
  }
  const std::string id =
      absl::StrCat(kVault, "/replicationRecoveryPlans/", name);
  plans_[id] = {
      {"id", id},
      {"name", name},
      {"properties",
       {{"groups", Json::array({{{"groupType", "Boot"},
                                 {"replicationProtectedItems", entries},
                                 {"startGroupActions", actions},
                                 {"endGroupActions", Json::array()}}})}}}};
}

absl::StatusOr<HttpResponse> SmallVault::Send(const HttpRequest& request) {
  ++request_count;
  if (fault) {
    if (absl::Status status = fault(request); !status.ok()) return status;
  }
  const std::string target = request.url.substr(std::string(kEndpoint).size());
  const std::string path = target.substr(0, target.find('?'));
  if (request.method == "GET") return Get(path);
  const size_t name = path.rfind('/', path.rfind('/') - 1);
  posts.push_back(absl::StrCat(path.substr(name + 1), " ", request.body));
  if (answers.empty()) {
    ADD_FAILURE() << "not expected: " << posts.back();
    return absl::InternalError("not expected");
  }
  absl::StatusOr<HttpResponse> answer = answers.front();
  answers.pop_front();
  return answer;
}

absl::StatusOr<HttpResponse> SmallVault::Get(const std::string& path) const {
  const auto body = bodies.find(path);
  if (body != bodies.end()) {
    return HttpResponse{.status = 200, .headers = {}, .body = body->second};
  }
  const std::string below =
      path.substr(std::min(path.size(), std::string(kVault).size()));
  if (below == "/replicationProtectedItems") return Ok(ListOf(items_));
  if (below == "/replicationJobs") return Ok(ListOf(jobs_));
  if (below == "/replicationRecoveryPlans") return Ok(ListOf(plans_));
  if (items_.count(path) == 1) return Ok(items_.at(path));
  if (jobs_.count(path) == 1) return Ok(jobs_.at(path));
  const std::string owner = path.substr(0, path.rfind('/'));
  if (path == owner + "/recoveryPoints" && items_.count(owner) == 1) {
    return Ok(points_.count(owner) == 1 ? points_.at(owner)
                                        : Json{{"value", Json::array()}});
  }
  return Refused(404, "ResourceNotFound");
}

}  // namespace recoveryline
