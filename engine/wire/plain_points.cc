#include "engine/wire/plain_points.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#include "engine/archive/uuid_bytes.h"
#include "engine/core/instant.h"
#include "engine/field_checks.h"

namespace recoveryline {
namespace {

using core::Instant;

// Tags of Vm, RecoveryPoint and Timestamp: the number, then the wire type.
constexpr uint8_t kRecoveryPoint = 7 << 3 | 2;
constexpr uint8_t kId = 1 << 3 | 2;
constexpr uint8_t kCaptureTime = 2 << 3 | 2;
constexpr uint8_t kConsistency = 3 << 3;
constexpr uint8_t kMarker = 4 << 3 | 2;
constexpr uint8_t kAvailableFrom = 5 << 3 | 2;
constexpr uint8_t kExpireTime = 6 << 3 | 2;
constexpr uint8_t kCleanliness = 7 << 3;
constexpr uint8_t kCoveredDiskCount = 8 << 3;
constexpr uint8_t kSeconds = 1 << 3;
constexpr uint8_t kNanos = 2 << 3;

constexpr uint64_t kNanosPerSecond = 1'000'000'000;
// With any nanoseconds it is an instant.
constexpr uint64_t kLastWholeSecond = core::kMaxInstant / kNanosPerSecond - 1;

constexpr uint64_t kTopBits = 0x8080808080808080u;

static_assert(std::endian::native == std::endian::little);

uint64_t LoadWord(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// The lowest seven bits of each byte, put together.
uint64_t Join(uint64_t word) {
  word = (word & 0x007f007f007f007fu) | (word & 0x7f007f007f007f00u) >> 1;
  word = (word & 0x00003fff00003fffu) | (word & 0x3fff00003fff0000u) >> 2;
  return (word & 0x000000000fffffffu) | (word & 0x0fffffff00000000u) >> 4;
}

// The varint at the front of `word`: its size in bytes, 0 where it does not
// end there, and its value. All bytes are taken at once: where a varint ends
// cannot be foretold, so that a loop over them would guess wrong too often.
struct Varint {
  explicit Varint(uint64_t word) {
    const uint64_t ends = ~word & kTopBits;
    size = ends == 0 ? 0 : std::countr_zero(ends) / 8 + 1;
    value = Join(word & (ends ^ (ends - 1)));
  }

  int size;
  uint64_t value;
};

bool IsInstant(uint64_t seconds, uint64_t nanos) {
  return seconds <= kLastWholeSecond && nanos < kNanosPerSecond;
}

// REQUIRES: IsInstant(seconds, nanos), or nobody looks at it.
Instant ToInstant(uint64_t seconds, uint64_t nanos) {
  return static_cast<Instant>(seconds * kNanosPerSecond + nanos);
}

bool IsAscii(absl::string_view text) {
  uint64_t seen = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8) seen |= LoadWord(at);
  for (; at < end; ++at) seen |= static_cast<unsigned char>(*at);
  return (seen & kTopBits) == 0;
}

// Reads a point's fields from the front. A step is false where the point is
// not plain; none looks further than kPlainSlack behind the end.
class PlainReader {
 public:
  PlainReader(const char* at, const char* end) : at_(at), end_(end) {}

  bool AtEnd() const { return at_ == end_; }

  // Whether a field with this tag is next; if so, the tag is passed.
  bool Take(uint8_t tag) {
    if (at_ >= end_ || static_cast<uint8_t>(*at_) != tag) return false;
    ++at_;
    return true;
  }

  bool Text(absl::string_view* text) {
    size_t size = static_cast<uint8_t>(*at_++);
    if (size >= 0x80) {
      const size_t high = static_cast<uint8_t>(*at_++);
      if (high >= 0x80) return false;
      size = (size & 0x7f) | high << 7;
    }
    if (at_ > end_ || size > static_cast<size_t>(end_ - at_)) return false;
    *text = absl::string_view(at_, size);
    at_ += size;
    return size <= kMaxIdBytes;
  }

  // A Timestamp.
  bool Time(Instant* instant) {
    const char* const begin = at_ + 1;
    const size_t size = static_cast<uint8_t>(*at_);
    if (begin > end_ || size > static_cast<size_t>(end_ - begin)) return false;
    at_ = begin + size;
    // Seconds from 1978 to 3058 take five bytes: then all places are known
    // beforehand, and nothing has to wait.
    constexpr uint64_t kMask = 0x00ff80808080'80ffu;
    constexpr uint64_t kForm =
        uint64_t{kNanos} << 48 | uint64_t{0x80808080} << 8 | kSeconds;
    const uint64_t word = LoadWord(begin);
    if ((word & kMask) != kForm) return RareTime(begin, instant);
    const uint64_t seconds = Join(word >> 8 & 0x7f7f7f7f7fu);
    const Varint nanos(LoadWord(begin + 7));
    *instant = ToInstant(seconds, nanos.value);
    return nanos.size > 0 && static_cast<size_t>(nanos.size + 7) == size &&
           IsInstant(seconds, nanos.value);
  }

