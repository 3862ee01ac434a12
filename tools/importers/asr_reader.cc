#include "tools/importers/asr_reader.h"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "simdjson.h"
#include "tools/importers/asr_files.h"
#include "tools/importers/asr_lists.h"
#include "tools/importers/asr_resources.h"

namespace recoveryline::asr {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kMaxNesting = 64;

// "value[3]" within "responses.200.body".
std::string Within(absl::string_view path, absl::string_view step) {
  if (path.empty()) return std::string(step);
  return absl::StrCat(path, absl::StartsWith(step, "[") ? "" : ".", step);
}

// Goes through one document and hands on what stands in it.
class Walker {
 public:
  Walker(const std::string& name, Listing* listing)
      : name_(name), listing_(listing) {}

  void Visit(const element& value, const std::string& path) {
    array list;
    object fields;
    if (value.get(list) == simdjson::SUCCESS) {
      VisitPage(list, path, "");
    } else if (value.get(fields) == simdjson::SUCCESS) {
      VisitObject(fields, path);
    } else {
      Ignore(path, "neither a list nor a resource of Azure");
    }
  }

 private:
  std::string Where(const std::string& path) const {
    return path.empty() ? name_ : absl::StrCat(name_, ": ", path);
  }

  void Ignore(const std::string& path, absl::string_view what) {
    listing_->notes.push_back(absl::StrCat(Where(path), ": ignored: ", what));
  }

  void VisitObject(const object& fields, const std::string& path) {
    array list;
    object children;
    if (fields["interactions"].get(list) == simdjson::SUCCESS) {
      VisitRecording(list, Within(path, "interactions"));
    } else if (fields["responses"].get(children) == simdjson::SUCCESS) {
      VisitExample(children, Within(path, "responses"));
    } else if (fields["value"].get(list) == simdjson::SUCCESS) {
      std::string_view next = {};
      if (fields["nextLink"].get(next) != simdjson::SUCCESS) next = {};
      VisitPage(list, Within(path, "value"), std::string(next));
    } else if (fields["id"].error() == simdjson::SUCCESS ||
               fields["type"].error() == simdjson::SUCCESS) {
      const ResourceSummary summary =
          ReadResource(fields, Where(path), listing_);
      if (summary.kind == ResourceKind::kOther) {
        Ignore(path,
               absl::StrCat("a resource of another kind (", summary.type, ")"));
      }
    } else {
      Ignore(path, "neither a list nor a resource of Azure");
    }
  }

  void VisitPage(const array& list, const std::string& path,
                 std::string next_link) {
    PageFact page = {Where(path), {}, std::move(next_link), false};
    std::set<std::string> lists;
    std::map<std::string, int> others;
    int index = 0;
    for (const element& value : list) {
      const std::string place = absl::StrCat(path, "[", index++, "]");
      object fields;
      if (value.get(fields) != simdjson::SUCCESS) {
        Ignore(place, "not a resource");
        page.has_strays = true;
        continue;
      }
      const ResourceSummary summary =
          ReadResource(fields, Where(place), listing_);
      if (summary.kind == ResourceKind::kOther) {
        ++others[summary.type];
      } else if (!summary.list) {
        page.has_strays = true;
      } else if (lists.insert(KeyOf(*summary.list)).second) {
        page.lists.push_back(*summary.list);
      }
    }
    for (const auto& [type, count] : others) {
      Ignore(path, absl::StrCat(count, " of another kind (", type, ")"));
    }
    if (index == 0) {
      Ignore(path, "an empty list, which names no machine");
      page.lists.emplace_back();
    }
    // A list of others is nobody's loss, whole or not.
    if (!page.lists.empty()) listing_->pages.push_back(std::move(page));
  }

  // {"200": {"body": ...}, "202": {}}
  void VisitExample(const object& responses, const std::string& path) {
    bool found = false;
    for (const auto& [code, response] : responses) {
      element body;
      if (response["body"].get(body) != simdjson::SUCCESS) continue;
      found = true;
      const std::string step(code);
      Visit(body, Within(path, absl::StrCat(step, ".body")));
    }
    if (!found) Ignore(path, "an example without a body");
  }

  void VisitRecording(const array& interactions, const std::string& path) {
    int index = 0;
    for (const element& interaction : interactions) {
      const std::string place =
          absl::StrCat(path, "[", index++, "].response_body");
      element body;
      // Many answers have no body: an operation was accepted.
      if (interaction["response_body"].get(body) != simdjson::SUCCESS ||
          body.is_null()) {
        continue;
      }
      std::string_view address;
      if (interaction["uri"].get(address) == simdjson::SUCCESS) {
        listing_->addresses.emplace_back(address);
      }
      std::string_view text;
      if (body.get(text) == simdjson::SUCCESS) {
        VisitText(std::string(text), place);
      } else {
        Visit(body, place);
      }
    }
  }

  // A body that was recorded as text. Texts within texts are not followed.
  void VisitText(const std::string& text, const std::string& path) {
    if (text.empty()) return;
    simdjson::dom::parser parser;
    element body;
    if (in_text_ || parser.allocate(text.size(), kMaxNesting) ||
        parser.parse(text).get(body)) {
      Ignore(path, "text that is not JSON");
      return;
    }
    in_text_ = true;
    Visit(body, path);
    in_text_ = false;
  }

  const std::string& name_;
  Listing* listing_;
  bool in_text_ = false;
};

}  // namespace

absl::Status ReadAsrText(const std::string& name, const std::string& text,
                         Listing* listing) {
  absl::string_view json = text;
  // Windows PowerShell puts a byte order mark before UTF-8, and writes UTF-16
  // unless told otherwise.
  absl::ConsumePrefix(&json, "\xEF\xBB\xBF");
  if (absl::StartsWith(json, "\xFF\xFE") ||
      absl::StartsWith(json, "\xFE\xFF")) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": UTF-16; save it as UTF-8"));
  }
  simdjson::dom::parser parser;
  element root;
  simdjson::error_code error = parser.allocate(json.size(), kMaxNesting);
  if (!error) error = parser.parse(json.data(), json.size()).get(root);
  if (error) {
    return absl::InvalidArgumentError(absl::StrCat(
        name, ": not a JSON document of at most ", kMaxNesting, " levels (",
        simdjson::error_message(error), "; ", json.size(), " bytes)"));
  }
  Walker(name, listing).Visit(root, "");
  return absl::OkStatus();
}

absl::Status ReadAsrFile(const std::string& path, Listing* listing) {
  absl::StatusOr<std::string> text = ReadAsrBytes(path);
  if (!text.ok()) return text.status();
  return ReadAsrText(path, *text, listing);
}

}  // namespace recoveryline::asr
