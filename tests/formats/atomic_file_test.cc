#include "tools/formats/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class AtomicFileTest : public ::testing::Test {
 protected:
  AtomicFileTest() {
    std::string name = ::testing::TempDir() + "/atomic_file_test.XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~AtomicFileTest() override { fs::remove_all(directory_); }

  std::string Path(const char* name) const { return directory_ / name; }

  static void Put(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }
  static std::string Get(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat facts = {};
    stat(path.c_str(), &facts);
    return facts.st_mode & 07777;
  }
  // How many files and directories there are: no temporary one may stay.
  int Count() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry :
         fs::directory_iterator(directory_)) {
      ++count;
    }
    return count;
  }

  fs::path directory_;
};

TEST_F(AtomicFileTest, WritesANewFile) {
  const mode_t mask = umask(027);
  EXPECT_TRUE(WriteFile(Path("new"), "text\n").ok());
  umask(mask);
  EXPECT_EQ(Get(Path("new")), "text\n");
  EXPECT_EQ(ModeOf(Path("new")), 0640u);
  EXPECT_EQ(Count(), 1);
}

TEST_F(AtomicFileTest, TheOldFileStaysUntilCommit) {
  Put(Path("file"), "old");
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(Path("file"));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file->Append("new").ok());
  EXPECT_TRUE(file->Append(" text").ok());
  EXPECT_EQ(Get(Path("file")), "old");
  EXPECT_TRUE(file->Commit().ok());
  EXPECT_EQ(Get(Path("file")), "new text");
  EXPECT_EQ(Count(), 1);
}

TEST_F(AtomicFileTest, WithoutCommitNothingStays) {
  Put(Path("file"), "old");
  {
    absl::StatusOr<AtomicFile> file = AtomicFile::Open(Path("file"));
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(file->Append("new").ok());
    EXPECT_EQ(Count(), 2);
  }
  EXPECT_EQ(Get(Path("file")), "old");
  EXPECT_EQ(Count(), 1);
}

TEST_F(AtomicFileTest, KeepsTheModeOfAnExistingFile) {
  Put(Path("file"), "old");
  chmod(Path("file").c_str(), 0604);
  EXPECT_TRUE(WriteFile(Path("file"), "new").ok());
  EXPECT_EQ(ModeOf(Path("file")), 0604u);
}

TEST_F(AtomicFileTest, TwoWritersDoNotMeet) {
  absl::StatusOr<AtomicFile> one = AtomicFile::Open(Path("one"));
  absl::StatusOr<AtomicFile> two = AtomicFile::Open(Path("two"));
  ASSERT_TRUE(one.ok() && two.ok());
  EXPECT_TRUE(one->Append("1").ok() && two->Append("2").ok());
  EXPECT_TRUE(one->Commit().ok() && two->Commit().ok());
  EXPECT_EQ(Get(Path("one")), "1");
  EXPECT_EQ(Get(Path("two")), "2");
}

TEST_F(AtomicFileTest, ALinkStaysAndItsTargetIsReplaced) {
  fs::create_directory(Path("deep"));
  Put(Path("deep/file"), "old");
  fs::create_symlink("deep/file", Path("link"));
  fs::create_symlink("link", Path("link to link"));
  EXPECT_TRUE(WriteFile(Path("link to link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_TRUE(fs::is_symlink(Path("link to link")));
  EXPECT_EQ(Get(Path("deep/file")), "new");
}

TEST_F(AtomicFileTest, ADanglingLinkGetsItsTarget) {
  fs::create_symlink("later", Path("link"));
  EXPECT_TRUE(WriteFile(Path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  EXPECT_EQ(Get(Path("later")), "new");
}

TEST_F(AtomicFileTest, LinksInACircleAreAnError) {
  fs::create_symlink("b", Path("a"));
  fs::create_symlink("a", Path("b"));
  EXPECT_FALSE(WriteFile(Path("a"), "new").ok());
  EXPECT_EQ(Count(), 2);
}

TEST_F(AtomicFileTest, ErrorsSayWhatAndWhere) {
  const absl::Status missing = WriteFile(Path("no/such"), "x");
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr(Path("no/such")));
  EXPECT_FALSE(WriteFile(directory_.string(), "x").ok());
  EXPECT_FALSE(WriteFile("", "x").ok());
}

TEST_F(AtomicFileTest, AFailedRenameLeavesNothingBehind) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(Path("target"));
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(file->Append("new").ok());
  fs::create_directory(Path("target"));
  {
    AtomicFile moved = std::move(*file);
    EXPECT_FALSE(moved.Commit().ok());
  }
  EXPECT_TRUE(fs::is_directory(Path("target")));
  EXPECT_EQ(Count(), 1);
}

TEST_F(AtomicFileTest, ADiskThatIsFullLeavesTheOldFile) {
  Put(Path("file"), "old");
  struct rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 4'096;
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status written =
      WriteFile(Path("file"), std::string(100'000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  EXPECT_FALSE(written.ok());
  EXPECT_EQ(Get(Path("file")), "old");
  EXPECT_EQ(Count(), 1);
}

TEST_F(AtomicFileTest, DevicesAreWrittenToDirectly) {
  EXPECT_TRUE(WriteFile("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_EQ(WriteFile("/dev/full", "x").code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(AtomicFileTest, APipeIsWrittenToDirectly) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = Get(Path("pipe")); });
  const std::string text(200'000, 'x');
  EXPECT_TRUE(WriteFile(Path("pipe"), text).ok());
  reader.join();
  EXPECT_EQ(got, text);
  EXPECT_TRUE(fs::is_fifo(Path("pipe")));
}

TEST_F(AtomicFileTest, AClosedPipeIsAnError) {
  const auto handler = signal(SIGPIPE, SIG_IGN);
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(Path("pipe"));
  ASSERT_TRUE(file.ok());
  close(reader);
  EXPECT_FALSE(file->Append("x").ok());
  signal(SIGPIPE, handler);
}

// Runs `write` with stdout going to `path`.
template <typename Write>
absl::Status WithStdout(const std::string& path, Write write) {
  fflush(stdout);
  const int before = dup(STDOUT_FILENO);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(file, STDOUT_FILENO);
  close(file);
  const absl::Status written = write();
  dup2(before, STDOUT_FILENO);
  close(before);
  return written;
}

TEST_F(AtomicFileTest, StdoutIsWrittenToUnderAnyName) {
  const std::string out = Path("out");
  EXPECT_TRUE(WithStdout(out, [&] { return WriteFile("-", "a"); }).ok());
  EXPECT_TRUE(
      WithStdout(out, [&] { return WriteFile("/dev/stdout", "b"); }).ok());
  EXPECT_TRUE(WithStdout(out, [&] { return WriteFile(out, "c"); }).ok());
  EXPECT_EQ(Get(out), "abc");
  EXPECT_EQ(WithStdout("/dev/full", [] { return WriteFile("-", "x"); }).code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace recoveryline
