#include "tools/formats/json_values.h"

#include <cmath>
#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;
using simdjson::dom::element;
using simdjson::dom::element_type;
using v1::Violation;

constexpr Complaint kNotWhole = {Violation::WRONG_TYPE,
                                 "is not a whole number"};
constexpr Complaint kOutOfRange = {Violation::WRONG_TYPE,
                                   "is out of range for its field"};
constexpr Complaint kNotNumber = {Violation::WRONG_TYPE, "is not a number"};

// REQUIRES: `value` is a string.
absl::string_view StringOf(element value) {
  const std::string_view text = value.get_string().value_unsafe();
  return absl::string_view(text.data(), text.size());
}

// "0" or digits that do not begin with 0, after an optional "-".
bool IsPlainInteger(absl::string_view text) {
  absl::ConsumePrefix(&text, "-");
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// The number as text or as JSON, where 64 bits of type `Integer` hold it.
template <typename Integer>
std::optional<Complaint> ReadWhole(element value, Integer* whole) {
  switch (value.type()) {
    case element_type::INT64: {
      const int64_t number = value.get_int64().value_unsafe();
      if (std::is_unsigned_v<Integer> && number < 0) return kOutOfRange;
      *whole = static_cast<Integer>(number);
      return std::nullopt;
    }
    case element_type::UINT64:  // only numbers that int64 does not hold
      if (!std::is_unsigned_v<Integer>) return kOutOfRange;
      *whole = static_cast<Integer>(value.get_uint64().value_unsafe());
      return std::nullopt;
    case element_type::DOUBLE: {
      const double number = value.get_double().value_unsafe();
      if (number != std::trunc(number)) return kNotWhole;
      // Both ends are powers of two (or 0), and exact.
      constexpr int kBits = std::numeric_limits<Integer>::digits;
      const double end = std::ldexp(1.0, kBits);
      if (number >= end || number < (std::is_signed_v<Integer> ? -end : 0)) {
        return kOutOfRange;
      }
      *whole = static_cast<Integer>(number);
      return std::nullopt;
    }
    case element_type::STRING: {
      const absl::string_view text = StringOf(value);
      if (!IsPlainInteger(text)) return kNotWhole;
      if (!absl::SimpleAtoi(text, whole)) return kOutOfRange;
      return std::nullopt;
    }
    case element_type::ARRAY:
    case element_type::OBJECT:
    case element_type::BOOL:
    case element_type::NULL_VALUE:
      return kNotWhole;
  }
  return kNotWhole;
}

// Reads digits off the front of `*text`: how many there were.
int ConsumeDigits(absl::string_view* text, int64_t* value) {
  int count = 0;
  for (; !text->empty() && text->front() >= '0' && text->front() <= '9';
       text->remove_prefix(1), ++count) {
    // Beyond 18 digits the value is only known to be too large.
    if (*value < 100'000'000'000'000'000) {
      *value = *value * 10 + (text->front() - '0');
    }
  }
  return count;
}

}  // namespace

std::optional<Complaint> ReadInteger(element value, int64_t min, int64_t max,
                                     int64_t* whole) {
  int64_t number = 0;
  if (auto bad = ReadWhole(value, &number)) return bad;
  if (number < min || number > max) return kOutOfRange;
  *whole = number;
  return std::nullopt;
}

std::optional<Complaint> ReadUnsigned(element value, uint64_t max,
                                      uint64_t* whole) {
  uint64_t number = 0;
  if (auto bad = ReadWhole(value, &number)) return bad;
  if (number > max) return kOutOfRange;
  *whole = number;
  return std::nullopt;
}

std::optional<Complaint> ReadDouble(element value, double* number) {
  switch (value.type()) {
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      *number = value.get_double().value_unsafe();
      return std::nullopt;
    case element_type::STRING: {
      const absl::string_view text = StringOf(value);
      // Words such as "NaN" and "Infinity" begin with a letter.
      if (text.empty() ||
          text.find_first_not_of("+-.0123456789eE") !=
              absl::string_view::npos ||
          !absl::SimpleAtod(text, number)) {
        return kNotNumber;
      }
      if (!std::isfinite(*number)) return kOutOfRange;
      return std::nullopt;
    }
    case element_type::ARRAY:
    case element_type::OBJECT:
    case element_type::BOOL:
    case element_type::NULL_VALUE:
      return kNotNumber;
  }
  return kNotNumber;
}

std::optional<Complaint> ReadFloat(element value, float* number) {
  double wide = 0;
  if (auto bad = ReadDouble(value, &wide)) return bad;
  if (std::abs(wide) > static_cast<double>(std::numeric_limits<float>::max())) {
    return kOutOfRange;
  }
  *number = static_cast<float>(wide);
  return std::nullopt;
}

std::optional<Complaint> ReadBool(element value, bool* boolean) {
  if (value.get(*boolean) != simdjson::SUCCESS) {
    return Complaint{Violation::WRONG_TYPE, "is neither true nor false"};
  }
  return std::nullopt;
}

std::optional<Complaint> ReadString(element value, absl::string_view* text) {
  if (!value.is_string()) {
    return Complaint{Violation::WRONG_TYPE, "is not a string"};
  }
  *text = StringOf(value);
  return std::nullopt;
}

std::optional<Complaint> ReadBytes(element value, std::string* bytes) {
  if (!value.is_string() ||
      (!absl::Base64Unescape(StringOf(value), bytes) &&
       !absl::WebSafeBase64Unescape(StringOf(value), bytes))) {
    return Complaint{Violation::WRONG_TYPE, "is not a string in base64"};
  }
  return std::nullopt;
}

std::optional<Complaint> ReadEnum(element value, const WordTable& names,
                                  int* number) {
  if (!value.is_string()) {
    return Complaint{Violation::WRONG_TYPE, "is not the name of a value"};
  }
  const std::optional<int> known = names.Find(StringOf(value));
  if (!known.has_value()) {
    return Complaint{Violation::UNKNOWN_ENUM_VALUE,
                     "is not a value that the field can have"};
  }
  *number = *known;
  return std::nullopt;
}

std::optional<Complaint> ReadTimestamp(element value, Timestamp* timestamp) {
  if (!value.is_string() || !ParseRfc3339(StringOf(value), timestamp)) {
    return Complaint{Violation::WRONG_TYPE,
                     "is not an instant with a zone, such as "
                     "\"2026-03-01T02:30:00.5Z\""};
  }
  return std::nullopt;
}

std::optional<Complaint> ReadDuration(element value, Duration* duration) {
  constexpr Complaint kNotDuration = {
      Violation::WRONG_TYPE, "is not a duration in seconds, such as \"3.5s\""};
  if (!value.is_string()) return kNotDuration;
  absl::string_view text = StringOf(value);
  const int sign = absl::ConsumePrefix(&text, "-") ? -1 : 1;
  int64_t seconds = 0;
  int64_t nanos = 0;
  if (ConsumeDigits(&text, &seconds) == 0) return kNotDuration;
  if (absl::ConsumePrefix(&text, ".")) {
    int digits = ConsumeDigits(&text, &nanos);
    if (digits == 0 || digits > 9) return kNotDuration;
    for (; digits < 9; ++digits) nanos *= 10;
  }
  if (text != "s") return kNotDuration;
  Duration read;
  read.set_seconds(sign * seconds);
  read.set_nanos(static_cast<int32_t>(sign * nanos));
  if (!IsStandard(read)) {
    return Complaint{Violation::TIME_OUT_OF_RANGE,
                     "is longer than 10,000 years"};
  }
  *duration = read;
  return std::nullopt;
}

}  // namespace recoveryline
