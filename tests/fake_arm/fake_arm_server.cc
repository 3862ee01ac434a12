#include "tests/fake_arm/fake_arm_server.h"

#include <httplib.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {
namespace {

using nlohmann::json;

constexpr int kWorkers = 16;
constexpr char kJsonLines[] = "application/x-ndjson";

// The socket that this thread answers at. httplib answers a connection on the
// thread that made its handshake, but does not say which socket it is.
thread_local int answering_socket = -1;

void NoteSocket(const SSL* ssl, int where, int /*value*/) {
  if ((where & SSL_CB_HANDSHAKE_START) != 0) answering_socket = SSL_get_fd(ssl);
}

// What the client sees is a connection that ends without an answer.
void DropConnection() {
  if (answering_socket >= 0) shutdown(answering_socket, SHUT_RDWR);
}

// Not httplib's own, by which two servers may listen at one port.
void SetUpSocket(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
}

bool SetUpTls(const FakeCertificates& certificates, SSL_CTX& context) {
  SSL_CTX_set_info_callback(&context, NoteSocket);
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  return SSL_CTX_use_certificate(&context, certificates.server.get()) == 1 &&
         SSL_CTX_use_PrivateKey(&context, certificates.server_key.get()) == 1;
}

HttpRequest RequestOf(const httplib::Request& from) {
  HttpRequest request;
  request.method = from.method;
  request.url =
      absl::StrCat("https://", from.get_header_value("Host"), from.target);
  for (const auto& [name, value] : from.headers) {
    request.headers[absl::AsciiStrToLower(name)] = value;
  }
  request.body = from.body;
  return request;
}

// Written aside and renamed, so that a reader sees all of it or the old one.
void WriteFile(const std::string& path, const std::string& text) {
  const std::string aside = path + ".new";
  std::ofstream(aside) << text;
  std::rename(aside.c_str(), path.c_str());
}

std::string TextOf(const json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->is_string() ? found->get<std::string>()
                                                   : "";
}

int NumberOf(const json& from, const char* key, int otherwise) {
  const auto found = from.find(key);
  return found != from.end() && found->is_number_integer() ? found->get<int>()
                                                           : otherwise;
}

}  // namespace

class FakeArmServer::Impl {
 public:
  Impl(FakeServerOptions options, FakeCertificates certificates)
      : options_(std::move(options)),
        certificates_(std::move(certificates)),
        vault_(options_.vault),
        server_([this](SSL_CTX& context) {
          return SetUpTls(certificates_, context);
        }) {
    if (!options_.request_log.empty()) log_.open(options_.request_log);
    if (!options_.reader_token.empty()) {
      vault_.tokens().Allow(options_.reader_token, {.may_write = false});
    }
    RenewToken(Now());
  }

  ~Impl() {
    if (thread_.joinable()) {
      // It cannot be stopped before it runs.
      while (!server_.is_running()) std::this_thread::yield();
      server_.stop();
      thread_.join();
    }
    WriteLedger();
  }

  absl::Status Listen() {
    if (!server_.is_valid()) return absl::InternalError("no TLS server");
    const auto answer = [this](const httplib::Request& from,
                               httplib::Response& to) { Answer(from, to); };
    server_.Get(".*", answer);
    server_.Post(".*", answer);
    server_.Put(".*", answer);
    server_.Patch(".*", answer);
    server_.Delete(".*", answer);
    server_.set_socket_options(SetUpSocket);
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_max_count(1'000'000);
    server_.set_keep_alive_timeout(1);
    server_.new_task_queue = [] { return new httplib::ThreadPool(kWorkers); };
    if (options_.port == 0) {
      port_ = server_.bind_to_any_port("127.0.0.1");
    } else if (server_.bind_to_port("127.0.0.1", options_.port)) {
      port_ = options_.port;
    }
    if (port_ <= 0) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen at port ", options_.port));
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    return absl::OkStatus();
  }

  int port() const { return port_; }
  const std::string& authority_pem() const {
    return certificates_.authority_pem;
  }

  void WithVault(const std::function<void(FakeVault&)>& use) {
    const std::lock_guard<std::mutex> lock(mutex_);
    use(vault_);
  }

 private:
  absl::Time Now() {
    absl::Time now;
    if (options_.now) {
      now = options_.now();
    } else {
      const std::chrono::duration<double> since =
          std::chrono::steady_clock::now() - started_;
      now =
          options_.vault.start + absl::Seconds(since.count() * options_.speed);
    }
    last_ = std::max(last_, now);
    return last_;
  }

