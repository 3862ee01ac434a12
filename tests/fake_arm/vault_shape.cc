#include "tests/fake_arm/vault_shape.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/fake_arm/point_schedule.h"

namespace recoveryline::fake {
namespace {

constexpr uint64_t kVmStream = 11;
constexpr uint64_t kGroupStream = 12;
constexpr uint64_t kCloudStream = 13;

class Shaper {
 public:
  explicit Shaper(const FakeOptions& options) {
    state_.options = options;
    state_.root = absl::StrCat("/Subscriptions/", options.subscription,
                               "/resourceGroups/", options.resource_group,
                               "/providers/Microsoft.RecoveryServices/vaults/",
                               options.vault);
  }

  FakeState Shape() {
    const FakeOptions& options = state_.options;
    for (size_t i = 0; i < options.blocks.size(); ++i) {
      AddBlock(static_cast<int>(i), options.blocks[i]);
    }
    for (FakeGroup& group : state_.groups) {
      group.points_until = options.start - options.grid.history;
    }
    for (size_t i = 0; i < state_.groups.size(); ++i) {
      MakePointsUntil(options.start, static_cast<int>(i), &state_);
    }
    return std::move(state_);
  }

 private:
  int AddContainer(const std::string& fabric, const std::string& name,
                   bool other_name_in_points) {
    std::string in_points = name;
    if (other_name_in_points) {
      in_points = absl::StrCat(
          "cloud_", FakeId::Of(state_.options.seed,
                               {kCloudStream, state_.containers.size()})
                        .Text());
    }
    state_.containers.push_back({fabric, name, in_points, {}});
    return static_cast<int>(state_.containers.size()) - 1;
  }

  // The container of the block, and the one that it may switch to.
  std::pair<int, int> AddContainers(int number, InstanceType type) {
    if (type == InstanceType::kA2A) {
      const std::string east = absl::StrCat("asr-a2a-default-eastus-", number);
      const std::string west = absl::StrCat("asr-a2a-default-westus-", number);
      const int from = AddContainer(east, east + "-container", false);
      return {from, AddContainer(west, west + "-container", false)};
    }
    const bool hyperv = type == InstanceType::kHyperVReplicaAzure;
    const bool modern = type == InstanceType::kInMageRcm ||
                        type == InstanceType::kInMageRcmFailback;
    const std::string fabric =
        absl::StrCat(hyperv ? "hyperv" : "vmware", "-site-", number);
    const int only =
        AddContainer(fabric, absl::StrCat(fabric, "-container"), modern);
    return {only, only};
  }

  int AddGroup(bool named) {
    FakeGroup group;
    const uint64_t number = state_.groups.size();
    group.id = FakeId::Of(state_.options.seed, {kGroupStream, number});
    group.named = named;
    if (named) group.name = absl::StrCat("group-", ++named_groups_);
    const absl::Duration interval = state_.options.grid.interval;
    const int64_t ticks = interval / absl::Nanoseconds(100);
    group.offset = absl::Nanoseconds(100) *
                   static_cast<int64_t>(group.id.low % uint64_t(ticks));
    state_.groups.push_back(std::move(group));
    return static_cast<int>(number);
  }

  void AddItem(int block_index, const VmBlock& block,
               std::pair<int, int> containers, int group, int plan) {
    FakeItem item;
    const auto number = static_cast<int>(state_.items.size());
    item.name = absl::StrFormat("vm-%03d", number + 1);
    item.vm_id = FakeId::Of(state_.options.seed,
                            {kVmStream, static_cast<uint64_t>(number)});
    item.type = block.type;
    item.block = block_index;
    item.container = containers.first;
    item.other_container = containers.second;
    item.group = group;
    item.plan = plan;
    item.phase = block.phase;
    item.replicating = block.phase == Phase::kProtected;
    item.at_recovery = block.phase == Phase::kCommitted;
    if (item.at_recovery) item.last_failover = state_.options.start;
    state_.containers[static_cast<size_t>(containers.first)].items[item.name] =
        number;
    state_.groups[static_cast<size_t>(group)].items.push_back(number);
    state_.items.push_back(std::move(item));
  }

  void AddBlock(int index, const VmBlock& block) {
    const std::pair<int, int> containers = AddContainers(index + 1, block.type);
    FakePlan plan;
    plan.name = absl::StrCat("plan-", index + 1);
    plan.container = containers.first;
    plan.to_azure = block.type != InstanceType::kA2A;
    const int boots = std::max(1, block.boot_group_count);
    plan.boot_groups.resize(static_cast<size_t>(boots));
    const int grouped =
        block.group_count > 0 ? block.vm_count - block.lone_count : 0;
    const auto first_group = static_cast<int>(state_.groups.size());
    for (int i = 0; i < std::min(block.group_count, grouped); ++i) {
      AddGroup(true);
    }
    for (int i = 0; i < block.vm_count; ++i) {
      const int group =
          i < grouped ? first_group + i % block.group_count : AddGroup(false);
      // A group stays together.
      const auto boot = static_cast<size_t>(group % boots);
      plan.boot_groups[boot].push_back(static_cast<int>(state_.items.size()));
      AddItem(index, block, containers, group,
              static_cast<int>(state_.plans.size()));
    }
    state_.plans.push_back(std::move(plan));
  }

  FakeState state_;
  int named_groups_ = 0;
};

}  // namespace

FakeState MakeState(const FakeOptions& options) {
  return Shaper(options).Shape();
}

}  // namespace recoveryline::fake
