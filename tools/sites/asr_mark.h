// AsrMark: what Azure said of a machine before a call could have begun, and
// what it says since.
//
//   call.set_mark(AsrMark::Of(item, jobs, since).Text());      // kept in a log
//   AsrSince since = SinceMark(*AsrMark::Parse(call.mark()), call, item, jobs);
//   if (since.job != nullptr) ...            // the call has become this job
//
// Azure knows no keys of ours. A call is known by the job that was not there
// when it was marked, is of its machine (or of the recovery plan through which
// the machine is failed over) and does what was asked.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_MARK_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_MARK_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/sites/asr_items.h"
#include "tools/sites/asr_jobs.h"

namespace recoveryline {

struct AsrMark {
  // Jobs were listed from this time on, RFC 3339; empty: all of them.
  std::string since = {};
  // Names of the jobs there were, lower-case: those of the machine, those that
  // may be of it, and those of plans.
  std::set<std::string> jobs = {};
  // What an operation on the item would change.
  std::string state = {};
  // Azure's id of the recovery plan that the call goes through; empty: none.
  std::string plan = {};

  static AsrMark Of(const AsrItem& item, const std::vector<AsrJob>& jobs,
                    absl::string_view since);
  // Nothing where the text is none of ours.
  static std::optional<AsrMark> Parse(absl::string_view text);
  std::string Text() const;
};

// How sure it is whose a job is, in the vault as a whole.
struct AsrNames {
  // Friendly names, lower-case, that more than one machine has.
  std::set<std::string> shared = {};
};

// What has come since a mark.
struct AsrSince {
  // The newest job that is what the call asked for; null: there is none.
  const AsrJob* job = nullptr;
  // There are jobs that may be of this machine or of another one.
  bool is_doubtful = false;
  // The item changed.
  bool is_changed = false;
  // Something is going on that was not when it was marked, and its job is not
  // listed.
  bool is_busy = false;
  // The item is as the call would leave it, and changed.
  bool is_reached = false;
};

AsrSince SinceMark(const AsrMark& mark, const v1::SiteCall& call,
                   const AsrItem& item, const std::vector<AsrJob>& jobs,
                   const AsrNames& names);

// The newest job of this machine that does this; null: none. Jobs of plans
// count where they name the machine.
const AsrJob* NewestJob(const v1::SiteCall& call, v1::SiteCall::Action action,
                        const AsrItem& item, const std::vector<AsrJob>& jobs,
                        const AsrNames& names);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_MARK_H_
