#include "engine/failover/failover_records.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"

namespace recoveryline {
namespace {

using v1::FailoverRecord;

std::string KindOf(const FailoverRecord& record) {
  const auto* field = FailoverRecord::descriptor()->FindFieldByNumber(
      static_cast<int>(record.record_case()));
  return field == nullptr ? "" : field->name();
}

}  // namespace

absl::Status LoggedFailover::Append(absl::Span<const FailoverRecord> records) {
  std::vector<RunRecord> kept;
  for (const FailoverRecord& record : records) {
    kept.push_back(
        {.kind = KindOf(record), .payload = record.SerializeAsString()});
  }
  // What cannot be read again would make the log unreadable for ever.
  if (const auto read = FailoverRecordsOf(kept); !read.ok()) {
    return absl::InternalError(
        absl::StrCat("nothing is written that cannot be read again: ",
                     read.status().message()));
  }
  return log_.Append(kept);
}

absl::StatusOr<std::vector<FailoverRecord>> FailoverRecordsOf(
    absl::Span<const RunRecord> kept) {
  std::vector<FailoverRecord> records;
  for (const RunRecord& record : kept) {
    FailoverRecord& read = records.emplace_back();
    if (!read.ParseFromString(record.payload) || KindOf(read) != record.kind) {
      return absl::DataLossError(absl::StrCat("record ", records.size(),
                                              " is no \"", record.kind, "\""));
    }
  }
  return records;
}

}  // namespace recoveryline
