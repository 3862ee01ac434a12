#include "tools/formats/content_format.h"

#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "engine/archive/archive.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

using google::protobuf::Descriptor;

bool IsControl(char c) {
  return absl::ascii_iscntrl(static_cast<unsigned char>(c)) &&
         !absl::ascii_isspace(static_cast<unsigned char>(c));
}

bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Without white space and text format's comments in front.
absl::string_view AfterComments(absl::string_view text) {
  while (true) {
    while (!text.empty() && IsSpace(text[0])) text.remove_prefix(1);
    if (text.empty() || text[0] != '#') return text;
    const size_t newline = text.find('\n');
    if (newline == absl::string_view::npos) return absl::string_view();
    text.remove_prefix(newline);
  }
}

bool BeginsWithField(absl::string_view text, const Descriptor& type) {
  size_t length = 0;
  while (length < text.size() && IsWordByte(text[length])) ++length;
  const std::string word(text.substr(0, length));
  if (type.FindFieldByName(word) == nullptr) return false;
  text = AfterComments(text.substr(length));
  return !text.empty() && absl::StrContains(":{<", text.substr(0, 1));
}

// A bracket, and what may follow it. "\n{" alone may as well be the tag of
// field 1 and a length of 123.
bool BeginsLikeJson(absl::string_view head, size_t first) {
  if (head[first] != '{' && head[first] != '[') return false;
  if (first == 0 || first + 1 == head.size()) return true;
  const absl::string_view next = head.substr(first + 1, 1);
  return IsSpace(next[0]) || absl::StrContains("\"{}[]", next);
}

}  // namespace

Content FindContent(absl::string_view head, const Descriptor& type) {
  if (absl::StartsWith(head, "\xEF\xBB\xBF")) return Content::kUtf8Mark;
  if (absl::StartsWith(head, "\xFF\xFE") ||
      absl::StartsWith(head, "\xFE\xFF")) {
    return Content::kUtf16;
  }
  if (IsArchive(head)) return Content::kArchive;
  size_t first = 0;
  while (first < head.size() && IsSpace(head[first])) ++first;
  if (first == head.size()) return Content::kEmpty;
  if (BeginsLikeJson(head, first)) return Content::kJson;
  const absl::string_view text = AfterComments(head);
  // A binary message may begin like a comment ("\n" is the tag of field 1, "#"
  // a length of 35), but a long one has control characters.
  constexpr size_t kLongBytes = 4096;
  const bool is_text =
      text.empty() ? head.size() >= kLongBytes : BeginsWithField(text, type);
  return is_text && !HasControlBytes(head) ? Content::kTextproto
                                           : Content::kBinpb;
}

bool LooksWritten(absl::string_view head) {
  size_t strange = 0;
  for (size_t i = 0; i < head.size();) {
    const size_t length = Utf8Length(head.substr(i));
    if (length == 0 || (length == 1 && IsControl(head[i]))) ++strange;
    i += length == 0 ? 1 : length;
  }
  return strange <= head.size() / 32;
}

bool HasControlBytes(absl::string_view head) {
  for (const char c : head) {
    if (IsControl(c)) return true;
  }
  return false;
}

}  // namespace recoveryline
