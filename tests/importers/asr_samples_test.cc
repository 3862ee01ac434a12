// Whole listings: the samples beside this file, and the payloads of the
// service and of its specification where they are at hand.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"
#include "tools/importers/asr_import.h"
#include "tools/importers/asr_reader.h"

namespace recoveryline {
namespace {

namespace fs = std::filesystem;

constexpr char kSamples[] = PROJECT_DIR "/tests/importers/testdata";

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

AsrImport ImportPaths(const std::vector<std::string>& paths) {
  auto import = ImportAsr(paths, {});
  if (!import.ok()) {
    ADD_FAILURE() << import.status();
    return {};
  }
  ExpectValid(*import);
  return *std::move(import);
}

int NotesWith(const AsrImport& import, absl::string_view text) {
  return static_cast<int>(std::count_if(
      import.notes.begin(), import.notes.end(),
      [&](const std::string& note) { return absl::StrContains(note, text); }));
}

TEST(AsrSamplesTest, TheSamplesImport) {
  const AsrImport import = ImportPaths({kSamples});
  EXPECT_THAT(VmIdsOf(import.inventory),
              ElementsAre("db-1", "mail-1", "node-1", "node-2", "web-1"));
  EXPECT_EQ(import.inventory.replication_groups_size(), 2);
  EXPECT_THAT(PointsOf(VmOf(import.inventory, "web-1")),
              ElementsAre("a0000001@2024-05-01T11:55:00.1234567Z#"
                          "time:2024-05-01T11:55:00.1234567Z",
                          "a0000002@2024-05-01T12:00:00Z",
                          "a0000003@2024-05-01T12:05:00.47Z"));
  ASSERT_EQ(import.plans.size(), 1);
  EXPECT_EQ(import.plans[0].boot_groups_size(), 2);
  EXPECT_EQ(FormatTimestamp(import.inventory.as_of_time()),
            "2024-05-01T12:09:30.4721Z");
  EXPECT_EQ(NotesWith(import, "incomplete"), 0);
}

// The payloads are third-party data and not part of the project.
class AsrPayloadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kRoot)) GTEST_SKIP() << "skipped: no ../shared/data";
  }
  static std::string Path(const std::string& name) {
    return (fs::path(kRoot) / name).string();
  }

  static constexpr char kRoot[] = PROJECT_DIR "/../shared/data/asr";
};

TEST_F(AsrPayloadsTest, TheListingsOfHyperV) {
  const AsrImport import =
      ImportPaths({Path("recorded/net_hyperv_recoverypoints_33.json"),
                   Path("recorded/net_hyperv_recoverypoints_28.json"),
                   Path("recorded/net_EnumerateProtectedItem.json"),
                   Path("recorded/net_GetRecoveryPlan.json")});
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("vm1", "vm2"));
  const v1::Vm vm1 = VmOf(import.inventory, "vm1");
  const v1::Vm vm2 = VmOf(import.inventory, "vm2");
  EXPECT_EQ(vm1.recovery_points_size(), 28);
  EXPECT_EQ(vm2.recovery_points_size(), 33);
  EXPECT_EQ(FormatTimestamp(vm1.recovery_points(27).capture_time()),
            "2017-05-13T18:04:31.0239805Z");
  EXPECT_EQ(FormatTimestamp(vm2.recovery_points(32).capture_time()),
            "2017-05-13T18:16:15.6223204Z");
  for (const v1::Vm& vm : import.inventory.vms()) {
    EXPECT_EQ(vm.protection_state(), v1::Vm::REPLICATING);
    EXPECT_EQ(vm.disk_count(), 1);
    EXPECT_EQ(vm.replication_group_id(), "");
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      EXPECT_EQ(point.consistency(), v1::RecoveryPoint::CRASH_CONSISTENT);
    }
  }
  EXPECT_EQ(FormatTimestamp(import.inventory.as_of_time()),
            "2017-05-13T18:16:15.6223204Z");
  ASSERT_EQ(import.plans.size(), 1);
  EXPECT_EQ(import.plans[0].id(), "rpTest1");
  ASSERT_EQ(import.plans[0].boot_groups_size(), 1);
  EXPECT_THAT(import.plans[0].boot_groups(0).vm_ids(), ElementsAre("vm1"));
  EXPECT_EQ(import.notes.size(), 2);
}

TEST_F(AsrPayloadsTest, ASessionOfFailoverAndFailback) {
  const AsrImport import = ImportPaths(
      {Path("recorded/cli_v2arcm_failover_reprotect_failback.json")});
  ASSERT_EQ(import.inventory.vms_size(), 1);
  const v1::Vm& vm = import.inventory.vms(0);
  EXPECT_EQ(vm.id(), "cli-test-protected-item-V2ARCM-1");
  EXPECT_EQ(vm.display_name(), "RCM-Win2K16-01");
  EXPECT_EQ(vm.protection_state(), v1::Vm::INITIAL_REPLICATION);
  EXPECT_EQ(vm.disk_count(), 1);
  EXPECT_THAT(vm.recovery_points(), IsEmpty());
  ASSERT_EQ(import.plans.size(), 1);
  EXPECT_THAT(import.plans[0].boot_groups(0).vm_ids(), ElementsAre(vm.id()));
  EXPECT_EQ(NotesWith(import, "several states"), 1);
}

