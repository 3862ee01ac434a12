// What README shows of a failover is run as it stands there.

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

std::string BlockUnder(const std::string& heading) {
  std::ostringstream text;
  text << std::ifstream(PROJECT_DIR "/README.md").rdbuf();
  const std::string all = text.str();
  const size_t section = all.find("\n" + heading + "\n");
  if (section == std::string::npos) return "";
  const size_t begin = all.find("```sh\n", section) + 6;
  return all.substr(begin, all.find("```", begin) - begin);
}

class ReadmeTest : public RlineFixture {};

TEST_F(ReadmeTest, TheFailoverRuns) {
  std::filesystem::create_directory_symlink(PROJECT_DIR "/tools",
                                            Path("tools"));
  const std::string rline = std::filesystem::path(RlinePath()).parent_path();
  WriteText("block", absl::StrCat("set -eu\nPATH=", rline, ":$PATH\n",
                                  BlockUnder("## A failover")));
  Command command{.args = {"block"}};
  command.program = "/bin/bash";
  const Result result = Rline(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("AWAITING_COMMIT  run run-"));
  EXPECT_THAT(result.out, HasSubstr("PROTECTED  run run-"));
}

}  // namespace
}  // namespace recoveryline
