// Files that must not outlive the process, also when it is told to end.

#include "tools/formats/temporary_name.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

class TemporaryNameTest : public ::testing::Test {
 protected:
  TemporaryNameTest() {
    std::string name = ::testing::TempDir() + "/temporary_name_test.XXXXXX";
    directory_ = mkdtemp(name.data());
    path_ = directory_ + "/file";
    std::ofstream(path_) << "half";
  }
  ~TemporaryNameTest() override { std::filesystem::remove_all(directory_); }

  bool FileIsThere() const { return std::filesystem::exists(path_); }

  // What ended a child that ran `body`; 0 where it ended by itself.
  template <typename Body>
  static int SignalThatEnds(Body body) {
    const pid_t child = fork();
    if (child == 0) {
      body();
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  std::string directory_;
  std::string path_;
};

TEST_F(TemporaryNameTest, SignalsRemoveTheFileAndEndTheProcess) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    std::ofstream(path_) << "half";
    EXPECT_EQ(SignalThatEnds([&] {
                ::signal(signal, SIG_DFL);
                RemoveTemporariesOnSignals();
                const TemporaryName name(path_);
                raise(signal);
              }),
              signal);
    EXPECT_FALSE(FileIsThere()) << signal;
  }
}

TEST_F(TemporaryNameTest, AnIgnoredSignalStaysIgnored) {
  EXPECT_EQ(SignalThatEnds([&] {
              ::signal(SIGHUP, SIG_IGN);
              RemoveTemporariesOnSignals();
              const TemporaryName name(path_);
              raise(SIGHUP);
            }),
            0);
  EXPECT_TRUE(FileIsThere());
}

TEST_F(TemporaryNameTest, AForgottenFileStays) {
  EXPECT_EQ(SignalThatEnds([&] {
              RemoveTemporariesOnSignals();
              TemporaryName name(path_);
              name.Forget();
              raise(SIGTERM);
            }),
            SIGTERM);
  EXPECT_TRUE(FileIsThere());
}

TEST_F(TemporaryNameTest, MoreNamesThanTheHandlerKnowsAreNoHarm) {
  EXPECT_EQ(SignalThatEnds([&] {
              RemoveTemporariesOnSignals();
              const TemporaryName first(path_);
              std::vector<std::unique_ptr<TemporaryName>> more;
              for (int i = 0; i < 2 * TemporaryName::kMaxNames; ++i) {
                more.push_back(std::make_unique<TemporaryName>(
                    directory_ + "/" + std::to_string(i)));
              }
              raise(SIGTERM);
            }),
            SIGTERM);
  EXPECT_FALSE(FileIsThere());
}

}  // namespace
}  // namespace recoveryline
