#include "tools/formats/temporary_name.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace recoveryline {
namespace {

using Slot = std::atomic<const char*>;
static_assert(Slot::is_always_lock_free, "a handler may read nothing else");

std::array<Slot, TemporaryName::kMaxNames> slots = {};

// Only what a handler may call: unlink() and raise().
void RemoveAll(int signal) {
  for (Slot& slot : slots) {
    if (const char* path = slot.load()) unlink(path);
  }
  // The signal is blocked until the handler returns; then it ends the process.
  std::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

TemporaryName::TemporaryName(const std::string& path) : path_(path) {
  for (int i = 0; i < kMaxNames && slot_ < 0; ++i) {
    const char* none = nullptr;
    if (slots[static_cast<size_t>(i)].compare_exchange_strong(none,
                                                              path_.c_str())) {
      slot_ = i;
    }
  }
}

TemporaryName::~TemporaryName() { Forget(); }

void TemporaryName::Forget() {
  if (slot_ >= 0) slots[static_cast<size_t>(slot_)].store(nullptr);
  slot_ = -1;
}

void TemporaryName::Remove() {
  unlink(path_.c_str());
  Forget();
}

void RemoveTemporariesOnSignals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (std::signal(signal, RemoveAll) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
}

}  // namespace recoveryline
