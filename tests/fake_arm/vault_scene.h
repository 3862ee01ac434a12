// VaultScene: a fake vault, a clock that a test turns, and requests in few
// words.
//
//   VaultScene scene(options);
//   scene.Post(scene.ItemPath("vm-001") + "/failoverCommit");
//   scene.Wait(absl::Minutes(5));
//   scene.Item("vm-001")["properties"]["protectionState"];
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SCENE_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SCENE_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/fake_vault.h"

namespace recoveryline::fake {

class VaultScene {
 public:
  using Json = nlohmann::json;

  explicit VaultScene(const FakeOptions& options)
      : vault(options), now(options.start) {}

  FakeAnswer Send(absl::string_view method, absl::string_view path,
                  absl::string_view body = "") {
    HttpRequest request;
    request.method = std::string(method);
    request.url = absl::StrCat("https://localhost", path);
    if (!absl::StrContains(path, "api-version=")) {
      absl::StrAppend(&request.url, absl::StrContains(path, "?") ? "&" : "?",
                      "api-version=2023-06-01");
    }
    request.headers["authorization"] = absl::StrCat("Bearer ", token);
    request.body = std::string(body);
    return vault.Handle(request, now);
  }
  // An address as the service gave it.
  FakeAnswer Follow(const std::string& url) {
    return Send("GET",
                absl::string_view(url).substr(sizeof("https://localhost") - 1));
  }
  HttpResponse Post(absl::string_view path, absl::string_view body = "") {
    return Send("POST", path, body).response;
  }
  HttpResponse Get(absl::string_view path) {
    return Send("GET", path).response;
  }
  Json GetJson(absl::string_view path) {
    return Json::parse(Get(path).body, nullptr, false);
  }

  void Wait(absl::Duration duration) { now += duration; }

  std::string Root() const { return vault.state().root; }
  std::string ItemPath(absl::string_view name) {
    return ItemId(vault.ItemNamed(name), vault.state());
  }
  std::string PlanPath(absl::string_view name) const {
    return absl::StrCat(Root(), "/replicationRecoveryPlans/", name);
  }
  Json Item(absl::string_view name) { return GetJson(ItemPath(name)); }
  std::string StateOf(absl::string_view name) {
    return Item(name)["properties"]["protectionState"].get<std::string>();
  }
  std::vector<std::string> Allowed(absl::string_view name) {
    return Item(name)["properties"]["allowedOperations"]
        .get<std::vector<std::string>>();
  }
  Json Points(absl::string_view name) {
    return GetJson(absl::StrCat(ItemPath(name), "/recoveryPoints"))["value"];
  }
  // The code of an error that was answered.
  static std::string Code(const HttpResponse& response) {
    const Json body = Json::parse(response.body, nullptr, false);
    return body.is_object() && body.contains("error")
               ? body["error"]["code"].get<std::string>()
               : "";
  }
  // What the operation of this 202 says now.
  Json Status(const HttpResponse& accepted) {
    const std::string url = accepted.headers.at("azure-asyncoperation");
    return Json::parse(Follow(url).response.body, nullptr, false);
  }

  FakeVault vault;
  absl::Time now;
  std::string token = kFakeToken;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_VAULT_SCENE_H_
