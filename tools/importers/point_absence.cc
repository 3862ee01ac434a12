#include "tools/importers/point_absence.h"

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline::asr {

std::string WordsOf(Absence absence,
                    const google::protobuf::Timestamp& missed_at) {
  switch (absence) {
    case Absence::kExpired:
      return absl::StrCat("are not listed any more; they expire at ",
                          FormatTimestamp(missed_at), " or before.");
    case Absence::kNotNewer:
      return "are not listed, but the listing is not known to be newer than "
             "they are; they are kept as they were.";
    case Absence::kListUnread:
      return "come from a list that the listing lacks; they are kept as they "
             "were.";
    case Absence::kListInPart:
      return "are not in the list of its points, which is incomplete; they "
             "are kept as they were.";
    case Absence::kListedUnread:
      return "are listed but could not be read; they are kept as they were.";
  }
  return "";
}

}  // namespace recoveryline::asr
