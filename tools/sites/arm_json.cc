#include "tools/sites/arm_json.h"

#include "absl/strings/match.h"
#include "simdjson.h"

namespace recoveryline {
namespace {

constexpr int kMaxNesting = 64;

// Whether brackets outside of strings are nested no deeper than the limit.
bool IsShallow(absl::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxNesting) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return true;
}

// The fast reader's view of a text; nothing where it refuses it, which may be
// right all the same, as a number of more than 64 bits.
std::optional<simdjson::dom::element> ParseFast(absl::string_view text) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element parsed;
  if (parser.parse(text.data(), text.size()).get(parsed) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace

std::optional<Json> ParseJson(absl::string_view text) {
  // Copies and comparisons of a document recurse; the stack ends.
  if (!IsShallow(text)) return std::nullopt;
  Json parsed = Json::parse(text.begin(), text.end(), /*cb=*/nullptr,
                            /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return std::nullopt;
  return parsed;
}

bool IsJson(absl::string_view text) {
  return IsShallow(text) &&
         (ParseFast(text) || Json::accept(text.begin(), text.end()));
}

ListPage ReadListPage(absl::string_view text) {
  ListPage page;
  if (!IsShallow(text)) return page;
  const bool is_other = [&] {
    if (const auto fast = ParseFast(text)) {
      const auto link = (*fast)["nextLink"];
      std::string_view said;
      const bool is_text = link.get(said) == simdjson::SUCCESS;
      page.is_list = (*fast)["value"].is_array();
      page.link = said;
      return !is_text && link.error() == simdjson::SUCCESS && !link.is_null();
    }
    const Json slow = ParseJson(text).value_or(Json());
    const Json& link = At(slow, {"nextLink"});
    page.is_list = At(slow, {"value"}).is_array();
    page.link = TextAt(slow, {"nextLink"});
    return !link.is_string() && !link.is_null();
  }();
  page.is_list = page.is_list && !is_other;
  return page;
}

const Json& At(const Json& from, JsonPath path) {
  static const Json* const null = new Json();
  const Json* at = &from;
  for (const char* key : path) {
    if (!at->is_object()) return *null;
    const auto found = at->find(key);
    if (found == at->end()) return *null;
    at = &*found;
  }
  return *at;
}

std::string TextAt(const Json& from, JsonPath path) {
  const Json& at = At(from, path);
  return at.is_string() ? at.get_ref<const std::string&>() : std::string();
}

const Json& ListAt(const Json& from, JsonPath path) {
  static const Json* const empty = new Json(Json::array());
  const Json& at = At(from, path);
  return at.is_array() ? at : *empty;
}

std::optional<bool> FlagAt(const Json& from, JsonPath path) {
  const Json& at = At(from, path);
  if (at.is_boolean()) return at.get<bool>();
  const std::string text = TextAt(from, path);
  if (absl::EqualsIgnoreCase(text, "true")) return true;
  if (absl::EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

}  // namespace recoveryline
