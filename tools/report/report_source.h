// ReportSource: what a report is made from, and how it is to be said.
//
//   const ReportSource source{view, plan, rows, decision, timeline};
//   std::string html = ReportPage(source, form);     // report_page.h
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_SOURCE_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_SOURCE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/timeline.pb.h"

namespace recoveryline {

// REQUIRES: decision and timeline are what Select() and MakeTimeline() give for
// the view and the plan, without violations; of the timeline, units may be left
// out.
struct ReportSource {
  const InventoryView& inventory;
  const v1::RecoveryPlan& plan;
  // For the names of groups.
  const v1::Inventory& rows;
  const v1::Decision& decision;
  const v1::Timeline& timeline;
};

// Enum values as people say them, each at the place of its number.
struct ReportWords {
  std::string option;
  std::string purpose;
  std::vector<std::string> rules;
  std::vector<std::string> outcomes;
  // Clauses that fit after "because".
  std::vector<std::string> outcome_reasons;
  // What follows a count of points that were refused.
  std::vector<std::string> rejections;
  std::vector<std::string> consistencies;
};

struct ReportForm {
  ReportWords words;
  // How many units the plan has where some were left out on purpose; else 0.
  int plan_unit_count = 0;
  absl::TimeZone zone = absl::UTCTimeZone();
  // The page is not larger: what does not fit is left out, and said to be.
  size_t limit_bytes = 4'900'000;
  int threads = 1;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_SOURCE_H_
