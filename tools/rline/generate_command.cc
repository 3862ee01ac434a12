#include <cmath>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "engine/timestamps.h"
#include "tools/formats/archive_file.h"
#include "tools/formats/atomic_file.h"
#include "tools/formats/message_files.h"
#include "tools/generator/generator.h"
#include "tools/rline/commands.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline generate --vms 6 --group-size 6 -o inventory.json
  rline generate --vms 10000 --points 1000 --group-size 8 --seed 7 \
      --format archive -o inventory.archive
  rline generate --profile asr-pruned --marker-loss 10% | rline select -i -

The same flags give the same bytes. Exit: 0 done.)";

constexpr int kMostVms = 10'000'000;
constexpr int kMostPoints = 1'000'000;
// Their first seconds since the Unix epoch.
constexpr int64_t kYear1900 = -2'208'988'800;
constexpr int64_t kYear2200 = 7'258'118'400;

struct GenerateFlags {
  GeneratorOptions options;
  OutputFlags output;
};

// "0.1" or "10%".
std::string ReadShare(const std::string& text, double* share) {
  absl::string_view number = text;
  const bool percent = absl::ConsumeSuffix(&number, "%");
  double value = 0;
  if (!absl::SimpleAtod(number, &value) || std::isnan(value)) {
    return absl::StrCat("\"", text, "\" is not a share such as 0.1 or 10%");
  }
  if (percent) value /= 100;
  if (value < 0 || value > 1) {
    return absl::StrCat("\"", text, "\" does not lie between 0 and 1 (100%)");
  }
  *share = value;
  return "";
}

void AddShare(CLI::App* command, const std::string& name, double* share,
              const std::string& help) {
  command
      ->add_option_function<std::string>(
          name,
          [name, share](const std::string& text) {
            const std::string error = ReadShare(text, share);
            if (!error.empty()) throw CLI::ValidationError(name, error);
          },
          help)
      ->type_name("SHARE");
}

// The machine as an inventory of one: textprotos and binary data of messages
// can be put together end to end.
absl::StatusOr<std::string> Fragment(v1::Vm vm, Format format) {
  v1::Inventory fragment;
  *fragment.add_vms() = std::move(vm);
  return Serialize(fragment, format);
}

// `line` without the line break and without the brace before it.
absl::string_view Opened(absl::string_view line) {
  return absl::StripSuffix(absl::StripTrailingAsciiWhitespace(line), "}");
}

// Writes a machine at a time, so that an inventory of any size needs the
// memory of one. JSON has a line a machine; jsonl is all one line.
absl::Status WriteGenerated(const InventoryGenerator& generator, Format format,
                            const std::string& path) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(path);
  if (!file.ok()) return file.status();
  const bool json = format == Format::kJson || format == Format::kJsonl;
  const absl::string_view line_end = format == Format::kJson ? "\n" : "";
  absl::StatusOr<std::string> bytes =
      Serialize(generator.Head(), json ? Format::kJsonl : format);
  if (!bytes.ok()) return bytes.status();
  if (json) *bytes = absl::StrCat(Opened(*bytes), ",\"vms\":[", line_end);
  absl::Status written = file->Append(*bytes);
  for (int i = 0; i < generator.vm_count() && written.ok(); ++i) {
    bytes = json ? Serialize(generator.MakeVm(i), Format::kJsonl)
                 : Fragment(generator.MakeVm(i), format);
    if (!bytes.ok()) return bytes.status();
    if (json) {
      *bytes = absl::StrCat(absl::StripTrailingAsciiWhitespace(*bytes),
                            i + 1 < generator.vm_count() ? "," : "", line_end);
    }
    written = file->Append(*bytes);
  }
  if (written.ok() && json) written = file->Append("]}\n");
  return written.ok() ? file->Commit() : written;
}

