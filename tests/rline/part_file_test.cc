// A part that was cut off or changed anywhere is never read to its end.

#include "tools/rline/part_file.h"

#include <string>
#include <vector>

#include "engine/batch/part_records.h"
#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;

class PartFileTest : public RlineFixture {
 protected:
  // A header, a plan, three evaluations, an end.
  PartFileTest() {
    v1::PartHeader header;
    header.mutable_shard()->set_count(1);
    header.mutable_run()->set_tool_version("1.2");
    absl::StatusOr<PartWriter> part = PartWriter::Open(Path("part"), header);
    EXPECT_TRUE(part.ok());
    std::string records;
    v1::PartRecord record;
    record.mutable_plan()->set_plan_id(std::string(200, 'p'));
    AppendRecord(record, &records);
    for (const int count : {1, 2, 300}) {
      record.mutable_evaluation()->set_vm_count(count);
      AppendRecord(record, &records);
    }
    EXPECT_TRUE(part->Append(records).ok());
    EXPECT_TRUE(part->Commit().ok());
    bytes_ = ReadText("part");
  }

  // What is wrong with these bytes; empty where they are read to their end.
  std::string FaultOf(const std::string& bytes) const {
    WriteText("part", bytes);
    absl::StatusOr<PartReader> part = PartReader::Open(Path("part"));
    EXPECT_TRUE(part.ok());
    v1::PartRecord record;
    while (!record.has_end()) {
      const absl::Status read = part->Next(&record);
      if (!read.ok()) return std::string(read.message());
    }
    return "";
  }

  std::string bytes_;
};

TEST_F(PartFileTest, WhatWasWrittenIsRead) {
  absl::StatusOr<PartReader> part = PartReader::Open(Path("part"));
  ASSERT_TRUE(part.ok());
  std::vector<v1::PartRecord> records(6);
  for (v1::PartRecord& record : records) {
    ASSERT_TRUE(part->Next(&record).ok());
  }
  EXPECT_EQ(records[0].header().run().tool_version(), "1.2");
  EXPECT_EQ(records[1].plan().plan_id().size(), 200u);
  EXPECT_EQ(records[4].evaluation().vm_count(), 300);
  EXPECT_TRUE(records[5].has_end());
}

TEST_F(PartFileTest, EveryTruncationIsRefused) {
  EXPECT_EQ(FaultOf(bytes_), "");
  EXPECT_EQ(FaultOf(""), "is empty");
  EXPECT_EQ(FaultOf(bytes_.substr(0, 3)), "is no part of a sharded evaluation");
  EXPECT_EQ(FaultOf(bytes_.substr(0, bytes_.size() - 1)),
            "is cut off after 5 records");
  for (size_t size = 0; size < bytes_.size(); ++size) {
    EXPECT_NE(FaultOf(bytes_.substr(0, size)), "") << size;
  }
}

TEST_F(PartFileTest, EveryChangedByteIsRefused) {
  testing::internal::CaptureStderr();
  for (size_t at = 0; at < bytes_.size(); ++at) {
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    EXPECT_NE(FaultOf(changed), "") << at;
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(PartFileTest, NothingFollowsTheEnd) {
  EXPECT_EQ(FaultOf(bytes_ + "x"), "goes on after its end");
  EXPECT_EQ(FaultOf(bytes_ + bytes_), "goes on after its end");
}

TEST_F(PartFileTest, OtherFilesAreNoParts) {
  for (const std::string bytes :
       {"{\"vms\": []}", "vms { id: \"a\" }", "\xff\xff\xff\xff\xff\xff",
        "\xff\xff\xff\xff\x07 and more"}) {
    EXPECT_EQ(FaultOf(bytes), "is no part of a sharded evaluation") << bytes;
  }
}

// A length is not trusted before its bytes are there.
TEST_F(PartFileTest, AHugeLengthIsNotAllocated) {
  EXPECT_THAT(FaultOf(bytes_.substr(0, 9) + "\xff\xff\xff\xff\x07"),
              testing::Not(testing::IsEmpty()));
}

}  // namespace
}  // namespace recoveryline
