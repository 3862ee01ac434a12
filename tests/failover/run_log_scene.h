// What the tests of the run log share: a folder, options, records.

#ifndef RECOVERYLINE_TESTS_FAILOVER_RUN_LOG_SCENE_H_
#define RECOVERYLINE_TESTS_FAILOVER_RUN_LOG_SCENE_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/failover/run_log.h"
#include "tools/formats/sha256.h"

namespace recoveryline {

inline RunLog::Options WithSha256() {
  return {.sha256 = [](absl::string_view bytes) {
    Sha256 digest;
    digest.Add(bytes);
    return digest.Text();
  }};
}

// `count` records of one append: each says where in which append it stands.
inline std::vector<RunRecord> BatchOf(int number, int count) {
  std::vector<RunRecord> batch;
  for (int i = 1; i <= count; ++i) {
    batch.push_back({i == 1 ? "intent" : "outcome",
                     absl::StrCat(number, ":", i, "/", count)});
  }
  return batch;
}

// A new folder, in memory where the system has such, and gone afterwards.
class RunLogScene : public testing::Test {
 protected:
  RunLogScene() {
    const bool has_memory = std::filesystem::is_directory("/dev/shm");
    folder_ = absl::StrCat(has_memory ? "/dev/shm/" : testing::TempDir(),
                           "run_log_XXXXXX");
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~RunLogScene() override { std::filesystem::remove_all(folder_); }

  std::string In(absl::string_view name) const {
    return absl::StrCat(folder_, "/", name);
  }

  std::string folder_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FAILOVER_RUN_LOG_SCENE_H_
