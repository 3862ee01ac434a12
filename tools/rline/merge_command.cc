#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/batch/part_merge.h"
#include "tools/rline/commands.h"
#include "tools/rline/evaluation_writer.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/part_file.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  for i in 0 1 2; do
    rline evaluate -i inventory.json plans/ --shard $i/3 -o $i.part
  done
  rline merge 0.part 1.part 2.part --format jsonl -o rows.jsonl

The result is that of one "rline evaluate" without --shard, byte for byte.
Exit: 0 all complete, 3 some evaluation is not, or some plan is invalid,
65 a part is missing, double, of another run, cut off or damaged.)";

struct MergeFlags {
  std::vector<std::string> parts;
  EvaluationFlags evaluation;
};

// All parts are open at once.
void AllowOpenFiles(size_t count) {
  rlimit limits = {};
  if (getrlimit(RLIMIT_NOFILE, &limits) != 0) return;
  const rlim_t wanted = static_cast<rlim_t>(count) + 64;
  limits.rlim_cur =
      std::max(limits.rlim_cur, std::min(wanted, limits.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limits);  // else opening says what is wrong
}

std::string Sentence(const PartFault& fault,
                     const std::vector<std::string>& paths, bool to_stdout) {
  std::string text = absl::StrCat(FileName(paths[fault.part]), " ", fault.what);
  if (fault.other) absl::StrAppend(&text, " ", FileName(paths[*fault.other]));
  return absl::StrCat(text, to_stdout ? "; what stdout got is not to be used"
                                      : "; nothing was merged");
}

ExitCode RunMerge(const MergeFlags& flags, const Reporter& reporter) {
  if (std::count(flags.parts.begin(), flags.parts.end(), "-") > 1) {
    return reporter.Fail(ExitCode::kUsage,
                         "only one part can be read from stdin");
  }
  if (GoToOnePlace(flags.evaluation)) {
    return reporter.Fail(ExitCode::kUsage,
                         "--output and --summary cannot both go to one place");
  }
  const absl::StatusOr<Output> output = Output::Of(flags.evaluation.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  AllowOpenFiles(flags.parts.size());
  std::vector<PartReader> parts;
  for (const std::string& path : flags.parts) {
    absl::StatusOr<PartReader> part = PartReader::Open(path);
    if (!part.ok()) {
      return reporter.Fail(ExitCode::kBadInput, part.status().message());
    }
    parts.push_back(*std::move(part));
  }
  EvaluationWriter writer(flags.evaluation, *output, reporter);
  if (absl::Status s = writer.Open(); !s.ok()) return ReportBroken(s, reporter);
  const absl::StatusOr<std::optional<PartFault>> merged = MergeParts(
      parts.size(),
      [&parts](size_t part, v1::PartRecord* record) {
        return parts[part].Next(record);
      },
      writer.sink());
  if (!merged.ok()) return ReportBroken(merged.status(), reporter);
  if (*merged) {
    return reporter.Fail(
        ExitCode::kBadInput,
        Sentence(**merged, flags.parts, flags.evaluation.output.path == "-"));
  }
  return writer.Finish();
}

}  // namespace

void AddMerge(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "merge", "Put the parts of a sharded evaluation together");
  auto flags = std::make_shared<MergeFlags>();
  command
      ->add_option("PART", flags->parts,
                   "The part of each shard, in any order; - for stdin")
      ->type_name("FILE...")
      ->required();
  AddEvaluationFlags(command, &flags->evaluation);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunMerge(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
