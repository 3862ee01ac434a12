#include "engine/timestamps.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

Timestamp MakeTimestamp(int64_t seconds, int32_t nanos) {
  Timestamp t;
  t.set_seconds(seconds);
  t.set_nanos(nanos);
  return t;
}

Duration MakeDuration(int64_t seconds, int32_t nanos) {
  Duration d;
  d.set_seconds(seconds);
  d.set_nanos(nanos);
  return d;
}

// "refused", or what was read as "seconds.nanos".
std::string Parsed(absl::string_view text) {
  Timestamp t = MakeTimestamp(-7, 7);
  if (!ParseRfc3339(text, &t)) {
    EXPECT_EQ(t.seconds(), -7) << text;
    EXPECT_EQ(t.nanos(), 7) << text;
    return "refused";
  }
  return std::to_string(t.seconds()) + "." + std::to_string(t.nanos());
}

TEST(ParseRfc3339Test, ReadsTheEpoch) {
  EXPECT_EQ(Parsed("1970-01-01T00:00:00Z"), "0.0");
}

TEST(ParseRfc3339Test, ReadsOneToNineFractionalDigits) {
  EXPECT_EQ(Parsed("1970-01-01T00:00:01.1Z"), "1.100000000");
  EXPECT_EQ(Parsed("1970-01-01T00:00:01.1234567Z"), "1.123456700");
  EXPECT_EQ(Parsed("1970-01-01T00:00:01.000000001Z"), "1.1");
  EXPECT_EQ(Parsed("1970-01-01T00:00:01.0000000010Z"), "refused");
  EXPECT_EQ(Parsed("1970-01-01T00:00:01.Z"), "refused");
  EXPECT_EQ(Parsed("1970-01-01T00:00:01,5Z"), "refused");
}

TEST(ParseRfc3339Test, TakesOffsetsWithin23Hours59) {
  EXPECT_EQ(Parsed("1970-01-01T01:00:00+01:00"), "0.0");
  EXPECT_EQ(Parsed("1969-12-31T19:30:00-04:30"), "0.0");
  EXPECT_EQ(Parsed("1970-01-01T23:59:00+23:59"), "0.0");
  EXPECT_EQ(Parsed("1970-01-01T00:00:00-00:00"), "0.0");
  EXPECT_EQ(Parsed("1970-01-01T00:00:00+24:00"), "refused");
  EXPECT_EQ(Parsed("1970-01-01T00:00:00+01:60"), "refused");
  EXPECT_EQ(Parsed("1970-01-01T00:00:00+0100"), "refused");
  EXPECT_EQ(Parsed("1970-01-01T00:00:00+01"), "refused");
}

TEST(ParseRfc3339Test, RefusesOtherForms) {
  for (const char* text : {"",
                           "Z",
                           "1970-01-01",
                           "1970-01-01T00:00:00",
                           "1970-01-01t00:00:00Z",
                           "1970-01-01T00:00:00z",
                           "1970-01-01 00:00:00Z",
                           "1970-01-01T24:00:00Z",
                           "1970-01-01T23:59:60Z",
                           "1970-01-01T00:60:00Z",
                           "1970-01-01T00:00Z",
                           "1970-00-01T00:00:00Z",
                           "1970-13-01T00:00:00Z",
                           "1970-01-00T00:00:00Z",
                           "1970-01-32T00:00:00Z",
                           "1970-1-1T00:00:00Z",
                           "70-01-01T00:00:00Z",
                           "1970-01-01T00:00:00ZZ",
                           " 1970-01-01T00:00:00Z",
                           "1970-01-01T00:00:00Z ",
                           "+970-01-01T00:00:00Z",
                           "1970-01-01T00:00:0:Z",
                           "1970-01-01T00:00:00UTC"}) {
    EXPECT_EQ(Parsed(text), "refused") << text;
  }
  EXPECT_EQ(Parsed(absl::string_view("1970-01-01T00:00:00\0Z", 21)), "refused");
}

