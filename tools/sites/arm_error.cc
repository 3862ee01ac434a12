#include "tools/sites/arm_error.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/sites/https_url.h"

namespace recoveryline {
namespace {

constexpr char kCodePayload[] = "recoveryline/arm_error_code";
constexpr size_t kMaxCodeBytes = 128;
constexpr size_t kMaxMessageBytes = 1000;
constexpr size_t kMaxDetails = 5;

// A text or a number, as codes come in both.
std::string Word(const Json& from, const char* key, size_t max_bytes) {
  const Json& at = At(from, {key});
  if (at.is_number_integer()) return absl::StrCat(at.get<int64_t>());
  return Printable(TextAt(from, {key}), max_bytes);
}

// The first of these fields that says something.
std::string FirstOf(const Json& from, std::initializer_list<const char*> keys,
                    size_t max_bytes) {
  for (const char* key : keys) {
    std::string word = Word(from, key, max_bytes);
    if (!word.empty()) return word;
  }
  return "";
}

// {"code", "message"}, or what a job calls them.
ArmError ReadPlain(const Json& from) {
  ArmError error;
  error.code = FirstOf(from, {"code", "errorCode"}, kMaxCodeBytes);
  error.message = FirstOf(from, {"message", "errorMessage"}, kMaxMessageBytes);
  const std::string remedy =
      FirstOf(from, {"recommendedAction"}, kMaxMessageBytes);
  if (!remedy.empty()) absl::StrAppend(&error.message, " (", remedy, ")");
  return error;
}

// Takes the entries of a list of details into `*error`.
void AddDetails(const Json& list, ArmError* error) {
  std::vector<std::string> texts;
  for (const Json& entry : list) {
    if (texts.size() == kMaxDetails) break;
    const ArmError detail = ReadPlain(entry);
    if (!detail.empty() && detail.Text() != error->Text()) {
      texts.push_back(detail.Text());
    }
  }
  if (texts.empty()) return;
  absl::StrAppend(&error->message, error->message.empty() ? "" : "; ",
                  absl::StrJoin(texts, "; "));
}

// A job's error: what the service says, else what its provider does.
ArmError ReadJobErrors(const Json& list) {
  for (const Json& entry : list) {
    for (const char* key : {"serviceErrorDetails", "providerErrorDetails"}) {
      ArmError error = ReadPlain(At(entry, {key}));
      if (!error.empty()) return error;
    }
    ArmError error = ReadPlain(entry);
    if (!error.empty()) return error;
  }
  return {};
}

absl::StatusCode CodeOf(int http) {
  switch (http) {
    case 400:
    case 405:
    case 406:
    case 413:
    case 414:
    case 415:
    case 422:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 402:
    case 403:
    case 407:
    case 451:
      return absl::StatusCode::kPermissionDenied;
    case 404:
    case 410:
      return absl::StatusCode::kNotFound;
    case 409:
      return absl::StatusCode::kAborted;
    case 408:
    case 429:
      return absl::StatusCode::kUnavailable;
    default:
      return http >= 500 ? absl::StatusCode::kUnavailable
                         : absl::StatusCode::kInvalidArgument;
  }
}

}  // namespace

std::string ArmError::Text() const {
  return absl::StrCat(code, code.empty() || message.empty() ? "" : ": ",
                      message);
}

ArmError ReadArmError(const Json& body) {
  const Json& wrapped = At(body, {"error"});
  const Json& plain = wrapped.is_object() ? wrapped : body;
  ArmError error = ReadPlain(plain);
  AddDetails(ListAt(plain, {"details"}), &error);
  if (error.empty()) error = ReadJobErrors(ListAt(body, {"errors"}));
  if (error.empty()) {
    error = ReadJobErrors(ListAt(body, {"properties", "errors"}));
  }
  return error;
}

ArmError ReadArmErrorText(absl::string_view body) {
  const std::optional<Json> parsed = ParseJson(body);
  if (parsed) return ReadArmError(*parsed);
  constexpr size_t kMaxWordsBytes = 120;
  return {"", Printable(body, kMaxWordsBytes)};
}

absl::Status StatusOf(int http, const ArmError& error, absl::string_view what) {
  absl::Status status(CodeOf(http),
                      absl::StrCat(what, ": HTTP ", http,
                                   error.empty() ? "" : ", ", error.Text()));
  if (!error.code.empty()) {
    status.SetPayload(kCodePayload, absl::Cord(error.code));
  }
  return status;
}

std::string ArmErrorCode(const absl::Status& status) {
  const absl::optional<absl::Cord> code = status.GetPayload(kCodePayload);
  return code ? std::string(*code) : std::string();
}

}  // namespace recoveryline
