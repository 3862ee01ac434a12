// VerifyCase: one Decision beside what it decides on, as its verifier sees it.
//
//   VerifyCase c(inventory, plan, decision, decision_time);
//   UnitProof proof = ProveUnit(c, 0, own, &refuted);   // verify_units.cc
//   CheckRows(c, proofs, &refuted);                     // verify_rows.cc
//   CheckWarnings(c, proofs, &refuted);                 // verify_warnings.cc
//   CheckAlignment(c, alignment, proofs, &refuted);     // verify_alignment.cc
//
// Rows are found by where they must stand, never by what they say they are: a
// Decision may repeat, drop or invent rows. What it states about a unit is
// proved first; rows and warnings are then compared with the proof.
//
// Cost: of all parts together, the checker's plus O(rows).
// Thread-safety: plain values; pure functions.

#ifndef RECOVERYLINE_ENGINE_VERIFY_CASE_H_
#define RECOVERYLINE_ENGINE_VERIFY_CASE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/core/alignment_survey.h"
#include "engine/core/explanation.h"
#include "engine/core/unit.h"
#include "engine/field_checks.h"
#include "engine/inventory_view.h"
#include "engine/plan_reading.h"
#include "engine/refutations.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

struct VerifyCase {
  // REQUIRES: all of them outlive this; the plan is valid for the inventory.
  VerifyCase(const InventoryView& of_inventory, const v1::RecoveryPlan& of_plan,
             const v1::Decision& of_decision, core::Instant decision_time);

  const UnitReading& unit(int u) const {
    return reading.units[static_cast<size_t>(u)];
  }
  int unit_count() const { return static_cast<int>(reading.units.size()); }

  // Null where the Decision has too few rows.
  const v1::VmSelection* VmRow(int row) const;
  // Null for a VM by itself too.
  const v1::GroupSelection* GroupRow(int u) const;

  // Whether the site may carry the member past a point captured then.
  bool MayProcessPendingData(int u, int member, core::Instant captured) const;

  const InventoryView& inventory;
  const v1::RecoveryPlan& plan;
  const v1::Decision& decision;
  const PlanReading reading;
  std::vector<int> group_row;  // of each unit; -1: a VM by itself
  int group_row_count = 0;
};

// What is known of a unit's choice.
struct UnitProof {
  bool proven = false;  // as the Decision states it
  // What the Decision states; where not proven, only the outcome is right.
  core::UnitChoice choice;
  core::UnitExplanation why;  // of a proven choice
};

// What is known of the line of the plan. Empty without alignment.
struct AlignmentProof {
  std::vector<core::OwnChoice> own;  // of each unit
  // As refutes or proves the window stated; of the units that take part.
  std::vector<int> units;
  core::AlignmentSurvey survey;
};

// Proves what the Decision states about a unit, or says what refutes it. Where
// units are aligned, `own` is what it would take by itself, else null.
UnitProof ProveUnit(const VerifyCase& c, int u, const core::OwnChoice* own,
                    Refutations* refuted);

// Proves the line of the plan, where it wants one: no later one exists, and
// whoever is said to hold it back does.
AlignmentProof ProveAlignment(const VerifyCase& c, Refutations* refuted);

// Every field of the alignment. REQUIRES: all units are proven.
void CheckAlignment(const VerifyCase& c, const AlignmentProof& alignment,
                    const std::vector<UnitProof>& proofs, Refutations* refuted);

// Every field of every row, and the outcome of the plan.
void CheckRows(const VerifyCase& c, const std::vector<UnitProof>& proofs,
               Refutations* refuted);

// REQUIRES: all units are proven.
void CheckWarnings(const VerifyCase& c, const std::vector<UnitProof>& proofs,
                   Refutations* refuted);

// Decision words for the core's.
v1::VmSelection::Outcome OutcomeOf(core::UnitOutcome outcome);
v1::Rejection::Reason ReasonOf(core::Fate fate);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_VERIFY_CASE_H_
