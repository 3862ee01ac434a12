// Whether this build checks every memory access: large tests then take a
// smaller slice of their worlds.
//
//   const int worlds = kSanitizersAreOn ? 40 : 400;

#ifndef RECOVERYLINE_TESTS_SANITIZERS_H_
#define RECOVERYLINE_TESTS_SANITIZERS_H_

namespace recoveryline {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kSanitizersAreOn = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kSanitizersAreOn = true;
#else
inline constexpr bool kSanitizersAreOn = false;
#endif
#else
inline constexpr bool kSanitizersAreOn = false;
#endif

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SANITIZERS_H_
