// Workers end before anything goes on, whatever becomes of one of them.

#include "engine/batch/workers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>

namespace recoveryline {
namespace {

TEST(WorkersTest, AllDoTheWork) {
  for (const int threads : {0, 1, 5}) {
    std::atomic<int> calls = 0;
    RunOnThreads(threads, [&] { ++calls; });
    EXPECT_EQ(calls, std::max(1, threads));
  }
}

TEST(WorkersTest, WhatOneThrowsIsThrownWhenAllHaveEnded) {
  std::atomic<int> number = 0;
  std::atomic<int> ended = 0;
  const auto work = [&] {
    if (number++ == 1) throw std::bad_alloc();
    ++ended;
  };
  EXPECT_THROW(RunOnThreads(4, work), std::bad_alloc);
  EXPECT_EQ(ended, 3);
}

}  // namespace
}  // namespace recoveryline
