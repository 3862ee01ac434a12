// Which documents are read, which are noted and which are refused.

#include "tools/importers/asr_reader.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::Status StatusOf(const std::string& text) {
  asr::Listing listing;
  return asr::ReadAsrText("a.json", text, &listing);
}

asr::Listing ListingOf(const std::string& text) {
  asr::Listing listing;
  EXPECT_EQ(asr::ReadAsrText("a.json", text, &listing), absl::OkStatus());
  return listing;
}

TEST(AsrReaderTest, ListsArraysAndSinglesAreRead) {
  EXPECT_EQ(ListingOf(List({Item("a", {}), Item("b", {})})).items.size(), 2);
  EXPECT_EQ(ListingOf(Array({Item("a", {}), Item("b", {})})).items.size(), 2);
  EXPECT_EQ(ListingOf(Item("a", {})).items.size(), 1);
  EXPECT_EQ(ListingOf(Plan("p", "[]")).plans.size(), 1);
  EXPECT_EQ(ListingOf(Point("a", "p", kNoon)).points.size(), 1);
}

TEST(AsrReaderTest, PublishedExamplesAreOpened) {
  const asr::Listing listing = ListingOf(Object(
      {{"parameters", "{\"api-version\": \"2025-08-01\"}"},
       {"responses", Object({{"200", Object({{"body", List({Item("a", {})})}})},
                             {"202", "{}"}})}}));
  ASSERT_EQ(listing.items.size(), 1);
  EXPECT_EQ(listing.items[0].where, "a.json: responses.200.body.value[0]");
}

TEST(AsrReaderTest, RecordedSessionsAreOpened) {
  const std::string text_body =
      absl::StrReplaceAll(Item("b", {}), {{"\"", "\\\""}});
  const asr::Listing listing = ListingOf(Object(
      {{"interactions",
        Array({Object({{"method", "\"GET\""},
                       {"response_body", List({Item("a", {})})}}),
               Object({{"method", "\"PUT\""}, {"response_body", "null"}}),
               Object({{"response_body", JsonText(text_body)}})})}}));
  ASSERT_EQ(listing.items.size(), 2);
  EXPECT_EQ(listing.items[0].where,
            "a.json: interactions[0].response_body.value[0]");
  EXPECT_EQ(listing.items[1].ref.name, "b");
  EXPECT_THAT(listing.notes, IsEmpty());
}

TEST(AsrReaderTest, WhatIsNotOursIsNoted) {
  const std::string job =
      R"({"id": "/vaults/v/replicationJobs/j", "properties": {}})";
  EXPECT_THAT(ListingOf(job).notes, ElementsAre(HasSubstr("replicationJobs")));
  EXPECT_THAT(ListingOf(List({job, job, Item("a", {})})).notes,
              ElementsAre("a.json: value: ignored: 2 of another kind "
                          "(replicationJobs)"));
  EXPECT_THAT(ListingOf("{\"error\": {\"code\": \"404\"}}").notes,
              ElementsAre(HasSubstr("ignored")));
  EXPECT_THAT(ListingOf("42").notes, ElementsAre(HasSubstr("ignored")));
  EXPECT_THAT(ListingOf("[null, 7]").notes,
              ElementsAre(HasSubstr("[0]"), HasSubstr("[1]")));
  EXPECT_THAT(ListingOf(List({})).notes, ElementsAre(HasSubstr("empty list")));
}

TEST(AsrReaderTest, UnknownFieldsAreIgnored) {
  EXPECT_THAT(ListingOf(Item("a", {{"surprise", "{\"deep\": [1, {}]}"}})).notes,
              IsEmpty());
}

TEST(AsrReaderTest, AByteOrderMarkIsSkipped) {
  EXPECT_EQ(ListingOf("\xEF\xBB\xBF" + Item("a", {})).items.size(), 1);
}

TEST(AsrReaderTest, WhatIsNotJsonIsRefusedByName) {
  const std::string item = Item("a", {});
  for (const std::string& text :
       {std::string(), std::string(" "), std::string("garbage"),
        item.substr(0, item.size() - 1), item + item, item + "]",
        std::string("{\"a\": 1,}"), std::string("\xff\xff"),
        std::string("\xFF\xFE{\0}\0", 6), std::string("\0", 1),
        std::string("{\"a\": \"\x80\"}")}) {
    EXPECT_EQ(StatusOf(text).code(), absl::StatusCode::kInvalidArgument)
        << text;
    EXPECT_THAT(StatusOf(text).message(), HasSubstr("a.json")) << text;
  }
}

TEST(AsrReaderTest, NestingAboveTheLimitIsRefused) {
  const auto nested = [](int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(StatusOf(nested(60)), absl::OkStatus());
  EXPECT_EQ(StatusOf(nested(66)).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(StatusOf(std::string(1'000'000, '[')).code(),
            absl::StatusCode::kInvalidArgument);
  // A body recorded as text has a limit of its own, and holds no further text.
  const std::string body = "\"" + std::string(1'000, '[') + "\"";
  EXPECT_THAT(
      ListingOf("{\"interactions\": [{\"response_body\": " + body + "}]}")
          .notes,
      ElementsAre(HasSubstr("not JSON")));
}

TEST(AsrPagesTest, AListThatGoesOnIsNoted) {
  const AsrImport import = ImportBodies(
      {{"a.json", List({Point("a", "p1", kNoon)}, "https://next?page=2")}});
  EXPECT_THAT(import.notes, Contains(AllOf(HasSubstr("https://next?page=2"),
                                           HasSubstr("may be incomplete"))));
}

TEST(AsrPagesTest, AListWithItsLastPageIsWhole) {
  const AsrImport import = ImportBodies(
      {{"1.json", List({Point("a", "p1", kNoon)}, "https://next?page=2")},
       {"2.json", List({Point("A", "p2", kNoon)})}});
  EXPECT_THAT(import.notes, Not(Contains(HasSubstr("incomplete"))));
}

TEST(AsrPagesTest, TheLastPageOfAnotherListDoesNotCount) {
  const AsrImport import = ImportBodies(
      {{"1.json", List({Point("a", "p1", kNoon)}, "https://next?page=2")},
       {"2.json", List({Point("b", "p2", kNoon)})},
       {"3.json", List({Item("a", {})})}});
  EXPECT_THAT(import.notes, Contains(HasSubstr("incomplete")));
}

TEST(AsrPagesTest, APageIsFoundByItsRecordedAddress) {
  const auto recorded = [](const std::string& address) {
    return Object(
        {{"interactions",
          Array({Object({{"response_body",
                          List({Point("a", "p1", kNoon)}, "https://n?p=2")}}),
                 Object({{"uri", JsonText(address)},
                         {"response_body", List({})}})})}});
  };
  EXPECT_THAT(ImportBodies({{"a.json", recorded("https://n?p=2")}}).notes,
              Not(Contains(HasSubstr("incomplete"))));
  EXPECT_THAT(ImportBodies({{"a.json", recorded("https://n?p=3")}}).notes,
              Contains(HasSubstr("incomplete")));
}

}  // namespace
}  // namespace recoveryline
