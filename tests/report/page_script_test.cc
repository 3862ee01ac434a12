#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "engine/timestamps.h"
#include "gtest/gtest.h"
#include "tools/report/page_parts.h"

namespace recoveryline {
namespace {

// The script of the page is run by node, where that is there.
class PageScriptTest : public testing::Test {
 protected:
  PageScriptTest()
      : directory_(std::filesystem::temp_directory_path() /
                   absl::StrCat("rline_page.", getpid())) {
    std::filesystem::create_directory(directory_);
    Write("page.js", PageScript());
  }
  ~PageScriptTest() override { std::filesystem::remove_all(directory_); }

  void SetUp() override {
    if (Shell("command -v node >/dev/null") != 0) {
      GTEST_SKIP() << "skipped: no node";
    }
  }

  std::string Path(const std::string& name) const { return directory_ / name; }
  void Write(const std::string& name, absl::string_view text) const {
    std::ofstream(Path(name)) << text;
  }
  static int Shell(const std::string& command) {
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  const std::filesystem::path directory_;
};

TEST_F(PageScriptTest, NodeReadsIt) {
  EXPECT_EQ(Shell(absl::StrCat("node --check ", Path("page.js"))), 0);
}

// Lengths and times as the other commands write them, one case a line.
TEST_F(PageScriptTest, ItSpeaksAsTheOtherCommandsDo) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  std::string cases;
  constexpr int64_t kSecond = 1'000'000'000;
  for (int i = 0; i < 2'000; ++i) {
    // Of all sizes that a browser can hold; each third one of round seconds.
    int64_t length = static_cast<int64_t>(random() >> (11 + random() % 50));
    if (i % 3 == 0) length -= length % kSecond;
    const int64_t shown = length < kSecond ? length : length - length % kSecond;
    absl::StrAppend(&cases, "[\"length\",", length, ",\"", FormatNanos(shown),
                    "\"],\n");
    const int64_t at = static_cast<int64_t>(random() % 60'000'000) - 20'000'000;
    absl::StrAppend(
        &cases, "[\"time\",", at, "e9,\"",
        absl::FormatTime("%Y-%m-%d %H:%M:%S%Ez",
                         absl::FromUnixSeconds(1'772'366'400 + at), berlin),
        "\"],\n");
  }
  Write("cases.json", absl::StrCat("[", cases, "[\"length\",0,\"0s\"]]"));
  EXPECT_EQ(Shell(absl::StrCat("node ", PROJECT_DIR,
                               "/tests/report/page_text_check.js ",
                               Path("page.js"), " ", Path("cases.json"))),
            0);
}

}  // namespace
}  // namespace recoveryline
