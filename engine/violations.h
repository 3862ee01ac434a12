// Violations: where a check or a reader collects the rules that input broke.
//
//   Violations found;
//   found.Add(v1::Violation::EMPTY_ID, "vms[3].id", "a VM without an id");
//   if (!found.empty()) Report(found.list());
//
// The first kMaxViolations are kept in the order in which they were added; the
// rest are counted.
//
// Thread-safety: none; one collector a thread.

#ifndef RECOVERYLINE_ENGINE_VIOLATIONS_H_
#define RECOVERYLINE_ENGINE_VIOLATIONS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "recoveryline/v1/decision.pb.h"

namespace recoveryline {

class Violations {
 public:
  static constexpr int kMaxViolations = 100;

  void Add(v1::Violation::Reason reason, std::string field_path,
           std::string message) {
    ++count_;
    if (full()) return;
    v1::Violation& v = list_.emplace_back();
    v.set_reason(reason);
    v.set_field_path(std::move(field_path));
    v.set_message(std::move(message));
  }

  bool empty() const { return count_ == 0; }
  // Whether further ones would only be counted: a reader may stop here.
  bool full() const { return list_.size() >= kMaxViolations; }
  // How many were added, kept or not.
  int64_t count() const { return count_; }
  const std::vector<v1::Violation>& list() const { return list_; }

 private:
  std::vector<v1::Violation> list_;
  int64_t count_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_VIOLATIONS_H_
