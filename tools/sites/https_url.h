// HttpsUrl: does an address that a server names lead to the server that we
// trust?
//
//   auto endpoint = HttpsEndpoint::Parse("https://management.azure.com");
//   endpoint->TargetOf("https://management.azure.com:443/a?b=c");   // "/a?b=c"
//   endpoint->TargetOf("https://elsewhere.example/a");  // PermissionDenied
//   endpoint->UrlOf("/a?b=c");
//
// Requests are sent to UrlOf() alone: the host in them is the endpoint's own
// text, whatever a server wrote, so no second reading of an address can lead
// anywhere else.
//
// Invariants: scheme https; a host of letters, digits, '.', '-' and '_' or an
// IPv6 address in brackets, lower-case; a port from 1 to 65535; a target begins
// with '/' and has printable ASCII characters alone, without blank, '#' and
// '\'.
//
// Thread-safety: immutable.
// Errors: InvalidArgument for what is no such endpoint or target;
// PermissionDenied for an address on another one. They quote the address at
// most up to its query.

#ifndef RECOVERYLINE_TOOLS_SITES_HTTPS_URL_H_
#define RECOVERYLINE_TOOLS_SITES_HTTPS_URL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class HttpsEndpoint {
 public:
  // `text` has no path but "/".
  static absl::StatusOr<HttpsEndpoint> Parse(absl::string_view text);

  // "https://host" or "https://host:port".
  const std::string& origin() const { return origin_; }
  const std::string& host() const { return host_; }
  int port() const { return port_; }

  // Path and query of `url`.
  absl::StatusOr<std::string> TargetOf(absl::string_view url) const;
  // REQUIRES: IsTarget(target).
  std::string UrlOf(absl::string_view target) const;

 private:
  HttpsEndpoint(std::string host, int port);

  std::string host_;
  int port_;
  std::string origin_;
};

// Whether `target` is a path with or without a query that can be sent.
bool IsTarget(absl::string_view target);

// `text` with what is not printable taken out, cut to `max_bytes`: fit to stand
// in a message.
std::string Printable(absl::string_view text, size_t max_bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_HTTPS_URL_H_
