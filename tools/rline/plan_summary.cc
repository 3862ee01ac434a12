#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/explanation_text.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using core::Nanos;

constexpr int kMostWarnings = 5;

// A group, or a VM that is a unit by itself.
struct UnitLine {
  std::string name;
  int vms = 1;
  v1::VmSelection::Outcome outcome = v1::VmSelection::OUTCOME_UNSPECIFIED;
  core::Instant earliest = 0;
  Nanos data_loss = 0;
  bool rpo_exceeded = false;
  std::string why;
};

// "14 better points are expired": why most of them were refused.
std::string MainReason(
    const google::protobuf::RepeatedPtrField<v1::Rejection>& rejections,
    absl::string_view noun) {
  const v1::Rejection* main = nullptr;
  for (const v1::Rejection& rejection : rejections) {
    if (main == nullptr || rejection.count() > main->count()) {
      main = &rejection;
    }
  }
  if (main == nullptr) return "";
  return absl::StrCat(Count(main->count(), noun),
                      main->count() == 1 ? " is " : " are ",
                      ReasonWords(main->reason()));
}

std::string Why(
    v1::VmSelection::Outcome outcome,
    const google::protobuf::RepeatedPtrField<v1::Rejection>& rejections) {
  if (outcome == v1::VmSelection::SELECTED) {
    return rejections.empty() ? "no point is better"
                              : MainReason(rejections, "better point");
  }
  const std::string reason = MainReason(rejections, "point");
  return absl::StrCat(OutcomeReason(outcome), reason.empty() ? "" : "; ",
                      reason);
}

UnitLine LineOf(const Explained& explained, const v1::GroupSelection& row,
                int vms) {
  UnitLine line;
  line.name =
      absl::StrCat("group ", explained.names.Group(row.replication_group_id()));
  line.vms = vms;
  line.outcome = row.outcome();
  line.earliest = InstantOf(row.earliest_capture_time());
  line.data_loss = NanosOf(row.data_loss());
  line.rpo_exceeded = row.rpo_exceeded();
  line.why = Why(row.outcome(), row.rejections());
  if (!row.blocking_vms().empty()) {
    const v1::BlockingVm& blocking = row.blocking_vms(0);
    line.why = absl::StrCat(
        "held back by ", explained.names.Vm(blocking.vm_id()),
        blocking.has_gain()
            ? absl::StrCat(" (", ShowNanos(NanosOf(blocking.gain())), ")")
            : "",
        "; ", line.why);
  }
  return line;
}

UnitLine LineOf(const Explained& explained, const v1::VmSelection& row) {
  UnitLine line;
  line.name = explained.names.Vm(row.vm_id());
  line.outcome = row.outcome();
  line.earliest = InstantOf(row.capture_time());
  line.data_loss = NanosOf(row.data_loss());
  line.rpo_exceeded = row.rpo_exceeded();
  line.why = Why(row.outcome(), row.rejections());
  return line;
}

std::vector<UnitLine> WorstFirst(const Explained& explained) {
  absl::flat_hash_map<absl::string_view, int> vms_of_group;
  absl::flat_hash_set<absl::string_view> groups;
  for (const auto& row : explained.decision.group_selections()) {
    groups.insert(row.replication_group_id());
  }
  std::vector<UnitLine> lines;
  for (const v1::VmSelection& row : explained.decision.vm_selections()) {
    if (groups.contains(row.replication_group_id())) {
      ++vms_of_group[row.replication_group_id()];
    } else {
      lines.push_back(LineOf(explained, row));
    }
  }
  for (const auto& row : explained.decision.group_selections()) {
    lines.push_back(
        LineOf(explained, row, vms_of_group[row.replication_group_id()]));
  }
  std::stable_sort(
      lines.begin(), lines.end(), [](const UnitLine& a, const UnitLine& b) {
        const auto rank = [](const UnitLine& line) {
          return std::tuple(line.outcome == v1::VmSelection::SELECTED,
                            !line.rpo_exceeded, -line.data_loss);
        };
        return rank(a) < rank(b);
      });
  return lines;
}

}  // namespace

std::string ExplainPlan(const Explained& explained) {
  TextTable table({{"UNIT, WORST FIRST", TextTable::kCut},
                   {"VMS", TextTable::kRight},
                   {"OUTCOME"},
                   {"EARLIEST POINT"},
                   {"DATA LOSS", TextTable::kRight},
                   {"WHY NOT NEWER"}});
  for (const UnitLine& line : WorstFirst(explained)) {
    const bool selected = line.outcome == v1::VmSelection::SELECTED;
    table.AddRow(
        {{line.name},
         {absl::StrCat(line.vms)},
         {std::string(OutcomeWords(line.outcome)), ToneOf(line.outcome)},
         {selected ? ShowTime(line.earliest, explained.display) : "-"},
         {selected ? absl::StrCat(ShowNanos(line.data_loss),
                                  line.rpo_exceeded ? " (over RPO)" : "")
                   : "-"},
         {line.why}});
  }
  std::string out = absl::StrCat(
      Headline(explained.decision, explained.display),
      AlignmentLine(explained.decision, explained.names, explained.display));
  if (!table.empty()) {
    absl::StrAppend(&out, "\n", table.Render(explained.display));
  }
  return absl::StrCat(
      out, WarningLines(explained.decision, explained.names, kMostWarnings),
      "\nMore on one of them: rline explain --group ID, or "
      "--vm ID\n");
}

}  // namespace recoveryline
