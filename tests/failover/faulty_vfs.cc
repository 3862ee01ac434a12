#include "tests/failover/faulty_vfs.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

namespace recoveryline {
namespace {

constexpr size_t kSectorBytes = 512;

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

// What SQLite has of an open file; the real one follows it in memory.
struct FaultyVfs::File {
  sqlite3_file base;
  FaultyVfs* disk;
  OnDisk* on_disk;  // null: a file without a name

  static File& Of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct FaultyVfs::Methods {
  static FaultyVfs& DiskOf(sqlite3_vfs* vfs) {
    return *static_cast<FaultyVfs*>(vfs->pAppData);
  }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file,
                  int flags, int* out_flags) {
    FaultyVfs& disk = DiskOf(vfs);
    File& ours = File::Of(file);
    ours.base.pMethods = nullptr;
    if (disk.Fails(false)) return SQLITE_CANTOPEN;
    ours.disk = &disk;
    ours.on_disk = nullptr;
    if (name != nullptr) {
      OnDisk& on_disk = disk.disk_[name];
      int is_there = 0;
      disk.real_->xAccess(disk.real_, name, SQLITE_ACCESS_EXISTS, &is_there);
      if (is_there == 0) {
        on_disk = OnDisk{.name_is_synced = false};
      } else if (on_disk.synced.empty() && on_disk.unsynced.empty()) {
        // Seen for the first time, hence not locked: reading it closes a
        // descriptor, and that drops locks.
        on_disk.synced = ReadWhole(name);
      }
      ours.on_disk = &on_disk;
    }
    const int code =
        disk.real_->xOpen(disk.real_, name, ours.real(), flags, out_flags);
    if (code == SQLITE_OK) ours.base.pMethods = &kIo;
    return code;
  }

  static int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    FaultyVfs& disk = DiskOf(vfs);
    const bool fails = disk.Fails(false);
    const auto found = disk.disk_.find(name);
    if (found != disk.disk_.end() &&
        (!fails || disk.fault_ == Fault::kPowerCut)) {
      found->second.is_removed = true;
    }
    if (fails) return SQLITE_IOERR_DELETE;
    if (sync_folder != 0) disk.SyncNames();
    return disk.real_->xDelete(disk.real_, name, sync_folder);
  }

  static int Access(sqlite3_vfs* vfs, const char* name, int flags, int* out) {
    FaultyVfs& disk = DiskOf(vfs);
    if (disk.Fails(false)) return SQLITE_IOERR_ACCESS;
    return disk.real_->xAccess(disk.real_, name, flags, out);
  }

  // Not that of the real one: what fails here has no errno.
  static int LastError(sqlite3_vfs*, int, char*) { return 0; }

  static int Close(sqlite3_file* file) {
    sqlite3_file* const real = File::Of(file).real();
    return real->pMethods == nullptr ? SQLITE_OK : real->pMethods->xClose(real);
  }

  static int Read(sqlite3_file* file, void* into, int count,
                  sqlite3_int64 offset) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_READ;
    return ours.real()->pMethods->xRead(ours.real(), into, count, offset);
  }

  static int Write(sqlite3_file* file, const void* bytes, int count,
                   sqlite3_int64 offset) {
    File& ours = File::Of(file);
    const bool was_whole = !ours.disk->has_failed_;
    const bool fails = ours.disk->Fails(true);
    const bool is_first = fails && was_whole;
    if (ours.on_disk != nullptr && (!fails || is_first)) {
      ours.on_disk->unsynced.push_back(
          {.offset = offset,
           .bytes = std::string(static_cast<const char*>(bytes),
                                static_cast<size_t>(count))});
    }
    if (is_first) {
      ours.real()->pMethods->xWrite(ours.real(), bytes, count / 2, offset);
    }
    if (fails) return ours.disk->CodeNow();
    return ours.real()->pMethods->xWrite(ours.real(), bytes, count, offset);
  }

