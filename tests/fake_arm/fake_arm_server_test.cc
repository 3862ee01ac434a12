#include "tests/fake_arm/fake_arm_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/failover_bodies.h"

namespace recoveryline::fake {
namespace {

using Json = nlohmann::json;

// A clock that stands still until it is told.
class TurnedClock {
 public:
  std::function<absl::Time()> Reader() {
    return [this] { return start_ + absl::Seconds(seconds_.load()); };
  }
  void Turn(int seconds) { seconds_ += seconds; }

 private:
  const absl::Time start_ = FakeOptions().start;
  std::atomic<int> seconds_ = 0;
};

class FakeArmServerTest : public ::testing::Test {
 protected:
  void TearDown() override { server_.reset(); }

  void StartWith(FakeServerOptions options) {
    options.vault.blocks[0].vm_count = 3;
    options.now = clock_.Reader();
    auto started = FakeArmServer::Start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }

  // Trusts the server's authority and nothing else.
  std::unique_ptr<httplib::SSLClient> NewClient() {
    auto client =
        std::make_unique<httplib::SSLClient>("localhost", server_->port());
    const std::string& pem = server_->authority_pem();
    BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    X509_STORE* store = X509_STORE_new();
    X509_STORE_add_cert(store, authority);
    X509_free(authority);
    client->set_ca_cert_store(store);  // and is its owner now
    client->enable_server_certificate_verification(true);
    client->set_keep_alive(true);
    return client;
  }

  std::string ItemPath(absl::string_view name) {
    std::string path;
    server_->WithVault([&](FakeVault& vault) {
      path = ItemId(vault.ItemNamed(name), vault.state());
    });
    return path;
  }

  static httplib::Headers WithToken(const std::string& token) {
    return {{"Authorization", absl::StrCat("Bearer ", token)}};
  }

  // What a request that is let through answers with.
  httplib::Result PostFailover(httplib::SSLClient* client) {
    return client->Post(
        absl::StrCat(ItemPath("vm-001"),
                     "/unplannedFailover?api-version=2023-06-01"),
        WithToken(kFakeToken),
        BodyOf(Action::kUnplannedFailover, InstanceType::kInMageRcm).dump(),
        "application/json");
  }

  std::string TemporaryFile(absl::string_view name) {
    return absl::StrCat(::testing::TempDir(), "/fake_arm_", getpid(), "_",
                        name);
  }

