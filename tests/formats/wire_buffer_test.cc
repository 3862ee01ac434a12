#include "tools/formats/wire_buffer.h"

#include <string>

#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {
namespace {

constexpr uint32_t kId = MakeTag(v1::Vm::kIdFieldNumber, WireType::kBytes);
constexpr uint32_t kPoints =
    MakeTag(v1::Vm::kRecoveryPointsFieldNumber, WireType::kBytes);

// Around the sizes at which a length takes one byte more.
TEST(WireBufferTest, MessagesOfAnyLengthAreReadBack) {
  WireBuffer wire;
  for (const size_t size :
       {0, 1, 120, 124, 125, 126, 127, 128, 16'383, 16'384, 3'000'000}) {
    wire.AddBytes(kId, "before");
    const size_t point = wire.BeginMessage(kPoints);
    wire.AddBytes(kId, std::string(size, 'x'));
    wire.EndMessage(point);
    wire.EndMessage(wire.BeginMessage(kPoints));
    wire.AddVarint(MakeTag(v1::Vm::kDiskCountFieldNumber, WireType::kVarint),
                   static_cast<uint64_t>(int64_t{-5}));
    v1::Vm vm;
    ASSERT_TRUE(wire.MergeInto(&vm)) << size;
    EXPECT_EQ(vm.id(), "before");
    ASSERT_EQ(vm.recovery_points_size(), 2);
    EXPECT_EQ(vm.recovery_points(0).id(), std::string(size, 'x'));
    EXPECT_EQ(vm.recovery_points(1).ByteSizeLong(), 0u);
    EXPECT_EQ(vm.disk_count(), -5);
  }
}

TEST(WireBufferTest, MergingForgets) {
  WireBuffer wire;
  v1::Vm vm;
  EXPECT_TRUE(wire.MergeInto(&vm));
  EXPECT_EQ(vm.ByteSizeLong(), 0u);
  wire.AddBytes(kId, "a");
  EXPECT_TRUE(wire.MergeInto(&vm));
  vm.Clear();
  EXPECT_TRUE(wire.MergeInto(&vm));
  EXPECT_EQ(vm.id(), "");
}

TEST(WireBufferTest, WhatProtobufRefusesIsFalse) {
  WireBuffer wire;
  wire.AddBytes(kId, "\xFF");  // not UTF-8
  v1::Vm vm;
  EXPECT_FALSE(wire.MergeInto(&vm));
}

}  // namespace
}  // namespace recoveryline
