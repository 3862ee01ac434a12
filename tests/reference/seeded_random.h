// SeededRandom: the same numbers for the same seed, on every machine.
//
//   SeededRandom random(42);
//   int die = 1 + random.Below(6);
//   if (random.Percent(30)) ...             // true three times in ten
//
// SplitMix64. The distributions of the standard library may differ from one
// library to the next, so none is used. Below(n) takes a remainder: the bias
// is far below what a test would notice.
//
// Thread-safety: none; one generator a thread.

#ifndef RECOVERYLINE_TESTS_REFERENCE_SEEDED_RANDOM_H_
#define RECOVERYLINE_TESTS_REFERENCE_SEEDED_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace recoveryline::reference {

class SeededRandom {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // In [0, n). REQUIRES: n > 0.
  int Below(int n) {
    return static_cast<int>(Next() % static_cast<uint64_t>(n));
  }

  // In [low, high].
  int Between(int low, int high) { return low + Below(high - low + 1); }

  bool Percent(int percent) { return Below(100) < percent; }

  // REQUIRES: `values` is not empty.
  template <typename T>
  const T& Pick(const std::vector<T>& values) {
    return values[static_cast<size_t>(Below(static_cast<int>(values.size())))];
  }

  template <typename T>
  void Shuffle(std::vector<T>* values) {
    for (size_t i = values->size(); i > 1; --i) {
      const auto j = static_cast<size_t>(Below(static_cast<int>(i)));
      std::swap((*values)[i - 1], (*values)[j]);
    }
  }

 private:
  uint64_t state_;
};

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_SEEDED_RANDOM_H_
