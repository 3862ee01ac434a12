// PointAbsence: why a point that a new listing lacks is kept as it is now.
//
//   notes.push_back(WordsOf(Absence::kExpired, missed_at));
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_POINT_ABSENCE_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_POINT_ABSENCE_H_

#include <map>
#include <string>

#include "google/protobuf/timestamp.pb.h"

namespace recoveryline::asr {

enum class Absence {
  kExpired,
  kNotNewer,
  kListUnread,
  kListInPart,
  kListedUnread,
};

// How many points of one machine are absent, for each reason.
using Absences = std::map<Absence, int>;

// After "3 points "; `missed_at` is when they were first missed.
std::string WordsOf(Absence absence,
                    const google::protobuf::Timestamp& missed_at);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_POINT_ABSENCE_H_
