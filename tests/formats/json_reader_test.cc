#include "tools/formats/json_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"
#include "tests/formats/json_expectations.h"

namespace recoveryline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::Violation;

TEST(JsonReaderTest, ReadsEveryKindOfFieldOfAnInventory) {
  v1::Inventory inventory;
  EXPECT_THAT(Wrong(R"({
    "asOfTime": "2026-03-01T02:30:00.1234567+01:00",
    "source": "a \"quoted\" \u00e9\ud83d\ude00 name",
    "vms": [{
      "id": "web", "protectionState": "REPLICATING", "diskCount": 3,
      "recoveryPoints": [{"id": "p", "coveredDiskCount": 0}]
    }],
    "replicationGroups": [
      {"id": "g", "multiVmConsistency": true, "expectedVmIds": ["web", "db"]}
    ]})",
                    &inventory),
              IsEmpty());
  EXPECT_EQ(inventory.as_of_time().seconds(), 1772328600);
  EXPECT_EQ(inventory.as_of_time().nanos(), 123456700);
  EXPECT_EQ(inventory.source(), "a \"quoted\" \xC3\xA9\xF0\x9F\x98\x80 name");
  ASSERT_EQ(inventory.vms_size(), 1);
  EXPECT_EQ(inventory.vms(0).protection_state(), v1::Vm::REPLICATING);
  EXPECT_EQ(inventory.vms(0).disk_count(), 3);
  EXPECT_TRUE(inventory.vms(0).recovery_points(0).has_covered_disk_count());
  EXPECT_TRUE(inventory.replication_groups(0).multi_vm_consistency());
  EXPECT_THAT(inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("web", "db"));
}

TEST(JsonReaderTest, TakesTheNamesOfTheProtoFile) {
  v1::Inventory inventory;
  EXPECT_THAT(Wrong(R"({"as_of_time": "1970-01-01T00:00:00Z", "vms": [
                        {"disk_count": 2}]})",
                    &inventory),
              IsEmpty());
  EXPECT_TRUE(inventory.has_as_of_time());
  EXPECT_EQ(inventory.vms(0).disk_count(), 2);
}

TEST(JsonReaderTest, TakesNullAsUnset) {
  v1::Inventory inventory;
  EXPECT_THAT(
      Wrong(R"({"asOfTime": null, "source": null, "vms": null})", &inventory),
      IsEmpty());
  EXPECT_EQ(inventory.ByteSizeLong(), 0u);
}

