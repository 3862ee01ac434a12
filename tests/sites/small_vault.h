// SmallVault: as much of Azure as a test of one site writes down: bodies by
// path, and an answer to each POST.
//
//   SmallVault azure;
//   azure.PutItem("web", {{"protectionState", "Protected"}});
//   azure.PutPoint("web", "p1", "2024-05-01T12:00:00Z");
//   azure.answers.push_back(SmallVault::Accepted("op1"));
//   azure.bodies["/op/op1"] = R"({"status":"Succeeded"})";
//
// What a test has not written is 404; a POST without an answer fails the test.

#ifndef RECOVERYLINE_TESTS_SITES_SMALL_VAULT_H_
#define RECOVERYLINE_TESTS_SITES_SMALL_VAULT_H_

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/http.h"

namespace recoveryline {

class SmallVault final : public HttpTransport {
 public:
  static constexpr char kEndpoint[] = "https://arm.example";
  static constexpr char kVault[] =
      "/subscriptions/s/resourceGroups/g/providers/"
      "Microsoft.RecoveryServices/vaults/harbour";

  static std::string ItemId(const std::string& name);
  static std::string PointId(const std::string& item, const std::string& name);
  static HttpResponse Accepted(const std::string& operation);
  static HttpResponse Refused(int http, const std::string& code);

  // Replaces the item; `properties` and `details` go before what is usual: a
  // protected machine of InMageRcm that may fail over.
  void PutItem(const std::string& name, const Json& properties = {},
               const Json& details = {});
  // Takes it to another fabric, with its points.
  void MoveItem(const std::string& name);
  void PutPoint(const std::string& item, const std::string& name,
                const std::string& time, const Json& details = {});
  // Of the item by its internalIdentifier, unless `properties` say otherwise.
  void PutJob(const std::string& name, const std::string& scenario,
              const std::string& state, const std::string& item,
              const Json& properties = {});
  void PutPlan(const std::string& name, const std::vector<std::string>& items,
               const Json& actions = Json::array());

  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override;

  // Further bodies by path.
  std::map<std::string, std::string> bodies;
  // To POSTs, in order.
  std::deque<absl::StatusOr<HttpResponse>> answers;
  // "PATH BODY" of each POST, the path from the vault's or the item's name on.
  std::vector<std::string> posts;
  // Asked before each request; an error is its answer.
  std::function<absl::Status(const HttpRequest&)> fault;
  int request_count = 0;

 private:
  absl::StatusOr<HttpResponse> Get(const std::string& path) const;

  std::map<std::string, Json> items_;   // by id
  std::map<std::string, Json> points_;  // lists, by the item's id
  std::map<std::string, Json> jobs_;    // by id
  std::map<std::string, Json> plans_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_SMALL_VAULT_H_
