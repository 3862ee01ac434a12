#include "tools/formats/json_values.h"

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "gtest/gtest.h"
#include "tests/formats/json_expectations.h"
#include "tests/formats/random_message.h"

namespace recoveryline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::Violation;

TEST(JsonValuesTest, IntegersAreWholeAndInRange) {
  v1::Vm vm;
  for (const char* good : {"7", "7.0", "0.7e1", "70e-1", "\"7\""}) {
    vm.Clear();
    EXPECT_THAT(Wrong(absl::StrCat("{\"diskCount\":", good, "}"), &vm),
                IsEmpty());
    EXPECT_EQ(vm.disk_count(), 7) << good;
  }
  for (const char* bad :
       {"7.5", "2147483648", "-2147483649", "1e10", "\"7.0\"", "\"07\"",
        "\"+7\"", "\" 7\"", "\"\"", "\"-\"", "\"0x7\"", "\"2147483648\""}) {
    EXPECT_THAT(Wrong<v1::Vm>(absl::StrCat("{\"diskCount\":", bad, "}")),
                ElementsAre(Breaks(Violation::WRONG_TYPE, "diskCount")))
        << bad;
  }
  EXPECT_THAT(Wrong(R"({"diskCount":-2147483648})", &vm), IsEmpty());
  EXPECT_EQ(vm.disk_count(), -2147483648);
}

TEST(JsonValuesTest, WideIntegersKeepEveryDigit) {
  google::protobuf::UninterpretedOption option;
  EXPECT_THAT(Wrong(R"({"positiveIntValue": 18446744073709551615,
                        "negativeIntValue": "-9223372036854775808"})",
                    &option),
              IsEmpty());
  EXPECT_EQ(option.positive_int_value(), 18446744073709551615u);
  EXPECT_EQ(option.negative_int_value(), INT64_MIN);
  using google::protobuf::Int64Value;
  using google::protobuf::UInt64Value;
  for (const char* bad : {"-1", "\"18446744073709551616\"",
                          "1.8446744073709552e19", "\"-1\"", "0.5"}) {
    EXPECT_THAT(Wrong<UInt64Value>(absl::StrCat("{\"value\":", bad, "}")),
                ElementsAre(Breaks(Violation::WRONG_TYPE, "value")))
        << bad;
  }
  for (const char* bad : {"9223372036854775808", "9.3e18", "-9.3e18",
                          "\"9223372036854775808\""}) {
    EXPECT_THAT(Wrong<Int64Value>(absl::StrCat("{\"value\":", bad, "}")),
                ElementsAre(Breaks(Violation::WRONG_TYPE, "value")))
        << bad;
  }
}

TEST(JsonValuesTest, NumbersAreFinite) {
  google::protobuf::DoubleValue number;
  EXPECT_THAT(Wrong(R"({"value": -2.5e3})", &number), IsEmpty());
  EXPECT_EQ(number.value(), -2500);
  EXPECT_THAT(Wrong(R"({"value": "0.25"})", &number), IsEmpty());
  EXPECT_EQ(number.value(), 0.25);
  for (const char* bad : {"\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"nan\"",
                          "\"\"", "\"1e999\"", "true", "{}"}) {
    EXPECT_THAT(Wrong<google::protobuf::DoubleValue>(
                    absl::StrCat("{\"value\":", bad, "}")),
                ElementsAre(Breaks(Violation::WRONG_TYPE, "value")))
        << bad;
  }
  EXPECT_THAT(Wrong<google::protobuf::FloatValue>(R"({"value": 1e39})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "value")));
  for (const char* bad : {"NaN", "Infinity", "1e999", "01", "+1", ".5", "1."}) {
    EXPECT_THAT(Wrong<google::protobuf::DoubleValue>(
                    absl::StrCat("{\"value\":", bad, "}")),
                ElementsAre(Breaks(Violation::MALFORMED, "value")))
        << bad;
  }
}

TEST(JsonValuesTest, BytesAreBase64) {
  google::protobuf::BytesValue bytes;
  EXPECT_THAT(Wrong(R"({"value": "AP-_"})", &bytes), IsEmpty());
  EXPECT_EQ(bytes.value(), std::string("\0\xFF\xBF", 3));
  EXPECT_THAT(Wrong<google::protobuf::BytesValue>(R"({"value": "!"})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "value")));
}

TEST(JsonValuesTest, TimestampsAreAsTheContractHasThem) {
  for (const char* bad :
       {"2026-03-01T02:30:00", "2026-03-01T24:00:00Z", "2026-02-30T00:00:00Z",
        "2026-03-01T02:30:00.1234567891Z", "2026-03-01t02:30:00z", ""}) {
    EXPECT_THAT(Wrong<v1::Inventory>(absl::StrCat(
                    R"({"vms":[{},{"recoveryPoints":[{"captureTime":")", bad,
                    "\"}]}]}")),
                ElementsAre(AllOf(
                    Breaks(Violation::WRONG_TYPE,
                           "vms[1].recoveryPoints[0].captureTime"),
                    Says(absl::StrCat("\"", bad, "\" is not an instant")))));
  }
}

TEST(JsonValuesTest, DurationsAreSecondsWithAnS) {
  v1::Rule rule;
  const auto seconds = [&rule](const char* text) {
    rule.Clear();
    EXPECT_THAT(Wrong(absl::StrCat("{\"maxSkew\":\"", text, "\"}"), &rule),
                IsEmpty());
    return absl::StrCat(rule.max_skew().seconds(), " ",
                        rule.max_skew().nanos());
  };
  EXPECT_EQ(seconds("3.5s"), "3 500000000");
  EXPECT_EQ(seconds("-0.000000001s"), "0 -1");
  EXPECT_EQ(seconds("-3.5s"), "-3 -500000000");
  EXPECT_EQ(seconds("315576000000s"), "315576000000 0");
  for (const char* bad : {"3.5", "s", "", "3,5s", "3.s", ".5s", "+3s", "3 s",
                          "3.0000000001s", "1e3s", "--3s", "3ss", "3h"}) {
    EXPECT_THAT(Wrong<v1::Rule>(absl::StrCat("{\"maxSkew\":\"", bad, "\"}")),
                ElementsAre(Breaks(Violation::WRONG_TYPE, "maxSkew")))
        << bad;
  }
  for (const char* far : {"315576000001s", "-99999999999999999999999s"}) {
    EXPECT_THAT(Wrong<v1::Rule>(absl::StrCat("{\"maxSkew\":\"", far, "\"}")),
                ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE, "maxSkew")))
        << far;
  }
}

TEST(JsonValuesTest, RefusesEnumNumbersAndUnknownNames) {
  EXPECT_THAT(Wrong<v1::Vm>(R"({"protectionState": 1})"),
              ElementsAre(AllOf(
                  Breaks(Violation::WRONG_TYPE, "protectionState"),
                  Says("1 is not the name of a value (line 1, column 21)"))));
  EXPECT_THAT(Wrong<v1::Vm>(R"({"protectionState": "replicating"})"),
              ElementsAre(AllOf(
                  Breaks(Violation::UNKNOWN_ENUM_VALUE, "protectionState"),
                  Says("\"replicating\" is not a value that"))));
  EXPECT_THAT(
      Wrong<v1::Vm>(R"({"protectionState": "1"})"),
      ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE, "protectionState")));
  EXPECT_THAT(
      Wrong<v1::Vm>(R"({"protectionState": "PROTECTION_STATE_UNSPECIFIED"})"),
      IsEmpty());
}

