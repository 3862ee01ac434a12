#include "tools/sites/curl_transport.h"

#include <stdlib.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/loopback_server.h"
#include "tests/sites/test_certificates.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kSentinel[] = "sentinel-7f3a9c51";

class CurlTransportTest : public ::testing::Test {
 protected:
  std::unique_ptr<CurlTransport> TransportTo(
      const std::string& endpoint, CurlTransport::Options options = {}) {
    options.endpoint = endpoint;
    if (options.ca_file.empty()) options.ca_file = certificates_.ca_file();
    auto made = CurlTransport::Make(std::move(options));
    EXPECT_TRUE(made.ok()) << made.status();
    return *std::move(made);
  }

  static HttpRequest Request(const std::string& method,
                             const std::string& url) {
    return {.method = method,
            .url = url,
            .headers = {{"authorization", absl::StrCat("Bearer ", kSentinel)}},
            .body = method == "POST" ? "{\"a\":1}" : ""};
  }

  // Sends to `server` and expects an error with `code` that tells no secret.
  static absl::Status FailureOf(HttpTransport& transport,
                                const HttpRequest& request) {
    const auto got = transport.Send(request);
    EXPECT_FALSE(got.ok()) << got->status;
    EXPECT_THAT(got.status().ToString(), Not(HasSubstr(kSentinel)));
    return got.status();
  }

  static LoopbackServer::Script Always(std::string bytes) {
    return
        [bytes](const std::string&) { return LoopbackReply{.bytes = bytes}; };
  }

  const TestCertificates certificates_;
};

TEST_F(CurlTransportTest, ARequestArrivesAndItsAnswerComesBack) {
  LoopbackServer server(
      &certificates_.good(),
      Always("HTTP/1.1 202 Accepted\r\nRetry-After: 30\r\nX-A:  b \r\n"
             "Content-Length: 2\r\n\r\n{}"));
  const auto transport = TransportTo(server.endpoint());
  const auto got =
      transport->Send(Request("POST", server.endpoint() + "/a?b=c"));
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->status, 202);
  EXPECT_EQ(got->headers.at("retry-after"), "30");
  EXPECT_EQ(got->headers.at("x-a"), "b");
  EXPECT_EQ(got->body, "{}");
  ASSERT_THAT(server.requests(), SizeIs(1));
  const std::string request = server.requests()[0];
  EXPECT_THAT(request, StartsWith("POST /a?b=c HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr(absl::StrCat("Bearer ", kSentinel, "\r\n")));
  EXPECT_THAT(request, ::testing::EndsWith("\r\n\r\n{\"a\":1}"));
}

TEST_F(CurlTransportTest, ReadsShareAConnection) {
  LoopbackServer server(&certificates_.good(), Always(OkReply("{}")));
  const auto transport = TransportTo(server.endpoint());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(transport->Send(Request("GET", server.endpoint() + "/")).ok());
  }
  EXPECT_EQ(server.connection_count(), 1);
}

TEST_F(CurlTransportTest, AnEffectGetsAConnectionOfItsOwnAndIsSentOnce) {
  // libcurl would send a POST again whose kept connection turns out dead.
  LoopbackServer server(&certificates_.good(), [](const std::string& request) {
    if (absl::StartsWith(request, "GET")) {
      return LoopbackReply{.bytes = OkReply("{}")};
    }
    return LoopbackReply{.then = LoopbackReply::Then::kDrop};
  });
  const auto transport = TransportTo(server.endpoint());
  ASSERT_TRUE(transport->Send(Request("GET", server.endpoint() + "/")).ok());
  const absl::Status lost =
      FailureOf(*transport, Request("POST", server.endpoint() + "/"));
  EXPECT_TRUE(absl::IsUnknown(lost)) << lost;
  EXPECT_THAT(server.requests(),
              ElementsAre(StartsWith("GET"), StartsWith("POST")));
}

