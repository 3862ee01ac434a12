#include "tools/formats/json_path.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

void AppendSteps(const JsonPath& path, std::string* text) {
  if (path.parent == nullptr) return;
  AppendSteps(*path.parent, text);
  if (path.index >= 0) {
    absl::StrAppend(text, "[", path.index, "]");
  } else {
    AppendMember(path.name, text);
  }
}

}  // namespace

void AppendMember(absl::string_view name, std::string* path) {
  if (!path->empty()) path->push_back('.');
  absl::StrAppend(path, name.empty() ? "\"\"" : Excerpt(name));
}

std::string JoinPath(absl::string_view prefix, absl::string_view steps) {
  // An element of the document itself has no point before it.
  if (steps.empty() || steps[0] == '[') {
    if (absl::EndsWith(prefix, ".")) prefix.remove_suffix(1);
  }
  return absl::StrCat(prefix, steps);
}

std::string PathText(absl::string_view prefix, const JsonPath& path) {
  std::string steps;
  AppendSteps(path, &steps);
  return JoinPath(prefix, steps);
}

}  // namespace recoveryline
