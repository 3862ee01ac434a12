// RunOnThreads: the same work on several threads at once.
//
//   RunOnThreads(4, [&] { while (TakeOne()) DoIt(); });
//
// Thread-safety: blocks until all have ended.

#ifndef RECOVERYLINE_ENGINE_BATCH_WORKERS_H_
#define RECOVERYLINE_ENGINE_BATCH_WORKERS_H_

#include "absl/functional/function_ref.h"

namespace recoveryline {

// On this thread and so many more that there are `threads`; on fewer where the
// system has no more. What one of them throws is thrown when all have ended.
void RunOnThreads(int threads, absl::FunctionRef<void()> work);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_WORKERS_H_
