// FillAtRandom: a message of any type with any values that its JSON can hold.
//
//   std::mt19937_64 random(seed);
//   v1::Decision decision;
//   FillAtRandom(&random, &decision);
//
// Strings hold quotes, backslashes, control characters and characters of 1 to 4
// bytes; numbers and times lie at the ends of their ranges often. Enum values
// are known ones.
//
// Thread-safety: a pure function of the generator's state.

#ifndef RECOVERYLINE_TESTS_FORMATS_RANDOM_MESSAGE_H_
#define RECOVERYLINE_TESTS_FORMATS_RANDOM_MESSAGE_H_

#include <random>

#include "google/protobuf/message.h"

namespace recoveryline {

void FillAtRandom(std::mt19937_64* random, google::protobuf::Message* message);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FORMATS_RANDOM_MESSAGE_H_
