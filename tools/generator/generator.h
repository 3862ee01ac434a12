// InventoryGenerator: inventories of any size, the same from the same seed.
//
//   GeneratorOptions options;
//   options.vm_count = 10'000;
//   v1::Inventory inventory = Generate(options);
//
//   InventoryGenerator generator(options);   // the same, a machine at a time
//   v1::Inventory head = generator.Head();
//   for (int i = 0; i < options.vm_count; ++i) Write(generator.MakeVm(i));
//
// Ids are UUIDs, names are "vm-00042" and "group-0005". Capture times are
// multiples of 100 ns and of nothing more. Points stand in the order of their
// capture times. Whatever the options, the result keeps every rule of
// engine/validate.
//
// Cost: MakeVm O(points of the machine and of its group's shared moments),
// about 1 us a point, and needs no machine before it.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_TOOLS_GENERATOR_GENERATOR_H_
#define RECOVERYLINE_TOOLS_GENERATOR_GENERATOR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// How the points of a machine are spread. See point_drafts.cc for the figures.
enum class Profile {
  // Crash-consistent points every 5 minutes and hourly application-consistent
  // ones over 72 hours: 1,000 points a machine.
  kFiveMinute72h,
  // What Azure Site Recovery keeps in 15 days: every point of the last two
  // hours, then one in 2 hours, after a week one in 4: 155 points.
  kAsrPruned,
  // Bursts of points, many at the very same instant, with gaps between them.
  kBursty,
  // Points that are expired and points that are not yet available alternate,
  // and one in 64 can be used: block summaries do not help.
  kAdversarial,
};

// "five-minute-72h", "asr-pruned", "bursty", "adversarial".
absl::string_view ProfileName(Profile profile);
std::optional<Profile> ProfileOfName(absl::string_view name);

struct GeneratorOptions {
  uint64_t seed = 1;
  int vm_count = 10;
  // Points a machine; 0: as many as the profile is made for. Fewer than that
  // are thinned or cut off at the old end, more reach further back.
  int point_count = 0;
  // Machines a group, the last one taking what is left; below 2: no groups.
  int group_size = 4;
  // The share of a group's points, 0 to 1, that each machine lacks; it has a
  // point without a marker, some seconds aside, instead.
  double marker_loss = 0.1;
  // The share of points, 0 to 1, that a scan has judged: 9 of 10 CLEAN, the
  // rest SUSPICIOUS or INFECTED.
  double judged_share = 0;
  Profile profile = Profile::kFiveMinute72h;
  // 2026-03-01T00:00:00Z
  core::Instant as_of_time = 1'772'323'200'000'000'000;
};

class InventoryGenerator {
 public:
  // REQUIRES: counts are not negative, shares lie in [0, 1], and as_of_time
  // lies in the years 1900 to 2200.
  explicit InventoryGenerator(const GeneratorOptions& options);

  int vm_count() const { return options_.vm_count; }
  // Points of each machine.
  int point_count() const { return options_.point_count; }
  int group_count() const;

  // The inventory without its machines: time, source and groups.
  v1::Inventory Head() const;

  // Machine `index` of the inventory, in [0, vm_count()).
  v1::Vm MakeVm(int index) const;

  // The place in replication_groups of its group, whose machines stand next to
  // each other; -1 for none.
  int GroupOf(int vm) const;

 private:
  std::string VmId(int index) const;
  std::string GroupId(int group) const;

  GeneratorOptions options_;
};

// The whole inventory. REQUIRES: as for InventoryGenerator.
v1::Inventory Generate(const GeneratorOptions& options);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_GENERATOR_GENERATOR_H_
