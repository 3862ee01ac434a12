// TextMeter: what a message in text format will cost, known before it is
// parsed.
//
//   TextMeter meter;
//   meter.Add("vms { id: \"web\" }");
//   meter.memory_bytes();                    // no less than the message takes
//
// It follows strings, escapes and comments, and counts what opens a message or
// is a string of its own. An object is taken for kObjectBytes, more than any
// message of ours takes without its strings.
//
// Cost: O(bytes), no allocation. Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_TEXT_METER_H_
#define RECOVERYLINE_TOOLS_FORMATS_TEXT_METER_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace recoveryline {

class TextMeter {
 public:
  static constexpr int64_t kObjectBytes = 200;
  static constexpr int64_t kStringBytes = 88;

  // The next bytes of the text.
  void Add(absl::string_view chunk);

  int64_t text_bytes() const { return text_bytes_; }
  int64_t memory_bytes() const {
    return objects_ * kObjectBytes + strings_ * kStringBytes + text_bytes_;
  }
  // Of one string, name or number.
  int64_t longest_token_bytes() const { return longest_token_bytes_; }

 private:
  enum class Place { kPlain, kString, kAfterBackslash, kComment };

  void AddPlain(char c);
  void GrowToken();

  Place place_ = Place::kPlain;
  char quote_ = '"';
  int64_t text_bytes_ = 0;
  int64_t objects_ = 0;
  int64_t strings_ = 0;
  int64_t token_bytes_ = 0;
  int64_t longest_token_bytes_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_TEXT_METER_H_
