// ExitCode: what the caller of rline should do next.
//
//   return static_cast<int>(ExitCode::kIncomplete);
//
// The numbers are part of the contract; scripts branch on them.

#ifndef RECOVERYLINE_TOOLS_RLINE_EXIT_CODE_H_
#define RECOVERYLINE_TOOLS_RLINE_EXIT_CODE_H_

namespace recoveryline {

enum class ExitCode {
  // Done; where something was chosen, every VM has a point.
  kComplete = 0,
  // Broken: an output that cannot be written, a bug.
  kFailure = 1,
  // Only with --detailed-exitcode: the result differs from what was there.
  kDiffers = 2,
  // Some VM has no point, or none has.
  kIncomplete = 3,
  // A Decision that is wrong, stale, or was made from other input; what it was
  // made from has changed.
  kRefuted = 4,
  // What has become of something at the site is not known: resume.
  kRemoteUnknown = 5,
  // Another process works on the run.
  kLocked = 6,
  // A person has to commit, or to do something.
  kWaiting = 7,
  // It took longer than was allowed.
  kDeadline = 8,
  // The command line makes no sense.
  kUsage = 64,
  // Input that is missing, cannot be read or breaks a rule.
  kBadInput = 65,
  // The site cannot be reached.
  kSiteUnavailable = 69,
  // The site does not let us.
  kNoPermission = 77,
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_EXIT_CODE_H_
