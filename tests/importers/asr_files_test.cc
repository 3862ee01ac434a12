#include "tools/importers/asr_files.h"

#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline::asr {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class AsrFilesTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const {
    return (directory_.path() / name).string();
  }
  absl::StatusOr<std::vector<std::string>> Files(
      const std::vector<std::string>& paths) {
    return ListAsrFiles(paths, &notes_);
  }

  ScratchDirectory directory_;
  std::vector<std::string> notes_;
};

TEST_F(AsrFilesTest, DirectoriesGiveTheirJsonFilesSorted) {
  for (const char* name : {"b.json", "sub/deep/a.JSON", "a.json", "a.txt"}) {
    directory_.Write(name, "{}");
  }
  EXPECT_THAT(
      *Files({directory_.path().string()}),
      ElementsAre(Path("a.json"), Path("b.json"), Path("sub/deep/a.JSON")));
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(AsrFilesTest, FilesAreTakenWhateverTheirName) {
  EXPECT_THAT(*Files({directory_.Write("listing.txt", "{}")}),
              ElementsAre(Path("listing.txt")));
}

TEST_F(AsrFilesTest, AFileNamedTwiceIsReadOnce) {
  const std::string file = directory_.Write("a.json", "{}");
  const std::string other = (directory_.path() / "." / "a.json").string();
  const std::string root = directory_.path().string();
  EXPECT_EQ(Files({file, other, root, file})->size(), 1);
  EXPECT_EQ(*Files({file, other}), *Files({other, file}));
}

TEST_F(AsrFilesTest, AMissingPathIsNotFound) {
  const auto files = Files({Path("gone.json")});
  EXPECT_EQ(files.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(files.status().message(), HasSubstr("gone.json"));
}

TEST_F(AsrFilesTest, ADirectoryWithoutJsonIsNotFound) {
  directory_.Write("readme.md", "");
  EXPECT_EQ(Files({directory_.path().string()}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(AsrFilesTest, LoopsOfDirectoryLinksEnd) {
  directory_.Write("sub/a.json", "{}");
  fs::create_directory_symlink(directory_.path(),
                               directory_.path() / "sub" / "loop");
  fs::create_directory_symlink(directory_.path(),
                               directory_.path() / "loop.json");
  EXPECT_THAT(*Files({directory_.path().string()}),
              ElementsAre(Path("sub/a.json")));
}

TEST_F(AsrFilesTest, ALinkToItselfIsAnError) {
  fs::create_symlink("self.json", directory_.path() / "self.json");
  EXPECT_FALSE(Files({directory_.path().string()}).ok());
  EXPECT_FALSE(Files({Path("self.json")}).ok());
}

TEST_F(AsrFilesTest, LinksToFilesAreFollowed) {
  directory_.Write("real.txt", "{}");
  fs::create_symlink("real.txt", directory_.path() / "a.json");
  EXPECT_THAT(*Files({directory_.path().string()}),
              ElementsAre(Path("a.json")));
}

TEST_F(AsrFilesTest, TheBytesOfAFileAreReadWhole) {
  const std::string text(200'000, 'x');
  EXPECT_EQ(*ReadAsrBytes(directory_.Write("a.json", text)), text);
  EXPECT_EQ(*ReadAsrBytes(directory_.Write("b.json", "")), "");
}

TEST_F(AsrFilesTest, AFileAboveTheLimitIsRefusedUnread) {
  const std::string file = directory_.Write("huge.json", "");
  // Sparse: it takes no room.
  fs::resize_file(file, kMaxAsrFileBytes + 1);
  const auto text = ReadAsrBytes(file);
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(text.status().message(), HasSubstr("256 MiB"));
}

}  // namespace
}  // namespace recoveryline::asr
