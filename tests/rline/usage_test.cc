#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Words = std::vector<std::string>;

class RlineUsageTest : public RlineFixture {
 protected:
  // Every command: those that "--help" lists, and theirs.
  std::vector<Words> Commands() const {
    std::vector<Words> commands = {{}};
    for (size_t i = 0; i < commands.size(); ++i) {
      std::istringstream lines(Help(commands[i]));
      bool listing = false;
      for (std::string line; std::getline(lines, line);) {
        if (line == "Subcommands:") {
          listing = true;
        } else if (listing && line.rfind("  ", 0) != 0) {
          break;
        } else if (listing) {
          Words command = commands[i];
          command.push_back(line.substr(2, line.find(' ', 2) - 2));
          commands.push_back(command);
        }
      }
    }
    return commands;
  }

  std::string Help(Words command) const {
    command.push_back("--help");
    const Result result = Rline(command);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.err, IsEmpty());
    return result.out;
  }

  // The flags that the help of the command lists.
  std::set<std::string> Flags(const Words& command) const {
    std::set<std::string> flags;
    const std::string help = Help(command);
    const std::regex entry("\n  (-[a-z],)?(--[a-z-]+)");
    for (std::sregex_iterator it(help.begin(), help.end(), entry), end;
         it != end; ++it) {
      flags.insert((*it)[2]);
    }
    return flags;
  }
};

std::string ManPage() {
  std::ostringstream text;
  text << std::ifstream(PROJECT_DIR "/tools/rline/rline.1").rdbuf();
  return std::regex_replace(text.str(), std::regex(R"(\\-)"), "-");
}

TEST_F(RlineUsageTest, AllCommandsAreListed) {
  const std::vector<Words> commands = Commands();
  for (const Words& expected : std::vector<Words>{{"select"},
                                                  {"explain"},
                                                  {"verify"},
                                                  {"validate"},
                                                  {"convert"},
                                                  {"evaluate"},
                                                  {"merge"},
                                                  {"report"},
                                                  {"generate"},
                                                  {"import"},
                                                  {"import", "asr"},
                                                  {"failover"},
                                                  {"failover", "start"},
                                                  {"completion"}}) {
    EXPECT_THAT(commands, testing::Contains(expected));
  }
}

TEST_F(RlineUsageTest, EveryHelpHasAnExample) {
  for (const Words& command : Commands()) {
    EXPECT_THAT(Help(command), HasSubstr("Example"));
    EXPECT_THAT(Help(command), HasSubstr("  rline "));
  }
}

TEST_F(RlineUsageTest, ManPageAndHelpNameTheSameFlags) {
  const std::string page = ManPage();
  std::set<std::string> flags;
  for (const Words& command : Commands()) flags.merge(Flags(command));
  EXPECT_GT(flags.size(), 30u);
  for (const std::string& flag : flags) {
    // As the tag of a paragraph of its own.
    EXPECT_THAT(page, testing::ContainsRegex("\n\\.BR? (-[a-z] \", \" )?" +
                                             flag + "[ \n]"));
  }
  const std::regex word("--[a-z]+(-[a-z]+)*");
  for (std::sregex_iterator it(page.begin(), page.end(), word), end; it != end;
       ++it) {
    EXPECT_THAT(flags, testing::Contains(it->str()));
  }
}

TEST_F(RlineUsageTest, ManPageNamesEveryCommand) {
  const std::string page = ManPage();
  for (const Words& command : Commands()) {
    if (command.empty() || command == Words{"import"} ||
        command == Words{"failover"}) {
      continue;  // they do nothing themselves
    }
    std::string name = "\n.B rline";
    for (const std::string& word : command) name += " " + word;
    EXPECT_THAT(page, HasSubstr(name + "\n"));
  }
}

TEST_F(RlineUsageTest, CompletionKnowsEveryCommandAndFlag) {
  const Result result = Rline({"completion", "bash"});
  EXPECT_EQ(result.exit_code, 0);
  for (const Words& command : Commands()) {
    std::string path = "rline";
    for (const std::string& word : command) path += " " + word;
    const size_t at = result.out.find("\"" + path + "\") COMPREPLY=");
    ASSERT_NE(at, std::string::npos) << path;
    const std::string line =
        result.out.substr(at, result.out.find('\n', at) - at) + " ";
    for (const std::string& flag : Flags(command)) {
      EXPECT_THAT(line, testing::ContainsRegex("[ \"]" + flag + "[ \"]"));
    }
  }
}

TEST_F(RlineUsageTest, CompletionWorksInBash) {
  if (!std::ifstream("/bin/bash")) GTEST_SKIP() << "no bash here";
  const auto complete = [&](const std::string& words, const std::string& last) {
    const Result result =
        Rline({.args = {"-c", "source <(" + RlinePath() +
                                  " completion bash); COMP_WORDS=(" + words +
                                  "); COMP_CWORD=" + last +
                                  "; _rline; echo \"${COMPREPLY[@]}\""},
               .program = "/bin/bash"});
    EXPECT_THAT(result.err, IsEmpty());
    return result.out;
  };
  EXPECT_EQ(complete("rline sel", "1"), "select\n");
  EXPECT_EQ(complete("rline import asr --sh", "3"), "--shared-point-by\n");
  EXPECT_EQ(complete("rline select --format j", "3"), "json jsonl\n");
  EXPECT_EQ(complete("rline select --option cus", "3"), "custom\n");
  WriteText("inventory.json", "{}");
  EXPECT_EQ(complete("rline select -i inv", "3"), "inventory.json\n");
}

TEST_F(RlineUsageTest, VersionIsOneLine) {
  const Result result = Rline({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, testing::MatchesRegex("rline [0-9.]+\n"));
}

TEST_F(RlineUsageTest, WhatMakesNoSenseExitsWithSixtyFour) {
  for (const Words& args : std::vector<Words>{
           {},
           {"select"},
           {"chose"},
           {"select", "-i"},
           {"select", "-i", "x", "--bogus"},
           {"select", "-i", "x", "extra"},
           {"select", "-i", "x", "-i", "y"},
           {"select", "-i", "x", "--option", "newest"},
           {"select", "-i", "x", "--option", "LATEST"},
           {"select", "-i", "x", "--target-time", "yesterday"},
           {"select", "-i", "x", "--target-time", "2026-03-01T00:00:00"},
           {"select", "-i", "x", "--decision-time", "2026-03-01T24:00:00Z"},
           {"select", "-i", "x", "--plan-alignment", "soon"},
           {"select", "-i", "x", "--plan-alignment=-5m"},
           {"evaluate", "-i", "x", "--plan-alignment", "5m"},
           {"select", "-i", "x", "--format", "xml"},
           {"explain", "-i", "x", "--candidates", "-1"},
           {"completion", "fish"},
           {"select", "explain"},
       }) {
    const Result result = Rline(args);
    EXPECT_EQ(result.exit_code, 64) << testing::PrintToString(args);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, StartsWith("rline: error: "));
    EXPECT_THAT(result.err, HasSubstr(" --help)"));
  }
}

TEST_F(RlineUsageTest, UnknownCommandsAreGuessedAt) {
  EXPECT_THAT(Rline({"selct"}).err,
              HasSubstr("there is no command \"selct\"; did you mean select?"));
}

}  // namespace
}  // namespace recoveryline
