// Asr files: which files do these paths mean, and what is in one?
//
//   auto files = ListAsrFiles({"export/", "plans.json"}, &notes);
//   auto text = ReadAsrBytes(files->front());
//
// Invariants:
//   (1) The names are sorted bytewise and no file stands twice, however often
//       and under whatever spelling the paths name it.
//   (2) Directories give their *.json files, those of their subdirectories
//       too. Symbolic links to directories are not followed, so a loop of
//       links ends; what is not a regular file there is left out with a note.
//
// Thread-safety: no state of its own.
// Errors: NotFound where a path does not exist or a directory holds no *.json
// file, InvalidArgument for a file that is too large, else the system's own.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_FILES_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace recoveryline::asr {

absl::StatusOr<std::vector<std::string>> ListAsrFiles(
    const std::vector<std::string>& paths, std::vector<std::string>* notes);

// All bytes of a file of at most kMaxAsrFileBytes.
absl::StatusOr<std::string> ReadAsrBytes(const std::string& path);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_FILES_H_
