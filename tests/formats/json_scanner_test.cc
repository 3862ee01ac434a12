#include "tools/formats/json_scanner.h"

#include <string>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using State = ValueScanner::State;

TEST(ValueScannerTest, ValuesEndWhereTheyEnd) {
  EXPECT_EQ(ValueEnd("{}x"), 2u);
  EXPECT_EQ(ValueEnd(R"({"a":[1,{"b":"}"}]},{})"), 19u);
  EXPECT_EQ(ValueEnd(R"("a\"b","c")"), 6u);
  EXPECT_EQ(ValueEnd(R"("a\\","c")"), 5u);
  EXPECT_EQ(ValueEnd("12.5e3,"), 6u);
  EXPECT_EQ(ValueEnd("true]"), 4u);
  EXPECT_EQ(ValueEnd("null "), 4u);
  EXPECT_EQ(ValueEnd(",1"), 0u);
  EXPECT_EQ(ValueEnd("]"), 0u);
}

TEST(ValueScannerTest, LongStringsEndAtTheirQuote) {
  for (size_t length = 0; length < 40; ++length) {
    for (size_t at = 0; at < length; ++at) {
      std::string text = "\"" + std::string(length, 'x');
      text[1 + at] = '"';
      EXPECT_EQ(ValueEnd(text + "\""), at + 2);
      text[1 + at] = '\\';
      text += "\"\" \"";
      // The backslash takes the next byte with it, which may be the quote.
      EXPECT_EQ(ValueEnd(text), at + 1 == length ? length + 3 : length + 2);
    }
  }
}

TEST(ValueScannerTest, EveryCutGivesTheSameEnd) {
  const std::string text = R"({"a\\\"]":[1,"\"}",{"b":-1.5}],"c":"\\"} ,)";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    ValueScanner scanner(/*depth=*/3);
    size_t first = 0;
    size_t second = 0;
    State state = scanner.Scan(text.substr(0, cut), &first);
    if (state == State::kMore) {
      EXPECT_EQ(first, cut);
      state = scanner.Scan(text.substr(cut), &second);
    }
    EXPECT_EQ(state, State::kDone);
    EXPECT_EQ(first + second, text.size() - 2);
  }
}

TEST(ValueScannerTest, ScalarsGoOnOverACut) {
  ValueScanner scanner(/*depth=*/0);
  size_t used = 0;
  EXPECT_EQ(scanner.Scan("12", &used), State::kMore);
  EXPECT_EQ(scanner.Scan("", &used), State::kMore);
  EXPECT_EQ(scanner.Scan("3,", &used), State::kDone);
  EXPECT_EQ(used, 1u);
}

TEST(ValueScannerTest, NestingCountsWhatLiesAround) {
  size_t used = 0;
  EXPECT_EQ(ValueScanner(kMaxNesting - 1).Scan("[]", &used), State::kDone);
  EXPECT_EQ(ValueScanner(kMaxNesting - 1).Scan("[[", &used), State::kTooDeep);
  EXPECT_EQ(used, 1u);
  EXPECT_EQ(ValueScanner(kMaxNesting).Scan("1,", &used), State::kDone);
}

}  // namespace
}  // namespace recoveryline
