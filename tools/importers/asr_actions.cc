#include "tools/importers/asr_actions.h"

#include <map>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace recoveryline::asr {
namespace {

using absl::string_view;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// The fields of customDetails that have words of their own, in the order in
// which they are said. A script's path is called one or the other.
constexpr string_view kWords[][2] = {
    {"description", ""},           {"path", "script "},
    {"scriptPath", "script "},     {"runbookId", "runbook "},
    {"fabricLocation", "fabric "}, {"timeout", "timeout "},
};

// Types that say no more than the fields beside them.
constexpr string_view kPlainTypes[] = {"ManualActionDetails",
                                       "ScriptActionDetails",
                                       "AutomationRunbookActionDetails"};

// Whether `value` says anything: null, "", [] and {} do not.
bool SaysAnything(const element& value) {
  std::string_view text;
  array list;
  object fields;
  if (value.is_null()) return false;
  if (value.get(text) == simdjson::SUCCESS) return !text.empty();
  if (value.get(list) == simdjson::SUCCESS) return list.size() > 0;
  if (value.get(fields) == simdjson::SUCCESS) return fields.size() > 0;
  return true;
}

// Text as it is, anything else as JSON.
std::string Readable(const element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(value);
}

// Fields that say something, by name. Of two with one name the last counts.
std::map<std::string, element> SayingFields(const object& from) {
  std::map<std::string, element> fields;
  for (const auto& [key, value] : from) {
    if (SaysAnything(value)) fields[std::string(key)] = value;
  }
  return fields;
}

bool IsPlainType(const element& value) {
  const std::string type = Readable(value);
  for (const string_view plain : kPlainTypes) {
    if (absl::EqualsIgnoreCase(type, plain)) return true;
  }
  return false;
}

// What customDetails say; empty where they say nothing more.
std::string DetailsOf(const element& details) {
  object from;
  if (details.get(from) != simdjson::SUCCESS) return Readable(details);
  std::map<std::string, element> fields = SayingFields(from);
  const auto type = fields.find("instanceType");
  if (type != fields.end() && IsPlainType(type->second)) fields.erase(type);
  std::vector<std::string> said;
  for (const auto& [key, word] : kWords) {
    const auto field = fields.find(std::string(key));
    if (field == fields.end()) continue;
    said.push_back(absl::StrCat(word, Readable(field->second)));
    fields.erase(field);
  }
  for (const auto& [key, value] : fields) {
    said.push_back(
        absl::StrCat(key, " ", std::string(simdjson::minify(value))));
  }
  return absl::StrJoin(said, ", ");
}

std::string ActionOf(const element& action, const std::string& where,
                     std::vector<std::string>* notes) {
  object from;
  if (action.get(from) != simdjson::SUCCESS) return simdjson::minify(action);
  std::map<std::string, element> fields = SayingFields(from);
  const auto name = fields.find("actionName");
  if (name == fields.end()) return simdjson::minify(action);
  std::string entry = Readable(name->second);
  const std::string subject = absl::StrCat("action \"", entry, "\"");
  fields.erase(name);
  const auto details = fields.find("customDetails");
  if (details != fields.end()) {
    const std::string said = DetailsOf(details->second);
    if (!said.empty()) absl::StrAppend(&entry, ": ", said);
    fields.erase(details);
  }
  if (!fields.empty()) {
    notes->push_back(absl::StrCat(
        where, ": ", subject, " is listed with ",
        absl::StrJoin(fields, ", ",
                      [](std::string* out, const auto& field) {
                        absl::StrAppend(
                            out, field.first, " ",
                            std::string(simdjson::minify(field.second)));
                      }),
        ", which its entry does not keep"));
  }
  return entry;
}

}  // namespace

std::vector<std::string> ReadActions(const object& group, const char* key,
                                     const std::string& where,
                                     std::vector<std::string>* notes) {
  std::vector<std::string> actions;
  array list;
  if (group[key].get(list) != simdjson::SUCCESS) return actions;
  for (const element& action : list) {
    const std::string place =
        absl::StrCat(where, ".", key, "[", actions.size(), "]");
    actions.push_back(ActionOf(action, place, notes));
  }
  return actions;
}

}  // namespace recoveryline::asr
