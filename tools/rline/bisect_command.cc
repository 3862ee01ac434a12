#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/batch/plan_bisection.h"
#include "engine/timestamps.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/commands.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/inputs.h"
#include "tools/rline/names.h"
#include "tools/rline/near_words.h"
#include "tools/rline/output.h"
#include "tools/rline/shared_flags.h"
#include "tools/rline/text_table.h"
#include "tools/rline/timeline_making.h"

namespace recoveryline {
namespace {

constexpr char kExamples[] = R"(Examples:
  rline bisect -i inventory.json -p plan.json --bad 2026-03-01T12:00:00Z
  rline bisect -i inventory.json -p plan.json --bad 2026-03-01T12:00:00Z \
      --good 2026-03-01T06:00:00Z --bad web-1=2026-03-01T09:00:00Z

Boot what "rline select --target-time NEXT" chooses, say how it was, and ask
again with all that was found so far.
Exit: 0 the last good line is known, 3 no line is good, 7 another one has to be
tried, 64 what makes no sense, 65 bad input, or verdicts that contradict each
other.)";

constexpr int kMostRows = 100;

struct BisectFlags {
  InputFlags inputs;
  OutputFlags output;
  std::string verdicts;
  std::vector<std::string> good;
  std::vector<std::string> bad;
  bool by_unit = false;
};

using State = v1::LineSearch;

// "[VM or GROUP=]TIME".
absl::Status AddVerdict(absl::string_view flag, const std::string& text,
                        v1::LineVerdict::Verdict verdict, const Names& names,
                        v1::LineVerdicts* verdicts) {
  v1::LineVerdict* row = verdicts->add_verdicts();
  row->set_verdict(verdict);
  const size_t equals = text.rfind('=');
  const bool named = equals != std::string::npos;
  if (!ParseRfc3339(named ? text.substr(equals + 1) : text,
                    row->mutable_target_time())) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " \"", text,
                     "\": not TIME, VM=TIME or GROUP=TIME, with an RFC 3339 "
                     "time"));
  }
  if (!ToInstant(row->target_time())) {
    return absl::InvalidArgumentError(absl::StrCat(
        flag, " \"", text, "\": the time lies outside the range of instants"));
  }
  if (!named) return absl::OkStatus();
  const std::string name = text.substr(0, equals);
  const std::vector<std::string> vms = names.FindVm(name);
  const std::vector<std::string> groups = names.FindGroup(name);
  if (vms.size() + groups.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " \"", name, "\": ",
                     vms.empty() && groups.empty()
                         ? absl::StrCat("the inventory has no such VM or group",
                                        DidYouMean(names.NearVms(name)))
                         : "this means several VMs or groups; give an id"));
  }
  if (!vms.empty()) row->set_vm_id(vms[0]);
  if (!groups.empty()) row->set_replication_group_id(groups[0]);
  return absl::OkStatus();
}

absl::StatusOr<v1::LineVerdicts> VerdictsOf(const BisectFlags& flags,
                                            const Names& names) {
  v1::LineVerdicts verdicts;
  if (!flags.verdicts.empty()) {
    const auto read = ReadSound(flags.verdicts, "", &verdicts);
    if (!read.ok()) return read.status();
  }
  for (const std::string& text : flags.good) {
    if (absl::Status added =
            AddVerdict("--good", text, v1::LineVerdict::GOOD, names, &verdicts);
        !added.ok()) {
      return added;
    }
  }
  for (const std::string& text : flags.bad) {
    if (absl::Status added =
            AddVerdict("--bad", text, v1::LineVerdict::BAD, names, &verdicts);
        !added.ok()) {
      return added;
    }
  }
  return verdicts;
}

std::string NameOf(const v1::LineSearch& search, const Names& names) {
  return search.vm_ids().empty()
             ? "the plan"
             : names.Unit(search.replication_group_id(), search.vm_ids());
}

