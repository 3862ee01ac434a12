// What a format cannot hold, and what it can.

#include "tools/formats/format_fit.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/unknown_field_set.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename Type>
Type FromText(const std::string& text) {
  Type message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

// "path REASON" of each violation.
std::vector<std::string> Unfit(const google::protobuf::Message& message,
                               Format format) {
  Violations found;
  FindUnfit(message, format, &found);
  std::vector<std::string> out;
  for (const v1::Violation& violation : found.list()) {
    out.push_back(violation.field_path() + " " +
                  v1::Violation::Reason_Name(violation.reason()));
    EXPECT_NE(violation.message(), "");
  }
  return out;
}

v1::Inventory WithUnknownField() {
  auto inventory = FromText<v1::Inventory>(
      "vms { id: 'a' recovery_points { id: 'p' } recovery_points { id: 'q' } "
      "}");
  v1::RecoveryPoint* point =
      inventory.mutable_vms(0)->mutable_recovery_points(1);
  point->GetReflection()->MutableUnknownFields(point)->AddVarint(99, 1);
  return inventory;
}

TEST(FormatFitTest, JsonHoldsNoEnumNumberWithoutAName) {
  const auto inventory =
      FromText<v1::Inventory>("vms { id: 'a' } vms { protection_state: 99 }");
  for (const Format format : {Format::kJson, Format::kJsonl}) {
    EXPECT_THAT(Unfit(inventory, format),
                ElementsAre("vms[1].protectionState UNKNOWN_ENUM_VALUE"));
  }
  EXPECT_THAT(Unfit(inventory, Format::kTextproto), IsEmpty());
  EXPECT_THAT(Unfit(inventory, Format::kBinpb), IsEmpty());
}

TEST(FormatFitTest, JsonHoldsNoTimeOutOfRange) {
  const auto plan = FromText<v1::RecoveryPlan>(
      "id: 'p' policy { target_time { nanos: 1000000000 } "
      "incident_time { seconds: 253402300799 nanos: 999999999 } "
      "not_before { seconds: 253402300800 } "
      "rpo_objective { seconds: 1 nanos: -1 } }");
  EXPECT_THAT(
      Unfit(plan, Format::kJson),
      testing::UnorderedElementsAre("policy.targetTime TIME_OUT_OF_RANGE",
                                    "policy.notBefore TIME_OUT_OF_RANGE",
                                    "policy.rpoObjective TIME_OUT_OF_RANGE"));
  EXPECT_THAT(Unfit(plan, Format::kTextproto), IsEmpty());
  EXPECT_THAT(Unfit(plan, Format::kBinpb), IsEmpty());
}

TEST(FormatFitTest, OnlyBinaryHoldsFieldsThatAreNotKnown) {
  for (const Format format :
       {Format::kJson, Format::kJsonl, Format::kTextproto}) {
    EXPECT_THAT(Unfit(WithUnknownField(), format),
                ElementsAre("vms[0].recoveryPoints[1] UNKNOWN_FIELD"));
  }
  EXPECT_THAT(Unfit(WithUnknownField(), Format::kBinpb), IsEmpty());
}

TEST(FormatFitTest, OnlyJsonHoldsTheEmptyMessage) {
  EXPECT_THAT(Unfit(v1::Inventory(), Format::kJson), IsEmpty());
  EXPECT_THAT(Unfit(v1::Inventory(), Format::kTextproto),
              ElementsAre(" MALFORMED"));
  EXPECT_THAT(Unfit(v1::Inventory(), Format::kBinpb),
              ElementsAre(" MALFORMED"));
}

TEST(FormatFitTest, StringsMayBeAsLongAsTheReaderTakes) {
  v1::Inventory inventory;
  inventory.set_source(std::string(80'000, '\x01'));  // the longest escape
  for (const Format format :
       {Format::kJson, Format::kTextproto, Format::kBinpb}) {
    EXPECT_THAT(Unfit(inventory, format), IsEmpty());
  }
  inventory.add_vms()->set_id(std::string(300'000, 'x'));
  EXPECT_THAT(Unfit(inventory, Format::kJson),
              ElementsAre("vms[0].id LIMIT_EXCEEDED"));
  EXPECT_THAT(Unfit(inventory, Format::kTextproto),
              ElementsAre("vms[0].id LIMIT_EXCEEDED"));
  EXPECT_THAT(Unfit(inventory, Format::kBinpb), IsEmpty());
}

TEST(FirstUnknownFieldTest, IsNamedWithItsPlace) {
  EXPECT_EQ(FirstUnknownField(WithUnknownField()),
            "vms[0].recoveryPoints[1], field 99");
  v1::Inventory inventory = WithUnknownField();
  inventory.GetReflection()->MutableUnknownFields(&inventory)->AddVarint(7, 1);
  EXPECT_EQ(FirstUnknownField(inventory), "field 7");
  inventory.Clear();
  EXPECT_EQ(FirstUnknownField(inventory), "");
}

}  // namespace
}  // namespace recoveryline
