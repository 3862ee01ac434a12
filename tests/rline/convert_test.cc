#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class RlineConvertTest : public RlineFixture {
 protected:
  // Through all formats and back to binary data.
  std::string RoundTrip(const std::string& type) const {
    std::string from = "start";
    for (const std::string to :
         {"json", "textproto", "binpb", "jsonl", "binpb", "json", "binpb"}) {
      const std::string file = to + "-of-" + from;
      const Result result =
          Rline({"convert", from, "--type", type, "--to", to, "-o", file});
      EXPECT_EQ(result.exit_code, 0) << result.err;
      from = file;
    }
    return ReadText(from);
  }
};

// What text formats might lose: presence of zero, 100 ns, odd characters.
v1::Inventory Awkward() {
  v1::Inventory inventory = SixVms();
  v1::Vm* vm = inventory.mutable_vms(0);
  vm->set_display_name("quote \" back\\slash \n tab \t nul-free \x7f 北京 🚀");
  v1::RecoveryPoint* point = vm->mutable_recovery_points(0);
  point->set_covered_disk_count(0);
  point->mutable_capture_time()->set_nanos(123'456'700);
  point->mutable_expire_time()->set_seconds(253'402'300'799);
  point->mutable_available_from()->set_seconds(-62'135'596'800);
  return inventory;
}

TEST_F(RlineConvertTest, NothingIsLostOnTheWay) {
  WriteText("start", Awkward().SerializeAsString());
  EXPECT_EQ(RoundTrip("inventory"), Awkward().SerializeAsString());

  v1::RecoveryPlan plan;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(id: "p" purpose: TEST
         boot_groups { id: "b" vm_ids: "a" start_actions: "x" }
         policy { rules { consistency: CRASH_CONSISTENT match: EXACTLY
                          group_scope: COMMON common_match: CAPTURE_TIME
                          max_skew { seconds: 1 nanos: 500 } }
                  rpo_objective { nanos: 100 }
                  exclusions { start_time { seconds: 5 } } }
         pins { vm_id: "a" recovery_point_id: "1" })",
      &plan));
  WriteText("start", plan.SerializeAsString());
  EXPECT_EQ(RoundTrip("plan"), plan.SerializeAsString());

  WriteText("inventory", TextOf(SixVms()));
  WriteText("start",
            Rline({"select", "-i", "inventory", "--format", "binpb"}).out);
  EXPECT_EQ(RoundTrip("decision"), ReadText("start"));
}

TEST_F(RlineConvertTest, TypeIsToldFromContent) {
  const auto type_of = [&](const std::string& content) {
    WriteText("input", content);
    return Rline({"convert", "input", "--to", "jsonl"});
  };
  EXPECT_EQ(type_of(R"({"vms": [{"id": "a"}]})").out,
            "{\"vms\":[{\"id\":\"a\"}]}\n");
  EXPECT_EQ(type_of(R"(# a plan
                       id: "policy: \" vms" boot_groups { id: "b" })")
                .out,
            "{\"id\":\"policy: \\\" vms\",\"bootGroups\":[{\"id\":\"b\"}]}\n");
  EXPECT_EQ(type_of(R"({"planId": "vms", "vmSelections": []})").out,
            "{\"planId\":\"vms\"}\n");
}

TEST_F(RlineConvertTest, WhatCannotBeToldMustBeSaid) {
  for (const std::string content :
       {"{\"purpose\": \"TEST\"}", "{}", "\n\x02hi"}) {
    WriteText("input", content);
    const Result result = Rline({"convert", "input", "--to", "json"});
    EXPECT_EQ(result.exit_code, 64) << content;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr("give --type"));
  }
  WriteText("input", "{\"purpose\": \"TEST\"}");
  EXPECT_EQ(Rline({"convert", "input", "--type", "plan", "--to", "jsonl"}).out,
            "{\"purpose\":\"TEST\"}\n");
}

TEST_F(RlineConvertTest, PipesAreReadFromTheirStart) {
  const std::string rline = RlinePath();
  const Result result =
      Rline({.args = {"-c", rline + " generate --vms 3 --points 50 | " + rline +
                                " convert --to binpb | " + rline +
                                " select -i - --format textproto"},
             .program = "/bin/sh"});
  EXPECT_EQ(DecisionOf(result.out).vm_selections_size(), 3) << result.err;
}

TEST_F(RlineConvertTest, BadContentIsNamedAndNothingIsWritten) {
  WriteText("input", R"({"vms": [{"id": "a", "id": "b"}]})");
  WriteText("old", "kept");
  const Result result =
      Rline({"convert", "input", "--to", "json", "-o", "old"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.err, HasSubstr("input:vms[0].id: "));
  EXPECT_EQ(ReadText("old"), "kept");
}

TEST_F(RlineConvertTest, WhatAFormatCannotHoldIsRefusedWithItsPath) {
  v1::Inventory inventory = OneVm();
  inventory.mutable_as_of_time()->set_nanos(-1);
  WriteText("input", TextOf(inventory));
  const Result result = Rline({"convert", "input", "--to", "json"});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("input:asOfTime: "));
  EXPECT_EQ(Rline({"convert", "input", "--to", "binpb"}).exit_code, 0);
}

TEST_F(RlineConvertTest, UsageIsChecked) {
  WriteText("input", R"({"vms": []})");
  EXPECT_EQ(Rline({"convert", "input"}).exit_code, 64);
  EXPECT_EQ(Rline({"convert", "input", "--to", "xml"}).exit_code, 64);
  EXPECT_EQ(Rline({"convert", "absent", "--to", "json"}).exit_code, 65);
  WriteText("empty", "");
  EXPECT_EQ(Rline({"convert", "empty", "--to", "json"}).exit_code, 65);
}

}  // namespace
}  // namespace recoveryline
