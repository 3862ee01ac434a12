// JsonExpectations: what the reader says of a text.
//
//   EXPECT_THAT(Wrong<v1::Vm>(R"({"id": 1})"),
//               ElementsAre(AllOf(Breaks(Violation::WRONG_TYPE, "id"),
//                                 Says("1 is not a string"))));
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FORMATS_JSON_EXPECTATIONS_H_
#define RECOVERYLINE_TESTS_FORMATS_JSON_EXPECTATIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "recoveryline/v1/decision.pb.h"
#include "tests/violation_matchers.h"
#include "tools/formats/json_reader.h"

namespace recoveryline {

// What is wrong with `text` as a message of type `Message`.
template <typename Message>
std::vector<v1::Violation> Wrong(absl::string_view text,
                                 Message* message = nullptr,
                                 const JsonLimits& limits = {}) {
  Message scratch;
  Violations found;
  ReadJsonText(text, "", message != nullptr ? message : &scratch, &found,
               limits);
  return found.list();
}

// The message of a violation holds `text`.
inline auto Says(const std::string& text) {
  return ::testing::ResultOf([](const v1::Violation& v) { return v.message(); },
                             ::testing::HasSubstr(text));
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FORMATS_JSON_EXPECTATIONS_H_
