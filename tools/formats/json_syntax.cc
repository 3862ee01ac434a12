#include "tools/formats/json_syntax.h"

#include <cctype>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_scanner.h"

namespace recoveryline {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Four hexadecimal digits; -1 for anything else.
int HexUnit(absl::string_view text) {
  int unit = 0;
  if (text.size() < 4) return -1;
  for (char c : text.substr(0, 4)) {
    if (!std::isxdigit(static_cast<unsigned char>(c))) return -1;
    const int digit = IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    unit = unit * 16 + digit;
  }
  return unit;
}

// A recursive descent that stops at the first error. Each step is true when
// its part of the text was read.
class SyntaxChecker {
 public:
  explicit SyntaxChecker(absl::string_view text) : text_(text) {}

  std::optional<SyntaxError> Run() {
    if (Value(/*depth=*/0)) {
      SkipSpace();
      if (next_ == text_.size()) return std::nullopt;
      Fail("text after the end of the value");
    }
    return error_;
  }

 private:
  bool AtEnd() const { return next_ == text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[next_] == c; }
  void SkipSpace() { next_ += SpaceLength(text_.substr(next_)); }

  bool Skip(char c) {
    if (!At(c)) return false;
    ++next_;
    return true;
  }

  bool Fail(absl::string_view complaint) {
    error_.offset = next_;
    error_.path = path_;
    error_.complaint = std::string(complaint);
    return false;
  }

  bool FailExpected(absl::string_view what) {
    if (AtEnd()) {
      return Fail(absl::StrCat("the text ends where ", what, " should follow"));
    }
    return Fail(absl::StrCat("expected ", what, ", found ",
                             Excerpt(text_.substr(next_, 1))));
  }

  bool Value(int depth) {
    SkipSpace();
    if (At('{') || At('[')) {
      if (depth == kMaxNesting) return Fail("nested too deep");
      return At('{') ? Object(depth) : Array(depth);
    }
    if (At('"')) return String(nullptr);
    if (At('-') || (!AtEnd() && IsDigit(text_[next_]))) return Number();
    for (absl::string_view word : {"true", "false", "null"}) {
      if (absl::StartsWith(text_.substr(next_), word)) {
        next_ += word.size();
        return true;
      }
    }
    return FailExpected("a value");
  }

  bool Object(int depth) {
    Skip('{');
    SkipSpace();
    if (Skip('}')) return true;
    const size_t path_length = path_.size();
    while (true) {
      SkipSpace();
      if (!At('"')) return FailExpected("a key in double quotes");
      std::string key;
      if (!String(&key)) return false;
      SkipSpace();
      if (!Skip(':')) return FailExpected("':' after the key");
      AppendMember(key, &path_);
      if (!Value(depth + 1)) return false;
      path_.resize(path_length);
      SkipSpace();
      if (Skip('}')) return true;
      if (!Skip(',')) return FailExpected("',' or '}'");
    }
  }

  bool Array(int depth) {
    Skip('[');
    SkipSpace();
    if (Skip(']')) return true;
    const size_t path_length = path_.size();
    for (int64_t index = 0;; ++index) {
      absl::StrAppend(&path_, "[", index, "]");
      if (!Value(depth + 1)) return false;
      path_.resize(path_length);
      SkipSpace();
      if (Skip(']')) return true;
      if (!Skip(',')) return FailExpected("',' or ']'");
    }
  }

  // Sets `*raw`, where wanted, to what stands between the quotes.
  bool String(std::string* raw) {
    Skip('"');
    const size_t begin = next_;
    while (!At('"')) {
      if (AtEnd()) return Fail("the text ends inside a string");
      if (static_cast<unsigned char>(text_[next_]) < ' ') {
        return Fail("a control character inside a string");
      }
      if (At('\\')) {
        if (!Escape()) return false;
        continue;
      }
      const size_t length = Utf8Length(text_.substr(next_));
      if (length == 0) return Fail("bytes that are not UTF-8");
      next_ += length;
    }
    if (raw != nullptr) *raw = std::string(text_.substr(begin, next_ - begin));
    return Skip('"');
  }

  bool Escape() {
    const absl::string_view rest = text_.substr(next_);
    if (rest.size() < 2) return Fail("the text ends inside a string");
    if (rest[1] != 'u') {
      if (!absl::StrContains("\"\\/bfnrt", rest.substr(1, 1))) {
        return Fail("an escape that JSON does not have");
      }
      next_ += 2;
      return true;
    }
    const int unit = HexUnit(rest.substr(2));
    if (unit < 0) return Fail("\\u without four hexadecimal digits");
    next_ += 6;
    if (unit < 0xD800 || unit > 0xDFFF) return true;
    const absl::string_view second = text_.substr(next_);
    const int low =
        absl::StartsWith(second, "\\u") ? HexUnit(second.substr(2)) : -1;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) {
      return Fail("half of a surrogate pair");
    }
    next_ += 6;
    return true;
  }

  bool Digits() {
    if (AtEnd() || !IsDigit(text_[next_])) return FailExpected("a digit");
    while (!AtEnd() && IsDigit(text_[next_])) ++next_;
    return true;
  }

  bool Number() {
    const size_t begin = next_;
    bool whole = true;
    Skip('-');
    const bool zero = At('0');
    const size_t first_digit = next_;
    if (!Digits()) return false;
    if (zero && next_ > first_digit + 1) {
      next_ = first_digit;
      return Fail("a number that begins with 0");
    }
    if (Skip('.')) {
      whole = false;
      if (!Digits()) return false;
    }
    if (Skip('e') || Skip('E')) {
      whole = false;
      if (!Skip('-')) Skip('+');
      if (!Digits()) return false;
    }
    const absl::string_view number = text_.substr(begin, next_ - begin);
    if (!Holds(number, whole)) {
      next_ = begin;
      return Fail("a number out of range");
    }
    return true;
  }

  // Whether 64 bits hold the number.
  static bool Holds(absl::string_view number, bool whole) {
    if (whole) {
      int64_t with_sign = 0;
      uint64_t without = 0;
      return absl::SimpleAtoi(number, &with_sign) ||
             absl::SimpleAtoi(number, &without);
    }
    double value = 0;
    return absl::SimpleAtod(number, &value) && std::isfinite(value);
  }

  const absl::string_view text_;
  size_t next_ = 0;
  std::string path_;
  SyntaxError error_;
};

}  // namespace

std::optional<SyntaxError> FindSyntaxError(absl::string_view text) {
  return SyntaxChecker(text).Run();
}

ValuePlace LocateValue(absl::string_view text,
                       absl::Span<const int64_t> ordinals) {
  size_t at = SpaceLength(text);
  const auto skip_space = [&] { at += SpaceLength(text.substr(at)); };
  const auto skip_value = [&] {
    skip_space();
    at += ValueEnd(text.substr(at));
    skip_space();
  };
  ValuePlace place{at, at};
  for (int64_t ordinal : ordinals) {
    const bool is_object = text[at] == '{';
    ++at;
    skip_space();
    for (int64_t i = 0;; ++i) {
      place.key = at;
      if (is_object) {
        skip_value();
        ++at;  // the colon
        skip_space();
      }
      if (i == ordinal) break;
      skip_value();
      ++at;  // the comma
      skip_space();
    }
    place.value = at;
  }
  return place;
}

}  // namespace recoveryline
