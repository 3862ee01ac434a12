#include "tools/rline/evaluation_table.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/timestamps.h"
#include "tools/rline/text_table.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;

constexpr int kMostPlans = 40;

// 100.0 only of all, and 0.0 only of none.
std::string Percent(int64_t part, int64_t whole) {
  if (whole == 0) return "";
  const double percent =
      100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part < whole && percent >= 99.95) return "> 99.9 %";
  if (part > 0 && percent < 0.05) return "< 0.1 %";
  return absl::StrFormat("%.1f %%", percent);
}

int64_t Unserved(const v1::EvaluationSummary& summary) {
  int64_t units = 0;
  for (const v1::UnservedUnits& row : summary.unserved_units()) {
    units += row.unit_count();
  }
  return units;
}

core::Nanos NanosOf(const Duration& length) {
  return ToNanos(length).value_or(0);
}

std::string Loss(bool present, const Duration& loss) {
  return present ? ShowNanos(NanosOf(loss)) : "";
}

const std::string& NameOf(const v1::EvaluationSummary& plan) {
  return plan.plan_id().empty() ? plan.plan_source() : plan.plan_id();
}

// Whether `a` is to be looked at before `b`.
bool IsWorse(const v1::EvaluationSummary* a, const v1::EvaluationSummary* b) {
  const auto rank = [](const v1::EvaluationSummary& s) {
    const auto share = [](int64_t part, int64_t whole) {
      return whole == 0
                 ? 0.0
                 : static_cast<double>(part) / static_cast<double>(whole);
    };
    return std::make_tuple(s.invalid_plan_count(),
                           share(s.none_count(), s.evaluation_count()),
                           share(Unserved(s), s.unit_count()),
                           share(s.partial_count(), s.evaluation_count()),
                           NanosOf(s.worst_data_loss()));
  };
  return rank(*a) > rank(*b);
}

void AddPlan(const v1::EvaluationSummary& plan, TextTable* table) {
  if (plan.invalid_plan_count() > 0) {
    table->AddRow({{NameOf(plan)},
                   {"invalid", Tone::kBad},
                   {""},
                   {""},
                   {""},
                   {""},
                   {""},
                   {""}});
    return;
  }
  const int64_t unserved = Unserved(plan);
  table->AddRow(
      {{NameOf(plan)},
       {Percent(plan.complete_count(), plan.evaluation_count())},
       {unserved == 0 ? "" : Percent(unserved, plan.unit_count()), Tone::kBad},
       {plan.rpo_exceeded_unit_count() == 0
            ? ""
            : Percent(plan.rpo_exceeded_unit_count(), plan.unit_count()),
        Tone::kDoubtful},
       {Loss(plan.has_median_data_loss(), plan.median_data_loss())},
       {Loss(plan.has_p90_data_loss(), plan.p90_data_loss())},
       {Loss(plan.has_p99_data_loss(), plan.p99_data_loss())},
       {Loss(plan.has_worst_data_loss(), plan.worst_data_loss())}});
}

}  // namespace

std::string EvaluationTable(const v1::EvaluationReport& report,
                            const Display& display) {
  const v1::EvaluationSummary& all = report.all();
  std::string out = absl::StrCat(
      Count(report.plans_size(), "plan"), ", ",
      Count(all.evaluation_count(), "evaluation"), ": ", all.complete_count(),
      " complete, ", all.partial_count(), " partial, ", all.none_count(),
      " without any point",
      all.invalid_plan_count() == 0
          ? ""
          : absl::StrCat("; ", Count(all.invalid_plan_count(), "plan"),
                         " invalid"),
      "\n");
  std::vector<const v1::EvaluationSummary*> plans;
  for (const v1::EvaluationSummary& plan : report.plans()) {
    plans.push_back(&plan);
  }
  std::stable_sort(plans.begin(), plans.end(), IsWorse);
  TextTable table({{"PLAN, WORST FIRST", TextTable::kCut},
                   {"COMPLETE", TextTable::kRight},
                   {"UNITS WITHOUT POINT", TextTable::kRight},
                   {"UNITS OVER RPO", TextTable::kRight},
                   {"MEDIAN LOSS", TextTable::kRight},
                   {"90 %", TextTable::kRight},
                   {"99 %", TextTable::kRight},
                   {"WORST LOSS", TextTable::kRight}});
  const int shown = std::min<int>(kMostPlans, report.plans_size());
  for (int i = 0; i < shown; ++i) {
    AddPlan(*plans[static_cast<size_t>(i)], &table);
  }
  if (!table.empty()) absl::StrAppend(&out, "\n", table.Render(display));
  if (shown < report.plans_size()) {
    absl::StrAppend(&out, "and ", report.plans_size() - shown,
                    " more (see --summary)\n");
  }
  return out;
}

}  // namespace recoveryline