  static int Truncate(sqlite3_file* file, sqlite3_int64 size) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_TRUNCATE;
    if (ours.on_disk != nullptr) {
      ours.on_disk->unsynced.push_back({.is_cut = true, .offset = size});
    }
    return ours.real()->pMethods->xTruncate(ours.real(), size);
  }

  static int Sync(sqlite3_file* file, int flags) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_FSYNC;
    if (ours.on_disk != nullptr) {
      for (const Change& change : ours.on_disk->unsynced) {
        Apply(change, ours.on_disk->synced);
      }
      ours.on_disk->unsynced.clear();
      // SQLite's own files sync the folder with the first sync of a new one.
      if (!ours.on_disk->name_is_synced) ours.disk->SyncNames();
    }
    return ours.real()->pMethods->xSync(ours.real(), flags);
  }

  static int FileSize(sqlite3_file* file, sqlite3_int64* size) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_FSTAT;
    return ours.real()->pMethods->xFileSize(ours.real(), size);
  }

  static int Lock(sqlite3_file* file, int level) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_LOCK;
    return ours.real()->pMethods->xLock(ours.real(), level);
  }

  static int Unlock(sqlite3_file* file, int level) {
    sqlite3_file* const real = File::Of(file).real();
    return real->pMethods->xUnlock(real, level);
  }
  static int CheckReservedLock(sqlite3_file* file, int* out) {
    File& ours = File::Of(file);
    if (ours.disk->Fails(false)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    return ours.real()->pMethods->xCheckReservedLock(ours.real(), out);
  }
  static int FileControl(sqlite3_file* file, int what, void* argument) {
    sqlite3_file* const real = File::Of(file).real();
    return real->pMethods->xFileControl(real, what, argument);
  }
  static int SectorSize(sqlite3_file* file) {
    sqlite3_file* const real = File::Of(file).real();
    return real->pMethods->xSectorSize(real);
  }
  static int DeviceCharacteristics(sqlite3_file* file) {
    sqlite3_file* const real = File::Of(file).real();
    return real->pMethods->xDeviceCharacteristics(real);
  }

  static void Apply(const Change& change, std::string& content) {
    const auto offset = static_cast<size_t>(change.offset);
    if (change.is_cut) {
      content.resize(std::min(content.size(), offset));
      return;
    }
    if (content.size() < offset + change.bytes.size()) {
      content.resize(offset + change.bytes.size());
    }
    content.replace(offset, change.bytes.size(), change.bytes);
  }

  // Version 1: without shared memory and mapped pages.
  static constexpr sqlite3_io_methods kIo = {
      .iVersion = 1,
      .xClose = Close,
      .xRead = Read,
      .xWrite = Write,
      .xTruncate = Truncate,
      .xSync = Sync,
      .xFileSize = FileSize,
      .xLock = Lock,
      .xUnlock = Unlock,
      .xCheckReservedLock = CheckReservedLock,
      .xFileControl = FileControl,
      .xSectorSize = SectorSize,
      .xDeviceCharacteristics = DeviceCharacteristics,
      .xShmMap = nullptr,
      .xShmLock = nullptr,
      .xShmBarrier = nullptr,
      .xShmUnmap = nullptr,
      .xFetch = nullptr,
      .xUnfetch = nullptr,
  };
};

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.xOpen = Methods::Open;
  vfs_.xDelete = Methods::Delete;
  vfs_.xAccess = Methods::Access;
  vfs_.xGetLastError = Methods::LastError;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, /*makeDflt=*/1);
}

void FaultyVfs::FailAt(int call, Fault fault) {
  calls_left_ = call;
  fault_ = fault;
  has_failed_ = false;
}

bool FaultyVfs::Fails(bool is_write) {
  if (fault_ == Fault::kDiskFull && !is_write) return false;
  if (has_failed_) return fault_ != Fault::kIoErrorOnce;
  if (calls_left_ == 0 || --calls_left_ > 0) return false;
  has_failed_ = true;
  return true;
}

int FaultyVfs::CodeNow() const {
  return fault_ == Fault::kDiskFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

void FaultyVfs::SyncNames() {
  for (auto& [path, on_disk] : disk_) {
    if (on_disk.is_removed) on_disk = OnDisk{.is_removed = true};
    on_disk.name_is_synced = true;
  }
}

void FaultyVfs::RestorePower(uint32_t seed) {
  std::mt19937 random(seed);
  // Each seed has its own disk: one loses all that it may, another little.
  const auto losses = random() % 5;
  const auto is_lost = [&] { return random() % 4 < losses; };
  for (const auto& [path, on_disk] : disk_) {
    const bool is_gone = on_disk.is_removed &&
                         (on_disk.name_is_synced && on_disk.synced.empty());
    if (is_gone || (on_disk.is_removed && !is_lost()) ||
        (!on_disk.name_is_synced && is_lost())) {
      std::remove(path.c_str());
      continue;
    }
    std::string content = on_disk.synced;
    for (const Change& change : on_disk.unsynced) {
      if (change.is_cut) {
        if (!is_lost()) Methods::Apply(change, content);
        continue;
      }
      for (size_t i = 0; i < change.bytes.size(); i += kSectorBytes) {
        if (is_lost()) continue;
        Methods::Apply({.offset = change.offset + static_cast<int64_t>(i),
                        .bytes = change.bytes.substr(i, kSectorBytes)},
                       content);
      }
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  }
  disk_.clear();
}

}  // namespace recoveryline