TEST(JsonReaderTest, RefusesNullInAnArray) {
  EXPECT_THAT(Wrong<v1::Inventory>(R"({"vms": [{}, null]})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "vms[1]")));
  EXPECT_THAT(Wrong<v1::BootGroup>(R"({"vmIds": ["a", null]})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "vmIds[1]")));
}

TEST(JsonReaderTest, RefusesAnUnknownKey) {
  EXPECT_THAT(
      Wrong<v1::Inventory>("{\n \"vms\": [{\"id\": \"a\",\n  \"ID\": 1}]}"),
      ElementsAre(AllOf(Breaks(Violation::UNKNOWN_FIELD, "vms[0].ID"),
                        Says("the field \"ID\" is not known (line 3"))));
  EXPECT_THAT(Wrong<v1::Inventory>(R"({"": 1})"),
              ElementsAre(Breaks(Violation::UNKNOWN_FIELD, "\"\"")));
}

TEST(JsonReaderTest, RefusesADuplicateKeyUnderEitherName) {
  EXPECT_THAT(Wrong<v1::Vm>(R"({"id": "a", "id": "a"})"),
              ElementsAre(Breaks(Violation::DUPLICATE_FIELD, "id")));
  EXPECT_THAT(Wrong<v1::Vm>(R"({"diskCount": 1, "disk_count": 1})"),
              ElementsAre(Breaks(Violation::DUPLICATE_FIELD, "diskCount")));
  EXPECT_THAT(Wrong<v1::Vm>(R"({"diskCount": null, "diskCount": 1})"),
              ElementsAre(Breaks(Violation::DUPLICATE_FIELD, "diskCount")));
  EXPECT_THAT(
      Wrong<v1::Vm>(R"({"recoveryPoints": [], "recoveryPoints": []})"),
      ElementsAre(Breaks(Violation::DUPLICATE_FIELD, "recoveryPoints")));
}

TEST(JsonReaderTest, RefusesTheWrongType) {
  for (const char* vm :
       {R"({"id": 1})", R"({"id": ["a"]})", R"({"id": {}})", R"({"id": true})",
        R"({"diskCount": true})", R"({"diskCount": "x"})",
        R"({"diskCount": [1]})", R"({"recoveryPoints": {}})",
        R"({"recoveryPoints": "a"})", R"({"latestReplicatedTime": 5})",
        R"({"latestReplicatedTime": {"seconds": 5}})"}) {
    EXPECT_THAT(Wrong<v1::Vm>(vm), SizeIs(1)) << vm;
    EXPECT_EQ(Wrong<v1::Vm>(vm)[0].reason(), Violation::WRONG_TYPE) << vm;
  }
  EXPECT_THAT(Wrong<v1::Inventory>(R"({"vms": [[]]})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "vms[0]")));
  EXPECT_THAT(Wrong<v1::RecoveryPlan>(R"({"policy": []})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "policy")));
  EXPECT_THAT(Wrong<v1::ReplicationGroup>(R"({"multiVmConsistency": "true"})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "multiVmConsistency")));
}

TEST(JsonReaderTest, OneMemberOfAOneofExcludesTheOthers) {
  EXPECT_THAT(Wrong<google::protobuf::Value>(
                  R"({"stringValue": "a", "boolValue": true})"),
              ElementsAre(Breaks(Violation::DUPLICATE_FIELD, "boolValue")));
}

TEST(JsonReaderTest, OtherWellKnownTypesAndMapsHaveNoForm) {
  EXPECT_THAT(Wrong<google::protobuf::Value>(R"({"structValue": {}})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "structValue")));
  EXPECT_THAT(Wrong<google::protobuf::Struct>(R"({"fields": {}})"),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "fields")));
}

TEST(JsonReaderTest, NamesEveryViolationInOrder) {
  EXPECT_THAT(
      Wrong<v1::Inventory>(R"({"vms": [
        {"id": 1, "diskCount": "two", "recoveryPoints": [{"color": 3}]},
        {"protectionState": "UP"}],
        "when": 0})"),
      ElementsAre(
          Breaks(Violation::WRONG_TYPE, "vms[0].id"),
          Breaks(Violation::WRONG_TYPE, "vms[0].diskCount"),
          Breaks(Violation::UNKNOWN_FIELD, "vms[0].recoveryPoints[0].color"),
          Breaks(Violation::UNKNOWN_ENUM_VALUE, "vms[1].protectionState"),
          Breaks(Violation::UNKNOWN_FIELD, "when")));
}

TEST(JsonReaderTest, StopsAtAHundredViolations) {
  std::string text = "{\"vms\":[";
  for (int i = 0; i < 250; ++i) absl::StrAppend(&text, "{\"id\":1},");
  text.back() = ']';
  text += '}';
  EXPECT_THAT(Wrong<v1::Inventory>(text), SizeIs(100));
}

TEST(JsonReaderTest, PathsBeginWithThePrefix) {
  v1::RecoveryPlan plan;
  Violations found;
  ReadJsonText(R"({"pins": [{"vmId": 7}]})", "plan.", &plan, &found);
  ReadJsonText("[]", "plan.", &plan, &found);
  EXPECT_THAT(found.list(),
              ElementsAre(Breaks(Violation::WRONG_TYPE, "plan.pins[0].vmId"),
                          Breaks(Violation::MALFORMED, "plan")));
}

TEST(JsonReaderTest, ValuesAreShortenedAndEscaped) {
  const std::string text = absl::StrCat("{\"diskCount\": \"\\u001b\x7F",
                                        std::string(500, 'x'), "\"}");
  EXPECT_THAT(Wrong<v1::Vm>(text),
              ElementsAre(AllOf(Says("\"\\u001b\\x7fxxx"), Says("xxx... is"))));
  EXPECT_LT(Wrong<v1::Vm>(text)[0].message().size(), 200u);
  EXPECT_THAT(Wrong<v1::Vm>("{\"a\\nb\": 1}"),
              ElementsAre(Breaks(Violation::UNKNOWN_FIELD, "a\\nb")));
}

TEST(JsonReaderTest, RefusesWhatIsNotJson) {
  for (const char* bad : {"",
                          "  ",
                          "[]",
                          "1",
                          "null",
                          "\"a\"",
                          "{",
                          "{\"id\"",
                          "{\"id\":",
                          "{\"id\":\"a\"",
                          "{\"id\":\"a\",",
                          "{\"id\":\"a\",}",
                          "{,}",
                          "{\"id\":\"a\"}}",
                          "{\"id\":\"a\"} x",
                          "{} {}",
                          "{'id':'a'}",
                          "{id:\"a\"}",
                          "{\"id\":\"a\" \"diskCount\":1}",
                          "{\"id\" \"a\"}",
                          "{\"recoveryPoints\":[{},]}",
                          "{\"recoveryPoints\":[,]}",
                          "{\"recoveryPoints\":[{} {}]}",
                          "{\"recoveryPoints\":[}",
                          "{\"recoveryPoints\":]}",
                          "{\"diskCount\":}",
                          "{\"diskCount\":-}",
                          "{\"id\":\"a\"} // x",
                          "/* x */ {}",
                          "{\"id\":\"\n\"}",
                          "{\"id\":\"\\x\"}",
                          "{\"id\":\"\\ud800\"}",
                          "{\"id\":\"\\udc00\"}",
                          "{\"id\":\"\xC3\"}",
                          "{\"id\":\"\xED\xA0\x80\"}",
                          "{\"id\":tru}",
                          "{\"id\":\"\xC0\x80\"}",
                          "{\"i\xFF\":1}",
                          "\xEF\xBB\xBF{}"}) {
    const auto wrong = Wrong<v1::Vm>(bad);
    ASSERT_THAT(wrong, SizeIs(1)) << bad;
    EXPECT_EQ(wrong[0].reason(), Violation::MALFORMED) << bad;
    EXPECT_THAT(wrong[0], Says("(line 1, column ")) << bad;
  }
}

TEST(JsonReaderTest, ErrorsOfSyntaxNamePathAndPlace) {
  EXPECT_THAT(
      Wrong<v1::Inventory>("{\"vms\": [\n{\"id\": \"a\"},\n{\"id\": \"b\",}]}"),
      ElementsAre(AllOf(Breaks(Violation::MALFORMED, "vms[1]"),
                        Says("expected a key in double quotes, found } "
                             "(line 3, column 12)"))));
  EXPECT_THAT(
      Wrong<v1::Inventory>("{\"vms\": [{\"recoveryPoints\": [{\"id\": "),
      ElementsAre(
          AllOf(Breaks(Violation::MALFORMED, "vms[0].recoveryPoints[0].id"),
                Says("the text ends"))));
}

TEST(JsonReaderTest, NestingIsLimited) {
  std::string deep =
      "{\"x\":" + std::string(63, '[') + std::string(63, ']') + "}";
  EXPECT_THAT(Wrong<v1::Vm>(deep),
              ElementsAre(Breaks(Violation::UNKNOWN_FIELD, "x")));
  deep = "{\"x\":" + std::string(64, '[') + std::string(64, ']') + "}";
  EXPECT_THAT(Wrong<v1::Vm>(deep),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "")));
  EXPECT_THAT(Wrong<v1::Vm>("{\"x\":" + std::string(100'000, '[')),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "")));
}

TEST(JsonReaderTest, DocumentsAreLimited) {
  const std::string text = R"({"id":"a"})" + std::string(500, ' ');
  EXPECT_THAT(Wrong<v1::Vm>(text, nullptr, {.document_bytes = 510}), IsEmpty());
  EXPECT_THAT(Wrong<v1::Vm>(text, nullptr, {.document_bytes = 509}),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "")));
}

TEST(JsonReaderTest, ALongStringIsRefusedWithItsPath) {
  const std::string text = absl::StrCat(R"({"vms":[{"id":"a"},{"id":")",
                                        std::string(1'000'000, 'x'), "\"}]}");
  EXPECT_THAT(Wrong<v1::Inventory>(text),
              ElementsAre(AllOf(Breaks(Violation::LIMIT_EXCEEDED, "vms[1].id"),
                                Says("is longer than 524288 bytes"))));
  EXPECT_THAT(Wrong<v1::Inventory>(
                  absl::StrCat("{\"", std::string(1'000'000, 'x'), "\":1}")),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "")));
}

TEST(JsonReaderTest, MemoryIsLimited) {
  std::string text = "{\"vms\":[";
  for (int i = 0; i < 200'000; ++i) text += "{},";
  text.back() = ']';
  text += '}';
  v1::Inventory inventory;
  EXPECT_THAT(Wrong(text, &inventory, {.slack_bytes = 4 << 20}),
              ElementsAre(Says("needs more memory")));
  EXPECT_LT(inventory.vms_size(), 50'000);
  EXPECT_GT(inventory.vms_size(), 20'000);
}

TEST(JsonReaderTest, LargeValuesOfUnknownFieldsArePassedOver) {
  const std::string large =
      "[" + std::string(300, ' ') + "{\"a\":\"]\\\"\"}, 1]";
  EXPECT_THAT(
      Wrong<v1::Inventory>(absl::StrCat("{\"x\":", large, ",\"source\":", large,
                                        ",\"vms\":[", large, "],\"y\":1}"),
                           nullptr, {.window_bytes = 64}),
      ElementsAre(Breaks(Violation::UNKNOWN_FIELD, "x"),
                  Breaks(Violation::WRONG_TYPE, "source"),
                  Breaks(Violation::WRONG_TYPE, "vms[0]"),
                  Breaks(Violation::UNKNOWN_FIELD, "y")));
}

TEST(JsonReaderTest, AnErrorOfTheSourceIsTheStatus) {
  int calls = 0;
  const auto source = [&calls](char* into, size_t) -> absl::StatusOr<size_t> {
    if (++calls > 3) return absl::UnavailableError("gone");
    *into = "{\"i"[calls - 1];
    return size_t{1};
  };
  v1::Vm vm;
  Violations found;
  EXPECT_EQ(ReadJson(source, "", &vm, &found).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace recoveryline
