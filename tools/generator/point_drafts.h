// Point drafts: when the points of one generated machine were captured, and
// from when until when each can be used.
//
//   std::vector<SharedMoment> moments = MakeMoments(options, &group_stream);
//   for (const PointDraft& p : MakeDrafts(options, moments, &vm_stream)) ...
//
// A group's machines share its moments: the instants at which all of them were
// captured together. Each machine misses some and has points of its own.
//
// Invariants of a draft (generator_test checks them):
//   (1) All times are multiples of 100 ns.
//   (2) capture_time <= available_from < expire_time.
//   (3) MakeDrafts gives exactly options.point_count of them, in the order of
//       their capture times.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_GENERATOR_POINT_DRAFTS_H_
#define RECOVERYLINE_TOOLS_GENERATOR_POINT_DRAFTS_H_

#include <string>
#include <vector>

#include "engine/core/instant.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/generator/generator.h"
#include "tools/generator/random_stream.h"

namespace recoveryline {

// An instant at which all machines of a group were captured. Two moments may
// share an instant, and a marker.
struct SharedMoment {
  core::Instant capture_time = 0;
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::APPLICATION_CONSISTENT;
  std::string marker;
};

struct PointDraft {
  core::Instant capture_time = 0;
  core::Instant available_from = 0;
  core::Instant expire_time = 0;
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::CRASH_CONSISTENT;
  int moment = -1;  // the shared moment it belongs to; -1: none
};

// As many points as the profile is made for.
int NaturalPointCount(Profile profile);

// REQUIRES, here and below: options.point_count > 0.
std::vector<SharedMoment> MakeMoments(const GeneratorOptions& options,
                                      RandomStream* group_stream);

std::vector<PointDraft> MakeDrafts(const GeneratorOptions& options,
                                   const std::vector<SharedMoment>& moments,
                                   RandomStream* vm_stream);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_GENERATOR_POINT_DRAFTS_H_
