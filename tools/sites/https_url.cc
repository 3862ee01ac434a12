#include "tools/sites/https_url.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

constexpr absl::string_view kScheme = "https://";
constexpr int kDefaultPort = 443;
constexpr size_t kMaxQuotedBytes = 200;

struct Address {
  std::string host;
  int port = kDefaultPort;
  absl::string_view target;
};

bool IsHost(absl::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
             return absl::ascii_isxdigit(static_cast<unsigned char>(c)) ||
                    c == ':' || c == '.';
           });
  }
  return std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
           c == '-' || c == '_';
  });
}

// Where the port's ':' stands in "host:port"; npos where there is none.
size_t PortColon(absl::string_view authority) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  if (colon == absl::string_view::npos) return colon;
  const bool is_within_brackets =
      bracket != absl::string_view::npos && colon < bracket;
  return is_within_brackets ? absl::string_view::npos : colon;
}

// The address as one may print it: what follows '?' may be anybody's secret,
// and so may what stands before '@', a user and his password. Taken out is all
// up to the last '@', since what is refused need not be well-formed.
std::string Quoted(absl::string_view url) {
  const size_t at = url.rfind('@');
  if (at != absl::string_view::npos) {
    const size_t slashes = url.find("://");
    const bool has_scheme = slashes < at;
    return absl::StrCat(
        "\"",
        Printable(has_scheme ? url.substr(0, slashes + 3) : "",
                  kMaxQuotedBytes),
        Printable(url.substr(at + 1, url.find('?', at) - at - 1),
                  kMaxQuotedBytes),
        "\"");
  }
  return absl::StrCat(
      "\"", Printable(url.substr(0, url.find('?')), kMaxQuotedBytes), "\"");
}

absl::StatusOr<Address> Read(absl::string_view url) {
  const auto refuse = [url](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(url), " ", why));
  };
  if (!absl::StartsWithIgnoreCase(url, kScheme)) {
    return refuse("is not an https address");
  }
  const absl::string_view rest = url.substr(kScheme.size());
  const size_t end = std::min(rest.find_first_of("/?#\\"), rest.size());
  absl::string_view authority = rest.substr(0, end);

  Address address;
  address.target = rest.substr(end);
  if (address.target.empty()) address.target = "/";
  const size_t colon = PortColon(authority);
  if (colon != absl::string_view::npos) {
    const absl::string_view port = authority.substr(colon + 1);
    const bool is_number =
        !port.empty() && std::all_of(port.begin(), port.end(), [](char c) {
          return absl::ascii_isdigit(static_cast<unsigned char>(c));
        });
    if (!is_number || !absl::SimpleAtoi(port, &address.port) ||
        address.port < 1 || address.port > 65535) {
      return refuse("has a port that is none");
    }
    authority = authority.substr(0, colon);
  }
  if (!IsHost(authority)) return refuse("has a host that is none");
  address.host = absl::AsciiStrToLower(authority);
  if (!IsTarget(address.target)) return refuse("has a path that is none");
  return address;
}

}  // namespace

HttpsEndpoint::HttpsEndpoint(std::string host, int port)
    : host_(std::move(host)),
      port_(port),
      origin_(
          absl::StrCat(kScheme, host_,
                       port == kDefaultPort ? "" : absl::StrCat(":", port))) {}

absl::StatusOr<HttpsEndpoint> HttpsEndpoint::Parse(absl::string_view text) {
  absl::StatusOr<Address> address = Read(text);
  if (!address.ok()) return address.status();
  if (address->target != "/") {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " has a path; an endpoint has none"));
  }
  return HttpsEndpoint(std::move(address->host), address->port);
}

absl::StatusOr<std::string> HttpsEndpoint::TargetOf(
    absl::string_view url) const {
  const absl::StatusOr<Address> address = Read(url);
  if (!address.ok()) return address.status();
  if (address->host != host_ || address->port != port_) {
    return absl::PermissionDeniedError(
        absl::StrCat(Quoted(url), " is not on ", origin_));
  }
  return std::string(address->target);
}

std::string HttpsEndpoint::UrlOf(absl::string_view target) const {
  return absl::StrCat(origin_, target);
}

bool IsTarget(absl::string_view target) {
  return !target.empty() && target.front() == '/' &&
         std::all_of(target.begin(), target.end(), [](char c) {
           return absl::ascii_isgraph(static_cast<unsigned char>(c)) &&
                  c != '#' && c != '\\';
         });
}

std::string Printable(absl::string_view text, size_t max_bytes) {
  std::string printable;
  for (const char c : text.substr(0, max_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    // Bytes of UTF-8 stay; a newline or tab becomes a blank.
    if (byte >= 0x80 || absl::ascii_isprint(byte)) {
      printable.push_back(c);
    } else if (absl::ascii_isspace(byte)) {
      printable.push_back(' ');
    }
  }
  if (text.size() <= max_bytes) return printable;
  // No character is left half.
  size_t cut = printable.size();
  while (cut > 0 &&
         (static_cast<unsigned char>(printable[cut - 1]) & 0xC0) == 0x80) {
    --cut;
  }
  if (cut > 0 && static_cast<unsigned char>(printable[cut - 1]) >= 0xC0) --cut;
  printable.resize(cut);
  return absl::StrCat(printable, "...");
}

}  // namespace recoveryline
