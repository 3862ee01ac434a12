// The numbers of proto/recoveryline/v1/archive.proto: the rest of this folder
// writes and reads by them.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_FORMAT_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_FORMAT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace recoveryline {

static_assert(std::endian::native == std::endian::little,
              "an archive is used as it lies in the file");

inline constexpr uint64_t kArchiveMagic = 0x31564352'414c4352;  // "RCLARCV1"
inline constexpr uint32_t kArchiveVersion = 1;

// The first bytes of every archive: the header's length, its record, its magic,
// its version, and its padding, of which the zeros are left out here.
inline constexpr char kArchiveBegin[64] =
    "\x3f\x0a\x3d\x09RCLARCV1\x15\x01\0\0\0\x1a\x2d";
inline constexpr size_t kArchiveBeginBytes = sizeof(kArchiveBegin);
inline constexpr size_t kArchiveVersionAt = 13;

inline constexpr size_t kBlockBytes = 4'096;  // one checksum each
inline constexpr size_t kUuidBytes = 16;
// "sha256:" and 64 digits.
inline constexpr size_t kDigestBytes = 71;
// The trailer's record, and what stands in it before its content.
inline constexpr size_t kTrailerBytes = 154;
inline constexpr size_t kTrailerHeadBytes = 8;
// ArchiveTrailer.trailer_checksum, the last field: a tag and its value.
inline constexpr size_t kTrailerSumBytes = 5;
// protobuf's own limit for a message.
inline constexpr size_t kMostRecordBytes = (size_t{1} << 31) - 1;
// What stands in a record before the content of its part, at most.
inline constexpr size_t kRecordHeadBytes = 16;

// ArchiveDirectory.units and ArchiveUnit.machines, words each.
inline constexpr size_t kUnitWords = 3;
inline constexpr size_t kMachineWords = 8;
// Of the machines' words, where the place of the points is, and bits of that
// which says how the points are held.
inline constexpr size_t kPointsPlaceWord = 3;
inline constexpr int kUnitNanosBit = 8;
inline constexpr int kWideBit = 16;
inline constexpr int kTimedBit = 17;

// How many points of a machine stand in its unit: with markers every hour, of
// which one in ten is missed, 99 of 100 groups of 8 have a common one in them.
inline constexpr int kNewestPoints = 96;

// The bits of ArchivePoints.forms.
inline constexpr uint8_t kAvailableStated = 1;
inline constexpr uint8_t kUnknownStated = 2;
inline constexpr uint8_t kFarExpiryStated = 4;

// Two halves of a word of the directory.
constexpr uint64_t Halves(uint32_t high, uint32_t low) {
  return uint64_t{high} << 32 | low;
}
constexpr uint32_t HighHalf(uint64_t word) {
  return static_cast<uint32_t>(word >> 32);
}
constexpr uint32_t LowHalf(uint64_t word) {
  return static_cast<uint32_t>(word);
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_FORMAT_H_
