#include "tools/sites/open_asr.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "tools/sites/asr_connection.h"
#include "tools/sites/asr_site.h"
#include "tools/sites/site_options.h"

namespace recoveryline {
namespace {

class OpenedAsr final : public OpenedSite {
 public:
  RecoverySite& site() override { return *site_; }
  Clock& clock() override { return clock_; }

  absl::Status Connect(const AsrAddress& address, AsrSite::Options options) {
    auto connection = AsrConnection::Open(address, clock_);
    if (!connection.ok()) return connection.status();
    connection_ = *std::move(connection);
    site_ = std::make_unique<AsrSite>(connection_->vault(), clock_,
                                      std::move(options));
    return absl::OkStatus();
  }

 private:
  SystemClock clock_;
  std::unique_ptr<AsrConnection> connection_;
  std::unique_ptr<AsrSite> site_;
};

absl::Status ReadReprotect(const std::string& path,
                           AsrRequestOptions* options) {
  if (path.empty()) return absl::OkStatus();
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " cannot be read"));
  }
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::optional<Json> json = ParseJson(text);
  if (!json || !json->is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not a JSON object of fields by provider"));
  }
  for (const auto& [key, value] : json->items()) {
    if (key == "vms" && value.is_object()) {
      for (const auto& [vm, fields] : value.items()) {
        options->reprotect_vm[vm] = fields;
      }
    } else if (AsrProviderOf(key) != AsrProvider::kUnknown) {
      options->reprotect[std::string(NameOf(AsrProviderOf(key)))] = value;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": \"", key, "\" is no provider"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenAsr(
    const SiteRequest& request) {
  SiteOptions given(request.options);
  AsrAddress address;
  address.vault = given.Text("vault", "");
  address.endpoint = given.Text("endpoint", address.endpoint);
  address.api_version = given.Text("api-version", address.api_version);
  address.ca_file = given.Text("ca-file", "");
  address.proxy = given.Text("proxy", "");
  address.token_environment = given.Text("token-env", "");
  address.token_file = given.Text("token-file", "");
  address.token_command = given.Text("token-command", "");
  address.patience = request.patience;
  AsrSite::Options options;
  options.vm_ids = request.vm_ids;
  options.settle = given.Length("settle", options.settle);
  options.recovery_plan = given.Text("recovery-plan", "");
  options.requests.test_network_id = given.Text("test-network", "");
  constexpr SharedPointBy kBy[] = {SharedPointBy::kTime, SharedPointBy::kId,
                                   SharedPointBy::kNone};
  options.shared_point_by =
      kBy[given.Choice("shared-point-by", {"time", "id", "none"}, 0)];
  const std::string reprotect = given.Text("reprotect", "");
  if (absl::Status sound = given.Finish(); !sound.ok()) return sound;
  if (absl::Status read = ReadReprotect(reprotect, &options.requests);
      !read.ok()) {
    return read;
  }
  auto opened = std::make_unique<OpenedAsr>();
  if (absl::Status connected = opened->Connect(address, std::move(options));
      !connected.ok()) {
    return connected;
  }
  return opened;
}

}  // namespace recoveryline
