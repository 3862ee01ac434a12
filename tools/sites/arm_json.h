// ArmJson: what does a field of an answer say, whatever else may stand there?
//
//   std::optional<Json> item = ParseJson(body);
//   TextAt(*item, {"properties", "protectionState"});   // "" where it has none
//   for (const Json& entry : ListAt(*item, {"value"})) ...
//
// Nothing here throws or aborts, whatever a server sends: a field that is
// missing, null or of another type is an empty text, an empty list, a null.
//
// Cost: ParseJson O(bytes); a document nested more than 64 levels deep is not
// read.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ARM_JSON_H_
#define RECOVERYLINE_TOOLS_SITES_ARM_JSON_H_

#include <initializer_list>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace recoveryline {

using Json = nlohmann::json;
using JsonPath = std::initializer_list<const char*>;

// Nothing where `text` is not JSON.
std::optional<Json> ParseJson(absl::string_view text);
// Whether ParseJson() gives something, at a tenth of the cost.
bool IsJson(absl::string_view text);

// Of a page of a list, {"value": [...], "nextLink": "..."}, what leads on.
struct ListPage {
  bool is_list = false;  // it has a value, and no nextLink of another kind
  std::string link;      // empty on the last page
};

ListPage ReadListPage(absl::string_view text);

// What stands at the path; a null where nothing does. The reference is into
// `from`, or to a null that stays.
const Json& At(const Json& from, JsonPath path);

std::string TextAt(const Json& from, JsonPath path);
// An empty list where there is none.
const Json& ListAt(const Json& from, JsonPath path);
// Azure sends booleans as true or as "true", "True"; nothing where it is
// neither true nor false.
std::optional<bool> FlagAt(const Json& from, JsonPath path);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ARM_JSON_H_
