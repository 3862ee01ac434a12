#include "tools/report/script_json.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "nlohmann/json.hpp"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string JsonOf(absl::string_view text) {
  ScriptJson json;
  json.Text(text);
  return json.text();
}

std::string ReadBack(absl::string_view text) {
  return nlohmann::json::parse(JsonOf(text)).get<std::string>();
}

TEST(ScriptJsonTest, HostileTextsReadBackAsTheyWere) {
  for (const std::string text :
       {"<script>alert(1)</script>", "</script>", "<!--", "]]>", "&lt;",
        "\"'\\",
        "line\xe2\x80\xa8"
        "feed\xe2\x80\xa9",
        "\xe2\x80\xae right to left",
        "bell\x07 escape\x1b delete\x7f next line\xc2\x85",
        "北京 שלום 🙂", "\n\r\t", ""}) {
    EXPECT_EQ(ReadBack(text), text);
    EXPECT_THAT(JsonOf(text), Not(testing::ContainsRegex("[<>&]")));
    EXPECT_THAT(JsonOf(text), Not(HasSubstr("\xe2\x80\xa8")));
    EXPECT_THAT(JsonOf(text), Not(HasSubstr("\xe2\x80\xa9")));
    EXPECT_THAT(JsonOf(text), Not(HasSubstr("\xc2\x85")));
  }
  EXPECT_EQ(ReadBack(std::string("nul\0!", 5)), std::string("nul\0!", 5));
  EXPECT_EQ(ReadBack(std::string(1024, '<')), std::string(1024, '<'));
}

TEST(ScriptJsonTest, BytesThatAreNotUtf8AreSaid) {
  EXPECT_EQ(ReadBack("a\xff\xc0z"), "a\\xff\\xc0z");
  EXPECT_EQ(ReadBack("cut \xe2\x80"), "cut \\xe2\\x80");
  EXPECT_EQ(ReadBack("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(ScriptJsonTest, CommasStandBetweenValuesAlone) {
  ScriptJson inner;
  inner.Key("c").Number(3);
  ScriptJson json;
  json.Open('{');
  json.Key("a").Open('[');
  json.Number(1);
  json.Open('[');
  json.Close(']');
  json.Text("x,");
  json.Number(-2);
  json.Close(']');
  json.Key("b").Open('{');
  json.Close('}');
  json.Append(inner);
  json.Append(ScriptJson());
  json.Close('}');
  EXPECT_EQ(json.text(), R"({"a":[1,[],"x,",-2],"b":{},"c":3})");
}

TEST(ScriptJsonTest, NanosAreShortAndExact) {
  const auto written = [](core::Nanos nanos) {
    ScriptJson json;
    json.Nanos(nanos);
    return json.text();
  };
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(300'000'000'000), "3e11");
  EXPECT_EQ(written(-1'200'000), "-12e5");
  EXPECT_EQ(written(1'500), "1500");
  EXPECT_EQ(written(123'456'789), "123456789");
  EXPECT_EQ(written(std::numeric_limits<int64_t>::min()),
            "-9223372036854775808");
}

TEST(ScriptJsonRandomTest, NoBytesLeaveTheScript) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  const std::string parts[] = {"<",    ">",    "&",      "\"",   "\\",
                               "/",    "\xe2", "\x80",   "\xa8", "\xc2",
                               "\x85", "!--",  "script", "\x01"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (uint64_t n = random() % 12; n > 0; --n) {
      text += random() % 3 == 0 ? std::string(1, static_cast<char>(random()))
                                : parts[random() % std::size(parts)];
    }
    const std::string json = JsonOf(text);
    ASSERT_THAT(json, Not(testing::ContainsRegex("[<>&\x01-\x1f\x7f]")));
    ASSERT_TRUE(nlohmann::json::accept(json)) << json;
  }
}

}  // namespace
}  // namespace recoveryline
