#include "tools/formats/valid_text.h"

#include <gtest/gtest.h>

namespace recoveryline {
namespace {

TEST(ValidTextTest, WhatIsNoCharacterIsReplaced) {
  EXPECT_EQ(ValidText("Ger\xe4t", 100), "Ger\xEF\xBF\xBDt");
  EXPECT_EQ(ValidText("Ger\xc3\xa4t", 100), "Ger\xc3\xa4t");
  EXPECT_EQ(ValidText("\xc3", 100), "\xEF\xBF\xBD");
  EXPECT_EQ(ValidText("", 100), "");
}

TEST(ValidTextTest, NoCharacterIsCut) {
  EXPECT_EQ(ValidText("a\xc3\xa4", 2), "a");
  EXPECT_EQ(ValidText("a\xc3\xa4", 3), "a\xc3\xa4");
  EXPECT_EQ(ValidText("a\xe4", 3), "a");  // the replacement has three bytes
}

TEST(ValidTextTest, SurrogatesAndLongFormsAreNotUtf8) {
  EXPECT_TRUE(IsUtf8("\xf0\x9f\x98\x80 z"));
  for (const char* text :
       {"\xed\xa0\x80", "\xc0\x80", "\xf5\x80\x80\x80", "ok\xff", "\xe2\x82"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

}  // namespace
}  // namespace recoveryline
