#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "google/protobuf/util/message_differencer.h"
#include "tools/formats/message_files.h"
#include "tools/importers/asr_import.h"
#include "tools/rline/commands.h"
#include "tools/rline/display.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/plan_files.h"
#include "tools/rline/shared_flags.h"
#include "tools/sites/asr_connection.h"
#include "tools/sites/asr_vault.h"
#include "tools/sites/clock.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline import asr export/ -o inventory.json --plans-dir plans
  rline import asr points-*.json items.json plan.json \
      -o inventory.json --plan-output plan.json
  rline import asr today/ --merge inventory.json -o inventory.json
  rline import asr --vault /subscriptions/S/resourceGroups/G/providers/\
Microsoft.RecoveryServices/vaults/V --token-env TOKEN -o inventory.json

What was assumed, inferred or could not be read is said on stderr.
Exit: 0 done, 2 changed (--detailed-exitcode), 65 bad input; with --vault, 69
where it cannot be reached, 77 where the token or its rights do not suffice.)";

constexpr char kOnePlace[] =
    "the inventory and a plan cannot both go to one place";

struct ImportFlags {
  std::vector<std::string> paths;
  // Its vault is empty where files are imported.
  AsrAddress address;
  std::string shared_point_by = "time";
  std::string as_of;
  std::string merge;
  std::string plan_output;
  std::string plans_dir;
  bool detailed_exitcode = false;
  OutputFlags output;
};

// Whether the inventory goes to `path` too.
bool IsOutput(const ImportFlags& flags, const std::string& path) {
  return IsOnePlace(path, flags.output.path);
}

// What makes no sense on the command line, or nothing.
std::optional<std::string> Misuse(const ImportFlags& flags) {
  if (flags.paths.empty() == flags.address.vault.empty()) {
    return "either files are imported, or a --vault";
  }
  if (!flags.plan_output.empty() && !flags.plans_dir.empty()) {
    return "--plan-output and --plans-dir exclude each other";
  }
  if (!flags.plan_output.empty() && IsOutput(flags, flags.plan_output)) {
    return kOnePlace;
  }
  if (flags.detailed_exitcode && flags.merge.empty()) {
    return "--detailed-exitcode compares with the inventory of --merge";
  }
  return std::nullopt;
}

// `earlier` may be null.
AsrImportOptions OptionsOf(const ImportFlags& flags,
                           const v1::Inventory* earlier) {
  AsrImportOptions options;
  options.earlier = earlier;
  if (flags.shared_point_by == "id") {
    options.shared_point_by = SharedPointBy::kId;
  } else if (flags.shared_point_by == "none") {
    options.shared_point_by = SharedPointBy::kNone;
  }
  google::protobuf::Timestamp as_of;
  if (ParseRfc3339(flags.as_of, &as_of)) options.as_of = as_of;
  return options;
}

// Whether anything but when and where it was listed differs.
bool Differs(v1::Inventory a, v1::Inventory b) {
  for (v1::Inventory* inventory : {&a, &b}) {
    inventory->clear_as_of_time();
    inventory->clear_source();
    inventory->clear_observed_from();
  }
  return !google::protobuf::util::MessageDifferencer::Equals(a, b);
}

// The plans go where they were asked for; nowhere is said.
ExitCode WriteImportedPlans(const ImportFlags& flags,
                            const std::vector<v1::RecoveryPlan>& plans,
                            const Reporter& reporter) {
  absl::Status written;
  if (!flags.plans_dir.empty()) {
    for (const std::string& name : PlanFileNames(plans)) {
      if (IsOutput(flags, absl::StrCat(flags.plans_dir, "/", name))) {
        return reporter.Fail(ExitCode::kUsage, kOnePlace);
      }
    }
    written = WritePlans(plans, flags.plans_dir);
  } else if (!flags.plan_output.empty()) {
    if (plans.size() != 1) {
      return reporter.Fail(
          ExitCode::kBadInput,
          absl::StrCat("--plan-output takes one recovery plan, and the "
                       "listings hold ",
                       plans.size(), "; use --plans-dir"));
    }
    OutputFlags plan_flags = flags.output;
    plan_flags.path = flags.plan_output;
    if (plan_flags.format == "archive") plan_flags.format = "binpb";
    const absl::StatusOr<Output> output = Output::Of(plan_flags);
    if (!output.ok()) {
      return reporter.Fail(ExitCode::kUsage, output.status().message());
    }
    written = output->Write(plans[0]);
  } else if (!plans.empty()) {
    reporter.Note(
        absl::StrCat(Count(static_cast<int64_t>(plans.size()), "recovery plan"),
                     " not written; give --plans-dir or --plan-output"));
  }
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

// The earlier inventory, or what is wrong with it, said already.
std::optional<v1::Inventory> ReadEarlier(const std::string& path,
                                         const Reporter& reporter) {
  v1::Inventory earlier;
  Violations found;
  const auto loaded = ReadMessage(path, "", &earlier, &found);
  if (!loaded.ok()) {
    reporter.Fail(ExitCode::kBadInput, loaded.status().message());
    return std::nullopt;
  }
  if (found.empty()) ValidateInventory(earlier, &found);
  if (found.empty()) return earlier;
  reporter.Fail(ExitCode::kBadInput, "the inventory to merge with is invalid",
                PlacedIn(FileName(path), found));
  return std::nullopt;
}

absl::StatusOr<AsrImport> ImportFiles(std::vector<std::string> paths,
                                      const AsrImportOptions& options) {
  std::replace(paths.begin(), paths.end(), std::string("-"),
               std::string("/dev/stdin"));
  return ImportAsr(paths, options);
}

ExitCode CodeOfImport(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return ExitCode::kSiteUnavailable;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kNoPermission;
    default:
      return ExitCode::kBadInput;
  }
}

