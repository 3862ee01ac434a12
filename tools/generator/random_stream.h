// RandomStream: the same random numbers from the same seed, on every machine.
//
//   RandomStream stream(seed, {kVmStream, vm_index});
//   uint64_t tick = stream.Below(600);       // 0 .. 599
//   if (stream.Chance(0.01)) ...             // one time in a hundred
//   std::string id = stream.Uuid();          // version 4, variant 1
//
// SplitMix64 (Steele, Lea, Flood 2014) over a state that the seed and a key are
// mixed into, so that each machine and group has a stream of its own and can
// be made without those before it. The standard distributions are avoided:
// they differ between libraries.
//
// Cost: a few nanoseconds a number; only Uuid() allocates.
// Thread-safety: none; one stream a thread.

#ifndef RECOVERYLINE_TOOLS_GENERATOR_RANDOM_STREAM_H_
#define RECOVERYLINE_TOOLS_GENERATOR_RANDOM_STREAM_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>

namespace recoveryline {

class RandomStream {
 public:
  RandomStream(uint64_t seed, std::initializer_list<uint64_t> key)
      : state_(seed) {
    for (const uint64_t part : key) state_ = Next() ^ part;
  }

  // All 64 bits random.
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // In [0, bound). REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound) { return Next() % bound; }

  // In [low, high). REQUIRES: low < high.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low)));
  }

  // True with the probability `share`.
  bool Chance(double share) {
    return static_cast<double>(Next() >> 11) * 0x1p-53 < share;
  }

  // A version 4 UUID, in lower case.
  std::string Uuid() {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::array<uint64_t, 2> bits = {Next(), Next()};
    bits[0] = (bits[0] & ~uint64_t{0xf000}) | 0x4000;
    bits[1] = (bits[1] & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
    std::string text;
    text.reserve(36);
    for (int digit = 0; digit < 32; ++digit) {
      if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
      text += kDigits[(bits[digit / 16] >> (60 - 4 * (digit % 16))) & 15];
    }
    return text;
  }

 private:
  uint64_t state_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_GENERATOR_RANDOM_STREAM_H_
