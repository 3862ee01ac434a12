#include "engine/batch/workers.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace recoveryline {

void RunOnThreads(int threads, absl::FunctionRef<void()> work) {
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto run = [&] {
    try {
      work();
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex);
      thrown = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  try {
    for (int i = 1; i < threads; ++i) others.emplace_back(run);
  } catch (const std::system_error&) {
    // Those that could be had do the work of all.
  }
  run();
  for (std::thread& thread : others) thread.join();
  if (thrown != nullptr) std::rethrow_exception(thrown);
}

void ForEachOnThreads(size_t count, int threads,
                      absl::FunctionRef<void(size_t)> work) {
  std::atomic<size_t> next = 0;
  RunOnThreads(threads, [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  });
}

}  // namespace recoveryline