  static std::string ReadFile(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  TurnedClock clock_;
  std::unique_ptr<FakeArmServer> server_;
};

TEST_F(FakeArmServerTest, AFailoverGoesOverTls) {
  StartWith({});
  const auto client = NewClient();
  const httplib::Result accepted = PostFailover(client.get());
  ASSERT_TRUE(accepted) << httplib::to_string(accepted.error());
  ASSERT_EQ(accepted->status, 202) << accepted->body;
  const std::string poll = accepted->get_header_value("azure-asyncoperation");
  ASSERT_TRUE(absl::StartsWith(poll, server_->url())) << poll;
  const std::string path = poll.substr(server_->url().size());
  const auto status = [&] {
    const httplib::Result got = client->Get(path, WithToken(kFakeToken));
    return got ? Json::parse(got->body, nullptr, false)["status"] : Json();
  };
  EXPECT_EQ(status(), "InProgress");
  clock_.Turn(600);
  EXPECT_EQ(status(), "Succeeded");
}

TEST_F(FakeArmServerTest, BadCertificatesAreRefusedByAClientThatLooks) {
  for (const CertificateKind kind :
       {CertificateKind::kGood, CertificateKind::kWrongHost,
        CertificateKind::kExpired, CertificateKind::kSelfSigned}) {
    StartWith({.certificate = kind});
    const httplib::Result got = NewClient()->Get("/fake/ledger");
    EXPECT_EQ(static_cast<bool>(got), kind == CertificateKind::kGood)
        << static_cast<int>(kind);
    if (kind != CertificateKind::kGood) {
      EXPECT_EQ(got.error(), httplib::Error::SSLServerVerification);
    }
  }
}

TEST_F(FakeArmServerTest, ADroppedAnswerIsABrokenConnection) {
  for (const char* fate : {"dropped-before", "dropped-after"}) {
    StartWith({});
    const auto client = NewClient();
    const Json fault = {
        {"method", "POST"}, {"pathPart", "unplannedFailover"}, {"fate", fate}};
    ASSERT_EQ(
        client->Post("/fake/faults", fault.dump(), "application/json")->status,
        204);
    EXPECT_FALSE(PostFailover(client.get())) << fate;
    // The next one gets through.
    const httplib::Result second = PostFailover(client.get());
    ASSERT_TRUE(second);
    EXPECT_EQ(second->status, 202);
    const httplib::Result ledger = client->Get("/fake/ledger");
    ASSERT_TRUE(ledger);
    const auto effects =
        std::count(ledger->body.begin(), ledger->body.end(), '\n');
    EXPECT_EQ(effects, fate == std::string("dropped-after") ? 2 : 1);
  }
}

TEST_F(FakeArmServerTest, ScriptsThatAreNotUnderstoodAreRefused) {
  StartWith({});
  const auto client = NewClient();
  for (const char* body :
       {"", "[]", "{}", R"({"fate":7})", R"({"fate":"sometimes"})"}) {
    EXPECT_EQ(client->Post("/fake/faults", body, "application/json")->status,
              400)
        << body;
    EXPECT_EQ(client->Post("/fake/failures", body, "application/json")->status,
              400)
        << body;
    EXPECT_EQ(client->Post("/fake/resync", body, "application/json")->status,
              400)
        << body;
  }
}

TEST_F(FakeArmServerTest, ScriptsReachTheVault) {
  StartWith({.reader_token = "reader"});
  const auto client = NewClient();
  const auto post = [&](const char* path, const char* body) {
    return client->Post(path, body, "application/json")->status;
  };
  EXPECT_EQ(post("/fake/resync", R"({"item":"vm-001"})"), 204);
  EXPECT_EQ(post("/fake/resync", R"({"item":"vm-999"})"), 400);
  EXPECT_EQ(post("/fake/failures", R"({"item":"vm-001","action":
      "unplannedFailover","code":"8061","message":"no disk"})"),
            204);
  EXPECT_EQ(client->Get("/fake/secrets")->status, 400);
  ASSERT_EQ(PostFailover(client.get())->status, 202);
  clock_.Turn(600);
  const std::string path =
      absl::StrCat(ItemPath("vm-001"), "?api-version=2023-06-01");
  const httplib::Result item = client->Get(path, WithToken("reader"));
  ASSERT_TRUE(item);
  const Json properties = Json::parse(item->body, nullptr, false)["properties"];
  EXPECT_EQ(properties["providerSpecificDetails"]["resyncRequired"], "true");
  server_->WithVault([](FakeVault& vault) {
    EXPECT_EQ(vault.ledger().effects()[0].state, OperationState::kFailed);
  });
}

TEST_F(FakeArmServerTest, TheLogHasEveryRequestButNoToken) {
  const std::string log = TemporaryFile("log");
  const std::string ledger = TemporaryFile("ledger");
  StartWith({.request_log = log, .ledger_file = ledger});
  ASSERT_EQ(PostFailover(NewClient().get())->status, 202);
  server_.reset();
  const Json line = Json::parse(ReadFile(log), nullptr, false);
  EXPECT_EQ(line["method"], "POST");
  EXPECT_TRUE(absl::StrContains(line["path"].get<std::string>(),
                                "vm-001/unplannedFailover?api-version="));
  EXPECT_EQ(line["status"], 202);
  EXPECT_EQ(Json::parse(line["body"].get<std::string>(), nullptr, false),
            BodyOf(Action::kUnplannedFailover, InstanceType::kInMageRcm));
  EXPECT_FALSE(absl::StrContains(ReadFile(log), kFakeToken));
  EXPECT_EQ(Json::parse(ReadFile(ledger), nullptr, false)["item"], "vm-001");
}

TEST_F(FakeArmServerTest, ATokenFileIsRenewedWhenItsTokenExpires) {
  const std::string file = TemporaryFile("token");
  StartWith({.token_file = file, .token_lifetime = absl::Seconds(100)});
  const auto client = NewClient();
  const std::string path =
      absl::StrCat(ItemPath("vm-001"), "?api-version=2023-06-01");
  const auto status = [&](const std::string& token) {
    return client->Get(path, WithToken(token))->status;
  };
  const std::string first = ReadFile(file);
  EXPECT_EQ(status(first), 200);
  EXPECT_EQ(status(kFakeToken), 401);
  clock_.Turn(100);
  EXPECT_EQ(status(first), 401);
  const std::string second = ReadFile(file);
  EXPECT_NE(second, first);
  EXPECT_EQ(status(second), 200);
}

TEST_F(FakeArmServerTest, ManyClientsAreServedAtOnce) {
  StartWith({});
  const std::string path =
      absl::StrCat(ItemPath("vm-002"), "?api-version=2023-06-01");
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto client = NewClient();
      for (int j = 0; j < 25; ++j) {
        const httplib::Result got = client->Get(path, WithToken(kFakeToken));
        if (got && got->status == 200) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 100);
}

TEST_F(FakeArmServerTest, APortThatIsTakenIsToldAtOnce) {
  StartWith({});
  const auto second = FakeArmServer::Start({.port = server_->port()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace recoveryline::fake
