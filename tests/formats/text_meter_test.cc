#include "tools/formats/text_meter.h"

#include <random>
#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"
#include "tests/formats/random_message.h"

namespace recoveryline {
namespace {

TextMeter Metered(absl::string_view text) {
  TextMeter meter;
  meter.Add(text);
  return meter;
}

TEST(TextMeterTest, CountsWhatOpensAMessageAndStrings) {
  const std::string text = "vms { id: \"a{'\\\"{\" } # { \" \nvms < id: '\"' >";
  EXPECT_EQ(Metered(text).memory_bytes(),
            2 * TextMeter::kObjectBytes + 2 * TextMeter::kStringBytes +
                static_cast<int64_t>(text.size()));
}

TEST(TextMeterTest, TokensEndAtSpaceAndMarks) {
  EXPECT_EQ(Metered("abc: defgh, ij [klm]").longest_token_bytes(), 5);
  EXPECT_EQ(Metered("'a b\\'c' d").longest_token_bytes(), 7);
  EXPECT_EQ(Metered("# a long comment").longest_token_bytes(), 0);
}

TEST(TextMeterTest, EveryCutGivesTheSame) {
  const std::string text = "vms { id: \"a\\\"{\" } # {'\nx: 'y'";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    TextMeter meter;
    meter.Add(absl::string_view(text).substr(0, cut));
    meter.Add(absl::string_view(text).substr(cut));
    EXPECT_EQ(meter.memory_bytes(), Metered(text).memory_bytes()) << cut;
    EXPECT_EQ(meter.longest_token_bytes(), Metered(text).longest_token_bytes());
  }
}

TEST(TextMeterRandomTest, NoMessageTakesMore) {
  std::mt19937_64 random(19);
  for (int i = 0; i < 500; ++i) {
    v1::Decision decision;
    FillAtRandom(&random, &decision);
    const std::string text = decision.DebugString();
    const auto own_bytes = static_cast<int64_t>(v1::Decision().SpaceUsedLong());
    EXPECT_LE(static_cast<int64_t>(decision.SpaceUsedLong()) - own_bytes,
              Metered(text).memory_bytes());
  }
}

}  // namespace
}  // namespace recoveryline
