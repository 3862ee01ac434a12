// TestDirectory: a directory of a test's own, gone with the object.

#ifndef RECOVERYLINE_TESTS_SITES_TEST_FILES_H_
#define RECOVERYLINE_TESTS_SITES_TEST_FILES_H_

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class TestDirectory {
 public:
  TestDirectory()
      : path_((std::filesystem::temp_directory_path() / "sites_test_XXXXXX")
                  .string()) {
    ::mkdtemp(path_.data());
  }
  ~TestDirectory() { std::filesystem::remove_all(path_); }
  TestDirectory(const TestDirectory&) = delete;
  TestDirectory& operator=(const TestDirectory&) = delete;

  const std::string& path() const { return path_; }

  // Writes a file and returns its name.
  std::string Write(absl::string_view name, absl::string_view text) const {
    const std::string file = absl::StrCat(path_, "/", name);
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  std::string WriteProgram(absl::string_view name,
                           absl::string_view text) const {
    const std::string file = Write(name, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

 private:
  std::string path_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_TEST_FILES_H_
