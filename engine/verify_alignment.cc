#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/derived_choice.h"
#include "engine/timestamps.h"
#include "engine/verify_case.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;
using core::SaturatingSubtract;
using core::UnitOutcome;
using v1::GroupSelection;

template <typename Message>
const Message* IfPresent(bool present, const Message& field) {
  return present ? &field : nullptr;
}

// What the Decision gives as the aligned instant.
std::optional<Instant> StatedInstant(const v1::Decision& decision) {
  const v1::Alignment& stated = decision.alignment();
  if (!stated.has_earliest_capture_time()) return std::nullopt;
  return ToInstant(stated.earliest_capture_time());
}

// A unit that holds the line back, as it must be stated.
struct Holding {
  int unit = 0;
  std::optional<Nanos> gain;  // nothing: there is no line with it
};

// Greatest gain first, then in the order of units.
std::vector<Holding> HoldingInOrder(const AlignmentProof& alignment,
                                    std::optional<Instant> t) {
  std::vector<Holding> holding;
  for (size_t i = 0; i < alignment.units.size(); ++i) {
    const std::optional<Instant>& without = alignment.survey.without[i];
    if (!without.has_value()) continue;
    Holding& added = holding.emplace_back();
    added.unit = alignment.units[i];
    if (t.has_value()) added.gain = SaturatingSubtract(*without, *t);
  }
  std::stable_sort(
      holding.begin(), holding.end(),
      [](const Holding& a, const Holding& b) { return a.gain > b.gain; });
  return holding;
}

void CheckHolding(const VerifyCase& c, const AlignmentProof& alignment,
                  std::optional<Instant> t, Refutations* refuted) {
  const FieldPath root;
  const FieldPath path(root, "alignment");
  const v1::Alignment& stated = c.decision.alignment();
  const std::vector<Holding> right = HoldingInOrder(alignment, t);
  if (!refuted->ExpectCount({path, "holdingUnits"}, stated.holding_units_size(),
                            right.size())) {
    return;
  }
  for (int k = 0; k < stated.holding_units_size(); ++k) {
    const Holding& r = right[static_cast<size_t>(k)];
    const v1::HoldingUnit& s = stated.holding_units(k);
    const UnitReading& read = c.unit(r.unit);
    const FieldPath entry(path, "holdingUnits", k);
    const bool grouped = read.group >= 0;
    refuted->ExpectText({entry, "vmId"}, s.vm_id(),
                        grouped ? "" : c.inventory.vm(read.vms.front()).id);
    refuted->ExpectText(
        {entry, "replicationGroupId"}, s.replication_group_id(),
        grouped ? c.inventory.group(read.group).id : absl::string_view());
    refuted->ExpectNanos({entry, "gain"}, IfPresent(s.has_gain(), s.gain()),
                         r.gain);
  }
}

// From the first to the last capture of the units that take part.
core::CaptureWindow ExtentOf(const AlignmentProof& alignment,
                             const std::vector<UnitProof>& proofs) {
  core::CaptureWindow extent{.from = core::kMaxInstant,
                             .until = core::kMinInstant};
  for (const int u : alignment.units) {
    const core::UnitChoice& choice = proofs[static_cast<size_t>(u)].choice;
    extent.from = std::min(extent.from, choice.earliest);
    extent.until = std::max(extent.until, choice.latest);
  }
  return extent;
}

}  // namespace

AlignmentProof ProveAlignment(const VerifyCase& c, Refutations* refuted) {
  AlignmentProof proof;
  if (!c.reading.plan_max_skew.has_value()) return proof;
  const Nanos max_skew = *c.reading.plan_max_skew;
  std::vector<core::AlignedUnit> aligned;
  for (int u = 0; u < c.unit_count(); ++u) {
    const core::Unit& unit = c.unit(u).unit;
    core::UnitChoice own = core::DeriveChoice(unit, c.reading.policy);
    if (own.outcome == UnitOutcome::kSelected) {
      aligned.push_back({.unit = &unit, .rule = own.rule});
      proof.units.push_back(u);
    }
    proof.own.push_back({.choice = std::move(own), .window = std::nullopt});
  }
  if (aligned.empty()) return proof;
  const std::optional<Instant> t = StatedInstant(c.decision);
  proof.survey = core::SurveyAlignment(aligned, c.reading.policy, max_skew, t);
  if (proof.survey.later.has_value()) {
    const FieldPath root;
    const FieldPath path(root, "alignment");
    refuted->Add(
        {path, "earliestCaptureTime"},
        absl::StrCat("states ", t.has_value() ? FormatInstant(*t) : "nothing",
                     "; there is a line of the whole plan at ",
                     FormatInstant(*proof.survey.later)));
  }
  if (!t.has_value()) return proof;
  for (core::OwnChoice& own : proof.own) {
    own.window = core::CaptureWindow{
        .from = *t, .until = core::SaturatingAdd(*t, max_skew)};
  }
  return proof;
}

void CheckAlignment(const VerifyCase& c, const AlignmentProof& alignment,
                    const std::vector<UnitProof>& proofs,
                    Refutations* refuted) {
  const FieldPath root;
  const FieldPath path(root, "alignment");
  const v1::Alignment& stated = c.decision.alignment();
  const bool wanted = c.reading.plan_max_skew.has_value();
  if (wanted != c.decision.has_alignment()) {
    refuted->Add(path, wanted ? "is absent; the plan wants one line"
                              : "is stated; the plan wants no such line");
    return;
  }
  if (!wanted) return;
  const bool found =
      !alignment.units.empty() &&
      proofs[static_cast<size_t>(alignment.units.front())].choice.outcome ==
          UnitOutcome::kSelected;
  const core::CaptureWindow extent = ExtentOf(alignment, proofs);
  const auto if_found = [found](int64_t value) {
    return found ? std::optional<int64_t>(value) : std::nullopt;
  };
  refuted->ExpectNanos({path, "maxSkew"},
                       IfPresent(stated.has_max_skew(), stated.max_skew()),
                       c.reading.plan_max_skew);
  refuted->ExpectNumber({path, "unitCount"}, stated.unit_count(),
                        static_cast<int64_t>(alignment.units.size()));
  refuted->ExpectEnum({path, "guarantee"}, stated.guarantee(),
                      found ? GroupSelection::SKEW_BOUNDED
                            : GroupSelection::GUARANTEE_UNSPECIFIED);
  refuted->ExpectInstant({path, "earliestCaptureTime"},
                         IfPresent(stated.has_earliest_capture_time(),
                                   stated.earliest_capture_time()),
                         if_found(extent.from));
  refuted->ExpectInstant(
      {path, "latestCaptureTime"},
      IfPresent(stated.has_latest_capture_time(), stated.latest_capture_time()),
      if_found(extent.until));
  refuted->ExpectNanos({path, "skew"},
                       IfPresent(stated.has_skew(), stated.skew()),
                       if_found(SaturatingSubtract(extent.until, extent.from)));
  CheckHolding(c, alignment,
               found ? std::optional<Instant>(extent.from) : std::nullopt,
               refuted);
}

}  // namespace recoveryline
