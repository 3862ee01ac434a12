#include "tools/rline/stamped_log.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tools/formats/message_files.h"
#include "tools/sites/log_files.h"

namespace recoveryline {

absl::Status StampedLog::Append(absl::Span<const v1::FailoverRecord> records) {
  std::vector<v1::FailoverRecord> stamped(records.begin(), records.end());
  for (v1::FailoverRecord& record : stamped) {
    *record.mutable_time() = ToTimestamp(clock_->Now());
  }
  if (absl::Status kept = log_.Append(stamped); !kept.ok()) {
    return OfOurFile(kept);
  }
  appended_ += static_cast<int64_t>(stamped.size());
  Tell(stamped);
  records_.insert(records_.end(), stamped.begin(), stamped.end());
  return absl::OkStatus();
}

void StampedLog::Tell(absl::Span<const v1::FailoverRecord> records) {
  std::string lines;
  auto sequence = static_cast<int64_t>(records_.size());
  for (const v1::FailoverRecord& record : records) {
    lines += EventLine(++sequence, record);
  }
  // After one that was lost none follows: a reader would not see the gap.
  if (events_.ok()) events_ = events_file_.Append(lines);
}

std::string EventLine(int64_t sequence, const v1::FailoverRecord& record) {
  const absl::StatusOr<std::string> text = Serialize(record, Format::kJsonl);
  absl::string_view members = text.ok() ? absl::string_view(*text) : "{}\n";
  absl::ConsumePrefix(&members, "{");
  return absl::StrCat("{\"sequence\":", sequence, members[0] == '}' ? "" : ",",
                      members);
}

}  // namespace recoveryline
