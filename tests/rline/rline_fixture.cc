#include "tests/rline/rline_fixture.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "google/protobuf/text_format.h"

namespace recoveryline {
namespace {

constexpr int64_t kMidnight = 1'772'323'200;  // of 2026-03-01, in UTC

void AddPoint(const std::string& id, int hour, const std::string& marker,
              v1::RecoveryPoint::Consistency consistency, v1::Vm* vm) {
  v1::RecoveryPoint* point = vm->add_recovery_points();
  point->set_id(id);
  point->mutable_capture_time()->set_seconds(kMidnight + hour * 3600);
  point->set_consistency(consistency);
  point->set_consistency_marker(marker);
}

}  // namespace

RlineFixture::RlineFixture() {
  std::string name = testing::TempDir() + "rline_XXXXXX";
  directory_ = mkdtemp(name.data());
}

RlineFixture::~RlineFixture() { std::filesystem::remove_all(directory_); }

Result RlineFixture::Rline(std::vector<std::string> args) const {
  Command command;
  command.args = std::move(args);
  return Rline(std::move(command));
}

Result RlineFixture::Rline(Command command) const {
  command.directory = directory_;
  return RunProcess(command);
}

std::string RlineFixture::Path(const std::string& name) const {
  return directory_ + "/" + name;
}

void RlineFixture::WriteText(const std::string& name,
                             const std::string& text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
}

std::string RlineFixture::ReadText(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(Path(name), std::ios::binary).rdbuf();
  return text.str();
}

bool RlineFixture::Exists(const std::string& name) const {
  return std::filesystem::exists(Path(name));
}

std::vector<std::string> RlineFixture::Files() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string TextOf(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

v1::Decision DecisionOf(const std::string& text) {
  v1::Decision decision;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &decision))
      << text;
  return decision;
}

int LineCount(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

v1::Inventory OneVm() {
  v1::Inventory inventory;
  inventory.mutable_as_of_time()->set_seconds(kMidnight + 12 * 3600);
  v1::Vm* vm = inventory.add_vms();
  vm->set_id("solo");
  vm->set_display_name("solo-name");
  vm->set_protection_state(v1::Vm::REPLICATING);
  AddPoint("crash", 10, "", v1::RecoveryPoint::CRASH_CONSISTENT, vm);
  AddPoint("app", 9, "", v1::RecoveryPoint::APPLICATION_CONSISTENT, vm);
  return inventory;
}

v1::Inventory SixVms() {
  v1::Inventory inventory;
  inventory.mutable_as_of_time()->set_seconds(kMidnight + 12 * 3600);
  v1::ReplicationGroup* group = inventory.add_replication_groups();
  group->set_id("web");
  group->set_multi_vm_consistency(true);
  for (int i = 1; i <= 6; ++i) {
    v1::Vm* vm = inventory.add_vms();
    vm->set_id("vm-" + std::to_string(i));
    vm->set_replication_group_id("web");
    vm->set_protection_state(v1::Vm::REPLICATING);
    group->add_expected_vm_ids(vm->id());
    for (int hour = 1; hour <= 10; ++hour) {
      if (i == 3 && hour > 7) continue;
      if (i == 5 && hour > 9) continue;
      const std::string at = std::to_string(hour);
      AddPoint("app-" + at, hour, "marker-" + at,
               v1::RecoveryPoint::APPLICATION_CONSISTENT, vm);
    }
    AddPoint("crash-11", 11, "", v1::RecoveryPoint::CRASH_CONSISTENT, vm);
  }
  return inventory;
}

v1::Inventory Without(v1::Inventory inventory, const std::string& vm_id) {
  auto* vms = inventory.mutable_vms();
  vms->erase(std::remove_if(vms->begin(), vms->end(),
                            [&](const v1::Vm& vm) { return vm.id() == vm_id; }),
             vms->end());
  for (v1::ReplicationGroup& group : *inventory.mutable_replication_groups()) {
    auto* ids = group.mutable_expected_vm_ids();
    ids->erase(std::remove(ids->begin(), ids->end(), vm_id), ids->end());
  }
  return inventory;
}

}  // namespace recoveryline
