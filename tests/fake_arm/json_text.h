// JsonText: a JSON document written piece by piece into one string.
//
//   JsonText json;
//   json.BeginObject().Field("name", "vm-1").Key("tags").BeginArray();
//   json.String("a").EndArray().EndObject();
//   json.Take();                             // {"name":"vm-1","tags":["a"]}
//
// Nothing checks that what is begun is ended, nor that keys are distinct.
//
// Cost: what is appended. Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_JSON_TEXT_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_JSON_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace recoveryline::fake {

class JsonText {
 public:
  JsonText() { text_.reserve(2048); }

  JsonText& BeginObject() { return Begin('{'); }
  JsonText& EndObject() { return End('}'); }
  JsonText& BeginArray() { return Begin('['); }
  JsonText& EndArray() { return End(']'); }

  JsonText& Key(absl::string_view key);
  JsonText& String(absl::string_view value);
  JsonText& Number(int64_t value);
  JsonText& Bool(bool value);
  JsonText& Null();
  // JSON already.
  JsonText& Raw(absl::string_view json);

  JsonText& Field(absl::string_view key, absl::string_view value) {
    return Key(key).String(value);
  }
  JsonText& NumberField(absl::string_view key, int64_t value) {
    return Key(key).Number(value);
  }
  JsonText& BoolField(absl::string_view key, bool value) {
    return Key(key).Bool(value);
  }
  JsonText& NullField(absl::string_view key) { return Key(key).Null(); }

  std::string Take() { return std::move(text_); }

 private:
  JsonText& Begin(char bracket);
  JsonText& End(char bracket);
  void Separate();

  std::string text_;
  bool wants_comma_ = false;
};

// As the service writes an instant: UTC, and up to seven digits of a fraction,
// no zeros at its end.
std::string ArmTime(absl::Time time);

// What the service writes for "never".
inline constexpr absl::string_view kNeverText = "1753-01-01T01:01:01Z";

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_JSON_TEXT_H_
