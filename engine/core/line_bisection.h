// LineBisection: which of many lines is the last good one? It answers "which
// one has to be tried next, and how often still?"
//
//   LineBisection search(line_count, good_count, first_bad);
//   while (search.open_count() > 0) search = Try(search.next());
//
// Lines are counted from the oldest, 0. What is good is followed by what is bad
// and by nothing good again.
//
// Invariant: Tell() leaves at most half of the open lines open, rounded down;
// so the last good line is known after tries_left() tries at most, and that is
// floor(log2(open_count)) + 1.
//
// Thread-safety: plain value.

#ifndef RECOVERYLINE_ENGINE_CORE_LINE_BISECTION_H_
#define RECOVERYLINE_ENGINE_CORE_LINE_BISECTION_H_

#include <algorithm>
#include <bit>
#include <cstdint>

namespace recoveryline::core {

class LineBisection {
 public:
  // The first `good_count` lines are known to be good, those from `first_bad`
  // on to be bad. REQUIRES: 0 <= good_count, first_bad <= line_count.
  LineBisection(int64_t line_count, int64_t good_count, int64_t first_bad)
      : line_count_(line_count),
        good_count_(good_count),
        first_bad_(first_bad) {}

  int64_t line_count() const { return line_count_; }
  // A line is known to be good that is as new as a bad one.
  bool contradictory() const { return good_count_ > first_bad_; }
  int64_t open_count() const {
    return std::max<int64_t>(0, first_bad_ - good_count_);
  }
  int64_t good_count() const { return good_count_; }
  int64_t first_bad() const { return first_bad_; }

  // In the middle of what is open. REQUIRES: something is open.
  int64_t next() const { return good_count_ + open_count() / 2; }
  int tries_left() const {
    return static_cast<int>(
        std::bit_width(static_cast<uint64_t>(open_count())));
  }

  // What is known once `line` was tried.
  LineBisection Tell(int64_t line, bool good) const {
    return good ? LineBisection(line_count_, std::max(good_count_, line + 1),
                                first_bad_)
                : LineBisection(line_count_, good_count_,
                                std::min(first_bad_, line));
  }

 private:
  int64_t line_count_;
  int64_t good_count_;
  int64_t first_bad_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_LINE_BISECTION_H_
