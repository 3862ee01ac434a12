#include "tools/generator/point_drafts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;

constexpr Nanos kTick = 100;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kMinute = 60 * kSecond;
constexpr Nanos kHour = 60 * kMinute;
constexpr Nanos kThreeDays = 72 * kHour;
constexpr Nanos kFifteenDays = 360 * kHour;
// Longer histories are pressed into this, so that every time is an instant.
constexpr Nanos kLongestHistory = 50 * 365 * 24 * kHour;

// In [low, high], a whole number of ticks. REQUIRES: both are.
Nanos TicksBetween(Nanos low, Nanos high, RandomStream* stream) {
  return stream->Between(low / kTick, high / kTick + 1) * kTick;
}

Nanos WholeTicks(Nanos nanos) { return nanos / kTick * kTick; }

// --- five-minute-72h -------------------------------------------------------

// At 1,000 points: 72 shared, 64 application-consistent ones of the machine's
// own, 864 crash-consistent ones. A few shared ones also where it has few.
struct FiveMinuteShares {
  explicit FiveMinuteShares(int points)
      : shared(std::max(points * 72 / 1000, std::min(6, points / 4))),
        own(points * 64 / 1000),
        crash(points - shared - own) {}

  Nanos crash_spacing() const {
    return WholeTicks(std::max(5 * kMinute, kThreeDays / crash));
  }
  Nanos shared_spacing() const {
    if (shared == 0) return kHour;
    return WholeTicks(std::max(kHour, kThreeDays / shared));
  }
  Nanos history() const { return crash * crash_spacing(); }

  int shared;
  int own;
  int crash;
};

// Every `spacing` back from `newest`, two seconds early or late.
Instant Slot(Instant newest, Nanos spacing, int index, RandomStream* stream) {
  return newest - index * spacing -
         TicksBetween(0, std::min(4 * kSecond, WholeTicks(spacing / 2)),
                      stream);
}

std::vector<SharedMoment> FiveMinuteMoments(const GeneratorOptions& options,
                                            RandomStream* stream) {
  const FiveMinuteShares shares(options.point_count);
  const Nanos spacing = shares.shared_spacing();
  const Instant newest = options.as_of_time - TicksBetween(0, spacing, stream);
  std::vector<SharedMoment> moments(static_cast<size_t>(shares.shared));
  for (int i = 0; i < shares.shared; ++i) {
    moments[static_cast<size_t>(i)].capture_time =
        Slot(newest, spacing, i, stream);
  }
  return moments;
}

void AddFiveMinuteDrafts(const GeneratorOptions& options, RandomStream* stream,
                         std::vector<PointDraft>* drafts) {
  const FiveMinuteShares shares(options.point_count);
  const Nanos spacing = shares.crash_spacing();
  const Instant newest = options.as_of_time - TicksBetween(0, spacing, stream);
  for (int i = 0; i < shares.crash; ++i) {
    drafts->push_back({.capture_time = Slot(newest, spacing, i, stream)});
  }
  const Nanos history = WholeTicks(shares.history());
  for (int i = 0; i < shares.own; ++i) {
    drafts->push_back(
        {.capture_time = options.as_of_time - TicksBetween(0, history, stream),
         .consistency = v1::RecoveryPoint::APPLICATION_CONSISTENT});
  }
}

// --- asr-pruned ------------------------------------------------------------

constexpr int kRecentSlots = 24;      // 5 minutes apart: the last two hours
constexpr int kFirstWeekSlots = 83;   // 2 hours apart, up to 7 days
constexpr int kSecondWeekSlots = 48;  // 4 hours apart, up to 15 days

// How old the slot is; beyond 15 days the last spacing goes on.
Nanos PrunedAge(int slot, int point_count) {
  if (slot < kRecentSlots) return slot * 5 * kMinute;
  slot -= kRecentSlots;
  if (slot < kFirstWeekSlots) return (4 + 2 * slot) * kHour;
  slot -= kFirstWeekSlots;
  const Nanos spacing =
      std::min(4 * kHour, WholeTicks(kLongestHistory / point_count));
  return 168 * kHour + (slot + 1) * spacing;
}

// Hourly points of the last two hours, and whatever pruning leaves.
bool IsSharedPrunedSlot(int slot) {
  return slot >= kRecentSlots || slot % 12 == 5;
}

