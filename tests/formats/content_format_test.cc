#include "tools/formats/content_format.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {
namespace {

Content OfPlan(absl::string_view head) {
  return FindContent(head, *v1::RecoveryPlan::descriptor());
}

TEST(FindContentTest, NothingIsEmpty) {
  EXPECT_EQ(OfPlan(""), Content::kEmpty);
  EXPECT_EQ(OfPlan(" \n\t\r\n"), Content::kEmpty);
}

TEST(FindContentTest, MarksOfByteOrderAreKnown) {
  EXPECT_EQ(OfPlan("\xEF\xBB\xBF{}"), Content::kUtf8Mark);
  EXPECT_EQ(OfPlan(absl::string_view("\xFF\xFE{\0}\0", 6)), Content::kUtf16);
  EXPECT_EQ(OfPlan(absl::string_view("\xFE\xFF\0{", 4)), Content::kUtf16);
}

TEST(FindContentTest, ABraceOrBracketIsJson) {
  EXPECT_EQ(OfPlan("\n  {"), Content::kJson);
  EXPECT_EQ(OfPlan("[{}]"), Content::kJson);
}

TEST(FindContentTest, AFieldInFrontIsText) {
  EXPECT_EQ(OfPlan("id: 'a'"), Content::kTextproto);
  EXPECT_EQ(OfPlan("# a comment\n\n# more\nboot_groups # x\n {"),
            Content::kTextproto);
  EXPECT_EQ(OfPlan("policy<"), Content::kTextproto);
  EXPECT_EQ(OfPlan("id"), Content::kBinpb);
  EXPECT_EQ(OfPlan("vms { }"), Content::kBinpb);
  EXPECT_EQ(OfPlan("id: 'a\x01'"), Content::kBinpb);
  EXPECT_EQ(OfPlan("# short"), Content::kBinpb);
  EXPECT_EQ(OfPlan("#" + std::string(5'000, ' ')), Content::kTextproto);
}

// Whatever the length of the id, which stands in the file as a byte that may
// be white space, '#', a letter or '{'.
TEST(FindContentExhaustiveTest, ABinaryPlanIsNeverText) {
  for (const char* id : {"a", "nightly-1", "id: x", "a b", "id"}) {
    for (size_t length = 1; length < 300; ++length) {
      v1::RecoveryPlan plan;
      while (plan.id().size() < length) plan.mutable_id()->append(id);
      plan.mutable_id()->resize(length);
      const std::string bytes = plan.SerializeAsString();
      // "\n" and a length of 9 to 13 or 32 are white space before the id.
      const bool is_text = absl::string_view(id) == "id: x" &&
                           (length == 32 || (length >= 9 && length <= 13));
      EXPECT_EQ(OfPlan(bytes), is_text ? Content::kTextproto : Content::kBinpb)
          << length << id;
    }
  }
}

TEST(LooksWrittenTest, AFewStrangeBytesAreForgiven) {
  EXPECT_TRUE(LooksWritten("Dear reader, this is caf\xC3\xA9 text."));
  EXPECT_TRUE(LooksWritten(absl::StrCat(std::string(100, 'a'), "\xFF\x01")));
  EXPECT_FALSE(LooksWritten("\x1A\x05\x0A\x03web"));
}

}  // namespace
}  // namespace recoveryline
