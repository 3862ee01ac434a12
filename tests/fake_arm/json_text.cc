#include "tests/fake_arm/json_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace recoveryline::fake {
namespace {

void AppendEscaped(absl::string_view value, std::string* text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text->push_back('\\');
      text->push_back(c);
    } else if (byte < 0x20) {
      text->append("\\u00");
      text->push_back(kDigits[byte >> 4]);
      text->push_back(kDigits[byte & 15]);
    } else {
      text->push_back(c);
    }
  }
}

// Two digits and what follows them.
void AppendTwo(int value, char after, std::string* text) {
  text->push_back(static_cast<char>('0' + value / 10));
  text->push_back(static_cast<char>('0' + value % 10));
  text->push_back(after);
}

}  // namespace

JsonText& JsonText::Begin(char bracket) {
  Separate();
  text_.push_back(bracket);
  wants_comma_ = false;
  return *this;
}

JsonText& JsonText::End(char bracket) {
  text_.push_back(bracket);
  wants_comma_ = true;
  return *this;
}

void JsonText::Separate() {
  if (wants_comma_) text_.push_back(',');
  wants_comma_ = true;
}

JsonText& JsonText::Key(absl::string_view key) {
  Separate();
  absl::StrAppend(&text_, "\"", key, "\":");
  wants_comma_ = false;
  return *this;
}

JsonText& JsonText::String(absl::string_view value) {
  Separate();
  text_.push_back('"');
  AppendEscaped(value, &text_);
  text_.push_back('"');
  return *this;
}

JsonText& JsonText::Number(int64_t value) {
  Separate();
  absl::StrAppend(&text_, value);
  return *this;
}

JsonText& JsonText::Bool(bool value) { return Raw(value ? "true" : "false"); }

JsonText& JsonText::Null() { return Raw("null"); }

JsonText& JsonText::Raw(absl::string_view json) {
  Separate();
  absl::StrAppend(&text_, json);
  return *this;
}

std::string ArmTime(absl::Time time) {
  const absl::TimeZone::CivilInfo info = absl::UTCTimeZone().At(time);
  std::string text;
  text.reserve(28);
  absl::StrAppend(&text, info.cs.year(), "-");
  AppendTwo(info.cs.month(), '-', &text);
  AppendTwo(info.cs.day(), 'T', &text);
  AppendTwo(info.cs.hour(), ':', &text);
  AppendTwo(info.cs.minute(), ':', &text);
  AppendTwo(info.cs.second(), '.', &text);
  int64_t ticks = absl::ToInt64Nanoseconds(info.subsecond) / 100;
  if (ticks == 0) {
    text.back() = 'Z';
    return text;
  }
  for (int64_t unit = 1'000'000; ticks > 0; unit /= 10) {
    text.push_back(static_cast<char>('0' + ticks / unit));
    ticks %= unit;
  }
  text.push_back('Z');
  return text;
}

}  // namespace recoveryline::fake
