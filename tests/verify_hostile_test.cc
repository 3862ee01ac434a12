// A Decision may come from anywhere: whatever it says, judging it ends, and
// ends well. The sanitizers are the judges here.

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "engine/select.h"
#include "engine/verify.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/reference/random_world.h"

namespace recoveryline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Changes a random field somewhere in a message to something extreme.
class Vandal {
 public:
  explicit Vandal(uint64_t seed) : bits_(seed) {}

  void Strike(Message* message) {
    const auto* type = message->GetDescriptor();
    const FieldDescriptor* field = type->field(Below(type->field_count()));
    if (field->is_repeated()) {
      StrikeList(message, field);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      StrikeScalar(message, field);
    } else if (OneIn(8)) {
      message->GetReflection()->ClearField(message, field);
    } else {
      Strike(message->GetReflection()->MutableMessage(message, field));
    }
  }

 private:
  int Below(int n) {
    return static_cast<int>(bits_() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }

  void StrikeList(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, field);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection.AddString(message, field, "vm1");
      return;
    }
    if (size == 0 || OneIn(8)) {
      reflection.AddMessage(message, field);
      return;
    }
    const int at = Below(size);
    switch (Below(8)) {
      case 0:
        reflection.RemoveLast(message, field);
        break;
      case 1:
        reflection.SwapElements(message, field, at, size - 1);
        break;
      case 2:
        reflection.AddMessage(message, field)
            ->CopyFrom(reflection.GetRepeatedMessage(*message, field, at));
        break;
      case 3:
        reflection.ClearField(message, field);
        break;
      default:
        Strike(reflection.MutableRepeatedMessage(message, field, at));
    }
  }

  template <typename Number>
  Number Extreme() {
    const Number ends[] = {std::numeric_limits<Number>::min(),
                           std::numeric_limits<Number>::max(),
                           -1,
                           0,
                           1,
                           9,
                           999'999'999};
    return ends[Below(7)];
  }

  void StrikeScalar(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    static const std::string kTexts[] = {
        "", "vm1", "g1", "p1", "m1", "\xff", std::string(5'000, 'x')};
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(message, field, OneIn(2));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(message, field, Extreme<int32_t>());
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(message, field, Extreme<int64_t>());
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(message, field,
                                OneIn(3) ? Extreme<int32_t>() : Below(11));
        break;
      default:
        reflection.SetString(message, field, kTexts[Below(7)]);
    }
  }

  std::mt19937_64 bits_;
};

TEST(VerifyHostileTest, VandalisedDecisionsAreJudgedToTheEnd) {
  int refuted_count = 0;
  for (uint64_t seed = 0; seed < 1'500; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const reference::World world = reference::RandomWorld(seed);
    SelectRequest request;
    request.decision_time = world.decision_time;
    const v1::Decision right = Select(world.inventory, world.plan, request);
    Vandal vandal(seed);
    v1::Decision decision = right;
    for (int strike = 0; strike < 12; ++strike) {
      vandal.Strike(&decision);
      const std::vector<Refutation> refuted =
          Verify(world.inventory, world.plan, decision, request);
      ASSERT_LE(refuted.size(), 100u);
      for (const Refutation& refutation : refuted) {
        ASSERT_FALSE(refutation.field_path.empty());
        ASSERT_FALSE(refutation.message.empty());
      }
      refuted_count += refuted.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(refuted_count, 15'000);
}

// The Decision of one world says nothing of another.
TEST(VerifyHostileTest, DecisionsOfOtherWorldsAreRefuted) {
  v1::Decision other;
  for (uint64_t seed = 0; seed < 1'500; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const reference::World world = reference::RandomWorld(seed);
    SelectRequest request;
    request.decision_time = world.decision_time;
    const v1::Decision right = Select(world.inventory, world.plan, request);
    EXPECT_TRUE(Verify(world.inventory, world.plan, right, request).empty());
    if (!google::protobuf::util::MessageDifferencer::Equals(right, other)) {
      EXPECT_FALSE(Verify(world.inventory, world.plan, other, request).empty());
    }
    other = right;
  }
}

TEST(VerifyHostileTest, DecisionsOnInvalidInputAreJudgedToTheEnd) {
  for (uint64_t seed = 0; seed < 1'500; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    reference::World world = reference::RandomWorld(seed);
    SelectRequest request;
    request.decision_time = world.decision_time;
    v1::Decision decision = Select(world.inventory, world.plan, request);
    Vandal vandal(seed);
    for (int strike = 0; strike < 3; ++strike) {
      vandal.Strike(&world.plan);
      EXPECT_TRUE(Verify(world.inventory, world.plan,
                         Select(world.inventory, world.plan, request), request)
                      .empty());
      Verify(world.inventory, world.plan, decision, request);
    }
  }
}

}  // namespace
}  // namespace recoveryline
