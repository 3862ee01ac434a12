#include "tools/generator/generator.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/timestamps.h"
#include "tools/generator/point_drafts.h"
#include "tools/generator/random_stream.h"

namespace recoveryline {
namespace {

constexpr core::Nanos kTick = 100;

// What a random stream is for: part of its key.
enum Purpose : uint64_t { kVmId, kGroupId, kVmPoints, kMoments, kLoneMoments };

RandomStream Stream(const GeneratorOptions& options, Purpose purpose,
                    int index) {
  return RandomStream(options.seed, {purpose, static_cast<uint64_t>(index)});
}

GeneratorOptions Normalized(GeneratorOptions options) {
  if (options.point_count == 0) {
    options.point_count = NaturalPointCount(options.profile);
  }
  options.as_of_time -= (options.as_of_time % kTick + kTick) % kTick;
  return options;
}

v1::RecoveryPoint::Cleanliness Verdict(RandomStream* stream) {
  const uint64_t roll = stream->Below(100);
  if (roll < 90) return v1::RecoveryPoint::CLEAN;
  if (roll < 97) return v1::RecoveryPoint::SUSPICIOUS;
  return v1::RecoveryPoint::INFECTED;
}

void AddPoint(const PointDraft& draft, const std::string* marker,
              double judged_share, RandomStream* stream, v1::Vm* vm) {
  v1::RecoveryPoint* point = vm->add_recovery_points();
  point->set_id(stream->Uuid());
  *point->mutable_capture_time() = ToTimestamp(draft.capture_time);
  point->set_consistency(draft.consistency);
  if (marker != nullptr) point->set_consistency_marker(*marker);
  if (draft.available_from != draft.capture_time) {
    *point->mutable_available_from() = ToTimestamp(draft.available_from);
  }
  *point->mutable_expire_time() = ToTimestamp(draft.expire_time);
  if (stream->Chance(judged_share)) point->set_cleanliness(Verdict(stream));
}

}  // namespace

absl::string_view ProfileName(Profile profile) {
  switch (profile) {
    case Profile::kFiveMinute72h:
      return "five-minute-72h";
    case Profile::kAsrPruned:
      return "asr-pruned";
    case Profile::kBursty:
      return "bursty";
    case Profile::kAdversarial:
      return "adversarial";
  }
  return "";
}

std::optional<Profile> ProfileOfName(absl::string_view name) {
  for (const Profile profile : {Profile::kFiveMinute72h, Profile::kAsrPruned,
                                Profile::kBursty, Profile::kAdversarial}) {
    if (name == ProfileName(profile)) return profile;
  }
  return std::nullopt;
}

InventoryGenerator::InventoryGenerator(const GeneratorOptions& options)
    : options_(Normalized(options)) {}

int InventoryGenerator::group_count() const {
  if (options_.group_size < 2) return 0;
  return (options_.vm_count + options_.group_size - 1) / options_.group_size;
}

int InventoryGenerator::GroupOf(int vm) const {
  return options_.group_size < 2 ? -1 : vm / options_.group_size;
}

std::string InventoryGenerator::VmId(int index) const {
  return Stream(options_, kVmId, index).Uuid();
}

std::string InventoryGenerator::GroupId(int group) const {
  return Stream(options_, kGroupId, group).Uuid();
}

v1::Inventory InventoryGenerator::Head() const {
  v1::Inventory head;
  *head.mutable_as_of_time() = ToTimestamp(options_.as_of_time);
  head.set_source(absl::StrCat("generated: profile ",
                               ProfileName(options_.profile), ", seed ",
                               options_.seed));
  for (int group = 0; group < group_count(); ++group) {
    v1::ReplicationGroup* added = head.add_replication_groups();
    added->set_id(GroupId(group));
    added->set_display_name(absl::StrFormat("group-%04d", group));
    added->set_multi_vm_consistency(true);
    const int first = group * options_.group_size;
    const int end = std::min(first + options_.group_size, options_.vm_count);
    for (int vm = first; vm < end; ++vm) added->add_expected_vm_ids(VmId(vm));
  }
  return head;
}

v1::Vm InventoryGenerator::MakeVm(int index) const {
  const int group = GroupOf(index);
  RandomStream stream = Stream(options_, kVmPoints, index);
  v1::Vm vm;
  vm.set_id(VmId(index));
  vm.set_display_name(absl::StrFormat("vm-%05d", index));
  if (group >= 0) vm.set_replication_group_id(GroupId(group));
  vm.set_protection_state(v1::Vm::REPLICATING);
  vm.set_disk_count(static_cast<int32_t>(1 + stream.Below(4)));
  *vm.mutable_latest_replicated_time() =
      ToTimestamp(options_.as_of_time - stream.Between(0, 300'000'000) * kTick);

  RandomStream moment_stream = group >= 0
                                   ? Stream(options_, kMoments, group)
                                   : Stream(options_, kLoneMoments, index);
  const std::vector<SharedMoment> moments =
      MakeMoments(options_, &moment_stream);
  vm.mutable_recovery_points()->Reserve(options_.point_count);
  for (const PointDraft& draft : MakeDrafts(options_, moments, &stream)) {
    const bool marked = group >= 0 && draft.moment >= 0;
    AddPoint(
        draft,
        marked ? &moments[static_cast<size_t>(draft.moment)].marker : nullptr,
        options_.judged_share, &stream, &vm);
  }
  return vm;
}

v1::Inventory Generate(const GeneratorOptions& options) {
  const InventoryGenerator generator(options);
  v1::Inventory inventory = generator.Head();
  inventory.mutable_vms()->Reserve(generator.vm_count());
  for (int i = 0; i < generator.vm_count(); ++i) {
    *inventory.add_vms() = generator.MakeVm(i);
  }
  return inventory;
}

}  // namespace recoveryline
