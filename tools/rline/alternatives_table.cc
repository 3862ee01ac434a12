#include "tools/rline/alternatives_table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using core::Nanos;
using v1::Alternative;
using v1::GroupSelection;
using v1::UnitAlternatives;
using v1::UnitLine;

constexpr size_t kMostUnits = 40;
constexpr int kMostLines = 12;  // of a unit

std::string TogetherWords(const UnitLine& line) {
  switch (line.guarantee()) {
    case GroupSelection::MARKER:
      return "one marker";
    case GroupSelection::SKEW_BOUNDED:
      return absl::StrCat("within ", ShowBound(NanosOf(line.skew())));
    case GroupSelection::INDEPENDENT:
      return absl::StrCat("nothing, ", ShowNanos(NanosOf(line.skew())),
                          " apart");
    default:
      return "";
  }
}

std::string GainWords(const Alternative& alternative) {
  if (!alternative.has_gain()) return "a choice at all";
  const Nanos gain = NanosOf(alternative.gain());
  if (gain == 0) return "as new";
  return gain > 0 ? absl::StrCat(ShowNanos(gain), " newer")
                  : absl::StrCat(ShowNanos(core::SaturatingSubtract(0, gain)),
                                 " older");
}

// What the alternative has less of than the choice; time stands in GainWords().
std::string PriceWords(const UnitAlternatives& unit,
                       const Alternative& alternative, const Names& names) {
  std::vector<std::string> given_up;
  if (!alternative.without_vm_id().empty()) {
    given_up.push_back(names.Vm(alternative.without_vm_id()));
  }
  if (!unit.has_choice()) return absl::StrJoin(given_up, ", ");
  const UnitLine& choice = unit.choice();
  const UnitLine& line = alternative.line();
  if (line.consistency() < choice.consistency()) {
    given_up.push_back(
        absl::StrCat(ShortConsistency(choice.consistency()), " consistency"));
  }
  if (choice.guarantee() == GroupSelection::MARKER &&
      line.guarantee() != GroupSelection::MARKER) {
    given_up.push_back("the marker");
  }
  const Nanos wider =
      core::SaturatingSubtract(NanosOf(line.skew()), NanosOf(choice.skew()));
  if (choice.guarantee() == GroupSelection::SKEW_BOUNDED &&
      line.guarantee() != GroupSelection::MARKER && wider > 0) {
    given_up.push_back(absl::StrCat(ShowNanos(wider), " of skew"));
  }
  return absl::StrJoin(given_up, ", ");
}

// What the best alternative gains.
std::pair<bool, Nanos> Urgency(const UnitAlternatives* unit) {
  Nanos most = core::kMinInstant;
  for (const Alternative& alternative : unit->alternatives()) {
    most = std::max(most, NanosOf(alternative.gain()));
  }
  return {!unit->has_choice(), most};
}

void AddUnit(const UnitAlternatives& unit, const Names& names,
             const Display& display, TextTable* table) {
  const auto row = [&](std::string name, TextTable::Cell instead,
                       const UnitLine& line, std::string price) {
    table->AddRow({{std::move(name)},
                   std::move(instead),
                   {ShowTime(InstantOf(line.earliest_capture_time()), display)},
                   {std::string(ShortConsistency(line.consistency()))},
                   {TogetherWords(line)},
                   {std::move(price)}});
  };
  const std::string name =
      names.Unit(unit.replication_group_id(), unit.vm_ids());
  if (unit.has_choice()) {
    row(name, {"of"}, unit.choice(), "");
  } else {
    table->AddRow({{name},
                   {std::string(OutcomeWords(unit.outcome())), Tone::kBad},
                   {""},
                   {""},
                   {""},
                   {""}});
  }
  const int shown = std::min(kMostLines, unit.alternatives_size());
  for (int i = 0; i < shown; ++i) {
    const Alternative& alternative = unit.alternatives(i);
    const bool better =
        !alternative.has_gain() || NanosOf(alternative.gain()) > 0;
    row("", {GainWords(alternative), better ? Tone::kGood : Tone::kPlain},
        alternative.line(), PriceWords(unit, alternative, names));
  }
  if (shown < unit.alternatives_size()) {
    table->AddRow(
        {{""},
         {absl::StrCat("and ", unit.alternatives_size() - shown, " more")},
         {""},
         {""},
         {""},
         {""}});
  }
}

}  // namespace

std::string AlternativesTable(const v1::PlanAlternatives& alternatives,
                              const Names& names, const Display& display) {
  std::vector<const UnitAlternatives*> units;
  int64_t without = 0;
  for (const UnitAlternatives& unit : alternatives.units()) {
    if (unit.alternatives_size() > 0) units.push_back(&unit);
    if (!unit.has_choice() && unit.alternatives_size() == 0) ++without;
  }
  std::stable_sort(units.begin(), units.end(),
                   [](const UnitAlternatives* a, const UnitAlternatives* b) {
                     return Urgency(a) > Urgency(b);
                   });
  std::string out = absl::StrCat(
      Toned(Count(alternatives.units_size(), "unit"), Tone::kStrong, display),
      ", ", units.size(), " with something else to go back to",
      without == 0 ? "" : absl::StrCat("; ", without, " with nothing at all"),
      alternatives.missing_vm_ids().empty()
          ? ""
          : absl::StrCat("; ", Count(alternatives.missing_vm_ids_size(), "VM"),
                         " of the plan are not in the inventory"),
      "\n");
  TextTable table({{"UNIT", TextTable::kCut},
                   {"INSTEAD"},
                   {"CAPTURED"},
                   {"CONSISTENCY"},
                   {"HELD TOGETHER BY"},
                   {"GIVING UP"}});
  const size_t shown = std::min(kMostUnits, units.size());
  for (size_t i = 0; i < shown; ++i) {
    AddUnit(*units[i], names, display, &table);
  }
  if (!table.empty()) absl::StrAppend(&out, "\n", table.Render(display));
  if (shown < units.size()) {
    absl::StrAppend(&out, "and ",
                    Count(static_cast<int64_t>(units.size() - shown), "unit"),
                    " more; --vm, --group or --format json show them\n");
  }
  return out;
}

}  // namespace recoveryline
