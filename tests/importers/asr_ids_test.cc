#include "tools/importers/asr_ids.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/importers/asr_fields.h"

namespace recoveryline::asr {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Ladders = std::vector<std::vector<std::string>>;

TEST(UniqueIdsTest, AnUnsharedNameIsTheId) {
  std::vector<std::string> notes;
  EXPECT_THAT(UniqueIds({{"web", "c/web"}, {"db", "c/db"}}, "machine", &notes),
              ElementsAre("web", "db"));
  EXPECT_THAT(notes, IsEmpty());
}

TEST(UniqueIdsTest, SharersMoveToTheFirstFormThatTellsThemApart) {
  std::vector<std::string> notes;
  EXPECT_THAT(UniqueIds({{"db", "c/db", "east/c/db"},
                         {"web", "c/web"},
                         {"DB", "c/DB", "west/c/DB"}},
                        "machine", &notes),
              ElementsAre("east/c/db", "web", "west/c/DB"));
  EXPECT_THAT(notes,
              ElementsAre(HasSubstr("2 machines share the name \"db\"")));
}

TEST(UniqueIdsTest, ALongerFormThatIsTakenIsPassedOver) {
  std::vector<std::string> notes;
  EXPECT_THAT(
      UniqueIds(
          {{"db", "c/db", "east/c/db"}, {"db", "d/db", "west/d/db"}, {"C/DB"}},
          "machine", &notes),
      ElementsAre("east/c/db", "west/d/db", "C/DB"));
}

TEST(UniqueIdsTest, WhatNothingTellsApartIsNumbered) {
  std::vector<std::string> notes;
  EXPECT_THAT(UniqueIds({{"db"}, {"db"}, {"machine-1"}}, "machine", &notes),
              ElementsAre("machine-2", "machine-3", "machine-1"));
}

TEST(UniqueIdsTest, ATooLongNameIsNumbered) {
  std::vector<std::string> notes;
  const std::string fits(kMaxIdBytes, 'x');
  EXPECT_THAT(UniqueIds({{fits}, {fits + "x"}}, "group", &notes),
              ElementsAre(fits, "group-1"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("1024 bytes")));
}

// All ways to give three resources one of two names on each of two rungs.
TEST(UniqueIdsExhaustiveTest, IdsAreAlwaysDistinct) {
  const std::vector<std::string> names = {"a", "A", "b"};
  for (int code = 0; code < 3 * 3 * 3 * 3 * 3 * 3; ++code) {
    Ladders ladders;
    for (int rest = code, i = 0; i < 3; ++i) {
      const std::string first = names[rest % 3];
      rest /= 3;
      ladders.push_back({first, names[rest % 3]});
      rest /= 3;
    }
    std::vector<std::string> notes;
    std::set<std::string> folded;
    for (const std::string& id : UniqueIds(ladders, "machine", &notes)) {
      EXPECT_FALSE(id.empty());
      EXPECT_TRUE(folded.insert(absl::AsciiStrToLower(id)).second) << code;
    }
  }
}

}  // namespace
}  // namespace recoveryline::asr
