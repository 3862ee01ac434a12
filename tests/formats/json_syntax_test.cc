#include "tools/formats/json_syntax.h"

#include <random>
#include <string>

#include "gtest/gtest.h"
#include "simdjson.h"

namespace recoveryline {
namespace {

std::string Error(absl::string_view text) {
  const auto error = FindSyntaxError(text);
  if (!error.has_value()) return "none";
  return std::to_string(error->offset) + " " + error->path + ": " +
         error->complaint;
}

TEST(FindSyntaxErrorTest, NamesPlaceAndPath) {
  EXPECT_EQ(Error(R"({"vms":[{"id":1,}]})"),
            "16 vms[0]: expected a key in double quotes, found }");
  EXPECT_EQ(Error(R"([1,,2])"), "3 [1]: expected a value, found ,");
  EXPECT_EQ(Error(R"([1,2)"),
            "4 : the text ends where ',' or ']' should follow");
  EXPECT_EQ(Error(R"({"a":"b)"), "7 a: the text ends inside a string");
  EXPECT_EQ(Error(R"({"a":01})"), "5 a: a number that begins with 0");
  EXPECT_EQ(Error("1 2"), "2 : text after the end of the value");
  EXPECT_EQ(Error("{\"a\":\"\x01\"}"),
            "6 a: a control character inside a string");
}

TEST(FindSyntaxErrorTest, FindsNothingInWhatIsJson) {
  EXPECT_EQ(Error(R"( {"a":[1,-0.5e+3,"\u00e9\ud83d\ude00\n",true,null,{}]} )"),
            "none");
}

// Its verdict is that of simdjson, on many texts that are nearly JSON.
TEST(FindSyntaxErrorRandomTest, AgreesWithSimdjson) {
  static constexpr char kBytes[] = "{}[]:,\"\\ud8001.-eE+tru\x80\xC3\xA9\n";
  std::mt19937_64 random(11);
  simdjson::dom::parser parser;
  int valid = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string text =
        R"({"a":[1,-2.5e3,true,false,null,"x\u00e9\"\\"],"b":{"c":{},"d":[]}})";
    for (uint64_t edits = random() % 3; edits > 0; --edits) {
      const size_t at = random() % text.size();
      const char byte = kBytes[random() % (sizeof(kBytes) - 1)];
      if (random() % 2 == 0) {
        text[at] = byte;
      } else {
        text.insert(at, 1, byte);
      }
      if (random() % 4 == 0) text.erase(random() % text.size(), 1);
    }
    const bool good = parser.parse(text).error() == simdjson::SUCCESS;
    valid += good ? 1 : 0;
    ASSERT_EQ(Error(text) == "none", good) << text << "\n" << Error(text);
  }
  EXPECT_GT(valid, 10'000);
}

TEST(LocateValueTest, FollowsOrdinals) {
  const std::string text = R"( { "a" : 1 , "b" : [ 7 , { "c" : "]" } , 8 ] } )";
  const auto at = [&text](absl::Span<const int64_t> ordinals) {
    return text[LocateValue(text, ordinals).value];
  };
  EXPECT_EQ(at({}), '{');
  EXPECT_EQ(at({0}), '1');
  EXPECT_EQ(at({1}), '[');
  EXPECT_EQ(at({1, 0}), '7');
  EXPECT_EQ(at({1, 1, 0}), '"');
  EXPECT_EQ(at({1, 2}), '8');
  EXPECT_EQ(text[LocateValue(text, {1}).key + 1], 'b');
}

}  // namespace
}  // namespace recoveryline
