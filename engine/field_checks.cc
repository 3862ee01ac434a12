#include "engine/field_checks.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;
using v1::Violation;

constexpr size_t kQuotedBytes = 64;

bool CheckIdLength(absl::string_view id, const FieldPath& path,
                   Violations* found) {
  if (id.size() <= kMaxIdBytes) return true;
  Report(
      Violation::ID_TOO_LONG, path,
      absl::StrCat("an id of more than ", kMaxIdBytes, " bytes: ", Quoted(id)),
      found);
  return false;
}

void ReportTime(const Timestamp& t, const FieldPath& path, Violations* found) {
  Report(Violation::TIME_OUT_OF_RANGE, path,
         IsStandard(t)
             ? absl::StrCat(FormatTimestamp(t),
                            " is beyond int64 nanoseconds since 1970: "
                            "1677-09-21 to 2262-04-11")
             : absl::StrCat("not a standard time: seconds ", t.seconds(),
                            ", nanos ", t.nanos()),
         found);
}

}  // namespace

std::string FieldPath::ToString() const {
  std::string text = parent_ == nullptr ? std::string() : parent_->ToString();
  if (!text.empty()) text += '.';
  absl::StrAppend(&text, name_);
  if (index_ >= 0) absl::StrAppend(&text, "[", index_, "]");
  return text;
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kQuotedBytes) {
    return absl::StrCat("\"", absl::CHexEscape(text), "\"");
  }
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kQuotedBytes)),
                      "...\" (", text.size(), " bytes)");
}

void Report(Violation::Reason reason, const FieldPath& path,
            absl::string_view message, Violations* found) {
  if (found->full()) {
    found->Add(reason, {}, {});
  } else {
    found->Add(reason, path.ToString(), std::string(message));
  }
}

bool CheckId(absl::string_view id, const FieldPath& path, Violations* found) {
  if (!id.empty()) return CheckIdLength(id, path, found);
  Report(Violation::EMPTY_ID, path, "an id is required here, and is empty",
         found);
  return false;
}

bool CheckUniqueId(absl::string_view id, const FieldPath& parent,
                   absl::string_view list, int index, FirstIndex* first,
                   Violations* found) {
  const FieldPath entry(parent, list, index);
  if (!CheckId(id, {entry, "id"}, found)) return false;
  const auto [place, is_new] = first->try_emplace(id, index);
  if (is_new) return true;
  const FieldPath other(parent, list, place->second);
  Report(Violation::DUPLICATE_ID, {entry, "id"},
         absl::StrCat(Quoted(id), " is the id of ", other.ToString(), " too"),
         found);
  return false;
}

bool CheckOptionalId(absl::string_view id, const FieldPath& path,
                     Violations* found) {
  return CheckIdLength(id, path, found);
}

bool CheckEnum(bool known, int number, const FieldPath& path,
               Violations* found) {
  if (known) return true;
  Report(Violation::UNKNOWN_ENUM_VALUE, path,
         absl::StrCat("no value of this enum has the number ", number), found);
  return false;
}

bool CheckCount(int32_t count, const FieldPath& path, Violations* found) {
  if (count >= 0) return true;
  Report(Violation::NEGATIVE_COUNT, path,
         absl::StrCat("a count cannot be ", count), found);
  return false;
}

std::optional<core::Instant> CheckInstant(const Timestamp& t,
                                          const FieldPath& path,
                                          Violations* found) {
  const std::optional<core::Instant> instant = ToInstant(t);
  if (!instant.has_value()) ReportTime(t, path, found);
  return instant;
}

std::optional<core::Instant> CheckExpiry(const Timestamp& t,
                                         const FieldPath& path,
                                         Violations* found) {
  const std::optional<core::Instant> instant = ToInstant(t);
  if (instant.has_value()) return instant;
  if (IsStandard(t) && t.seconds() > 0) return core::kForever;
  ReportTime(t, path, found);
  return std::nullopt;
}

bool CheckDuration(const Duration& d, const FieldPath& path,
                   Violations* found) {
  const std::optional<core::Nanos> nanos = ToNanos(d);
  if (!nanos.has_value()) {
    Report(Violation::TIME_OUT_OF_RANGE, path,
           absl::StrCat("int64 nanoseconds cannot hold this duration: seconds ",
                        d.seconds(), ", nanos ", d.nanos()),
           found);
    return false;
  }
  if (*nanos >= 0) return true;
  Report(Violation::NEGATIVE_DURATION, path,
         absl::StrCat("a duration cannot be negative: ", FormatNanos(*nanos)),
         found);
  return false;
}

}  // namespace recoveryline
