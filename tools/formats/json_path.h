// JsonPath: the way to a value in a document, kept on the stack while reading.
//
//   JsonPath root;
//   JsonPath vms{.parent = &root, .name = "vms", .ordinal = 2};
//   JsonPath vm{.parent = &vms, .index = 3, .ordinal = 3};
//   PathText("", vm);                        // vms[3]
//   PathText("plan.", root);                 // plan
//
// Cost: a step is a few stores; text is made only for a violation.
// Thread-safety: immutable. A step must not outlive its parent.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_PATH_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_PATH_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

struct JsonPath {
  const JsonPath* parent = nullptr;  // nullptr: the document
  absl::string_view name = {};       // of a member
  int64_t index = -1;                // of an element; -1 for a member
  // The place among the members or elements as they stand in the text.
  int64_t ordinal = 0;
};

// `prefix` and the steps; the prefix without its last point for the document.
// A name is shown as Excerpt() shows it, an empty one as "".
std::string PathText(absl::string_view prefix, const JsonPath& path);

// `prefix` and `steps`, text such as "vms[3].id", joined in the same way.
std::string JoinPath(absl::string_view prefix, absl::string_view steps);

// One more member after the text of a path.
void AppendMember(absl::string_view name, std::string* path);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_PATH_H_
