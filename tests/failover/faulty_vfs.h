// FaultyVfs: the files that SQLite sees, on a disk that fails when it is told
// to.
//
//   FaultyVfs disk;                          // SQLite's default from now on
//   disk.FailAt(3, FaultyVfs::Fault::kPowerCut);
//   ...                                      // all connections closed
//   disk.RestorePower(seed);                 // what may be left
//
// It counts the calls by which SQLite opens, reads, writes, cuts, syncs, locks
// and deletes files (with kDiskFull: writes alone), and fails the n-th:
//   kIoErrorOnce   that one; half of a write arrives
//   kIoError       that one and all after it
//   kDiskFull      that write and all after it; half of the first arrives
//   kPowerCut      that one and all after it; then RestorePower()
//
// After a power cut there is what was synced, and of what was not, any part: of
// each write any sectors, of names made or removed since their folder was
// synced either. That is what SQLite assumes of a disk (atomiccommit.html), and
// what a sync that is missing does not survive.
//
// One at a time; destroyed when no connection is open.

#ifndef RECOVERYLINE_TESTS_FAILOVER_FAULTY_VFS_H_
#define RECOVERYLINE_TESTS_FAILOVER_FAULTY_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace recoveryline {

class FaultyVfs {
 public:
  enum class Fault : uint8_t { kIoErrorOnce, kIoError, kDiskFull, kPowerCut };
  static constexpr Fault kFaults[] = {Fault::kIoErrorOnce, Fault::kIoError,
                                      Fault::kDiskFull, Fault::kPowerCut};

  FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs();

  // The n-th call from now on, counted from 1.
  void FailAt(int call, Fault fault);
  bool has_failed() const { return has_failed_; }

  // REQUIRES: no connection is open.
  void RestorePower(uint32_t seed);

 private:
  struct File;  // as SQLite has it
  struct Change {
    bool is_cut = false;  // to `offset` bytes
    int64_t offset = 0;
    std::string bytes = {};
  };
  struct OnDisk {
    std::string synced = {};
    std::vector<Change> unsynced = {};
    bool name_is_synced = true;
    bool is_removed = false;  // from a folder that is not synced
  };
  struct Methods;

  bool Fails(bool is_write);
  int CodeNow() const;
  void SyncNames();

  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  int calls_left_ = 0;  // 0: none will fail
  Fault fault_ = Fault::kIoError;
  bool has_failed_ = false;
  std::map<std::string, OnDisk> disk_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_FAILOVER_FAULTY_VFS_H_
