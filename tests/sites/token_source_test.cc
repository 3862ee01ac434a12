#include "tools/sites/token_source.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/test_files.h"
#include "tools/sites/command_output.h"

namespace recoveryline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSentinel[] = "sentinel-7f3a9c51";

TokenSource Saying(const std::string& text) {
  return TokenSource("a test", [text] { return text; });
}

TEST(TokenSourceTest, BlanksAndLineEndsAroundATokenAreDropped) {
  EXPECT_EQ(*Saying(" \tabc.DEF-123_~+/=\r\n").Token(), "abc.DEF-123_~+/=");
}

TEST(TokenSourceTest, WhatIsNoTokenIsRefusedWithoutBeingTold) {
  for (const std::string& text :
       {std::string(), std::string(" \n"), absl::StrCat(kSentinel, " b"),
        absl::StrCat(kSentinel, "\r\nX-A: b"), absl::StrCat(kSentinel, "\x01"),
        absl::StrCat(kSentinel, "\xC3\xA4"),
        absl::StrCat(kSentinel, std::string(1, '\0'), "b"),
        absl::StrCat("{\"accessToken\": \"", kSentinel, "\"}"),
        absl::StrCat(kSentinel, std::string(65 << 10, 'x'))}) {
    const absl::Status refused = Saying(text).Token().status();
    EXPECT_TRUE(absl::IsUnauthenticated(refused)) << refused;
    EXPECT_THAT(refused.ToString(), HasSubstr("a test"));
    EXPECT_THAT(refused.ToString(), Not(HasSubstr(kSentinel)));
  }
}

TEST(TokenSourceTest, APipeIntoWhichNobodyWritesIsNotWaitedFor) {
  const TestDirectory directory;
  const std::string pipe = absl::StrCat(directory.path(), "/pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(
      absl::IsUnauthenticated(TokenSource::FromFile(pipe).Token().status()));
  EXPECT_TRUE(absl::IsUnauthenticated(
      TokenSource::FromFile(directory.path()).Token().status()));
}

TEST(TokenSourceTest, ATokenIsReadOnceAndAgainWhenForgotten) {
  int reads = 0;
  TokenSource source("a test", [&reads] { return absl::StrCat(++reads); });
  EXPECT_EQ(*source.Token(), "1");
  EXPECT_EQ(*source.Token(), "1");
  source.Forget();
  EXPECT_EQ(*source.Token(), "2");
}

TEST(TokenSourceTest, FromTheEnvironment) {
  ::setenv("RLINE_TEST_TOKEN", kSentinel, 1);
  EXPECT_EQ(*TokenSource::FromEnvironment("RLINE_TEST_TOKEN").Token(),
            kSentinel);
  ::unsetenv("RLINE_TEST_TOKEN");
  const absl::Status missing =
      TokenSource::FromEnvironment("RLINE_TEST_TOKEN").Token().status();
  EXPECT_TRUE(absl::IsUnauthenticated(missing));
  EXPECT_THAT(missing.ToString(), HasSubstr("RLINE_TEST_TOKEN"));
}

TEST(TokenSourceTest, FromAFileThatIsReadAgain) {
  const TestDirectory directory;
  const std::string path = directory.Write("token", "first\n");
  TokenSource source = TokenSource::FromFile(path);
  EXPECT_EQ(*source.Token(), "first");
  directory.Write("token", "second");
  EXPECT_EQ(*source.Token(), "first");
  source.Forget();
  EXPECT_EQ(*source.Token(), "second");

  for (const std::string& bad :
       {directory.path() + "/none", directory.path(),
        directory.Write("long", std::string(70 << 10, 'x'))}) {
    const absl::Status refused = TokenSource::FromFile(bad).Token().status();
    EXPECT_TRUE(absl::IsUnauthenticated(refused)) << refused;
    EXPECT_THAT(refused.ToString(), HasSubstr(bad));
  }
}

class TokenCommandTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Run(const std::string& script,
                                  const std::string& arguments = "") {
    const std::string path =
        directory_.WriteProgram("script", absl::StrCat("#!/bin/sh\n", script));
    auto source = TokenSource::FromCommand(absl::StrCat(path, "  ", arguments));
    if (!source.ok()) return source.status();
    return source->Token();
  }

  const TestDirectory directory_;
};

TEST_F(TokenCommandTest, ItsOutputIsTheToken) {
  EXPECT_EQ(*Run("echo $1-$2-$#", "a\tb c"), "a-b-3");
}

TEST_F(TokenCommandTest, ItReadsNothingAndItsErrorsAreNotTold) {
  const absl::Status refused =
      Run(absl::StrCat("cat; echo ", kSentinel, " >&2; echo ", kSentinel,
                       "; exit 3"),
          kSentinel)
          .status();
  EXPECT_TRUE(absl::IsUnauthenticated(refused));
  EXPECT_THAT(refused.ToString(), HasSubstr("exit code 3"));
  EXPECT_THAT(refused.ToString(), HasSubstr("script"));
  EXPECT_THAT(refused.ToString(), Not(HasSubstr(kSentinel)));
}

TEST_F(TokenCommandTest, ItsOutputIsBounded) {
  EXPECT_TRUE(absl::IsUnauthenticated(Run("exec yes x").status()));
}

TEST_F(TokenCommandTest, ItIsFoundByItsName) {
  auto source = TokenSource::FromCommand("echo abc");
  EXPECT_EQ(*source->Token(), "abc");
  auto none = TokenSource::FromCommand("no-such-program-of-anyone");
  EXPECT_TRUE(absl::IsUnauthenticated(none->Token().status()));
}

TEST_F(TokenCommandTest, WhatNeedsAShellIsRefused) {
  for (const char* command :
       {"", "  ", "echo 'a'", "echo \"a\"", "echo $A", "echo `a`", "a | b",
        "a; b", "a && b", "a > b", "a\nb", "a *", "~/a"}) {
    EXPECT_TRUE(
        absl::IsInvalidArgument(TokenSource::FromCommand(command).status()))
        << command;
  }
}

TEST(CommandOutputTest, AProgramThatHangsIsKilledWithWhatItStarted) {
  // The shell waits for its sleep; both hold the pipe.
  const auto got = CommandOutput({"sh", "-c", "sleep 1000; echo"}, 100,
                                 absl::Milliseconds(200));
  EXPECT_TRUE(absl::IsDeadlineExceeded(got.status())) << got.status();
}

TEST(CommandOutputTest, NoOtherFileIsOpenInIt) {
  const TestDirectory directory;
  std::ofstream open(directory.path() + "/open");
  const auto got = CommandOutput({"sh", "-c", "ls /proc/self/fd | wc -l"}, 100,
                                 absl::Seconds(10));
  // Its three and the one that ls reads the list by.
  EXPECT_EQ(*got, "4\n");
}

TEST(CommandOutputTest, ItsEndIsJudged) {
  constexpr absl::Duration kTime = absl::Seconds(10);
  EXPECT_TRUE(absl::IsNotFound(
      CommandOutput({"/no/such/program"}, 100, kTime).status()));
  EXPECT_TRUE(absl::IsAborted(CommandOutput({"false"}, 100, kTime).status()));
  EXPECT_TRUE(absl::IsAborted(
      CommandOutput({"sh", "-c", "kill -9 $$"}, 100, kTime).status()));
  EXPECT_EQ(*CommandOutput({"printf", "abc"}, 3, kTime), "abc");
  EXPECT_TRUE(absl::IsResourceExhausted(
      CommandOutput({"printf", "abcd"}, 3, kTime).status()));
}

}  // namespace
}  // namespace recoveryline
