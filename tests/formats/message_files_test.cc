#include "tools/formats/message_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"
#include "tests/formats/json_expectations.h"
#include "tests/formats/random_message.h"

namespace recoveryline {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Violation;

class MessageFilesTest : public ::testing::Test {
 protected:
  MessageFilesTest() {
    std::string name = ::testing::TempDir() + "/message_files_test.XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~MessageFilesTest() override { std::filesystem::remove_all(directory_); }

  std::string File(absl::string_view content) {
    const std::string path = directory_ / "file";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  // What is wrong with a file of this content.
  template <typename Message = v1::RecoveryPlan>
  std::vector<Violation> Wrong(absl::string_view content,
                               LoadedMessage* loaded = nullptr,
                               Message* message = nullptr) {
    Message scratch;
    Violations found;
    testing::internal::CaptureStderr();
    const auto read =
        ReadMessage(File(content), "plan.",
                    message != nullptr ? message : &scratch, &found);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_TRUE(read.ok()) << read.status();
    if (loaded != nullptr && read.ok()) *loaded = *read;
    return found.list();
  }

  std::filesystem::path directory_;
};

TEST_F(MessageFilesTest, EveryFormatIsReadBack) {
  std::mt19937_64 random(5);
  int count = 0;
  while (count < 30) {
    v1::Decision written;
    FillAtRandom(&random, &written);
    if (written.ByteSizeLong() == 0) continue;
    ++count;
    for (const Format format :
         {Format::kJson, Format::kJsonl, Format::kTextproto, Format::kBinpb}) {
      const auto text = Serialize(written, format);
      ASSERT_TRUE(text.ok());
      v1::Decision read;
      LoadedMessage loaded;
      ASSERT_THAT(Wrong(*text, &loaded, &read), IsEmpty());
      EXPECT_EQ(read.SerializeAsString(), written.SerializeAsString());
      EXPECT_EQ(loaded.format,
                format == Format::kJsonl ? Format::kJson : format);
    }
  }
}

// 2^32 + 5 is not taken for 5.
TEST_F(MessageFilesTest, ALengthOf33BitsIsRefused) {
  v1::RecoveryPlan plan;
  plan.set_id("plan-");
  const std::string text = plan.SerializeAsString();
  ASSERT_THAT(Wrong(text), IsEmpty());
  std::string longer = text;
  longer.replace(1, 1, std::string("\x85\x80\x80\x80\x10", 5));
  EXPECT_EQ(Wrong(longer).size(), 1u);
}

TEST_F(MessageFilesTest, TextEndsWithOneNewline) {
  v1::RecoveryPlan plan;
  plan.set_id("\xC3\xA9");
  EXPECT_EQ(*Serialize(plan, Format::kJson), "{\n \"id\": \"\xC3\xA9\"\n}\n");
  EXPECT_EQ(*Serialize(plan, Format::kJsonl), "{\"id\":\"\xC3\xA9\"}\n");
  EXPECT_EQ(*Serialize(plan, Format::kTextproto), "id: \"\xC3\xA9\"\n");
  EXPECT_EQ(*Serialize(plan, Format::kBinpb), "\n\x02\xC3\xA9");
}

TEST_F(MessageFilesTest, WhatHasNoJsonIsAnError) {
  v1::Inventory inventory;
  inventory.mutable_as_of_time()->set_seconds(INT64_MAX);
  EXPECT_EQ(Serialize(inventory, Format::kJson).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(MessageFilesTest, DigestIsThatOfTheBytes) {
  LoadedMessage loaded;
  EXPECT_THAT(Wrong("{}", &loaded), IsEmpty());
  EXPECT_EQ(loaded.digest,
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61c"
            "aaff8a");
  // Also of more than is read at once.
  EXPECT_THAT(Wrong("{}" + std::string(1'000'000, ' '), &loaded), IsEmpty());
  EXPECT_EQ(loaded.digest,
            "sha256:ed710f34e608851960ec695dd033da291628fda5ac934fa20df32a5cf5"
            "80c42e");
}

TEST_F(MessageFilesTest, DigestIsMissingWhereReadingStopped) {
  LoadedMessage loaded;
  Wrong("{]" + std::string(1'000'000, ' '), &loaded);
  EXPECT_EQ(loaded.digest, "");
  Wrong("{\"x\":1}" + std::string(1'000'000, ' '), &loaded);
  EXPECT_NE(loaded.digest, "");
}

TEST_F(MessageFilesTest, AnEmptyFileIsRefused) {
  EXPECT_THAT(Wrong(""), ElementsAre(AllOf(Breaks(Violation::MALFORMED, "plan"),
                                           Says("empty"))));
  EXPECT_THAT(Wrong(" \n"), ElementsAre(Breaks(Violation::MALFORMED, "plan")));
  EXPECT_THAT(Wrong("# only a comment\n"),
              ElementsAre(AllOf(Breaks(Violation::MALFORMED, "plan"),
                                Says("sets no field"))));
  v1::RecoveryPlan plan;
  Violations found;
  EXPECT_TRUE(ReadMessage("/dev/null", "plan.", &plan, &found).ok());
  EXPECT_EQ(found.count(), 1);
}

TEST_F(MessageFilesTest, MarksOfByteOrderAreRefused) {
  EXPECT_THAT(Wrong("\xEF\xBB\xBF{}"), ElementsAre(Says("byte order mark")));
  EXPECT_THAT(Wrong("\xFF\xFE{"), ElementsAre(Says("UTF-16")));
}

TEST_F(MessageFilesTest, ErrorsOfTextNameLineAndColumn) {
  EXPECT_THAT(
      Wrong("id: 'a'\nboot_groups { vm_ids: 7 }"),
      ElementsAre(AllOf(Breaks(Violation::MALFORMED, "plan"),
                        Says("Expected string, got: 7 (line 2, column 23)"))));
  EXPECT_THAT(Wrong("id: 'a'\nnames: 'b'"),
              ElementsAre(Says("has no field named \"names\"")));
  EXPECT_THAT(Wrong("purpose: RESCUE"), ElementsAre(Says("\"RESCUE\"")));
  EXPECT_THAT(Wrong("id: 'a' id: 'b'"), ElementsAre(Says("multiple times")));
  EXPECT_THAT(Wrong("id: 'a' policy {"), ElementsAre(Says("line 1")));
}

TEST_F(MessageFilesTest, ProseIsExplainedAsText) {
  EXPECT_THAT(Wrong("Dear operator,\nplease fail over.\n"),
              ElementsAre(AllOf(Breaks(Violation::MALFORMED, "plan"),
                                Says("\"Dear\""), Says("line 1"))));
  EXPECT_THAT(Wrong("[{}]"), ElementsAre(Says("expected '{', found [")));
  // Bytes that by chance are a binary message of unknown fields.
  EXPECT_THAT(Wrong("xyxyxy"),
              ElementsAre(Breaks(Violation::MALFORMED, "plan")));
}

TEST_F(MessageFilesTest, StringsOfTextAreUtf8) {
  EXPECT_THAT(
      Wrong("id: 'a' boot_groups { vm_ids: ['ok', '\\377'] }"),
      ElementsAre(Breaks(Violation::MALFORMED, "plan.bootGroups[0].vmIds[1]")));
}

TEST_F(MessageFilesTest, DamagedBinaryNamesItsElement) {
  v1::Inventory inventory;
  inventory.set_source("a list");
  for (int i = 0; i < 4; ++i) inventory.add_vms()->set_id("\x01\x02\x03");
  const std::string whole = inventory.SerializeAsString();
  EXPECT_THAT(Wrong<v1::Inventory>(whole), IsEmpty());
  EXPECT_THAT(Wrong<v1::Inventory>(whole.substr(0, whole.size() - 1)),
              ElementsAre(Breaks(Violation::MALFORMED, "plan.vms[3]")));
  std::string damaged = whole;
  damaged[damaged.size() - 4] = '\x77';  // an id longer than its VM
  EXPECT_THAT(Wrong<v1::Inventory>(damaged),
              ElementsAre(Breaks(Violation::MALFORMED, "plan.vms[3]")));
  damaged = whole;
  damaged.back() = '\xFF';  // not UTF-8
  EXPECT_THAT(Wrong<v1::Inventory>(damaged),
              ElementsAre(Breaks(Violation::MALFORMED, "plan.vms[3]")));
}

TEST_F(MessageFilesTest, EveryTruncationOfBinaryIsRefusedOrShorter) {
  std::mt19937_64 random(9);
  v1::Decision written;
  FillAtRandom(&random, &written);
  const std::string whole = written.SerializeAsString();
  for (size_t length = 1; length < whole.size(); ++length) {
    v1::Decision read;
    const auto wrong =
        Wrong(absl::string_view(whole).substr(0, length), nullptr, &read);
    // A cut between two fields leaves a message.
    if (wrong.empty()) {
      ASSERT_EQ(read.ByteSizeLong(), length);
    }
  }
}

TEST_F(MessageFilesTest, UnknownFieldsOfBinaryAreTolerated) {
  v1::RecoveryPlan plan;
  EXPECT_THAT(Wrong("\n\x01"
                    "a\xF8\x07\x01",
                    nullptr, &plan),
              IsEmpty());
  EXPECT_EQ(plan.id(), "a");
  EXPECT_THAT(Wrong("\xF8\x07\x01"),
              ElementsAre(Says("no field of recoveryline.v1.RecoveryPlan")));
}

TEST_F(MessageFilesTest, GarbageIsRefused) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 300; ++i) {
    std::string garbage(1 + random() % 3'000, '\0');
    for (char& c : garbage) c = static_cast<char>(random());
    v1::Inventory read;
    // A byte or two may be a message by chance.
    if (Wrong(garbage, nullptr, &read).empty()) {
      EXPECT_LT(garbage.size(), 16u);
    }
  }
}

TEST_F(MessageFilesTest, MessagesOfManyElementsAreLimited) {
  std::string binary;
  for (int i = 0; i < 4'000'000; ++i) binary.append("\x1A\x00", 2);
  EXPECT_THAT(Wrong<v1::Inventory>(binary),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "plan")));
  std::string text;
  for (int i = 0; i < 4'000'000; ++i) text += "vms{}";
  EXPECT_THAT(Wrong<v1::Inventory>(text),
              ElementsAre(Breaks(Violation::LIMIT_EXCEEDED, "plan")));
}

TEST_F(MessageFilesTest, LongStringsAreLimited) {
  v1::RecoveryPlan plan;
  plan.set_id(std::string(3'000'000, 'x'));
  for (const Format format :
       {Format::kJson, Format::kTextproto, Format::kBinpb}) {
    const auto wrong = Wrong(*Serialize(plan, format));
    ASSERT_EQ(wrong.size(), 1u);
    EXPECT_EQ(wrong[0].reason(), Violation::LIMIT_EXCEEDED);
  }
}

TEST_F(MessageFilesTest, LargeElementsOfBinaryAreReadInParts) {
  v1::Inventory written;
  v1::Vm* vm = written.add_vms();
  for (int i = 0; i < 60'000; ++i) {
    vm->add_recovery_points()->set_id(absl::StrCat("a point ", i));
  }
  written.add_vms()->set_id("small");
  v1::Inventory read;
  EXPECT_THAT(Wrong(written.SerializeAsString(), nullptr, &read), IsEmpty());
  EXPECT_EQ(read.SerializeAsString(), written.SerializeAsString());
}

TEST_F(MessageFilesTest, FilesThatCannotBeReadAreErrors) {
  v1::RecoveryPlan plan;
  Violations found;
  const absl::Status missing =
      ReadMessage((directory_ / "none").string(), "plan.", &plan, &found)
          .status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("none"));
  const absl::Status directory =
      ReadMessage(directory_.string(), "plan.", &plan, &found).status();
  EXPECT_EQ(directory.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(directory.message()), HasSubstr("a directory"));
  EXPECT_TRUE(found.empty());
}

TEST_F(MessageFilesTest, StdinAndPipesAreRead) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "{\"id\":\"a\"}", 10), 10);
  close(ends[1]);
  const int before = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);
  v1::RecoveryPlan plan;
  Violations found;
  const auto read = ReadMessage("-", "plan.", &plan, &found);
  dup2(before, STDIN_FILENO);
  close(before);
  close(ends[0]);
  EXPECT_TRUE(read.ok() && found.empty());
  EXPECT_EQ(plan.id(), "a");
}

TEST_F(MessageFilesTest, TextprotoHidesNoControls) {
  v1::RecoveryPlan plan;
  for (const char* hidden : {"\xC2\x9B", "\xC2\x85", "\xE2\x80\xAE",
                             "\xE2\x80\xA8", "\xE2\x81\xA6", "\xE2\x80\x8B"}) {
    plan.set_id(std::string("\xC3\xA9 ") + hidden + "x");
    const std::string text = *Serialize(plan, Format::kTextproto);
    EXPECT_EQ(text.find(hidden), std::string::npos) << text;
    v1::RecoveryPlan read;
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &read));
    EXPECT_EQ(read.id(), plan.id());
  }
  plan.set_id("\xC3\xA9 \xE2\x82\xAC \xC2\xA9");
  EXPECT_NE(Serialize(plan, Format::kTextproto)->find(plan.id()),
            std::string::npos);
}

}  // namespace
}  // namespace recoveryline
