// What README shows is run as it stands there.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;

std::string BlockUnder(const std::string& heading, const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(PROJECT_DIR "/" + file).rdbuf();
  const std::string all = "\n" + text.str();
  const size_t section = all.find("\n" + heading + "\n");
  if (section == std::string::npos) return "";
  const size_t begin = all.find("```sh\n", section) + 6;
  return all.substr(begin, all.find("```", begin) - begin);
}

class ReadmeTest : public RlineFixture {
 protected:
  Result Run(const std::string& block) const {
    std::filesystem::create_directory_symlink(PROJECT_DIR "/tools",
                                              Path("tools"));
    const std::string rline = std::filesystem::path(RlinePath()).parent_path();
    WriteText("block",
              absl::StrCat("set -eu\nPATH=", rline, ":$PATH\n", block));
    Command command{.args = {"block"}};
    command.program = "/bin/bash";
    return Rline(command);
  }
};

TEST_F(ReadmeTest, TheFailoverRuns) {
  const Result result = Run(BlockUnder("## A failover", "README.md"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("AWAITING_COMMIT  run run-"));
  EXPECT_THAT(result.out, HasSubstr("PROTECTED  run run-"));
}

TEST_F(ReadmeTest, WhatIsSaidOfTimeRuns) {
  const Result result = Run(BlockUnder("## Through time", "README.md"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("UNIT, WORST FIRST"));
  EXPECT_THAT(result.out, HasSubstr("3h 00m 00s newer"));
  EXPECT_THAT(result.out, HasSubstr("SEARCHING"));
}

TEST_F(ReadmeTest, TheSiteOfShellProgramsRuns) {
  const Result result = Run(BlockUnder("# A site of shell programs",
                                       "tools/sample/sites/shell/README.md"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"PROTECTED\""));
  EXPECT_THAT(result.out, HasSubstr("reprotect\tprotected\ton\tdown\t-\trun-"));
}

}  // namespace
}  // namespace recoveryline