TEST(ParseRfc3339Test, KnowsLeapYears) {
  EXPECT_EQ(Parsed("2000-02-29T00:00:00Z"), "951782400.0");
  EXPECT_EQ(Parsed("2024-02-29T00:00:00Z"), "1709164800.0");
  EXPECT_EQ(Parsed("1900-02-29T00:00:00Z"), "refused");
  EXPECT_EQ(Parsed("2023-02-29T00:00:00Z"), "refused");
  EXPECT_EQ(Parsed("2023-04-31T00:00:00Z"), "refused");
}

TEST(ParseRfc3339Test, RangeIsYears1To9999InUtc) {
  EXPECT_EQ(Parsed("0001-01-01T00:00:00Z"), "-62135596800.0");
  EXPECT_EQ(Parsed("9999-12-31T23:59:59.999999999Z"), "253402300799.999999999");
  EXPECT_EQ(Parsed("0001-01-01T00:00:00+00:01"), "refused");
  EXPECT_EQ(Parsed("9999-12-31T23:59:59-00:01"), "refused");
  EXPECT_EQ(Parsed("0000-12-31T23:59:00-00:01"), "-62135596800.0");
  EXPECT_EQ(Parsed("0000-12-31T23:59:59Z"), "refused");
}

TEST(ParseRfc3339RandomTest, AgreesWithProtobufBothWays) {
  std::mt19937_64 random(20260301);
  std::uniform_int_distribution<int64_t> seconds(-62'135'596'800,
                                                 253'402'300'799);
  std::uniform_int_distribution<int32_t> nanos(0, 999'999'999);
  for (int i = 0; i < 20'000; ++i) {
    const Timestamp t =
        MakeTimestamp(seconds(random), i % 3 == 0 ? 0 : nanos(random));
    Timestamp ours;
    ASSERT_TRUE(ParseRfc3339(TimeUtil::ToString(t), &ours));
    ASSERT_EQ(ours.seconds(), t.seconds());
    ASSERT_EQ(ours.nanos(), t.nanos());
    Timestamp theirs;
    ASSERT_TRUE(TimeUtil::FromString(FormatTimestamp(t), &theirs));
    ASSERT_EQ(theirs.seconds(), t.seconds());
    ASSERT_EQ(theirs.nanos(), t.nanos());
  }
}

TEST(IsStandardTest, TimestampNanosAreBelowOneSecond) {
  EXPECT_TRUE(IsStandard(MakeTimestamp(-5, 999'999'999)));
  EXPECT_FALSE(IsStandard(MakeTimestamp(0, 1'000'000'000)));
  EXPECT_FALSE(IsStandard(MakeTimestamp(0, -1)));
}

TEST(IsStandardTest, TimestampYearsAre1To9999) {
  EXPECT_TRUE(IsStandard(MakeTimestamp(-62'135'596'800, 0)));
  EXPECT_FALSE(IsStandard(MakeTimestamp(-62'135'596'801, 999'999'999)));
  EXPECT_TRUE(IsStandard(MakeTimestamp(253'402'300'799, 999'999'999)));
  EXPECT_FALSE(IsStandard(MakeTimestamp(253'402'300'800, 0)));
}

TEST(IsStandardTest, DurationPartsAreOfOneSign) {
  EXPECT_TRUE(IsStandard(MakeDuration(1, 1)));
  EXPECT_TRUE(IsStandard(MakeDuration(-1, -1)));
  EXPECT_TRUE(IsStandard(MakeDuration(0, -999'999'999)));
  EXPECT_FALSE(IsStandard(MakeDuration(1, -1)));
  EXPECT_FALSE(IsStandard(MakeDuration(-1, 1)));
  EXPECT_FALSE(IsStandard(MakeDuration(0, 1'000'000'000)));
  EXPECT_FALSE(IsStandard(MakeDuration(0, -1'000'000'000)));
  EXPECT_TRUE(IsStandard(MakeDuration(-315'576'000'000, 0)));
  EXPECT_FALSE(IsStandard(MakeDuration(315'576'000'001, 0)));
  EXPECT_FALSE(IsStandard(MakeDuration(-315'576'000'001, 0)));
}

TEST(ToInstantTest, EndsOfTheRangeFit) {
  EXPECT_EQ(ToInstant(MakeTimestamp(9'223'372'036, 854'775'807)),
            core::kMaxInstant);
  EXPECT_EQ(ToInstant(MakeTimestamp(9'223'372'036, 854'775'808)), std::nullopt);
  EXPECT_EQ(ToInstant(MakeTimestamp(-9'223'372'037, 145'224'192)),
            core::kMinInstant);
  EXPECT_EQ(ToInstant(MakeTimestamp(-9'223'372'037, 145'224'191)),
            std::nullopt);
  EXPECT_EQ(ToInstant(MakeTimestamp(0, 1'000'000'000)), std::nullopt);
}

TEST(ToInstantTest, RoundTripsWithToTimestamp) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const auto instant = static_cast<int64_t>(random());
    ASSERT_TRUE(IsStandard(ToTimestamp(instant)));
    ASSERT_EQ(ToInstant(ToTimestamp(instant)), instant);
    ASSERT_TRUE(IsStandard(ToDuration(instant)));
    ASSERT_EQ(ToNanos(ToDuration(instant)), instant);
  }
  for (int64_t instant : {core::kMinInstant, core::kMinInstant + 1, int64_t{-1},
                          int64_t{0}, int64_t{1}, core::kMaxInstant}) {
    EXPECT_EQ(ToInstant(ToTimestamp(instant)), instant);
    EXPECT_EQ(ToNanos(ToDuration(instant)), instant);
  }
}

TEST(ToNanosTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(ToNanos(MakeDuration(9'223'372'036, 854'775'808)), std::nullopt);
  EXPECT_EQ(ToNanos(MakeDuration(-9'223'372'036, -854'775'809)), std::nullopt);
  EXPECT_EQ(ToNanos(MakeDuration(1, -1)), std::nullopt);
}

TEST(FormatTimestampTest, ShowsOnlyTheDigitsThatAreNeeded) {
  EXPECT_EQ(FormatInstant(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant(100), "1970-01-01T00:00:00.0000001Z");
  EXPECT_EQ(FormatInstant(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(FormatInstant(1'500'000'000), "1970-01-01T00:00:01.5Z");
  EXPECT_EQ(FormatInstant(core::kMaxInstant), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(FormatInstant(core::kMinInstant), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(FormatTimestamp(MakeTimestamp(-62'135'596'800, 0)),
            "0001-01-01T00:00:00Z");
}

TEST(FormatTimestampTest, NamesThePartsOfAValueWithoutForm) {
  EXPECT_EQ(FormatTimestamp(MakeTimestamp(1, -2)), "1 s and -2 ns");
}

TEST(FormatNanosTest, DropsWhatIsZeroInFront) {
  constexpr int64_t kSecond = 1'000'000'000;
  EXPECT_EQ(FormatNanos(0), "0s");
  EXPECT_EQ(FormatNanos(4 * kSecond + kSecond / 2), "4.5s");
  EXPECT_EQ(FormatNanos(100), "0.0000001s");
  EXPECT_EQ(FormatNanos(60 * kSecond), "1m 00s");
  EXPECT_EQ(FormatNanos(184 * kSecond + kSecond / 2), "3m 04.5s");
  EXPECT_EQ(FormatNanos(7'384 * kSecond), "2h 03m 04s");
  EXPECT_EQ(FormatNanos(93'784 * kSecond), "26h 03m 04s");
  EXPECT_EQ(FormatNanos(-7'384 * kSecond), "-2h 03m 04s");
  EXPECT_EQ(FormatNanos(-kSecond / 2), "-0.5s");
  EXPECT_EQ(FormatNanos(std::numeric_limits<int64_t>::min()),
            "-2562047h 47m 16.854775808s");
}

}  // namespace
}  // namespace recoveryline
