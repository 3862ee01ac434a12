// Http: a request and its response, whoever carries them.
//
//   absl::StatusOr<HttpResponse> got =
//       transport.Send({.method = "GET", .url = "https://host/path"});
//   if (absl::IsUnavailable(got.status())) ...  // surely not acted upon
//
// Errors of Send(), by what the caller may do next:
//   Unavailable: the request has surely not reached the server (no connection):
//   it may be sent again whatever it does. Unknown: it may have, and the answer
//   is lost: only what has no effect may be sent again. PermissionDenied: the
//   server's certificate is not to be trusted, or the address is refused:
//   nothing was sent. ResourceExhausted: the answer is larger than allowed.
// A response with any status code is no error.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_HTTP_H_
#define RECOVERYLINE_TOOLS_SITES_HTTP_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace recoveryline {

// Names of headers are in lower case.
using HttpHeaders = std::map<std::string, std::string>;

struct HttpRequest {
  std::string method;
  std::string url;  // with scheme, host and query
  HttpHeaders headers = {};
  std::string body = {};
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers = {};
  std::string body = {};
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual absl::StatusOr<HttpResponse> Send(const HttpRequest& request) = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_HTTP_H_