std::vector<SharedMoment> PrunedMoments(const GeneratorOptions& options,
                                        RandomStream* stream) {
  const Instant newest =
      options.as_of_time - TicksBetween(0, 5 * kMinute, stream);
  std::vector<SharedMoment> moments;
  for (int slot = 0; slot < options.point_count; ++slot) {
    if (!IsSharedPrunedSlot(slot)) continue;
    moments.push_back(
        {.capture_time = Slot(newest - PrunedAge(slot, options.point_count),
                              kMinute, 0, stream),
         .consistency = stream->Chance(0.5)
                            ? v1::RecoveryPoint::APPLICATION_CONSISTENT
                            : v1::RecoveryPoint::CRASH_CONSISTENT,
         .marker = ""});
  }
  return moments;
}

void AddPrunedDrafts(const GeneratorOptions& options, RandomStream* stream,
                     std::vector<PointDraft>* drafts) {
  const Instant newest =
      options.as_of_time - TicksBetween(0, 5 * kMinute, stream);
  for (int slot = 0; slot < std::min(kRecentSlots, options.point_count);
       ++slot) {
    if (IsSharedPrunedSlot(slot)) continue;
    drafts->push_back(
        {.capture_time = Slot(newest - PrunedAge(slot, options.point_count),
                              kMinute, 0, stream)});
  }
}

// --- bursty ----------------------------------------------------------------

// One burst in twelve points; some gaps are eighty times as long as others.
std::vector<SharedMoment> BurstMoments(const GeneratorOptions& options,
                                       RandomStream* stream) {
  static constexpr std::array<int, 8> kGapSixteenths = {1, 1, 2,  2,
                                                        4, 8, 32, 80};
  const int bursts = std::max(1, options.point_count / 12);
  const Nanos mean_gap = kThreeDays / bursts;
  std::vector<SharedMoment> moments;
  Instant at = options.as_of_time - TicksBetween(0, kMinute, stream);
  for (int burst = 0; burst < bursts; ++burst) {
    const uint64_t count = 1 + stream->Below(3);
    Instant capture = at;
    for (uint64_t i = 0; i < count; ++i) {
      SharedMoment& moment = moments.emplace_back();
      moment.capture_time = capture;
      moment.consistency = stream->Chance(0.5)
                               ? v1::RecoveryPoint::APPLICATION_CONSISTENT
                               : v1::RecoveryPoint::CRASH_CONSISTENT;
      // A marker may stand on several points of one machine.
      if (i > 0 && stream->Chance(0.3)) {
        moment.marker = moments[moments.size() - 2].marker;
      } else {
        moment.marker = stream->Uuid();
      }
      if (stream->Chance(0.5)) capture -= TicksBetween(0, kSecond, stream);
    }
    at -= WholeTicks(mean_gap / 16 * kGapSixteenths[stream->Below(8)]) +
          TicksBetween(0, kSecond, stream);
  }
  if (moments.size() > static_cast<size_t>(options.point_count)) {
    moments.resize(static_cast<size_t>(options.point_count));
  }
  return moments;
}

void AddBurstDrafts(const GeneratorOptions& options,
                    const std::vector<SharedMoment>& moments,
                    RandomStream* stream, std::vector<PointDraft>* drafts) {
  while (drafts->size() < static_cast<size_t>(options.point_count)) {
    PointDraft& draft = drafts->emplace_back();
    draft.capture_time = moments[stream->Below(moments.size())].capture_time;
    if (stream->Chance(0.6)) {
      draft.capture_time -= TicksBetween(0, 3 * kSecond, stream);
    }
    if (stream->Chance(0.2)) {
      draft.consistency = v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT;
    }
  }
}

// --- adversarial -----------------------------------------------------------

std::vector<SharedMoment> AdversarialMoments(const GeneratorOptions& options,
                                             RandomStream* stream) {
  const Nanos spacing = WholeTicks(kThreeDays / options.point_count);
  std::vector<SharedMoment> moments(static_cast<size_t>(options.point_count));
  for (int i = 0; i < options.point_count; ++i) {
    SharedMoment& moment = moments[static_cast<size_t>(i)];
    moment.capture_time =
        Slot(options.as_of_time - kSecond, spacing, i, stream);
    moment.consistency = stream->Chance(0.5)
                             ? v1::RecoveryPoint::APPLICATION_CONSISTENT
                             : v1::RecoveryPoint::CRASH_CONSISTENT;
  }
  return moments;
}

// One in 64 can be used; of the others every second one is not there yet, and
// the rest are gone.
void SetAdversarialAvailability(const GeneratorOptions& options, int index,
                                RandomStream* stream, PointDraft* draft) {
  const Instant as_of = options.as_of_time;
  const int usable = std::min(37, options.point_count / 2);
  draft->available_from = draft->capture_time;
  draft->expire_time = as_of + kThreeDays;
  if (index % 64 == usable) return;
  if (index % 2 == 0) {
    draft->available_from = as_of + TicksBetween(kTick, 48 * kHour, stream);
  } else {
    draft->expire_time =
        as_of - TicksBetween(0, as_of - draft->capture_time - kTick, stream);
  }
}