TEST_F(CurlTransportTest, AnAnswerCutOffIsUnknown) {
  LoopbackServer server(&certificates_.good(), [](const std::string&) {
    return LoopbackReply{
        .bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n{",
        .then = LoopbackReply::Then::kDrop};
  });
  const auto transport = TransportTo(server.endpoint());
  EXPECT_TRUE(absl::IsUnknown(
      FailureOf(*transport, Request("POST", server.endpoint() + "/"))));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(CurlTransportTest, SilenceAfterARequestIsUnknown) {
  LoopbackServer server(&certificates_.good(), [](const std::string&) {
    return LoopbackReply{.then = LoopbackReply::Then::kStaySilent};
  });
  const auto transport = TransportTo(
      server.endpoint(), {.total_timeout = absl::Milliseconds(300)});
  EXPECT_TRUE(absl::IsUnknown(
      FailureOf(*transport, Request("POST", server.endpoint() + "/"))));
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST_F(CurlTransportTest, NoConnectionIsUnavailable) {
  const std::string endpoint = absl::StrCat("https://127.0.0.1:", DeadPort());
  const auto transport = TransportTo(endpoint);
  EXPECT_TRUE(absl::IsUnavailable(
      FailureOf(*transport, Request("POST", endpoint + "/"))));
}

TEST_F(CurlTransportTest, AnUnknownHostIsUnavailable) {
  const std::string endpoint = "https://no-such-host.invalid";
  const auto transport = TransportTo(endpoint);
  EXPECT_TRUE(absl::IsUnavailable(
      FailureOf(*transport, Request("POST", endpoint + "/"))));
}

TEST_F(CurlTransportTest, ABrokenHandshakeIsUnavailable) {
  LoopbackServer server(nullptr, Always(""));
  const auto transport = TransportTo(server.endpoint());
  EXPECT_TRUE(absl::IsUnavailable(
      FailureOf(*transport, Request("POST", server.endpoint() + "/"))));
}

TEST_F(CurlTransportTest, ACertificateNotToBeTrustedIsRefusedAndNothingSent) {
  for (const TestCertificate* certificate :
       {&certificates_.wrong_host(), &certificates_.expired(),
        &certificates_.self_signed()}) {
    LoopbackServer server(certificate, Always(OkReply("{}")));
    const auto transport = TransportTo(server.endpoint());
    for (const char* method : {"GET", "POST"}) {
      const absl::Status refused =
          FailureOf(*transport, Request(method, server.endpoint() + "/"));
      EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
    }
    EXPECT_THAT(server.requests(), IsEmpty());
    EXPECT_EQ(server.connection_count(), 2);
  }
}

TEST_F(CurlTransportTest, WithoutACaFileTheSystemsCertificatesCount) {
  LoopbackServer server(&certificates_.good(), Always(OkReply("{}")));
  const auto made = CurlTransport::Make({.endpoint = server.endpoint()});
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(absl::IsPermissionDenied(
      FailureOf(**made, Request("GET", server.endpoint() + "/"))));
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(CurlTransportTest, OnlyTheEndpointIsAsked) {
  LoopbackServer server(&certificates_.good(), Always(OkReply("{}")));
  LoopbackServer other(&certificates_.good(), Always(OkReply("{}")));
  const auto transport = TransportTo(server.endpoint());
  const std::string port = server.endpoint().substr(17);
  for (const std::string& url :
       {other.endpoint() + "/", std::string("https://localhost") + port + "/",
        std::string("http://127.0.0.1") + port + "/",
        std::string("https://127.0.0.1/"), std::string("file:///etc/passwd"),
        server.endpoint() + "@" + other.endpoint().substr(8) + "/",
        std::string("https://") + kSentinel + "@" +
            server.endpoint().substr(8) + "/",
        std::string("//127.0.0.1/"), std::string("/a"), std::string()}) {
    EXPECT_TRUE(
        absl::IsPermissionDenied(transport->Send(Request("GET", url)).status()))
        << url;
  }
  EXPECT_EQ(server.connection_count(), 0);
  EXPECT_EQ(other.connection_count(), 0);
}

TEST_F(CurlTransportTest, ARedirectionIsAnAnswer) {
  LoopbackServer other(&certificates_.good(), Always(OkReply("{}")));
  LoopbackServer server(
      &certificates_.good(),
      Always(absl::StrCat("HTTP/1.1 307 Temporary Redirect\r\nLocation: ",
                          other.endpoint(), "/\r\nContent-Length: 0\r\n\r\n")));
  const auto transport = TransportTo(server.endpoint());
  const auto got = transport->Send(Request("POST", server.endpoint() + "/"));
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->status, 307);
  EXPECT_EQ(other.connection_count(), 0);
}

TEST_F(CurlTransportTest, AnAnswerIsBounded) {
  LoopbackServer server(&certificates_.good(), [](const std::string& request) {
    const std::string large(2000, 'x');
    return LoopbackReply{
        .bytes = absl::StartsWith(request, "GET /body")
                     ? OkReply(large)
                     : absl::StrCat("HTTP/1.1 200 OK\r\nX-A: ", large,
                                    "\r\nContent-Length: 0\r\n\r\n")};
  });
  const auto transport = TransportTo(
      server.endpoint(), {.max_body_bytes = 1999, .max_header_bytes = 1999});
  for (const char* path : {"/body", "/head"}) {
    EXPECT_TRUE(absl::IsResourceExhausted(
        FailureOf(*transport, Request("GET", server.endpoint() + path))))
        << path;
  }
  const auto larger = TransportTo(server.endpoint(), {.max_body_bytes = 2000});
  EXPECT_TRUE(larger->Send(Request("GET", server.endpoint() + "/body")).ok());
}

TEST_F(CurlTransportTest, AnInterimAnswerIsNotTheAnswer) {
  LoopbackServer server(
      &certificates_.good(),
      Always("HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" + OkReply("{}")));
  const auto transport = TransportTo(server.endpoint());
  const auto got = transport->Send(Request("GET", server.endpoint() + "/"));
  ASSERT_TRUE(got.ok()) << got.status();
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->headers.count("x-a"), 0u);
}

TEST_F(CurlTransportTest, AHeaderCannotBeginAnother) {
  LoopbackServer server(&certificates_.good(), Always(OkReply("{}")));
  const auto transport = TransportTo(server.endpoint());
  HttpRequest request = Request("GET", server.endpoint() + "/");
  request.headers["x-a"] = "b\r\nx-c: d";
  EXPECT_TRUE(absl::IsInvalidArgument(FailureOf(*transport, request)));
  EXPECT_EQ(server.connection_count(), 0);
}

TEST_F(CurlTransportTest, ProxiesOfTheEnvironmentAreNotUsed) {
  const std::string dead = absl::StrCat("http://127.0.0.1:", DeadPort());
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy"}) {
    ::setenv(name, dead.c_str(), 1);
  }
  LoopbackServer server(&certificates_.good(), Always(OkReply("{}")));
  const auto transport = TransportTo(server.endpoint());
  EXPECT_TRUE(transport->Send(Request("GET", server.endpoint() + "/")).ok());
  const auto through = TransportTo(server.endpoint(), {.proxy = dead});
  EXPECT_TRUE(absl::IsUnavailable(
      FailureOf(*through, Request("GET", server.endpoint() + "/"))));
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy"}) {
    ::unsetenv(name);
  }
}

TEST(CurlTransportMakeTest, RefusesWhatCannotBeTrusted) {
  for (const char* endpoint :
       {"http://host", "host", "https://", "https://host/path",
        "https://user@host", "https://host:0", "https://host:70000",
        "https://ho st", ""}) {
    EXPECT_FALSE(CurlTransport::Make({.endpoint = endpoint}).ok()) << endpoint;
  }
  EXPECT_FALSE(CurlTransport::Make(
                   {.endpoint = "https://host", .ca_file = "/no/such/file"})
                   .ok());
}

}  // namespace
}  // namespace recoveryline
