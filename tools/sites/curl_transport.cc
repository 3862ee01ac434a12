#include "tools/sites/curl_transport.h"

#include <curl/curl.h>

#include <array>
#include <fstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {

struct CurlTransport::Handle {
  Handle() : easy(curl_easy_init()) {}
  ~Handle() { curl_easy_cleanup(easy); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CURL* easy;
};

namespace {

constexpr size_t kMaxErrorBytes = 200;

// One request and its answer, as libcurl's callbacks see it.
struct Exchange {
  ~Exchange() { curl_slist_free_all(headers); }

  size_t max_body_bytes = 0;
  size_t max_header_bytes = 0;
  curl_slist* headers = nullptr;
  HttpResponse response = {};
  size_t header_bytes = 0;
  // The first byte of the request may have left.
  bool may_be_sent = false;
  bool is_too_large = false;
  std::array<char, CURL_ERROR_SIZE> error = {};
};

int OnRequest(void* data, char*, char*, int, int) {
  static_cast<Exchange*>(data)->may_be_sent = true;
  return CURL_PREREQFUNC_OK;
}

size_t OnBody(char* bytes, size_t, size_t count, void* data) {
  auto* exchange = static_cast<Exchange*>(data);
  if (count > exchange->max_body_bytes - exchange->response.body.size()) {
    exchange->is_too_large = true;
    return 0;
  }
  exchange->response.body.append(bytes, count);
  return count;
}

size_t OnHeader(char* bytes, size_t, size_t count, void* data) {
  auto* exchange = static_cast<Exchange*>(data);
  exchange->header_bytes += count;
  if (exchange->header_bytes > exchange->max_header_bytes) {
    exchange->is_too_large = true;
    return 0;
  }
  const absl::string_view line(bytes, count);
  // After an interim answer comes another one.
  if (absl::StartsWith(line, "HTTP/")) exchange->response.headers.clear();
  const size_t colon = line.find(':');
  if (colon != absl::string_view::npos) {
    exchange->response.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return count;
}

bool IsHeaderText(absl::string_view text) {
  for (const char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

// A certificate that was shown and not believed. That one cannot be believed
// at all, for want of a file, is the same to the caller.
bool IsDistrust(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_CACERT_BADFILE:
      return true;
    default:
      return false;
  }
}

template <typename Value>
void Set(CURL* easy, CURLoption option, Value value) {
  curl_easy_setopt(easy, option, value);
}

void SetRequest(CURL* easy, const HttpRequest& request, Exchange* exchange) {
  Set(easy, CURLOPT_HTTPHEADER, exchange->headers);
  Set(easy, CURLOPT_ERRORBUFFER, exchange->error.data());
  Set(easy, CURLOPT_PREREQFUNCTION, &OnRequest);
  Set(easy, CURLOPT_PREREQDATA, exchange);
  Set(easy, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(easy, CURLOPT_WRITEDATA, exchange);
  Set(easy, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(easy, CURLOPT_HEADERDATA, exchange);
  if (request.method == "HEAD") Set(easy, CURLOPT_NOBODY, 1L);
  if (request.method == "GET" || request.method == "HEAD") return;
  Set(easy, CURLOPT_FRESH_CONNECT, 1L);
  Set(easy, CURLOPT_POST, 1L);
  Set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  Set(easy, CURLOPT_POSTFIELDS, request.body.data());
  Set(easy, CURLOPT_POSTFIELDSIZE_LARGE,
      static_cast<curl_off_t>(request.body.size()));
}

curl_slist* HeadersOf(const HttpRequest& request) {
  // No waiting for "100 Continue": it would be sent without the body.
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : request.headers) {
    list = curl_slist_append(list, absl::StrCat(name, ": ", value).c_str());
  }
  return list;
}

}  // namespace

CurlTransport::CurlTransport(Options options, HttpsEndpoint endpoint,
                             std::unique_ptr<Handle> handle)
    : options_(std::move(options)),
      endpoint_(std::move(endpoint)),
      handle_(std::move(handle)) {}

CurlTransport::~CurlTransport() = default;

absl::StatusOr<std::unique_ptr<CurlTransport>> CurlTransport::Make(
    Options options) {
  static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
  absl::StatusOr<HttpsEndpoint> endpoint =
      HttpsEndpoint::Parse(options.endpoint);
  if (!endpoint.ok()) return endpoint.status();
  if (!options.ca_file.empty() && !std::ifstream(options.ca_file).good()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.ca_file, ": cannot be read"));
  }
  auto handle = std::make_unique<Handle>();
  if (global != CURLE_OK || handle->easy == nullptr) {
    return absl::InternalError("libcurl does not start");
  }
  return std::unique_ptr<CurlTransport>(new CurlTransport(
      std::move(options), *std::move(endpoint), std::move(handle)));
}

void CurlTransport::SetOptions() {
  CURL* easy = handle_->easy;
  // Options go, connections stay.
  curl_easy_reset(easy);
  Set(easy, CURLOPT_PATH_AS_IS, 1L);
  Set(easy, CURLOPT_PROTOCOLS_STR, "https");
  Set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  Set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  Set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) {
    Set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
    Set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  // An empty name is "none", where none set would be the environment's.
  Set(easy, CURLOPT_PROXY, options_.proxy.c_str());
  Set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(easy, CURLOPT_NOSIGNAL, 1L);
  Set(easy, CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
  Set(easy, CURLOPT_TIMEOUT_MS,
      static_cast<long>(absl::ToInt64Milliseconds(options_.total_timeout)));
}

absl::StatusOr<HttpResponse> CurlTransport::Send(const HttpRequest& request) {
  const absl::StatusOr<std::string> target = endpoint_.TargetOf(request.url);
  if (!target.ok())
    return absl::PermissionDeniedError(target.status().message());
  for (const auto& [name, value] : request.headers) {
    if (!IsHeaderText(name) || !IsHeaderText(value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the header ", Printable(name, kMaxErrorBytes),
                       " has control characters"));
    }
  }
  Exchange exchange = {.max_body_bytes = options_.max_body_bytes,
                       .max_header_bytes = options_.max_header_bytes,
                       .headers = HeadersOf(request)};
  const std::string url = endpoint_.UrlOf(*target);
  CURL* easy = handle_->easy;
  SetOptions();
  Set(easy, CURLOPT_URL, url.c_str());
  SetRequest(easy, request, &exchange);

  const CURLcode code = curl_easy_perform(easy);
  if (code == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    exchange.response.status = static_cast<int>(status);
    return std::move(exchange.response);
  }
  const std::string why = absl::StrCat(
      endpoint_.origin(), ": ",
      Printable(exchange.error[0] != '\0' ? exchange.error.data()
                                          : curl_easy_strerror(code),
                kMaxErrorBytes));
  if (exchange.is_too_large) {
    return absl::ResourceExhaustedError(
        absl::StrCat(endpoint_.origin(), ": the answer is too large"));
  }
  if (exchange.may_be_sent) return absl::UnknownError(why);
  if (IsDistrust(code)) return absl::PermissionDeniedError(why);
  return absl::UnavailableError(why);
}

}  // namespace recoveryline