// --- all profiles ----------------------------------------------------------

Nanos Retention(const GeneratorOptions& options) {
  switch (options.profile) {
    case Profile::kFiveMinute72h:
      return WholeTicks(std::max(
          kThreeDays, FiveMinuteShares(options.point_count).history()));
    case Profile::kAsrPruned:
      return std::max(kFifteenDays,
                      PrunedAge(options.point_count, options.point_count));
    case Profile::kBursty:
    case Profile::kAdversarial:
      return kThreeDays;
  }
  return kThreeDays;
}

// Processed half a minute to two after the capture, 2 % hours late; 1 % expire
// before their time.
void SetAvailability(Nanos retention, RandomStream* stream, PointDraft* draft) {
  draft->available_from =
      draft->capture_time + TicksBetween(30 * kSecond, 120 * kSecond, stream);
  if (stream->Chance(0.02)) {
    draft->available_from += TicksBetween(kHour, 6 * kHour, stream);
  }
  draft->expire_time = draft->capture_time + retention;
  if (stream->Chance(0.01)) {
    draft->expire_time = draft->available_from +
                         TicksBetween(kTick, WholeTicks(retention / 2), stream);
  }
}

void AddOwnDrafts(const GeneratorOptions& options,
                  const std::vector<SharedMoment>& moments,
                  RandomStream* stream, std::vector<PointDraft>* drafts) {
  switch (options.profile) {
    case Profile::kFiveMinute72h:
      AddFiveMinuteDrafts(options, stream, drafts);
      return;
    case Profile::kAsrPruned:
      AddPrunedDrafts(options, stream, drafts);
      return;
    case Profile::kBursty:
      AddBurstDrafts(options, moments, stream, drafts);
      return;
    case Profile::kAdversarial:
      return;
  }
}

std::vector<SharedMoment> MomentsOfProfile(const GeneratorOptions& options,
                                           RandomStream* stream) {
  switch (options.profile) {
    case Profile::kFiveMinute72h:
      return FiveMinuteMoments(options, stream);
    case Profile::kAsrPruned:
      return PrunedMoments(options, stream);
    case Profile::kBursty:
      return BurstMoments(options, stream);
    case Profile::kAdversarial:
      return AdversarialMoments(options, stream);
  }
  return {};
}

}  // namespace

int NaturalPointCount(Profile profile) {
  switch (profile) {
    case Profile::kFiveMinute72h:
    case Profile::kBursty:
    case Profile::kAdversarial:
      return 1000;
    case Profile::kAsrPruned:
      return kRecentSlots + kFirstWeekSlots + kSecondWeekSlots;
  }
  return 1000;
}

std::vector<SharedMoment> MakeMoments(const GeneratorOptions& options,
                                      RandomStream* group_stream) {
  std::vector<SharedMoment> moments = MomentsOfProfile(options, group_stream);
  for (SharedMoment& moment : moments) {
    if (moment.marker.empty()) moment.marker = group_stream->Uuid();
  }
  return moments;
}

std::vector<PointDraft> MakeDrafts(const GeneratorOptions& options,
                                   const std::vector<SharedMoment>& moments,
                                   RandomStream* vm_stream) {
  std::vector<PointDraft> drafts;
  drafts.reserve(static_cast<size_t>(options.point_count));
  for (size_t i = 0; i < moments.size(); ++i) {
    PointDraft& draft = drafts.emplace_back();
    draft.capture_time = moments[i].capture_time;
    draft.consistency = moments[i].consistency;
    if (vm_stream->Chance(options.marker_loss)) {
      draft.capture_time -= TicksBetween(kTick, 20 * kSecond, vm_stream);
    } else {
      draft.moment = static_cast<int>(i);
    }
  }
  AddOwnDrafts(options, moments, vm_stream, &drafts);

  const Nanos retention = Retention(options);
  for (size_t i = 0; i < drafts.size(); ++i) {
    if (options.profile == Profile::kAdversarial) {
      SetAdversarialAvailability(options, static_cast<int>(i), vm_stream,
                                 &drafts[i]);
    } else {
      SetAvailability(retention, vm_stream, &drafts[i]);
    }
  }
  std::stable_sort(drafts.begin(), drafts.end(),
                   [](const PointDraft& a, const PointDraft& b) {
                     return a.capture_time < b.capture_time;
                   });
  return drafts;
}

}  // namespace recoveryline
