// The scalar forms of proto3 JSON: one parsed value to one C++ value.
//
//   int64_t count = 0;
//   std::optional<Complaint> bad = ReadInteger(element, 0, 9, &count);
//   if (bad) reporter.ReportValue(bad->reason, path, bad->text);
//
// Stricter than protobuf's own parser: an enum is named, never numbered; NaN
// and infinities have no form; a Timestamp is as ParseRfc3339() takes it. As
// lenient as the standard: an integer may be a string of digits, and a number
// such as 1.0 or 1e3, which is whole, may stand for one.
//
// Cost: no allocation but that of the value. Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_VALUES_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/decision.pb.h"
#include "simdjson.h"
#include "tools/formats/json_fields.h"

namespace recoveryline {

// What is wrong with a value. `text` goes on a sentence about the value.
struct Complaint {
  v1::Violation::Reason reason = v1::Violation::WRONG_TYPE;
  const char* text = "";
};

// Each sets `*value` and returns nothing, or returns what is wrong.

// A whole number in [min, max].
std::optional<Complaint> ReadInteger(simdjson::dom::element element,
                                     int64_t min, int64_t max, int64_t* value);
std::optional<Complaint> ReadUnsigned(simdjson::dom::element element,
                                      uint64_t max, uint64_t* value);
std::optional<Complaint> ReadDouble(simdjson::dom::element element,
                                    double* value);
// A double that float can hold, rounded.
std::optional<Complaint> ReadFloat(simdjson::dom::element element,
                                   float* value);
std::optional<Complaint> ReadBool(simdjson::dom::element element, bool* value);
// The text belongs to the parser of `element`.
std::optional<Complaint> ReadString(simdjson::dom::element element,
                                    absl::string_view* value);
// Base64, of either alphabet.
std::optional<Complaint> ReadBytes(simdjson::dom::element element,
                                   std::string* value);
std::optional<Complaint> ReadEnum(simdjson::dom::element element,
                                  const WordTable& names, int* value);
std::optional<Complaint> ReadTimestamp(simdjson::dom::element element,
                                       google::protobuf::Timestamp* value);
// "-3.5s": 0 to 9 fractional digits, then "s".
std::optional<Complaint> ReadDuration(simdjson::dom::element element,
                                      google::protobuf::Duration* value);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_VALUES_H_