  void RenewToken(absl::Time now) {
    if (options_.token_file.empty() || now < token_renewal_) return;
    const std::string token = absl::StrCat("fake-token-", ++tokens_issued_);
    vault_.tokens().Forget(kFakeToken);
    vault_.tokens().Allow(token, {.expires = now + options_.token_lifetime});
    token_renewal_ = now + options_.token_lifetime;
    WriteFile(options_.token_file, token);
  }

  void WriteLedger() {
    if (options_.ledger_file.empty()) return;
    WriteFile(options_.ledger_file, vault_.ledger().ToJsonLines());
  }

  void Log(const HttpRequest& request, absl::string_view path, int status) {
    if (!log_.is_open()) return;
    JsonText line;
    line.BeginObject().Field("method", request.method).Field("path", path);
    line.Field("body", request.body).NumberField("status", status);
    log_ << line.EndObject().Take() << std::endl;
  }

  // Whether it was understood.
  bool Script(absl::string_view path, const json& body) {
    if (!body.is_object()) return false;
    const std::string item = TextOf(body, "item");
    if (path == "/fake/faults") {
      const auto fate = FateNamed(TextOf(body, "fate"));
      if (!fate) return false;
      vault_.Script({.method = TextOf(body, "method"),
                     .path_part = TextOf(body, "pathPart"),
                     .fate = *fate,
                     .skip = NumberOf(body, "skip", 0),
                     .times = NumberOf(body, "times", 1)});
      return true;
    }
    if (vault_.state().FindItem(item) < 0) return false;
    if (path == "/fake/resync") {
      vault_.ItemNamed(item).resync_required = true;
      return true;
    }
    const auto action = ActionOf(TextOf(body, "action"));
    if (path != "/fake/failures" || !action) return false;
    vault_.FailNext(item, *action, TextOf(body, "code"),
                    TextOf(body, "message"));
    return true;
  }

  // What scripts ask for; false: it is the service that is asked.
  bool AnswerScript(const httplib::Request& from, httplib::Response& to) {
    if (!absl::StartsWith(from.path, "/fake/")) return false;
    if (from.method == "GET" && from.path == "/fake/ledger") {
      to.set_content(vault_.ledger().ToJsonLines(), kJsonLines);
      return true;
    }
    const json body = json::parse(from.body, nullptr, false);
    to.status = from.method == "POST" && Script(from.path, body) ? 204 : 400;
    return true;
  }

  void Answer(const httplib::Request& from, httplib::Response& to) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (AnswerScript(from, to)) return;
    const HttpRequest request = RequestOf(from);
    const absl::Time now = Now();
    RenewToken(now);
    const FakeAnswer answer = vault_.Handle(request, now);
    const bool dropped = answer.kind != FakeAnswer::kResponse;
    Log(request, from.target, dropped ? 0 : answer.response.status);
    if (request.method == "POST") WriteLedger();
    if (dropped) {
      DropConnection();
      return;
    }
    to.status = answer.response.status;
    std::string type = "application/json";
    for (const auto& [name, value] : answer.response.headers) {
      if (name == "content-type") {
        type = value;
      } else {
        to.set_header(name, value);
      }
    }
    if (!answer.response.body.empty()) {
      to.set_content(answer.response.body, type);
    }
  }

  FakeServerOptions options_;
  const FakeCertificates certificates_;
  std::mutex mutex_;  // of all below but server_ and thread_
  FakeVault vault_;
  std::ofstream log_;
  absl::Time last_ = absl::InfinitePast();
  absl::Time token_renewal_ = absl::InfinitePast();
  int tokens_issued_ = 0;
  const std::chrono::steady_clock::time_point started_ =
      std::chrono::steady_clock::now();
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
};

FakeArmServer::FakeArmServer(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}

FakeArmServer::~FakeArmServer() = default;

absl::StatusOr<std::unique_ptr<FakeArmServer>> FakeArmServer::Start(
    FakeServerOptions options) {
  absl::StatusOr<FakeCertificates> certificates =
      MakeCertificates(options.certificate);
  if (!certificates.ok()) return certificates.status();
  auto impl =
      std::make_unique<Impl>(std::move(options), *std::move(certificates));
  if (absl::Status status = impl->Listen(); !status.ok()) return status;
  return std::unique_ptr<FakeArmServer>(new FakeArmServer(std::move(impl)));
}

int FakeArmServer::port() const { return impl_->port(); }

std::string FakeArmServer::url() const {
  return absl::StrCat("https://localhost:", impl_->port());
}

const std::string& FakeArmServer::authority_pem() const {
  return impl_->authority_pem();
}

void FakeArmServer::WithVault(const std::function<void(FakeVault&)>& use) {
  impl_->WithVault(use);
}

}  // namespace recoveryline::fake
