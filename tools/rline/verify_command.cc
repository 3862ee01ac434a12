#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/verify.h"
#include "engine/violations.h"
#include "tools/formats/message_files.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/choice.h"
#include "tools/rline/commands.h"
#include "tools/rline/display.h"
#include "tools/rline/input_check.h"
#include "tools/rline/inputs.h"
#include "tools/rline/output.h"
#include "tools/rline/printable.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline verify -i inventory.json -p plan.json decision.json
  rline verify -i inventory.json --option latest decision.json

Flags that replaced parts of the plan when the Decision was made must be
given again. Exit: 0 right, 4 refuted, 65 bad input.)";

struct VerifyFlags {
  InputFlags inputs;
  OutputFlags output;
  std::string decision;
};

std::string WhatWasProved(const v1::Decision& decision) {
  const std::string outcome = v1::Decision::Outcome_Name(decision.outcome());
  if (decision.outcome() == v1::Decision::INVALID) {
    return absl::StrCat("right: ", outcome, ", the input breaks ",
                        Count(decision.violations_size(), "rule"));
  }
  int64_t selected = 0;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    selected += row.outcome() == v1::VmSelection::SELECTED;
  }
  return absl::StrCat(
      "right: ", outcome, ", ", selected, " of ",
      Count(decision.vm_selections_size(), "VM"),
      "; every chosen point is eligible, common where the rules ask for it, "
      "and no better one exists");
}

std::string TextOf(const std::vector<Refutation>& refuted,
                   const v1::Decision& decision) {
  if (refuted.empty()) return absl::StrCat(WhatWasProved(decision), "\n");
  std::string out;
  for (const Refutation& refutation : refuted) {
    absl::StrAppend(&out, Printable(refutation.field_path), ": ",
                    Printable(refutation.message), "\n");
  }
  return out;
}

std::string JsonOf(const std::vector<Refutation>& refuted,
                   const v1::Decision& decision) {
  std::string out =
      absl::StrCat(R"({"right":)", refuted.empty() ? "true" : "false");
  if (refuted.empty()) {
    absl::StrAppend(&out, R"(,"message":)",
                    JsonString(WhatWasProved(decision)));
  }
  absl::StrAppend(&out, R"(,"refutations":[)");
  for (size_t i = 0; i < refuted.size(); ++i) {
    absl::StrAppend(&out, i > 0 ? "," : "", R"({"fieldPath":)",
                    JsonString(refuted[i].field_path), R"(,"message":)",
                    JsonString(refuted[i].message), "}");
  }
  return out + "]}\n";
}

// DataLoss where the archive is damaged.
absl::StatusOr<std::vector<Refutation>> Judge(const Inputs& inputs,
                                              const v1::Decision& decision) {
  if (!inputs.readable()) {
    return VerifyInvalid(CheckUnreadable(inputs), inputs.plan, decision,
                         inputs.request);
  }
  if (inputs.archive == nullptr && inputs.wire == nullptr) {
    return Verify(inputs.inventory, inputs.plan, decision, inputs.request);
  }
  const auto view = MakeView(inputs, ArchiveInventory::kRebuild);
  std::vector<Refutation> refuted =
      Verify(*view, inputs.plan, decision, inputs.request);
  if (const absl::Status read = view->status(); !read.ok()) {
    return absl::DataLossError(absl::StrCat(FileName(inputs.flags.inventory),
                                            ": ", read.message(),
                                            "; nothing was verified"));
  }
  return refuted;
}

ExitCode ReportVerdict(const std::vector<Refutation>& refuted,
                       const v1::Decision& decision, const Reporter& reporter) {
  if (refuted.empty()) return ExitCode::kComplete;
  const v1::Provenance& made_from = decision.provenance();
  bool other_input = false;
  for (const Refutation& refutation : refuted) {
    const absl::string_view path = refutation.field_path;
    other_input = other_input ||
                  (absl::EndsWith(path, ".inventoryDigest") &&
                   !made_from.inventory_digest().empty()) ||
                  (absl::EndsWith(path, ".planDigest") &&
                   !made_from.plan_digest().empty());
  }
  return reporter.Fail(
      ExitCode::kRefuted,
      absl::StrCat("the Decision is refuted in ",
                   Count(static_cast<int64_t>(refuted.size()), "place"),
                   other_input ? "; it was made from other input than this "
                                 "(digest mismatch)"
                               : ""));
}

ExitCode RunVerify(const VerifyFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  if (flags.decision == "-" &&
      (flags.inputs.inventory == "-" || flags.inputs.plan == "-")) {
    return reporter.Fail(ExitCode::kUsage,
                         "only one input can be read from stdin");
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  v1::Decision decision;
  Violations in_decision;
  const auto loaded = ReadMessage(flags.decision, "", &decision, &in_decision);
  if (!loaded.ok()) {
    return reporter.Fail(ExitCode::kBadInput, loaded.status().message());
  }
  if (!in_decision.empty()) {
    return reporter.Fail(ExitCode::kBadInput,
                         "the Decision cannot be read; nothing was verified",
                         PlacedIn(FileName(flags.decision), in_decision));
  }
  const absl::StatusOr<std::vector<Refutation>> judged =
      Judge(**inputs, decision);
  if (!judged.ok()) {
    return reporter.Fail(ExitCode::kBadInput, judged.status().message());
  }
  const std::vector<Refutation>& refuted = *judged;
  if (!refuted.empty() && decision.outcome() != v1::Decision::INVALID) {
    // What is wrong may be the input; then that is what must be said.
    const v1::Decision right = ChooseAndProve(**inputs).decision;
    if (right.outcome() == v1::Decision::INVALID) {
      return ReportOutcome(**inputs, right, reporter);
    }
  }
  const absl::Status written =
      output->WriteText(output->is_table() ? TextOf(refuted, decision)
                                           : JsonOf(refuted, decision));
  if (!written.ok()) return ReportUnwritten(written, reporter);
  return ReportVerdict(refuted, decision, reporter);
}

}  // namespace

void AddVerify(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "verify", "Prove or refute a Decision, whoever made it");
  auto flags = std::make_shared<VerifyFlags>();
  command
      ->add_option("DECISION,--decision", flags->decision,
                   "The Decision to judge; - for stdin")
      ->type_name("FILE")
      ->required();
  AddInputFlags(command, &flags->inputs);
  AddReportFlags(command, &flags->output);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunVerify(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
