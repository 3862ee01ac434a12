#include "engine/wire/wire_scan.h"

#include <string>
#include <utility>

#include "engine/wire/wire_fields.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/stubs/logging.h"

namespace recoveryline {
namespace {

using google::protobuf::io::CodedOutputStream;
using v1::Inventory;
using v1::Vm;

constexpr uint32_t kPoint = TextTag(Vm::kRecoveryPointsFieldNumber);

class Scanner {
 public:
  Scanner(ScanDepth depth, int64_t field_bytes)
      : depth_(depth), field_bytes_(static_cast<size_t>(field_bytes)) {}

  std::optional<WireScan> Scan(absl::string_view bytes) {
    const google::protobuf::LogSilencer silencer;
    WireFields fields(bytes);
    while (fields.Next()) {
      if (!AddField(fields)) return std::nullopt;
    }
    if (!fields.at_end() || !Parse()) return std::nullopt;
    // Bytes that say nothing are no inventory.
    if (scan_.rows.ByteSizeLong() == 0) return std::nullopt;
    return std::move(scan_);
  }

 private:
  bool AddField(const WireFields& field) {
    switch (field.tag()) {
      case TextTag(Inventory::kVmsFieldNumber):
        return AddVm(field.content());
      case TextTag(Inventory::kReplicationGroupsFieldNumber):
        if (!HasShortFields(field.content())) return false;
        return Keep(field.raw());
      case TextTag(Inventory::kAsOfTimeFieldNumber):
      case TextTag(Inventory::kSourceFieldNumber):
      case TextTag(Inventory::kObservedFromFieldNumber):
        return field.content().size() <= field_bytes_ && Keep(field.raw());
      default:
        return false;
    }
  }

  bool AddVm(absl::string_view content) {
    head_.clear();
    absl::string_view points = content.substr(content.size());
    WireFields fields(content);
    while (true) {
      const absl::string_view rest = fields.rest();
      if (!fields.Next()) break;
      if (fields.tag() == kPoint) {
        if (points.empty()) points = rest;
        if (depth_ == ScanDepth::kHeads) break;
        continue;
      }
      if (fields.content().size() > field_bytes_) return false;
      head_.append(fields.raw().data(), fields.raw().size());
    }
    const bool stopped = depth_ == ScanDepth::kHeads && !points.empty();
    if (!stopped && !fields.at_end()) return false;
    scan_.points.push_back(points);
    uint8_t prefix[16];
    uint8_t* end = CodedOutputStream::WriteVarint32ToArray(
        TextTag(Inventory::kVmsFieldNumber), prefix);
    end = CodedOutputStream::WriteVarint64ToArray(head_.size(), end);
    rows_.append(reinterpret_cast<const char*>(prefix),
                 static_cast<size_t>(end - prefix));
    return Keep(head_);
  }

  // Whether a message is either short itself or made of short fields.
  bool HasShortFields(absl::string_view content) const {
    if (content.size() <= field_bytes_) return true;
    WireFields fields(content);
    while (fields.Next()) {
      if (fields.content().size() > field_bytes_) return false;
    }
    return fields.at_end();
  }

  bool Keep(absl::string_view raw) {
    rows_.append(raw.data(), raw.size());
    constexpr size_t kMostUnparsed = size_t{1} << 20;
    return rows_.size() < kMostUnparsed || Parse();
  }

  // Messages in the binary form are merged by writing one behind the other.
  bool Parse() {
    const bool parsed = scan_.rows.MergeFromString(rows_);
    rows_.clear();
    return parsed;
  }

  const ScanDepth depth_;
  const size_t field_bytes_;
  WireScan scan_;
  std::string rows_;  // whole fields of the inventory, not parsed yet
  std::string head_;  // of a machine, kept for its allocation
};

}  // namespace

std::optional<WireScan> ScanInventory(absl::string_view bytes, ScanDepth depth,
                                      int64_t field_bytes) {
  return Scanner(depth, field_bytes).Scan(bytes);
}

}  // namespace recoveryline
