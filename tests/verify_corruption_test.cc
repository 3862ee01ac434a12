// Every single-field corruption of a right Decision is refuted by Verify().
//
// The corruptions are generic: each field of the message tree is changed,
// cleared and set where it was not; each list loses, doubles, swaps and gains
// elements. What is not judged stands in NotJudged() and OrderNotJudged() with
// the reason.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/select.h"
#include "engine/verify.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/reference/compare.h"
#include "tests/reference/random_world.h"
#include "tests/reference/small_world.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using reference::World;

// What Verify() leaves alone, and why.
const std::map<std::string, std::string>& NotJudged() {
  static const auto* fields = new std::map<std::string, std::string>{
      {"recoveryline.v1.Warning.message", "a sentence for people"},
      {"recoveryline.v1.Violation.message", "a sentence for people"},
      {"recoveryline.v1.Provenance.tool_version", "says who made it"},
  };
  return *fields;
}

// Whose order Verify() leaves alone, and why.
const std::map<std::string, std::string>& OrderNotJudged() {
  static const auto* fields = new std::map<std::string, std::string>{
      {"recoveryline.v1.Decision.violations",
       "a reader of another format finds them in another order"},
  };
  return *fields;
}

// Called with the corruption in place, and its name.
using Visit = std::function<void(const std::string& what)>;

// Applies each corruption of a message in turn, and takes it back.
class Corruptor {
 public:
  explicit Corruptor(Visit visit) : visit_(std::move(visit)) {}

  void CorruptFieldsOf(const std::string& path, Message* message) {
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message->GetDescriptor()->field(i);
      if (NotJudged().count(field->full_name()) != 0) continue;
      const std::string here = path + "." + field->name();
      if (field->is_repeated()) {
        CorruptList(here, message, field);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CorruptMessage(here, message, field);
      } else {
        CorruptScalar(here, message, field);
      }
    }
  }

 private:
  using Change = std::function<void(const Reflection&, Message*)>;

  void Try(const std::string& what, Message* message, const Change& change) {
    const std::unique_ptr<Message> saved(message->New());
    saved->CopyFrom(*message);
    change(*message->GetReflection(), message);
    visit_(what);
    message->CopyFrom(*saved);
  }

  // All lists of a Decision are of messages.
  void CorruptList(const std::string& path, Message* message,
                   const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, field);
    Try(path + " gains an empty element", message,
        [&](const Reflection& r, Message* m) { r.AddMessage(m, field); });
    for (int i = 0; i < size; ++i) {
      const std::string here = path + "[" + std::to_string(i) + "]";
      Try(here + " dropped", message, [&](const Reflection& r, Message* m) {
        MoveToEnd(r, m, field, i);
        r.RemoveLast(m, field);
      });
      Try(here + " doubled", message, [&](const Reflection& r, Message* m) {
        Message* added = r.AddMessage(m, field);
        added->CopyFrom(r.GetRepeatedMessage(*m, field, i));
      });
      for (int j = i + 1; j < size; ++j) {
        CorruptOrder(here, message, field, i, j);
      }
      CorruptFieldsOf(here,
                      reflection.MutableRepeatedMessage(message, field, i));
    }
  }

  static void MoveToEnd(const Reflection& reflection, Message* message,
                        const FieldDescriptor* field, int index) {
    const int size = reflection.FieldSize(*message, field);
    for (int i = index; i + 1 < size; ++i) {
      reflection.SwapElements(message, field, i, i + 1);
    }
  }

  void CorruptOrder(const std::string& path, Message* message,
                    const FieldDescriptor* field, int i, int j) {
    if (OrderNotJudged().count(field->full_name()) != 0) return;
    const Reflection& reflection = *message->GetReflection();
    const bool same =
        reflection.GetRepeatedMessage(*message, field, i).SerializeAsString() ==
        reflection.GetRepeatedMessage(*message, field, j).SerializeAsString();
    if (same) return;
    Try(path + " swapped with " + std::to_string(j), message,
        [&](const Reflection& r, Message* m) {
          r.SwapElements(m, field, i, j);
        });
  }

  void CorruptMessage(const std::string& path, Message* message,
                      const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    if (!reflection.HasField(*message, field)) {
      Try(path + " set", message,
          [&](const Reflection& r, Message* m) { r.MutableMessage(m, field); });
      return;
    }
    Try(path + " cleared", message,
        [&](const Reflection& r, Message* m) { r.ClearField(m, field); });
    CorruptFieldsOf(path, reflection.MutableMessage(message, field));
  }

  void CorruptScalar(const std::string& path, Message* message,
                     const FieldDescriptor* field) {
    if (message->GetReflection()->HasField(*message, field)) {
      Try(path + " cleared", message,
          [&](const Reflection& r, Message* m) { r.ClearField(m, field); });
    } else if (field->has_presence()) {
      Try(path + " set to 0", message,
          [&](const Reflection& r, Message* m) { r.SetInt32(m, field, 0); });
    }
    for (const Change& change : ChangesOf(*message, field)) {
      Try(path + " changed", message, change);
    }
  }

  // Other values of a field, near to the one it has.
  static std::vector<Change> ChangesOf(const Message& message,
                                       const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return {[field](const Reflection& r, Message* m) {
          r.SetBool(m, field, !r.GetBool(*m, field));
        }};
      case FieldDescriptor::CPPTYPE_INT32:
        return {AddInt32(field, 1), AddInt32(field, -1)};
      case FieldDescriptor::CPPTYPE_INT64:
        return {AddInt64(field, 1), AddInt64(field, -1)};
      case FieldDescriptor::CPPTYPE_ENUM:
        return OtherValues(field, reflection.GetEnumValue(message, field));
      default:
        return OtherTexts(field, reflection.GetString(message, field));
    }
  }

  static Change AddInt32(const FieldDescriptor* field, int32_t difference) {
    return [field, difference](const Reflection& r, Message* m) {
      r.SetInt32(m, field, r.GetInt32(*m, field) + difference);
    };
  }

  static Change AddInt64(const FieldDescriptor* field, int64_t difference) {
    return [field, difference](const Reflection& r, Message* m) {
      r.SetInt64(m, field, r.GetInt64(*m, field) + difference);
    };
  }

  // Each other value of the enum, and one that it does not have.
  static std::vector<Change> OtherValues(const FieldDescriptor* field,
                                         int value) {
    std::vector<Change> changes;
    const EnumDescriptor* type = field->enum_type();
    for (int i = 0; i <= type->value_count(); ++i) {
      const int other = i < type->value_count() ? type->value(i)->number() : 99;
      if (other == value) continue;
      changes.push_back([field, other](const Reflection& r, Message* m) {
        r.SetEnumValue(m, field, other);
      });
    }
    return changes;
  }

  static std::vector<Change> OtherTexts(const FieldDescriptor* field,
                                        const std::string& text) {
    std::vector<Change> changes;
    for (const std::string& other :
         {text + "x", text.substr(0, text.size() / 2), "x" + text}) {
      if (other == text) continue;
      changes.push_back([field, other](const Reflection& r, Message* m) {
        r.SetString(m, field, other);
      });
    }
    return changes;
  }

  Visit visit_;
};

