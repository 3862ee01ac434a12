// Refutations: where Verify() collects what is wrong with a Decision.
//
//   Refutations refuted;
//   refuted.ExpectText({row, "vmId"}, stated.vm_id(), "web-1");
//   refuted.ExpectNanos({row, "age"}, StatedAge(stated), right_age);
//   return std::move(refuted).Take();
//
// Each Expect function compares what a field states with what is true and adds
// one refutation where they differ. The first kMaxRefutations are kept, so
// that a Decision of any size is answered in bounded space.
//
// Cost: nothing is allocated unless something is wrong.
// Thread-safety: none; one collector a thread.

#ifndef RECOVERYLINE_ENGINE_REFUTATIONS_H_
#define RECOVERYLINE_ENGINE_REFUTATIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/field_checks.h"
#include "engine/verify.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {

class Refutations {
 public:
  static constexpr size_t kMaxRefutations = 100;

  // Whether further ones would be dropped: a check may stop here.
  bool full() const { return list_.size() >= kMaxRefutations; }
  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  std::vector<Refutation> Take() && { return std::move(list_); }

  void Add(const FieldPath& path, std::string message);

  // True where the two are equal, in all of these.
  bool ExpectText(const FieldPath& path, absl::string_view stated,
                  absl::string_view right);
  bool ExpectNumber(const FieldPath& path, int64_t stated, int64_t right);
  // Of the entries of a list.
  bool ExpectCount(const FieldPath& path, int stated, size_t right);
  bool ExpectFlag(const FieldPath& path, bool stated, bool right);
  // No value stands for a field that is absent, or must be.
  bool ExpectIndex(const FieldPath& path, std::optional<int> stated,
                   std::optional<int> right);
  // A null pointer stands for a field that is absent, no value for one that
  // must be.
  bool ExpectInstant(const FieldPath& path,
                     const google::protobuf::Timestamp* stated,
                     std::optional<core::Instant> right);
  bool ExpectNanos(const FieldPath& path,
                   const google::protobuf::Duration* stated,
                   std::optional<core::Nanos> right);
  template <typename Enum>
  bool ExpectEnum(const FieldPath& path, Enum stated, Enum right) {
    if (stated == right) return true;
    AddDifference(path, EnumText(stated), EnumText(right));
    return false;
  }

  // The name of a value, or its number where it has none.
  template <typename Enum>
  static std::string EnumText(Enum value) {
    return EnumText(google::protobuf::GetEnumDescriptor<Enum>(), value);
  }

 private:
  static std::string EnumText(const google::protobuf::EnumDescriptor* type,
                              int value);
  void AddDifference(const FieldPath& path, absl::string_view stated,
                     absl::string_view right);

  std::vector<Refutation> list_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_REFUTATIONS_H_