  // An enum's value or a count, in one byte.
  bool Number(unsigned most, unsigned* value) {
    *value = static_cast<uint8_t>(*at_++);
    return at_ <= end_ && *value <= most;
  }

 private:
  // Any Timestamp with its fields in order, in [begin, at_).
  bool RareTime(const char* begin, Instant* instant) const {
    uint64_t parts[] = {0, 0};
    constexpr uint8_t kTags[] = {kSeconds, kNanos};
    for (int i = 0; i < 2; ++i) {
      if (begin >= at_ || static_cast<uint8_t>(*begin) != kTags[i]) continue;
      const Varint varint(LoadWord(begin + 1));
      if (varint.size == 0) return false;
      begin += 1 + varint.size;
      parts[i] = varint.value;
    }
    *instant = ToInstant(parts[0], parts[1]);
    return begin == at_ && IsInstant(parts[0], parts[1]);
  }

  const char* at_;
  const char* const end_;
};

// A point, and where its texts stand.
bool ReadPlainPoint(const char* at, const char* end, int disk_count,
                    core::RecoveryPoint* point, absl::string_view* id,
                    absl::string_view* marker) {
  PlainReader in(at, end);
  if (!in.Take(kId) || !in.Text(id) || id->empty() || !in.Take(kCaptureTime) ||
      !in.Time(&point->capture_time)) {
    return false;
  }
  unsigned number = 0;
  if (in.Take(kConsistency) && !in.Number(3, &number)) return false;
  point->consistency = static_cast<core::Consistency>(number);
  if (in.Take(kMarker) && (!in.Text(marker) || !IsAscii(*marker))) return false;
  point->available_from = point->capture_time;
  if (in.Take(kAvailableFrom) &&
      (!in.Time(&point->available_from) ||
       point->available_from < point->capture_time)) {
    return false;
  }
  if (in.Take(kExpireTime) && (!in.Time(&point->expire_time) ||
                               point->expire_time <= point->available_from)) {
    return false;
  }
  number = 0;
  if (in.Take(kCleanliness) && !in.Number(4, &number)) return false;
  if (number > 0) {
    point->cleanliness = static_cast<core::Cleanliness>(number - 1);
  }
  if (in.Take(kCoveredDiskCount)) {
    if (!in.Number(0x7f, &number)) return false;
    point->partial = static_cast<int>(number) < disk_count;
  }
  return in.AtEnd();
}

}  // namespace

void PlainColumns::Clear() {
  points.clear();
  ids.clear();
  uuids.clear();
  marked.clear();
  text_ids = 0;
}

void PlainColumns::Add(const core::RecoveryPoint& point, absl::string_view id,
                       absl::string_view marker) {
  if (!marker.empty()) marked.push_back({points.size(), marker});
  points.push_back(point);
  ids.push_back(id);
  if (!PackUuid(id, uuids.emplace_back().data())) ++text_ids;
}

const char* ReadPlainPoints(const char* at, const char* end, int disk_count,
                            PlainColumns* columns) {
  while (end - at >= 3 && static_cast<uint8_t>(*at) == kRecoveryPoint) {
    const char* content = at + 2;
    size_t size = static_cast<uint8_t>(at[1]);
    if (size >= 0x80) {
      ++content;
      const size_t high = static_cast<uint8_t>(at[2]);
      if (high >= 0x80) break;
      size = (size & 0x7f) | high << 7;
    }
    if (size > static_cast<size_t>(end - content)) break;
    core::RecoveryPoint point;
    absl::string_view id;
    absl::string_view marker;
    if (!ReadPlainPoint(content, content + size, disk_count, &point, &id,
                        &marker)) {
      break;
    }
    const bool is_uuid = PackUuid(id, columns->uuids.emplace_back().data());
    if (!is_uuid && !IsAscii(id)) {
      columns->uuids.pop_back();
      break;
    }
    if (!is_uuid) ++columns->text_ids;
    if (!marker.empty()) columns->marked.push_back({columns->size(), marker});
    columns->points.push_back(point);
    columns->ids.push_back(id);
    at = content + size;
  }
  return at;
}

}  // namespace recoveryline
