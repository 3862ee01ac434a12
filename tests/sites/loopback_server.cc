#include "tests/sites/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

// A socket bound to a free port of 127.0.0.1.
int BoundSocket(int* port) {
  const int bound = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(bound, plain, size), 0);
  EXPECT_EQ(::getsockname(bound, plain, &size), 0);
  *port = ntohs(address.sin_port);
  return bound;
}

// How long a request with this head is, or 0 where the head is not whole.
size_t RequestBytes(const std::string& text) {
  const size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  const std::string lower = absl::AsciiStrToLower(text.substr(0, head + 2));
  constexpr char kLength[] = "\r\ncontent-length: ";
  const size_t found = lower.find(kLength);
  int length = 0;
  if (found != std::string::npos) {
    const size_t begin = found + sizeof(kLength) - 1;
    EXPECT_TRUE(absl::SimpleAtoi(
        lower.substr(begin, lower.find('\r', begin) - begin), &length));
  }
  return head + 4 + static_cast<size_t>(length);
}

}  // namespace

std::string OkReply(const std::string& body) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", body);
}

LoopbackServer::LoopbackServer(const TestCertificate* certificate,
                               Script script)
    : script_(std::move(script)) {
  ::signal(SIGPIPE, SIG_IGN);
  if (certificate != nullptr) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context_.get(), certificate->certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), certificate->key.get());
  }
  listener_ = BoundSocket(&port_);
  EXPECT_EQ(::listen(listener_, 16), 0);
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_closing_ = true;
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (std::thread& connection : connections_) connection.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::string LoopbackServer::endpoint() const {
  return absl::StrCat("https://127.0.0.1:", port_);
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

int LoopbackServer::connection_count() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(sockets_.size());
}

void LoopbackServer::Accept() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard<std::mutex> lock(mutex_);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sockets_.push_back(socket);
    if (is_closing_) return;
    connections_.emplace_back([this, socket] { Serve(socket); });
  }
}

void LoopbackServer::Serve(int socket) {
  if (context_ != nullptr) {
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()),
                                                        &SSL_free);
    SSL_set_fd(ssl.get(), socket);
    if (SSL_accept(ssl.get()) == 1) {
      while (ServeOne(ssl.get())) {
      }
    }
  }
  // Closed by the destructor, so that its number is not given away.
  ::shutdown(socket, SHUT_RDWR);
}

bool LoopbackServer::ServeOne(SSL* ssl) {
  std::string request;
  std::array<char, 4096> chunk;
  while (RequestBytes(request) == 0 || request.size() < RequestBytes(request)) {
    const int count = SSL_read(ssl, chunk.data(), chunk.size());
    if (count <= 0) return false;
    request.append(chunk.data(), static_cast<size_t>(count));
  }
  LoopbackReply reply;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(request);
    reply = script_(request);
  }
  if (!reply.bytes.empty()) {
    SSL_write(ssl, reply.bytes.data(), static_cast<int>(reply.bytes.size()));
  }
  switch (reply.then) {
    case LoopbackReply::Then::kGoOn:
      return true;
    case LoopbackReply::Then::kDrop:
      return false;
    case LoopbackReply::Then::kStaySilent:
      // Until the other side or the destructor ends it.
      while (SSL_read(ssl, chunk.data(), chunk.size()) > 0) {
      }
      return false;
  }
  return false;
}

int DeadPort() {
  int port = 0;
  const int bound = BoundSocket(&port);
  ::close(bound);
  return port;
}

}  // namespace recoveryline