// A group at a time.
absl::Status WriteGeneratedArchive(const InventoryGenerator& generator,
                                   const std::string& path) {
  const v1::Inventory head = generator.Head();
  return WriteArchiveFile(path, [&](const ArchiveWriter::Append& append,
                                    const auto& digest) {
    ArchiveWriter writer(append);
    for (int next = 0; next < generator.vm_count();) {
      const int group = generator.GroupOf(next);
      ArchivedUnit unit;
      if (group >= 0) {
        unit.group = &head.replication_groups(group);
        unit.group_index = group;
      }
      std::list<v1::Vm> vms;
      do {
        unit.vms.push_back({next, &vms.emplace_back(generator.MakeVm(next))});
        ++next;
      } while (group >= 0 && next < generator.vm_count() &&
               generator.GroupOf(next) == group);
      const absl::Status added = writer.Add(unit);
      if (!added.ok()) return added;
    }
    return writer.Finish(head, digest);
  });
}

ExitCode RunGenerate(const GenerateFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const InventoryGenerator generator(flags.options);
  const absl::Status written =
      output->format() == Format::kArchive
          ? WriteGeneratedArchive(generator, flags.output.path)
          : WriteGenerated(generator, output->format(), flags.output.path);
  return written.ok() ? ExitCode::kComplete
                      : ReportUnwritten(written, reporter);
}

// CLI11 would take -1 for the largest number.
void AddSeed(CLI::App* command, uint64_t* seed) {
  command
      ->add_option_function<std::string>(
          "--seed",
          [seed](const std::string& text) {
            if (!absl::SimpleAtoi(text, seed)) {
              throw CLI::ValidationError(
                  "--seed", absl::StrCat("\"", text,
                                         "\" is not a whole number from 0 to "
                                         "2^64 - 1"));
            }
          },
          "What all randomness is made from; 1 unless given")
      ->type_name("N");
}

void AddCounts(CLI::App* command, GeneratorOptions* options) {
  command
      ->add_option(
          "--vms", options->vm_count,
          absl::StrCat("Machines; ", options->vm_count, " unless given"))
      ->type_name("N")
      ->check(CLI::Range(0, kMostVms));
  command
      ->add_option("--points", options->point_count,
                   "Recovery points a machine; as many as the profile is made "
                   "for unless given")
      ->type_name("N")
      ->check(CLI::Range(1, kMostPoints));
  command
      ->add_option("--group-size", options->group_size,
                   absl::StrCat("Machines a replication group, 1 for no "
                                "groups; ",
                                options->group_size, " unless given"))
      ->type_name("N")
      ->check(CLI::Range(1, kMostVms));
}

void AddProfile(CLI::App* command, Profile* profile) {
  command
      ->add_option_function<std::string>(
          "--profile",
          [profile](const std::string& name) {
            *profile = ProfileOfName(name).value_or(*profile);
          },
          "How the points are spread; five-minute-72h unless given")
      ->type_name("five-minute-72h|asr-pruned|bursty|adversarial")
      ->check(
          OneOf({"five-minute-72h", "asr-pruned", "bursty", "adversarial"}));
}

void AddAsOf(CLI::App* command, core::Instant* as_of_time) {
  command
      ->add_option_function<std::string>(
          "--as-of",
          [as_of_time](const std::string& text) {
            google::protobuf::Timestamp time;
            ParseRfc3339(text, &time);
            if (time.seconds() < kYear1900 || time.seconds() >= kYear2200) {
              throw CLI::ValidationError(
                  "--as-of",
                  absl::StrCat("\"", text,
                               "\": the year must lie between 1900 and "
                               "2199"));
            }
            *as_of_time = ToInstant(time).value_or(0);
          },
          "When the inventory was true; 2026-03-01T00:00:00Z unless given")
      ->type_name("TIME")
      ->check(Rfc3339());
}

void AddFlags(CLI::App* command, GenerateFlags* flags) {
  GeneratorOptions* options = &flags->options;
  AddSeed(command, &options->seed);
  AddCounts(command, options);
  AddShare(command, "--marker-loss", &options->marker_loss,
           "How many of a group's points each machine lacks, as a share (0.1, "
           "the default) or a percentage (10%)");
  AddShare(command, "--judged", &options->judged_share,
           "How many points a scan has judged, as a share or a percentage; "
           "none unless given");
  AddProfile(command, &options->profile);
  AddAsOf(command, &options->as_of_time);
  AddDataFlags(command, &flags->output);
}

}  // namespace

void AddGenerate(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "generate", "Make an inventory of any size from a seed");
  auto flags = std::make_shared<GenerateFlags>();
  AddFlags(command, flags.get());
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunGenerate(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
