#include "tools/sites/arm_json.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

TEST(ArmJsonTest, FieldsThatAreNotThereAreEmpty) {
  const Json json = *ParseJson(R"({"a":{"b":"text","c":null,"d":7,"e":[1]}})");
  EXPECT_EQ(TextAt(json, {"a", "b"}), "text");
  EXPECT_EQ(TextAt(json, {"a", "c"}), "");
  EXPECT_EQ(TextAt(json, {"a", "d"}), "");
  EXPECT_EQ(TextAt(json, {"a", "x", "y"}), "");
  EXPECT_EQ(TextAt(json, {"a", "b", "c"}), "");
  EXPECT_EQ(ListAt(json, {"a", "e"}).size(), 1u);
  EXPECT_EQ(ListAt(json, {"a"}).size(), 0u);
  EXPECT_TRUE(At(json, {"x"}).is_null());
  EXPECT_EQ(At(json, {}), json);
}

TEST(ArmJsonTest, BooleansTravelAsTextsToo) {
  const Json json = *ParseJson(
      R"({"a":true,"b":"True","c":"false","d":"yes","e":1,"f":null})");
  EXPECT_EQ(FlagAt(json, {"a"}), true);
  EXPECT_EQ(FlagAt(json, {"b"}), true);
  EXPECT_EQ(FlagAt(json, {"c"}), false);
  for (const char* key : {"d", "e", "f", "x"}) {
    EXPECT_EQ(FlagAt(json, {key}), std::nullopt);
  }
}

TEST(ArmJsonTest, WhatIsNestedTooDeeplyIsNotRead) {
  const auto nested = [](int depth) {
    return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
  };
  EXPECT_TRUE(ParseJson(nested(64)));
  EXPECT_FALSE(ParseJson(nested(65)));
  EXPECT_FALSE(IsJson(nested(65)));
  EXPECT_FALSE(ParseJson(nested(1'000'000)));
  // Brackets in a text are none.
  EXPECT_TRUE(
      ParseJson(absl::StrCat(R"({"a":"\")", std::string(100, '['), R"("})")));
}

TEST(ArmJsonTest, APageOfAListLeadsOn) {
  // The second number is one that the fast reader refuses.
  for (const char* number : {"7", "123456789012345678901234567890"}) {
    const auto page = [number](const char* rest) {
      return ReadListPage(
          absl::StrCat(R"({"n":)", number, R"(,"value":[1])", rest, "}"));
    };
    EXPECT_TRUE(page("").is_list);
    EXPECT_EQ(page("").link, "");
    EXPECT_TRUE(page(R"(,"nextLink":null)").is_list);
    EXPECT_TRUE(page(R"(,"nextLink":"")").is_list);
    EXPECT_TRUE(page(R"(,"nextLink":"/b")").is_list);
    EXPECT_EQ(page(R"(,"nextLink":"/b")").link, "/b");
    EXPECT_FALSE(page(R"(,"nextLink":7)").is_list);
    EXPECT_TRUE(IsJson(absl::StrCat("[", number, "]")));
    EXPECT_FALSE(
        ReadListPage(absl::StrCat(R"({"value":)", number, "}")).is_list);
  }
  for (const char* text : {"", "[]", "7", "{}", R"({"value":{}})"}) {
    EXPECT_FALSE(ReadListPage(text).is_list) << text;
  }
}

TEST(ArmJsonTest, WhatIsNoJsonIsNotRead) {
  for (const char* text : {"", "{", "{\"a\":}", "\xFF", "{\"a\":\"\xC3\"}",
                           "1e999", "<html>", "{}{}", "nan"}) {
    EXPECT_FALSE(ParseJson(text)) << text;
    EXPECT_FALSE(IsJson(text)) << text;
  }
}

}  // namespace
}  // namespace recoveryline