ExitCode RunImport(const ImportFlags& flags, const Reporter& reporter) {
  if (const auto misuse = Misuse(flags)) {
    return reporter.Fail(ExitCode::kUsage, *misuse);
  }
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  SystemClock clock;
  std::unique_ptr<AsrConnection> connection;
  if (!flags.address.vault.empty()) {
    auto opened = AsrConnection::Open(flags.address, clock);
    if (!opened.ok()) {
      return reporter.Fail(ExitCode::kUsage, opened.status().message());
    }
    connection = *std::move(opened);
  }
  std::optional<v1::Inventory> earlier;
  if (!flags.merge.empty()) {
    earlier = ReadEarlier(flags.merge, reporter);
    if (!earlier) return ExitCode::kBadInput;
  }
  const AsrImportOptions options =
      OptionsOf(flags, earlier ? &*earlier : nullptr);
  const absl::StatusOr<AsrImport> import =
      connection == nullptr ? ImportFiles(flags.paths, options)
                            : ImportAsrVault(connection->vault(), options);
  if (!import.ok()) {
    return reporter.Fail(CodeOfImport(import.status()),
                         import.status().message());
  }
  const bool differs =
      flags.detailed_exitcode && Differs(*earlier, import->inventory);
  for (const std::string& note : import->notes) reporter.Note(note);
  const ExitCode plans = WriteImportedPlans(flags, import->plans, reporter);
  if (plans != ExitCode::kComplete) return plans;
  const absl::Status written = output->Write(import->inventory);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return differs ? ExitCode::kDiffers : ExitCode::kComplete;
}

void AddVaultFlags(CLI::App* command, AsrAddress* address) {
  command
      ->add_option("--vault", address->vault,
                   "Import what this vault holds now instead of files: "
                   "/subscriptions/.../vaults/NAME")
      ->type_name("ID")
      ->check(PathName());
  command
      ->add_option("--endpoint", address->endpoint,
                   "Azure Resource Manager, the public one unless given")
      ->type_name("URL");
  command
      ->add_option("--ca-file", address->ca_file,
                   "Trust these certificates (PEM) instead of the system's")
      ->type_name("FILE");
  command
      ->add_option("--token-env", address->token_environment,
                   "The environment variable that holds the token")
      ->type_name("NAME");
  command
      ->add_option("--token-file", address->token_file,
                   "The file that holds the token")
      ->type_name("FILE");
  command
      ->add_option("--token-command", address->token_command,
                   "The program, run without a shell, that writes the token")
      ->type_name("COMMAND");
}

void AddFlags(CLI::App* command, ImportFlags* flags) {
  command
      ->add_option(
          "PATH", flags->paths,
          "Files and directories of REST API bodies, in any mix; - for "
          "stdin")
      ->type_name("FILE...");
  AddVaultFlags(command, &flags->address);
  command
      ->add_option("--shared-point-by", flags->shared_point_by,
                   "What makes points of a group's VMs shared: their id, "
                   "their time (the default) or nothing")
      ->type_name("id|time|none")
      ->check(OneOf({"id", "time", "none"}));
  command
      ->add_option("--as-of", flags->as_of,
                   "When the listings were made; the newest instant in them "
                   "unless given")
      ->type_name("TIME")
      ->check(Rfc3339());
  command
      ->add_option("--merge", flags->merge,
                   "Add to this earlier inventory; points gone since keep "
                   "their data and expire")
      ->type_name("FILE")
      ->check(PathName());
  command
      ->add_option("--plan-output", flags->plan_output,
                   "Where the recovery plan goes, if there is exactly one")
      ->type_name("FILE")
      ->check(PathName());
  command
      ->add_option("--plans-dir", flags->plans_dir,
                   "Where the recovery plans go, each as NAME.json")
      ->type_name("DIR")
      ->check(PathName());
  command->add_flag("--detailed-exitcode", flags->detailed_exitcode,
                    "With --merge: exit 2 where more than the time differs");
  AddDataFlags(command, &flags->output);
}

}  // namespace

void AddImport(CLI::App* app, Chosen* chosen) {
  CLI::App* import = app->add_subcommand(
      "import", "Make an inventory and plans of another system's listings");
  import->require_subcommand(1);
  import->footer("Example:\n  rline import asr export/ -o inventory.json");
  CLI::App* command =
      import->add_subcommand("asr", "Import from Azure Site Recovery");
  auto flags = std::make_shared<ImportFlags>();
  AddFlags(command, flags.get());
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunImport(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
