#include "tools/sites/open_site.h"

#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "engine/timestamps.h"
#include "tools/sites/exec_site.h"
#include "tools/sites/open_asr.h"
#include "tools/sites/running_program.h"
#include "tools/sites/simulated_file.h"
#include "tools/sites/simulated_site.h"
#include "tools/sites/site_options.h"

namespace recoveryline {
namespace {

constexpr int kMostFaults = 1'000'000'000;

v1::SimulatedSettings SettingsOf(SiteOptions* options) {
  v1::SimulatedSettings settings;
  const auto length = [&](const char* name, absl::Duration usual) {
    return ToDuration(absl::ToInt64Nanoseconds(options->Length(name, usual)));
  };
  *settings.mutable_call_duration() =
      length("call-duration", absl::Seconds(30));
  *settings.mutable_agent_delay() = length("agent-delay", absl::Minutes(14));
  settings.set_point_choice(static_cast<v1::SiteVm::PointChoice>(
      v1::SiteVm::BY_ID +
      static_cast<int>(options->Choice(
          "point-choice", {"by-id", "by-type", "after-failover", "impossible"},
          0))));
  settings.set_separate_start(options->Switch("separate-start", false));
  settings.set_can_cancel(options->Switch("can-cancel", true));
  settings.set_seed(static_cast<uint64_t>(
      options->Number("seed", 0, std::numeric_limits<int64_t>::max())));
  const auto one_in = [&](const char* name) {
    return static_cast<int32_t>(options->Number(name, 0, kMostFaults));
  };
  settings.set_lost_request(one_in("lost-request"));
  settings.set_lost_answer(one_in("lost-answer"));
  settings.set_unreachable(one_in("unreachable"));
  settings.set_slow(one_in("slow"));
  settings.set_fails(one_in("fails"));
  return settings;
}

class InFile final : public OpenedSite {
 public:
  explicit InFile(std::unique_ptr<SimulatedFile> file)
      : file_(std::move(file)) {}
  RecoverySite& site() override { return file_->site(); }
  Clock& clock() override { return file_->site(); }

 private:
  const std::unique_ptr<SimulatedFile> file_;
};

class InMemory final : public OpenedSite {
 public:
  RecoverySite& site() override { return site_; }
  Clock& clock() override { return site_; }
  SimulatedSite& simulated() { return site_; }

 private:
  SimulatedSite site_;
};

class WithSystemClock final : public OpenedSite {
 public:
  explicit WithSystemClock(std::unique_ptr<RecoverySite> site)
      : site_(std::move(site)) {}
  RecoverySite& site() override { return *site_; }
  Clock& clock() override { return clock_; }

 private:
  const std::unique_ptr<RecoverySite> site_;
  SystemClock clock_;
};

absl::StatusOr<std::unique_ptr<OpenedSite>> MakeInMemory(
    const v1::SimulatedSettings& settings, const v1::Inventory& inventory) {
  auto site = std::make_unique<InMemory>();
  v1::SimulatedRecord record;
  *record.mutable_settings() = settings;
  absl::Status applied = site->simulated().Apply(record);
  for (const v1::Vm& vm : inventory.vms()) {
    *record.mutable_vm() = vm;
    applied.Update(site->simulated().Apply(record));
  }
  if (!applied.ok()) return applied;
  return site;
}

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenSimulated(
    const SiteRequest& request) {
  SiteOptions options(request.options);
  v1::SimulatedSettings settings = SettingsOf(&options);
  const std::string path = options.Text("file", request.file);
  if (absl::Status sound = options.Finish(); !sound.ok()) return sound;
  std::vector<const v1::Vm*> vms;
  if (request.inventory != nullptr) {
    *settings.mutable_start_time() = request.inventory->as_of_time();
    for (const v1::ReplicationGroup& group :
         request.inventory->replication_groups()) {
      if (group.multi_vm_consistency()) settings.add_group_ids(group.id());
    }
    for (const v1::Vm& vm : request.inventory->vms()) vms.push_back(&vm);
  }
  if (!path.empty()) {
    auto file = SimulatedFile::Open(path);
    // A file that was named is one that runs share.
    const bool is_shared = request.options.count("file") == 1;
    if (file.ok() && request.inventory != nullptr && !is_shared &&
        !(*file)->IsAsMade(settings, vms)) {
      return absl::InvalidArgumentError(absl::StrCat(
          path,
          " is the simulated site of another run, whose log is gone: "
          "move it away, or name it with --site-option file=",
          path));
    }
    if (file.ok()) return std::make_unique<InFile>(*std::move(file));
    if (!absl::IsNotFound(file.status()) || request.inventory == nullptr) {
      return file.status();
    }
  }
  if (request.inventory == nullptr) {
    return absl::InvalidArgumentError(
        "a simulated site is made of an inventory: give one with -i");
  }
  if (path.empty() || !request.keep) {
    return MakeInMemory(settings, *request.inventory);
  }
  auto made = SimulatedFile::Create(path, settings, vms);
  if (!made.ok()) return made.status();
  return std::make_unique<InFile>(*std::move(made));
}

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenExec(
    const SiteRequest& request) {
  SiteOptions options(request.options);
  const std::string folder = options.Text("folder", "");
  ExecSite::Options exec;
  exec.query_timeout = options.Length("query-timeout", exec.query_timeout);
  exec.latest = absl::Now() + request.patience;
  if (absl::Status sound = options.Finish(); !sound.ok()) return sound;
  if (folder.empty()) {
    return absl::InvalidArgumentError(
        "an exec site is a folder of programs: give it with --site-option "
        "folder=PATH");
  }
  if (absl::Status can =
          RunningProgram::CanStart(absl::StrCat(folder, "/describe"));
      !can.ok()) {
    return absl::InvalidArgumentError(can.message());
  }
  return std::make_unique<WithSystemClock>(
      std::make_unique<ExecSite>(folder, exec));
}

}  // namespace

std::vector<std::string> SiteKinds() { return {"simulated", "exec", "asr"}; }

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenSite(
    const SiteRequest& request) {
  if (request.kind == "simulated") return OpenSimulated(request);
  if (request.kind == "exec") return OpenExec(request);
  if (request.kind == "asr") return OpenAsr(request);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no site \"", request.kind, "\", but ",
                   absl::StrJoin(SiteKinds(), ", ")));
}

}  // namespace recoveryline
