#include "tools/rline/failover_paths.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/rline/output.h"

namespace recoveryline {
namespace {

struct Place {
  const char* flag;
  std::string path;
};

// By its name or, where both are there, as the same file of the disk. A device
// such as /dev/null takes all that comes.
bool IsOneFile(const std::string& a, const std::string& b) {
  if (a == b && a == "-") return true;
  const auto facts_of = [](const std::string& path, struct stat* facts) {
    return stat(path == "-" ? "/dev/stdout" : path.c_str(), facts) == 0;
  };
  struct stat of_a = {};
  struct stat of_b = {};
  const bool a_is_there = facts_of(a, &of_a);
  if (a_is_there && S_ISCHR(of_a.st_mode)) return false;
  if (a_is_there && facts_of(b, &of_b) && of_a.st_dev == of_b.st_dev &&
      of_a.st_ino == of_b.st_ino) {
    return true;
  }
  return IsOnePlace(a, b);
}

// A log, and the files beside it, which lie where links lead to.
void AddLog(const std::string& path, std::vector<std::string>* files) {
  std::error_code error;
  const std::string place =
      std::filesystem::weakly_canonical(path, error).string();
  for (const char* suffix : {"", "-lock", "-journal", "-unfinished"}) {
    files->push_back(absl::StrCat(path, suffix));
    if (!error) files->push_back(absl::StrCat(place, suffix));
  }
}

}  // namespace

std::optional<Refusal> CheckPaths(const FailoverFlags& flags) {
  std::vector<std::string> own;
  if (!flags.run.empty()) {
    AddLog(flags.run, &own);
    AddLog(absl::StrCat(flags.run, ".site"), &own);
  }
  if (const auto file = flags.site_options.find("file");
      file != flags.site_options.end()) {
    AddLog(file->second, &own);
  }
  const std::vector<Place> written = {
      {"--output", flags.output.path},
      {"--events", flags.events},
      {"--inventory-output", flags.inventory_output}};
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i].path.empty()) continue;
    for (const std::string& file : own) {
      if (!IsOneFile(written[i].path, file)) continue;
      return Refusal{ExitCode::kUsage,
                     absl::StrCat(written[i].flag, " ", written[i].path,
                                  " is a file of the run itself")};
    }
    for (size_t k = 0; k < i; ++k) {
      if (written[k].path.empty() ||
          !IsOneFile(written[i].path, written[k].path)) {
        continue;
      }
      return Refusal{ExitCode::kUsage,
                     absl::StrCat(written[k].flag, " and ", written[i].flag,
                                  " are one place, ", written[i].path)};
    }
  }
  return std::nullopt;
}

}  // namespace recoveryline
