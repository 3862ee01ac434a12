#include "tools/rline/assumption_flags.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/retention.h"
#include "engine/timestamps.h"
#include "tools/rline/inputs.h"
#include "tools/rline/near_words.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

absl::Status Bad(absl::string_view flag, absl::string_view value,
                 absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " \"", value, "\": ", why));
}

// The only machine that `text` means.
absl::StatusOr<std::string> VmOf(absl::string_view flag,
                                 const std::string& text, const Names& names) {
  const std::vector<std::string> ids = names.FindVm(text);
  if (ids.size() == 1) return ids[0];
  if (ids.empty()) {
    return Bad(flag, text,
               absl::StrCat("the inventory has no such VM",
                            DidYouMean(names.NearVms(text))));
  }
  return Bad(flag, text, "several VMs have this name; give an id");
}

absl::StatusOr<v1::Exclusion> ExclusionOf(const std::string& text) {
  v1::Exclusion exclusion;
  const std::vector<std::string> ends = absl::StrSplit(text, '/');
  if (ends.size() != 2 || (ends[0].empty() && ends[1].empty()) ||
      (!ends[0].empty() &&
       !ParseRfc3339(ends[0], exclusion.mutable_start_time())) ||
      (!ends[1].empty() &&
       !ParseRfc3339(ends[1], exclusion.mutable_end_time()))) {
    return Bad("--exclude", text,
               "not START/END of two RFC 3339 times, of which one may be left "
               "out");
  }
  return exclusion;
}

absl::StatusOr<google::protobuf::Duration> LengthOf(absl::string_view flag,
                                                    const std::string& text) {
  const std::optional<core::Nanos> nanos = NanosOfText(text);
  if (!nanos) return Bad(flag, text, "not a length such as 1h30m");
  return ToDuration(*nanos);
}

absl::Status ReadSkew(const std::string& text, const Names& names,
                      v1::ClockSkew* skew) {
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos) {
    return Bad("--clock-skew", text, "not VM=LENGTH, such as web-1=-5m");
  }
  absl::StatusOr<std::string> vm =
      VmOf("--clock-skew", text.substr(0, equals), names);
  if (!vm.ok()) return vm.status();
  absl::StatusOr<google::protobuf::Duration> length =
      LengthOf("--clock-skew", text.substr(equals + 1));
  if (!length.ok()) return length.status();
  skew->set_vm_id(*std::move(vm));
  *skew->mutable_skew() = *std::move(length);
  return absl::OkStatus();
}

absl::Status AddMachines(const AssumptionFlags& flags, const Names& names,
                         v1::Assumptions* assumptions) {
  for (const std::string& text : flags.without_vms) {
    absl::StatusOr<std::string> id = VmOf("--without-vm", text, names);
    if (!id.ok()) return id.status();
    assumptions->add_without_vm_ids(*std::move(id));
  }
  for (const std::string& text : flags.without_disks) {
    absl::StatusOr<std::string> id = VmOf("--without-disk", text, names);
    if (!id.ok()) return id.status();
    assumptions->add_without_disk_of_vm_ids(*std::move(id));
  }
  for (const std::string& text : flags.without_groups) {
    const std::vector<std::string> ids = names.FindGroup(text);
    if (ids.size() != 1) {
      return Bad("--without-group", text,
                 ids.empty() ? absl::StrCat("the inventory has no such group",
                                            DidYouMean(names.NearGroups(text)))
                             : "several groups have this name; give an id");
    }
    assumptions->add_without_replication_group_ids(ids[0]);
  }
  for (const std::string& id : flags.without_boot_groups) {
    assumptions->add_without_boot_group_ids(id);
  }
  return absl::OkStatus();
}

}  // namespace

void AddAssumptionFlags(CLI::App* command, AssumptionFlags* flags) {
  const auto add = [command](const char* name, auto* values, const char* type,
                             const char* help) {
    return command->add_option(name, *values, help)->type_name(type);
  };
  const auto add_many = [&add](const char* name, auto* values, const char* type,
                               const char* help) {
    MayRepeat(add(name, values, type, help));
  };
  add("--assumptions", &flags->file, "FILE",
      "Assumptions as a message, in any format; flags go beside it")
      ->check(PathName());
  add_many("--without-vm", &flags->without_vms, "ID",
           "This VM is not there; may be given again");
  add_many("--without-group", &flags->without_groups, "ID",
           "All VMs of this replication group are not there");
  add_many("--without-boot-group", &flags->without_boot_groups, "ID",
           "All VMs of this boot group are not there");
  add_many("--without-disk", &flags->without_disks, "ID",
           "One disk of this VM is not protected; may be given again");
  add("--with-option", &flags->option, "NAME",
      "This option instead of the plan's option and rules")
      ->check(OneOf(OptionNames()));
  add_many("--exclude", &flags->exclusions, "START/END",
           "Capture times from START to END are ruled out, too");
  add("--retention", &flags->retention, "SCHEDULE",
      "Points are pruned so: all:2h,1h:24h keeps all for two hours, then one "
      "an "
      "hour to a day; asr-DAYS as Azure does")
      ->check(NotEmpty());
  add("--app-consistent-every", &flags->app_consistent_every, "DURATION",
      "Application-consistent points come no closer together")
      ->check(NotEmpty());
  add_many("--clock-skew", &flags->skews, "VM=DURATION",
           "The clock of this VM told so much less than it was: its capture "
           "times are moved by it");
}

absl::StatusOr<v1::Assumptions> AssumptionsOf(const AssumptionFlags& flags,
                                              const Names& names) {
  v1::Assumptions assumptions;
  if (!flags.file.empty()) {
    if (const auto read = ReadSound(flags.file, "", &assumptions); !read.ok()) {
      return read.status();
    }
  }
  if (absl::Status added = AddMachines(flags, names, &assumptions);
      !added.ok()) {
    return added;
  }
  if (const auto option = OptionOfName(flags.option)) {
    assumptions.set_option(*option);
  }
  for (const std::string& text : flags.exclusions) {
    absl::StatusOr<v1::Exclusion> exclusion = ExclusionOf(text);
    if (!exclusion.ok()) return exclusion.status();
    *assumptions.add_exclusions() = *std::move(exclusion);
  }
  if (!flags.retention.empty()) {
    absl::StatusOr<v1::RetentionSchedule> schedule =
        ParseRetention(flags.retention);
    if (!schedule.ok()) return schedule.status();
    *assumptions.mutable_retention() = *std::move(schedule);
  }
  if (!flags.app_consistent_every.empty()) {
    absl::StatusOr<google::protobuf::Duration> length =
        LengthOf("--app-consistent-every", flags.app_consistent_every);
    if (!length.ok()) return length.status();
    *assumptions.mutable_app_consistent_every() = *std::move(length);
  }
  for (const std::string& text : flags.skews) {
    if (absl::Status read =
            ReadSkew(text, names, assumptions.add_clock_skews());
        !read.ok()) {
      return read;
    }
  }
  return assumptions;
}

}  // namespace recoveryline
