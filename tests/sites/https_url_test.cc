#include "tools/sites/https_url.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

HttpsEndpoint Endpoint(const char* text = "https://Arm.Example:443/") {
  auto endpoint = HttpsEndpoint::Parse(text);
  EXPECT_TRUE(endpoint.ok()) << endpoint.status();
  return *endpoint;
}

TEST(HttpsUrlTest, AnEndpointHasOneSpelling) {
  EXPECT_EQ(Endpoint().origin(), "https://arm.example");
  EXPECT_EQ(Endpoint("HTTPS://arm.example").origin(), "https://arm.example");
  EXPECT_EQ(Endpoint("https://127.0.0.1:8443").origin(),
            "https://127.0.0.1:8443");
  EXPECT_EQ(Endpoint("https://[::1]:8443").host(), "[::1]");
  EXPECT_EQ(Endpoint("https://[::1]:8443").port(), 8443);
  EXPECT_EQ(Endpoint("https://[::1]").port(), 443);
}

TEST(HttpsUrlTest, AnAddressOnTheEndpointGivesItsTarget) {
  EXPECT_EQ(*Endpoint().TargetOf("https://arm.example/a/b?c=d&e=%20f"),
            "/a/b?c=d&e=%20f");
  EXPECT_EQ(*Endpoint().TargetOf("https://ARM.example:443/A"), "/A");
  EXPECT_EQ(*Endpoint().TargetOf("https://arm.example"), "/");
  EXPECT_EQ(Endpoint().UrlOf("/A?b"), "https://arm.example/A?b");
}

TEST(HttpsUrlTest, AnyOtherAddressIsRefused) {
  for (const char* url : {"http://arm.example/a",
                          "https://arm.example.evil/a",
                          "https://evil.example/a",
                          "https://arm.example:444/a",
                          "https://arm.example@evil.example/a",
                          "https://evil.example@arm.example/a",
                          "https://arm.example\\@evil/a",
                          "https://arm.example/a b",
                          "https://arm.example/a\r\nb",
                          "https://arm.example/a#b",
                          "https://arm.example/a\\b",
                          "https://arm.example?a=b",
                          "https://arm.example:/a",
                          "https://arm.example:+443/a",
                          "https://arm.example:0443x/a",
                          "https:///a",
                          "https://",
                          "//arm.example/a",
                          "/a",
                          "a",
                          "",
                          "https://arm.example./a",
                          "https://[arm.example]/a",
                          "https://\xD0\xB0rm.example/a",
                          "https://arm.example/\xC3\xA4"}) {
    EXPECT_FALSE(Endpoint().TargetOf(url).ok()) << url;
  }
}

TEST(HttpsUrlTest, AQueryIsNotTold) {
  const absl::Status refused =
      Endpoint().TargetOf("https://evil.example/a?key=secret").status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_THAT(refused.ToString(), HasSubstr("evil.example/a"));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr("secret")));
}

TEST(HttpsUrlTest, AUserAndAPasswordAreNotTold) {
  for (const char* url :
       {"https://user:secret@arm.example", "https://user:sec/ret@arm.example",
        "http://user:secret@arm.example/a", "user:secret@arm.example",
        "https://user:secret?x@arm.example", "https://a@secret@arm.example/"}) {
    const absl::Status refused = HttpsEndpoint::Parse(url).status();
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << url;
    EXPECT_THAT(refused.ToString(), Not(HasSubstr("sec"))) << url;
    EXPECT_THAT(refused.ToString(), HasSubstr("arm.example")) << url;
  }
}

TEST(PrintableTest, TakesOutWhatATerminalWouldObey) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\td\x7f", 100), "a[31mb c d");
  EXPECT_EQ(Printable("\xC3\xA4", 100), "\xC3\xA4");
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
  // A character is not cut in two.
  EXPECT_EQ(Printable("ab\xC3\xA4", 3), "ab...");
  EXPECT_EQ(Printable("", 3), "");
}

}  // namespace
}  // namespace recoveryline
