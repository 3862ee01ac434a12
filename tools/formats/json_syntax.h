// What is wrong with a text that a parser refused, and where a value stands in
// one that it took. Both answer people: they run once a violation.
//
//   FindSyntaxError(R"({"vms":[{"id":1,}]})");
//                             // offset 16, path vms[0], "expected a key ..."
//   LocateValue(R"({"a":1,"b":[7,8]})", {1, 0});     // key and value: 12
//
// Cost: O(bytes). Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_SYNTAX_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_SYNTAX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace recoveryline {

struct SyntaxError {
  size_t offset = 0;
  std::string path;  // steps from the value, such as "vms[0].id"
  std::string complaint;
};

// The first place where `text` is not the beginning of one JSON value with
// nothing after it; nothing where it is a value that a reader can hold.
std::optional<SyntaxError> FindSyntaxError(absl::string_view text);

struct ValuePlace {
  size_t key = 0;    // of the member's key; of the value for an element
  size_t value = 0;  // of the value
};

// Follows `ordinals`, the places among the members or elements, from the value
// `text`. REQUIRES: `text` is valid JSON and has such a value.
ValuePlace LocateValue(absl::string_view text,
                       absl::Span<const int64_t> ordinals);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_SYNTAX_H_
