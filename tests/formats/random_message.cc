#include "tests/formats/random_message.h"

#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Duration;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;
using Random = std::mt19937_64;

int Below(Random* random, int bound) {
  return static_cast<int>((*random)() % static_cast<uint64_t>(bound));
}

int64_t Between(Random* random, int64_t low, int64_t high) {
  switch (Below(random, 6)) {
    case 0:
      return low;
    case 1:
      return high;
    case 2:
      return low <= 0 && high >= 0 ? 0 : low;
    default:
      return std::uniform_int_distribution<int64_t>(low, high)(*random);
  }
}

std::string AnyText(Random* random) {
  static constexpr const char* kPieces[] = {"a",
                                            "web-1",
                                            "\"",
                                            "\\",
                                            "/",
                                            "\n",
                                            "\t",
                                            "\x01",
                                            "\xC3\xA9",
                                            "\xE2\x82\xAC",
                                            "{\"x\":[",
                                            "}]",
                                            ",",
                                            ":",
                                            " ",
                                            "\x7F",
                                            "<>&'",
                                            "7",
                                            "\xF0\x9F\x98\x80"};
  std::string text;
  for (int i = Below(random, 8); i > 0; --i) {
    text += kPieces[Below(random, std::size(kPieces))];
  }
  if (Below(random, 20) == 0) text += '\0';
  return text;
}

void FillTime(Random* random, Message* message) {
  const auto nanos = static_cast<int32_t>(Between(random, 0, 999'999'999));
  if (message->GetDescriptor() == Timestamp::descriptor()) {
    auto* t = static_cast<Timestamp*>(message);
    t->set_seconds(Between(random, -62'135'596'800, 253'402'300'799));
    t->set_nanos(nanos);
    return;
  }
  auto* d = static_cast<Duration*>(message);
  d->set_seconds(Between(random, -315'575'999'999, 315'575'999'999));
  d->set_nanos(d->seconds() < 0 ? -nanos : nanos);
}

void FillMessage(Random* random, Message* message) {
  if (message->GetDescriptor()->well_known_type() !=
      Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
    FillTime(random, message);
  } else {
    FillAtRandom(random, message);
  }
}

template <typename Integer>
Integer AnyInteger(Random* random) {
  constexpr Integer kLow = std::numeric_limits<Integer>::min();
  constexpr Integer kHigh = std::numeric_limits<Integer>::max();
  switch (Below(random, 6)) {
    case 0:
      return kLow;
    case 1:
      return kHigh;
    case 2:
      return 0;
    default:
      return std::uniform_int_distribution<Integer>(kLow, kHigh)(*random);
  }
}

// Finite, and of any size.
template <typename Real>
Real AnyReal(Random* random) {
  const double part = std::uniform_real_distribution<double>(-1, 1)(*random);
  constexpr int kMaxExponent = std::numeric_limits<Real>::max_exponent - 1;
  return static_cast<Real>(
      std::ldexp(part, Below(random, 2 * kMaxExponent) - kMaxExponent));
}

// Sets a number, or adds one.
void FillNumber(Random* random, const FieldDescriptor* field,
                Message* message) {
  const auto* to = message->GetReflection();
  const bool add = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: {
      const auto number = AnyInteger<int32_t>(random);
      return add ? to->AddInt32(message, field, number)
                 : to->SetInt32(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      const auto number = AnyInteger<int64_t>(random);
      return add ? to->AddInt64(message, field, number)
                 : to->SetInt64(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      const auto number = AnyInteger<uint32_t>(random);
      return add ? to->AddUInt32(message, field, number)
                 : to->SetUInt32(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      const auto number = AnyInteger<uint64_t>(random);
      return add ? to->AddUInt64(message, field, number)
                 : to->SetUInt64(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_FLOAT: {
      const auto number = AnyReal<float>(random);
      return add ? to->AddFloat(message, field, number)
                 : to->SetFloat(message, field, number);
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const auto number = AnyReal<double>(random);
      return add ? to->AddDouble(message, field, number)
                 : to->SetDouble(message, field, number);
    }
    default: {  // not a number otherwise
      const bool boolean = Below(random, 2) == 0;
      return add ? to->AddBool(message, field, boolean)
                 : to->SetBool(message, field, boolean);
    }
  }
}

// Sets a field, or adds to it.
void FillField(Random* random, const FieldDescriptor* field, Message* message) {
  const auto* to = message->GetReflection();
  const bool add = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillMessage(random, add ? to->AddMessage(message, field)
                                     : to->MutableMessage(message, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return add ? to->AddString(message, field, AnyText(random))
                 : to->SetString(message, field, AnyText(random));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* type = field->enum_type();
      const auto* value = type->value(Below(random, type->value_count()));
      return add ? to->AddEnum(message, field, value)
                 : to->SetEnum(message, field, value);
    }
    default:
      return FillNumber(random, field, message);
  }
}

}  // namespace

void FillAtRandom(Random* random, Message* message) {
  const Descriptor* type = message->GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    int count = Below(random, 2);
    if (field->is_repeated()) count = Below(random, 4);
    for (; count > 0; --count) FillField(random, field, message);
  }
}

}  // namespace recoveryline
