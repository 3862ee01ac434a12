// ScriptJson: JSON that may stand inside a <script> element, written as it
// comes.
//
//   ScriptJson json;
//   json.Open('{');
//   json.Key("name").Text("</script>");      // "\u003c/script\u003e"
//   json.Key("age").Nanos(300'000'000'000);  // 3e11
//   json.Close('}');
//   page += json.text();
//
// Invariants (script_json_test checks them):
//   (1) Whatever texts are given, the result holds neither < nor > nor & nor a
//       control character nor U+2028 or U+2029, and is UTF-8.
//   (2) A text reads back as it was; bytes that are not UTF-8 as \xNN.
//
// Cost: linear, one string.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_REPORT_SCRIPT_JSON_H_
#define RECOVERYLINE_TOOLS_REPORT_SCRIPT_JSON_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"

namespace recoveryline {

class ScriptJson {
 public:
  // An object, '{', or an array, '['; commas are seen to.
  void Open(char bracket);
  void Close(char bracket) { out_ += bracket; }

  // A member of an object; its value comes next. REQUIRES: a plain word.
  ScriptJson& Key(absl::string_view name);

  void Text(absl::string_view text);
  void Number(int64_t number);
  // The same number in as few digits as can be: 3e11.
  void Nanos(core::Nanos nanos);
  // What another one holds, as the next value or values.
  void Append(const ScriptJson& other);

  size_t size() const { return out_.size(); }
  const std::string& text() const { return out_; }

 private:
  void Separate();

  std::string out_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_SCRIPT_JSON_H_