std::string Table(const v1::Bisection& bisection, const Names& names,
                  const Display& display) {
  TextTable table({{"SEARCH", TextTable::kCut},
                   {"STATE"},
                   {"LINES", TextTable::kRight},
                   {"TRIES LEFT", TextTable::kRight},
                   {"TRY NEXT"},
                   {"LAST GOOD"},
                   {"FIRST BAD"}});
  const auto time = [&display](bool present,
                               const google::protobuf::Timestamp& t) {
    return present ? ShowTime(InstantOf(t), display) : std::string();
  };
  const int shown = std::min(kMostRows, bisection.searches_size());
  for (int i = 0; i < shown; ++i) {
    const v1::LineSearch& s = bisection.searches(i);
    const bool done = s.state() == State::FOUND;
    const bool open = s.state() == State::SEARCHING;
    table.AddRow(
        {{NameOf(s, names)},
         {State::State_Name(s.state()),
          done ? Tone::kGood : (open ? Tone::kPlain : Tone::kBad)},
         {absl::StrCat(s.line_count())},
         {open ? absl::StrCat(s.tries_left()) : ""},
         {time(s.has_next_target_time(), s.next_target_time()), Tone::kStrong},
         {time(s.has_last_good_target_time(), s.last_good_target_time())},
         {time(s.has_first_bad_target_time(), s.first_bad_target_time())}});
  }
  const int more = bisection.searches_size() - shown;
  return absl::StrCat(table.Render(display),
                      more == 0 ? "" : absl::StrCat("and ", more, " more\n"));
}

// What matters most, of all searches.
ExitCode ReportState(const v1::Bisection& bisection, const Reporter& reporter) {
  const auto any = [&bisection](State::State state) {
    return std::any_of(
        bisection.searches().begin(), bisection.searches().end(),
        [state](const v1::LineSearch& s) { return s.state() == state; });
  };
  if (any(State::CONTRADICTORY)) {
    return reporter.Fail(ExitCode::kBadInput,
                         "something newer than a bad line is said to be good");
  }
  if (any(State::SEARCHING)) return ExitCode::kWaiting;
  if (any(State::NONE_GOOD) || any(State::NO_LINES) ||
      bisection.searches().empty()) {
    return ExitCode::kIncomplete;
  }
  return ExitCode::kComplete;
}

ExitCode RunBisect(const BisectFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const auto inputs = ReadInputs(flags.inputs, reporter);
  if (!inputs.ok()) {
    return reporter.Fail(CodeOf(inputs.status()), inputs.status().message());
  }
  const CheckedView checked = MakeCheckedView(**inputs);
  v1::Bisection bisection;
  v1::Inventory read;
  const Names names(RowsFor(**inputs, checked.view.get(),
                            ArchiveInventory::kWithoutPoints, &read));
  if (checked.view != nullptr) {
    const absl::StatusOr<v1::LineVerdicts> verdicts = VerdictsOf(flags, names);
    if (!verdicts.ok()) {
      return reporter.Fail(CodeOf(verdicts.status()),
                           verdicts.status().message());
    }
    BisectionRequest request{.by_unit = flags.by_unit,
                             .provenance = (*inputs)->request.provenance};
    request.decision_time = RequestOf(**inputs, {}).as_of;
    bisection =
        MakeBisection(*checked.view, (*inputs)->plan, *verdicts, request);
  } else {
    *bisection.mutable_violations() = checked.violations;
  }
  if (const auto code = ReportUnread(**inputs, checked.view.get(), reporter))
    return *code;
  const auto code = WriteAnswer(
      **inputs, bisection, *output, output->is_table(),
      [&](const auto& answer) {
        return Table(answer, names, output->display());
      },
      reporter);
  return code ? *code : ReportState(bisection, reporter);
}

}  // namespace

void AddBisect(CLI::App* app, Chosen* chosen) {
  CLI::App* command = app->add_subcommand(
      "bisect", "Which line to boot next, to find the last good one");
  auto flags = std::make_shared<BisectFlags>();
  AddInputFlags(command, &flags->inputs);
  const auto add = [command](const char* name, std::vector<std::string>* to,
                             const char* help) {
    MayRepeat(command->add_option(name, *to, help))->type_name("[ID=]TIME");
  };
  add("--good", &flags->good,
      "The line of this target time was good, for the plan or for a VM or "
      "group alone; may be given again");
  add("--bad", &flags->bad, "It was bad; may be given again");
  command
      ->add_option("--verdicts", flags->verdicts,
                   "The same as a LineVerdicts message, in any format")
      ->type_name("FILE")
      ->check(PathName());
  command->add_flag("--by-unit", flags->by_unit,
                    "A search for each unit, side by side, instead of one for "
                    "the plan");
  AddOutputFlags(command, &flags->output);
  command->footer(kExamples);
  command->callback([flags, chosen] {
    chosen->run = [flags](const Reporter& reporter) {
      return RunBisect(*flags, reporter);
    };
  });
}

}  // namespace recoveryline
