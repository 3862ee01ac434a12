// From the command line's words to a vault, over real TLS.

#include "tools/sites/asr_connection.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/loopback_server.h"
#include "tests/sites/scripted_transport.h"
#include "tests/sites/small_vault.h"
#include "tests/sites/test_certificates.h"
#include "tests/sites/test_files.h"
#include "tools/sites/open_site.h"

namespace recoveryline {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kSentinel[] = "sentinel-7f3a9c51";

class AsrConnectionTest : public ::testing::Test {
 protected:
  AsrConnectionTest() {
    azure_.PutItem("web");
    azure_.PutPoint("web", "p1", "2024-05-01T12:00:00Z");
    azure_.PutItem("mail");
    azure_.PutPlan("all", {"web", "mail"});
    address_.vault = SmallVault::kVault;
    address_.endpoint = server_.endpoint();
    address_.ca_file = certificates_.ca_file();
    address_.token_file = directory_.Write("token", kSentinel);
  }

  absl::StatusOr<AsrImport> Import() {
    auto connection = AsrConnection::Open(address_, clock_);
    if (!connection.ok()) return connection.status();
    return ImportAsrVault((*connection)->vault(), {});
  }

  LoopbackReply Answer(const std::string& request) {
    const std::vector<std::string> words =
        absl::StrSplit(request.substr(0, request.find('\r')), ' ');
    if (forbidden_) {
      return {.bytes = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"};
    }
    const auto got =
        azure_.Send({.method = words[0],
                     .url = absl::StrCat(SmallVault::kEndpoint, words[1])});
    std::string bytes = absl::StrCat("HTTP/1.1 ", got->status, " Said\r\n");
    for (const auto& [name, value] : got->headers) {
      absl::StrAppend(&bytes, name, ": ", value, "\r\n");
    }
    absl::StrAppend(&bytes, "content-length: ", got->body.size(), "\r\n\r\n",
                    got->body);
    return {.bytes = bytes};
  }

  const TestCertificates certificates_;
  const TestDirectory directory_;
  SmallVault azure_;
  bool forbidden_ = false;
  LoopbackServer server_ =
      LoopbackServer(&certificates_.good(),
                     [this](const std::string& r) { return Answer(r); });
  ManualClock clock_;
  AsrAddress address_;
};

TEST_F(AsrConnectionTest, WhatCannotBeReadOrKeptIsRefusedBeforehand) {
  AsrAddress address = address_;
  address.ca_file = directory_.path();
  EXPECT_TRUE(
      absl::IsInvalidArgument(AsrConnection::Open(address, clock_).status()));
  address = address_;
  address.proxy = "http://user:secret@proxy.example";
  const absl::Status refused = AsrConnection::Open(address, clock_).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr("secret")));
}

TEST_F(AsrConnectionTest, AVaultIsImportedOverTls) {
  const auto import = Import();
  ASSERT_TRUE(import.ok()) << import.status();
  ASSERT_EQ(import->inventory.vms_size(), 2);
  EXPECT_EQ(import->inventory.vms(1).id(), "web");
  EXPECT_EQ(import->inventory.vms(1).recovery_points_size(), 1);
  EXPECT_EQ(import->plans.size(), 1u);
  EXPECT_EQ(import->item_ids.at("web"), SmallVault::ItemId("web"));
  EXPECT_EQ(FormatTimestamp(import->inventory.as_of_time()),
            "2024-05-01T12:30:00Z");
  for (const std::string& request : server_.requests()) {
    EXPECT_THAT(request, ::testing::StartsWith("GET /subscriptions/"));
    EXPECT_THAT(request, HasSubstr("?api-version=2023-06-01"));
  }
  EXPECT_EQ(server_.connection_count(), 1);
}

TEST_F(AsrConnectionTest, MissingRightsAreSaid) {
  forbidden_ = true;
  const absl::Status refused = Import().status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr(kSentinel)));
}

TEST_F(AsrConnectionTest, AnUntrustedVaultIsNotAsked) {
  address_.ca_file.clear();
  EXPECT_TRUE(absl::IsPermissionDenied(Import().status()));
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(AsrConnectionTest, AnAddressMustBeWhole) {
  const auto refused = [this](const char* what) {
    EXPECT_TRUE(absl::IsInvalidArgument(Import().status())) << what;
  };
  for (const char* vault :
       {"", "harbour", "/subscriptions/s", "/subscriptions/s/resourceGroups/g",
        "/subscriptions//resourceGroups/g/providers/"
        "Microsoft.RecoveryServices/vaults/v",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Other/vaults/v",
        "/subscriptions/s/resourceGroups/g/providers/"
        "Microsoft.RecoveryServices/vaults/v/x",
        "/subscriptions/s/resourceGroups/g/providers/"
        "Microsoft.RecoveryServices/vaults/v?a"}) {
    address_.vault = vault;
    refused(vault);
  }
  address_.vault = SmallVault::kVault;
  address_.token_environment = "TOO_MANY";
  refused("two tokens");
  address_.token_environment.clear();
  address_.token_file.clear();
  refused("no token");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(AsrConnectionTest, ASiteIsOpenedByItsOptions) {
  SiteRequest request = {
      .kind = "asr",
      .options = {{"vault", SmallVault::kVault},
                  {"endpoint", server_.endpoint()},
                  {"ca-file", certificates_.ca_file()},
                  {"token-file", address_.token_file},
                  {"reprotect", directory_.Write("reprotect", R"({
                      "inmagercm": {"datastoreName": "d"},
                      "vms": {"web": {"reprotectAgentId": "a"}}})")}}};
  auto opened = OpenSite(request);
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto vms = (*opened)->site().Describe({"web"});
  ASSERT_TRUE(vms.ok()) << vms.status();
  EXPECT_TRUE((*vms)[0].found());

  request.options["reprotect"] =
      directory_.Write("reprotect", R"({"NoProvider": {}})");
  EXPECT_TRUE(absl::IsInvalidArgument(OpenSite(request).status()));
  request.options.erase("reprotect");
  request.options["no-option"] = "x";
  EXPECT_TRUE(absl::IsInvalidArgument(OpenSite(request).status()));
}

}  // namespace
}  // namespace recoveryline
