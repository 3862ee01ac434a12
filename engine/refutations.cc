#include "engine/refutations.h"

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

constexpr absl::string_view kNothing = "nothing";

std::string FlagText(bool flag) { return flag ? "true" : "false"; }

std::string DurationText(const google::protobuf::Duration& d) {
  const std::optional<core::Nanos> nanos = ToNanos(d);
  if (nanos.has_value()) return FormatNanos(*nanos);
  return absl::StrCat(d.seconds(), " s and ", d.nanos(), " ns");
}

}  // namespace

void Refutations::Add(const FieldPath& path, std::string message) {
  if (full()) return;
  list_.push_back(
      {.field_path = path.ToString(), .message = std::move(message)});
}

void Refutations::AddDifference(const FieldPath& path, absl::string_view stated,
                                absl::string_view right) {
  if (full()) return;
  Add(path, absl::StrCat("states ", stated, "; ", right, " is right"));
}

bool Refutations::ExpectText(const FieldPath& path, absl::string_view stated,
                             absl::string_view right) {
  if (stated == right) return true;
  if (!full()) AddDifference(path, Quoted(stated), Quoted(right));
  return false;
}

bool Refutations::ExpectNumber(const FieldPath& path, int64_t stated,
                               int64_t right) {
  if (stated == right) return true;
  if (!full()) AddDifference(path, absl::StrCat(stated), absl::StrCat(right));
  return false;
}

bool Refutations::ExpectCount(const FieldPath& path, int stated, size_t right) {
  if (static_cast<size_t>(stated) == right) return true;
  if (!full()) {
    Add(path, absl::StrCat("has ", stated, " entries; ", right, " is right"));
  }
  return false;
}

bool Refutations::ExpectFlag(const FieldPath& path, bool stated, bool right) {
  if (stated == right) return true;
  if (!full()) AddDifference(path, FlagText(stated), FlagText(right));
  return false;
}

bool Refutations::ExpectIndex(const FieldPath& path, std::optional<int> stated,
                              std::optional<int> right) {
  if (stated == right) return true;
  if (full()) return false;
  const auto text = [](std::optional<int> index) {
    return index.has_value() ? absl::StrCat(*index) : std::string(kNothing);
  };
  AddDifference(path, text(stated), text(right));
  return false;
}

bool Refutations::ExpectInstant(const FieldPath& path,
                                const google::protobuf::Timestamp* stated,
                                std::optional<core::Instant> right) {
  if (stated == nullptr && !right.has_value()) return true;
  if (stated != nullptr && right.has_value() && ToInstant(*stated) == right) {
    return true;
  }
  if (full()) return false;
  AddDifference(
      path,
      stated != nullptr ? FormatTimestamp(*stated) : std::string(kNothing),
      right.has_value() ? FormatInstant(*right) : std::string(kNothing));
  return false;
}

bool Refutations::ExpectNanos(const FieldPath& path,
                              const google::protobuf::Duration* stated,
                              std::optional<core::Nanos> right) {
  if (stated == nullptr && !right.has_value()) return true;
  if (stated != nullptr && right.has_value() && ToNanos(*stated) == right) {
    return true;
  }
  if (full()) return false;
  AddDifference(
      path, stated != nullptr ? DurationText(*stated) : std::string(kNothing),
      right.has_value() ? FormatNanos(*right) : std::string(kNothing));
  return false;
}

std::string Refutations::EnumText(const google::protobuf::EnumDescriptor* type,
                                  int value) {
  const auto* known = type->FindValueByNumber(value);
  return known != nullptr ? known->name() : absl::StrCat(value);
}

}  // namespace recoveryline
