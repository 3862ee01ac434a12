#include "engine/field_checks.h"

#include <string>

#include "engine/violations.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"

namespace recoveryline {
namespace {

TEST(FieldPathTest, NamesAndIndexesAreJoined) {
  const FieldPath inventory;
  const FieldPath vm(inventory, "vms", 3);
  const FieldPath point(vm, "recoveryPoints", 0);
  EXPECT_EQ(FieldPath(point, "captureTime").ToString(),
            "vms[3].recoveryPoints[0].captureTime");
  const FieldPath plan("plan");
  EXPECT_EQ(FieldPath(plan, "id").ToString(), "plan.id");
  EXPECT_EQ(inventory.ToString(), "");
}

TEST(QuotedTest, PlainTextStandsBetweenQuotes) {
  EXPECT_EQ(Quoted("web-1"), "\"web-1\"");
  EXPECT_EQ(Quoted(""), "\"\"");
}

TEST(QuotedTest, WhatATerminalWouldObeyIsEscaped) {
  EXPECT_EQ(Quoted("a\"b\\c\n\x1b[2J"), "\"a\\\"b\\\\c\\n\\x1b[2J\"");
  EXPECT_EQ(Quoted("\xff\xc3\xa9"), "\"\\xff\\xc3\\xa9\"");
  EXPECT_EQ(Quoted(absl::string_view("\0", 1)), "\"\\x00\"");
}

TEST(QuotedTest, LongTextIsCut) {
  EXPECT_EQ(Quoted(std::string(64, 'x')), "\"" + std::string(64, 'x') + "\"");
  EXPECT_EQ(Quoted(std::string(100'000, 'x')),
            "\"" + std::string(64, 'x') + "...\" (100000 bytes)");
}

TEST(ReportTest, ViolationsBeyondTheHundredthAreCounted) {
  const FieldPath inventory;
  Violations found;
  for (int i = 0; i < 101; ++i) {
    Report(v1::Violation::EMPTY_ID, {inventory, "vms", i}, "empty", &found);
  }
  EXPECT_EQ(found.count(), 101);
  EXPECT_EQ(found.list().back().field_path(), "vms[99]");
}

}  // namespace
}  // namespace recoveryline
