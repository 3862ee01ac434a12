// CurlTransport: requests to one https endpoint, carried by libcurl.
//
//   auto transport = CurlTransport::Make({.endpoint = "https://host"});
//   auto response = (*transport)->Send({.method = "GET", .url = url});
//
// What it will not do:
//   (1) Send anything to another host or port than the endpoint's, or over
//       another protocol than https (TLS 1.2 at least, peer and host verified).
//   (2) Follow a redirection: a 3xx answer is an answer.
//   (3) Send a request that has an effect twice: libcurl sends a request again
//       where a connection that it kept turns out dead, so such a request gets
//       a connection of its own. GET and HEAD share the kept one.
//   (4) Read the environment or ~/.netrc: a proxy is used where `proxy` names
//       it (CONNECT: it sees no request), whatever https_proxy says.
//   (5) Put headers, the query of an address or a body into a message.
// "Surely not sent" is not guessed from libcurl's error: it calls us between
// the handshake and the first byte of a request.
//
// Thread-safety: none; one transport a thread.
// Errors of Send(): those of http.h, and InvalidArgument for a header that has
// control characters.

#ifndef RECOVERYLINE_TOOLS_SITES_CURL_TRANSPORT_H_
#define RECOVERYLINE_TOOLS_SITES_CURL_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/sites/http.h"
#include "tools/sites/https_url.h"

namespace recoveryline {

class CurlTransport final : public HttpTransport {
 public:
  struct Options {
    // "https://management.azure.com".
    std::string endpoint = {};
    // The certificates trusted, in PEM; empty: the system's. Where given, the
    // system's are not trusted.
    std::string ca_file = {};
    // "http://proxy:3128"; empty: none.
    std::string proxy = {};
    // Until the handshake is done.
    absl::Duration connect_timeout = absl::Seconds(30);
    absl::Duration total_timeout = absl::Minutes(2);
    // Of a body; and of the headers together.
    size_t max_body_bytes = size_t{64} << 20;
    size_t max_header_bytes = size_t{256} << 10;
  };

  // InvalidArgument for an endpoint that is none, or a `ca_file` that cannot be
  // read.
  static absl::StatusOr<std::unique_ptr<CurlTransport>> Make(Options options);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  absl::StatusOr<HttpResponse> Send(const HttpRequest& request) override;

 private:
  // The handle keeps connections, and through them TLS sessions.
  struct Handle;

  CurlTransport(Options options, HttpsEndpoint endpoint,
                std::unique_ptr<Handle> handle);
  // Everything but the request itself.
  void SetOptions();

  Options options_;
  HttpsEndpoint endpoint_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_CURL_TRANSPORT_H_