// Tries every corruption of the answer to one world; returns how many.
int CheckCorruptions(const World& world, const std::string& name) {
  SelectRequest request;
  request.decision_time = world.decision_time;
  if (!request.decision_time) {
    request.decision_time = world.inventory.as_of_time();
  }
  request.provenance.set_inventory_digest("sha256:1");
  request.provenance.set_plan_digest("sha256:2");
  request.provenance.set_tool_version("test");
  request.provenance.set_schema_version(1);
  v1::Decision decision = Select(world.inventory, world.plan, request);
  EXPECT_TRUE(Verify(world.inventory, world.plan, decision, request).empty());
  int count = 0;
  int missed = 0;
  Corruptor corruptor([&](const std::string& what) {
    ++count;
    if (!Verify(world.inventory, world.plan, decision, request).empty()) return;
    if (++missed > 3) return;
    ADD_FAILURE() << name << ": not refuted: " << what << "\n"
                  << decision.DebugString() << reference::Repro(world);
  });
  corruptor.CorruptFieldsOf("decision", &decision);
  return count;
}

void CheckCorruptionsOf(World (*make)(uint64_t seed)) {
  const uint64_t worlds = kSanitizersAreOn ? 100 : 400;
  int count = 0;
  for (uint64_t seed = 0; seed < worlds && !testing::Test::HasFailure();
       ++seed) {
    count += CheckCorruptions(make(seed), "seed " + std::to_string(seed));
  }
  std::printf("%d corruptions\n", count);
  EXPECT_GT(count, static_cast<int>(worlds) * 50);
}

TEST(VerifyCorruptionTest, EverySingleFieldOfARightDecisionIsJudged) {
  CheckCorruptionsOf(reference::RandomWorld);
}

TEST(VerifyCorruptionTest, EverySingleFieldOfAnAlignedDecisionIsJudged) {
  CheckCorruptionsOf(reference::AlignedWorld);
}

TEST(VerifyCorruptionTest, EverySingleFieldOfAnInvalidDecisionIsJudged) {
  reference::SmallWorld world;
  v1::Vm* vm = world.AddVm("a");
  world.AddPoint(vm, "p", 50);
  world.AddPoint(vm, "p", 60);
  world.AddVm("", "g");
  world.policy()->set_option(v1::Policy::LATEST);
  world.policy()->add_rules();
  EXPECT_GT(CheckCorruptions(*world.world(), "invalid"), 50);
}

}  // namespace
}  // namespace recoveryline
