// RunOnThreads: the same work on several threads at once.
//
//   RunOnThreads(4, [&] { while (TakeOne()) DoIt(); });
//   ForEachOnThreads(items.size(), 4, [&](size_t i) { Do(items[i]); });
//
// Thread-safety: blocks until all have ended.

#ifndef RECOVERYLINE_ENGINE_BATCH_WORKERS_H_
#define RECOVERYLINE_ENGINE_BATCH_WORKERS_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace recoveryline {

// On this thread and so many more that there are `threads`; on fewer where the
// system has no more. What one of them throws is thrown when all have ended.
void RunOnThreads(int threads, absl::FunctionRef<void()> work);

// `work` with each number below `count`, as RunOnThreads() does it.
void ForEachOnThreads(size_t count, int threads,
                      absl::FunctionRef<void(size_t)> work);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_WORKERS_H_