// A message with every kind of field, alone and repeated, that is known only at
// run time.
std::string FileWithEveryKind() {
  const char* const kKinds[] = {
      "DOUBLE",   "FLOAT",    "INT64",  "UINT64", "INT32",  "FIXED64",
      "FIXED32",  "BOOL",     "STRING", "BYTES",  "UINT32", "ENUM",
      "SFIXED32", "SFIXED64", "SINT32", "SINT64", "MESSAGE"};
  std::string text =
      "name: 'every_kind.proto' syntax: 'proto3' message_type { name: 'Inner' "
      "field { name: 'text' number: 1 label: LABEL_OPTIONAL type: TYPE_STRING "
      "} } message_type { name: 'All' "
      "enum_type { name: 'E' value { name: 'ZERO' number: 0 } "
      "value { name: 'MINUS' number: -7 } value { name: 'MAX' "
      "number: 2147483647 } }";
  int number = 0;
  for (const char* kind : kKinds) {
    for (const char* label : {"OPTIONAL", "REPEATED"}) {
      ++number;
      absl::StrAppend(&text, " field { name: 'f", number,
                      "' number: ", number * 40, " label: LABEL_", label,
                      " type: TYPE_", kind);
      if (kind == std::string("ENUM")) text += " type_name: '.All.E'";
      if (kind == std::string("MESSAGE")) text += " type_name: '.Inner'";
      text += " }";
    }
  }
  return text + " }";
}

TEST(JsonValuesRandomTest, EveryKindOfFieldIsReadBack) {
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(FileWithEveryKind(),
                                                            &file));
  google::protobuf::DescriptorPool pool;
  ASSERT_NE(pool.BuildFile(file), nullptr);
  google::protobuf::DynamicMessageFactory factory;
  const auto* prototype =
      factory.GetPrototype(pool.FindMessageTypeByName("All"));
  std::mt19937_64 random(17);
  for (int i = 0; i < 100; ++i) {
    const std::unique_ptr<google::protobuf::Message> written(prototype->New());
    const std::unique_ptr<google::protobuf::Message> read(prototype->New());
    FillAtRandom(&random, written.get());
    std::string text;
    ASSERT_TRUE(
        google::protobuf::util::MessageToJsonString(*written, &text).ok());
    Violations found;
    ReadJsonText(
        text, "", read.get(), &found,
        {.window_bytes = i % 2 == 0 ? size_t{2'000} : size_t{1} << 18});
    ASSERT_EQ(found.count(), 0) << found.list()[0].ShortDebugString();
    ASSERT_EQ(read->SerializeAsString(), written->SerializeAsString()) << text;
  }
}

}  // namespace
}  // namespace recoveryline