TEST_F(AsrPayloadsTest, ThePublishedExamples) {
  const AsrImport import = ImportPaths({Path("spec")});
  EXPECT_THAT(VmIdsOf(import.inventory),
              ElementsAre("f8491e4f-817a-40dd-a90c-af773978c75b",
                          "kdUdWvpVnm3QgOQPHoVMX8YAtAO8OC4kKNjt40ERSr4",
                          "yNdYnDYKZ7hYU7zyVeBychFBCyAbEkrJcJNUarDrXio"));
  EXPECT_EQ(import.inventory.vms(0).recovery_points_size(), 2);
  for (int node : {1, 2}) {
    EXPECT_THAT(PointsOf(import.inventory.vms(node)),
                ElementsAre("cc48b7f3-b267-432b-ad76-45528974dc62@"
                            "2024-01-19T08:55:51.1764251Z#"
                            "cc48b7f3-b267-432b-ad76-45528974dc62"));
    EXPECT_EQ(import.inventory.vms(node).replication_group_id(), "testcluster");
  }
  ASSERT_EQ(import.plans.size(), 1);
  EXPECT_EQ(import.plans[0].boot_groups_size(), 2);
  EXPECT_EQ(NotesWith(import, "unknown protectionState"), 0);
}

TEST_F(AsrPayloadsTest, EachFileImportsByItselfAndNothingIsLeftOut) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot)) {
    if (entry.path().extension() != ".json") continue;
    ++files;
    const std::string name = entry.path().filename().string();
    const AsrImport import = ImportPaths({entry.path().string()});
    EXPECT_EQ(NotesWith(import, "left out"), 0) << name;
    const bool is_job =
        absl::StrContains(name, "_job_") || absl::StrContains(name, "Jobs_");
    const bool has_content =
        !import.inventory.vms().empty() || !import.plans.empty();
    EXPECT_EQ(has_content, !is_job) << name;
    EXPECT_EQ(NotesWith(import, "replicationJobs") > 0, is_job) << name;
  }
  EXPECT_EQ(files, 31);
}

TEST_F(AsrPayloadsTest, AllOfThemTogether) {
  const AsrImport import = ImportPaths({kRoot});
  EXPECT_EQ(import.inventory.vms_size(), 6);
  EXPECT_EQ(import.plans.size(), 3);
  EXPECT_THAT(import.notes, Contains(HasSubstr("plans share the name")));
}

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Any bytes are answered, and what imports is valid: the sanitizers watch.
class AsrMutationTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { directory_ = new ScratchDirectory(); }
  static void TearDownTestSuite() { delete directory_; }

  // Imports `text` with the sample items beside it; whether it was readable.
  static bool Import(const std::string& text) {
    const std::string file = directory_->Write("mutant.json", text);
    const auto import =
        ImportAsr({file, (fs::path(kSamples) / "items.json").string()}, {});
    if (import.ok()) ExpectValid(*import);
    return import.ok();
  }

  static std::vector<std::string> Samples() {
    std::vector<std::string> samples;
    for (const auto& entry : fs::directory_iterator(kSamples)) {
      samples.push_back(BytesOf(entry.path()));
    }
    return samples;
  }

 private:
  static ScratchDirectory* directory_;
};

ScratchDirectory* AsrMutationTest::directory_ = nullptr;

TEST_F(AsrMutationTest, EveryTruncationIsRefused) {
  for (const std::string& sample : Samples()) {
    // Without the newline and the brace at the end.
    for (size_t size = 0; size + 1 < sample.size(); ++size) {
      asr::Listing listing;
      EXPECT_FALSE(
          asr::ReadAsrText("mutant", sample.substr(0, size), &listing).ok())
          << size;
    }
  }
}

TEST_F(AsrMutationTest, EveryByteMayBeAnother) {
  constexpr absl::string_view kOthers = "\"0/A{";
  int readable = 0;
  for (std::string sample : Samples()) {
    for (size_t i = 0; i < sample.size(); ++i) {
      const char original = sample[i];
      sample[i] = kOthers[i % kOthers.size()];
      asr::Listing listing;
      const bool is_read = asr::ReadAsrText("mutant", sample, &listing).ok();
      // The rest of the way takes longer, above all under the sanitizers.
      if (is_read && i % 3 == 0) {
        EXPECT_TRUE(Import(sample)) << i;
      }
      readable += is_read;
      sample[i] = original;
    }
  }
  EXPECT_GT(readable, 1000);
}

}  // namespace
}  // namespace recoveryline
