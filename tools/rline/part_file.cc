#include "tools/rline/part_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/batch/part_records.h"
#include "google/protobuf/stubs/logging.h"

namespace recoveryline {
namespace {

constexpr size_t kBufferBytes = 16 << 10;
constexpr char kNoPart[] = "is no part of a sharded evaluation";

}  // namespace

absl::StatusOr<PartWriter> PartWriter::Open(const std::string& path,
                                            const v1::PartHeader& header) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(path);
  if (!file.ok()) return file.status();
  PartWriter writer(*std::move(file));
  v1::PartRecord record;
  *record.mutable_header() = header;
  std::string bytes;
  AppendRecord(record, &bytes);
  const absl::Status written = writer.Append(bytes);
  if (!written.ok()) return written;
  return writer;
}

absl::Status PartWriter::Append(absl::string_view records) {
  digest_.Add(records);
  return file_.Append(records);
}

absl::Status PartWriter::Commit() {
  v1::PartRecord record;
  record.mutable_end()->set_digest(digest_.Text());
  std::string bytes;
  AppendRecord(record, &bytes);
  const absl::Status written = file_.Append(bytes);
  return written.ok() ? file_.Commit() : written;
}

absl::StatusOr<PartReader> PartReader::Open(const std::string& path) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  return PartReader(*std::move(file));
}

absl::Status PartReader::Next(v1::PartRecord* record) {
  bytes_.clear();
  uint32_t length = 0;
  if (absl::Status taken = TakeLength(&length); !taken.ok()) return taken;
  const size_t begin = bytes_.size();
  if (absl::Status taken = Take(length); !taken.ok()) return taken;
  const google::protobuf::LogSilencer silencer;
  if (!record->ParseFromArray(bytes_.data() + begin,
                              static_cast<int>(length))) {
    return absl::DataLossError(
        record_count_ == 0
            ? kNoPart
            : absl::StrCat("is damaged in its record ", record_count_ + 1));
  }
  ++record_count_;
  if (record->has_end()) return CheckEnd(record->end());
  digest_.Add(bytes_);
  return absl::OkStatus();
}

absl::StatusOr<absl::string_view> PartReader::Unread() {
  if (used_ == buffer_.size()) {
    buffer_.resize(kBufferBytes);
    const auto count = file_.Read(buffer_.data(), buffer_.size());
    if (!count.ok()) {
      return absl::DataLossError(
          absl::StrCat("fails: ", count.status().message()));
    }
    buffer_.resize(*count);
    used_ = 0;
  }
  return absl::string_view(buffer_).substr(used_);
}

absl::Status PartReader::Take(size_t size) {
  while (size > 0) {
    const absl::StatusOr<absl::string_view> unread = Unread();
    if (!unread.ok()) return unread.status();
    if (unread->empty()) return CutOff();
    const size_t count = std::min(size, unread->size());
    bytes_.append(unread->data(), count);
    used_ += count;
    size -= count;
  }
  return absl::OkStatus();
}

// A varint of at most 31 bits.
absl::Status PartReader::TakeLength(uint32_t* length) {
  uint64_t value = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (absl::Status taken = Take(1); !taken.ok()) return taken;
    const auto byte = static_cast<unsigned char>(bytes_.back());
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte >= 0x80) continue;
    if (value > 0x7FFFFFFF) break;
    *length = static_cast<uint32_t>(value);
    return absl::OkStatus();
  }
  return absl::DataLossError(
      record_count_ == 0
          ? kNoPart
          : absl::StrCat("is damaged after ", record_count_, " records"));
}

absl::Status PartReader::CutOff() const {
  if (record_count_ > 0) {
    return absl::DataLossError(
        absl::StrCat("is cut off after ", record_count_, " records"));
  }
  return absl::DataLossError(bytes_.empty() ? "is empty" : kNoPart);
}

absl::Status PartReader::CheckEnd(const v1::PartEnd& end) {
  if (end.digest() != digest_.Text()) {
    return absl::DataLossError("was changed: its digest is another");
  }
  const absl::StatusOr<absl::string_view> unread = Unread();
  if (!unread.ok()) return unread.status();
  if (unread->empty()) return absl::OkStatus();
  return absl::DataLossError("goes on after its end");
}

}  // namespace recoveryline
