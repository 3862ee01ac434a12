// The table in failover_machine.h is the documentation: each of its cells is
// read from there and held against what the machine does.

#include "engine/failover/failover_machine.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

using Cells = std::map<std::pair<std::string, std::string>, std::string>;

// The cells of the header's tables by row and column, notes put in their place.
Cells ReadTables() {
  std::ifstream header(PROJECT_DIR "/engine/failover/failover_machine.h");
  EXPECT_TRUE(header.good());
  Cells cells;
  std::map<std::string, std::string> notes;
  std::vector<std::string> columns;
  for (std::string line; std::getline(header, line);) {
    if (line.rfind("//   ", 0) != 0) continue;
    line = line.substr(5);
    if (line.find('|') == std::string::npos) {
      // "1 FAILING_OVER / fail over     4 REPROTECTING / reprotect"
      for (const absl::string_view note :
           absl::StrSplit(line, "  ", absl::SkipWhitespace())) {
        const std::vector<std::string> parts = absl::StrSplit(
            absl::StripAsciiWhitespace(note), absl::MaxSplits(' ', 1));
        if (parts.size() == 2 && parts[0].size() == 1) {
          notes[parts[0]] = parts[1];
        }
      }
      continue;
    }
    std::vector<std::string> row;
    for (const absl::string_view cell : absl::StrSplit(line, '|')) {
      row.emplace_back(absl::StripAsciiWhitespace(cell));
    }
    if (row[0] == "from") {
      columns = row;
      continue;
    }
    for (size_t i = 1; i < row.size(); ++i)
      cells[{row[0], columns[i]}] = row[i];
  }
  for (auto& [place, cell] : cells) {
    if (const auto note = notes.find(cell); note != notes.end()) {
      cell = note->second;
    }
  }
  return cells;
}

std::string NameOf(VmEvent event) {
  switch (event) {
    case VmEvent::kFailOver:
      return "failOver";
    case VmEvent::kStart:
      return "start";
    case VmEvent::kChangePoint:
      return "changePoint";
    case VmEvent::kCommit:
      return "commit";
    case VmEvent::kReprotect:
      return "reprotect";
    case VmEvent::kCancel:
      return "cancel";
    case VmEvent::kDone:
      return "done";
    case VmEvent::kLanded:
      return "landed";
    case VmEvent::kElsewhere:
      return "elsewhere";
    case VmEvent::kFailed:
      return "failed";
  }
  return "";
}

std::string NameOf(VmAction action) {
  switch (action) {
    case VmAction::kNone:
      return "";
    case VmAction::kFailOver:
      return " / fail over";
    case VmAction::kStart:
      return " / start";
    case VmAction::kChangePoint:
      return " / change point";
    case VmAction::kVerify:
      return " / verify";
    case VmAction::kCommit:
      return " / commit";
    case VmAction::kReprotect:
      return " / reprotect";
    case VmAction::kWatch:
      return " / watch";
    case VmAction::kCancel:
      return " / cancel";
  }
  return "";
}

TEST(FailoverMachineTest, EachCellIsWhatTheHeaderSays) {
  const Cells cells = ReadTables();
  // 16 rows of 6 columns, and 8 of 4.
  ASSERT_EQ(cells.size(), 16u * 6 + 8 * 4);
  int refused = 0;
  for (int s = 0; s < kFailoverStateCount; ++s) {
    for (int e = 0; e < kVmEventCount; ++e) {
      const auto state = static_cast<FailoverState>(s);
      const auto event = static_cast<VmEvent>(e);
      const std::string row(NameOf(state));
      const VmStep step = After(state, event);
      std::string did;
      if (!step.allowed) {
        ++refused;
        EXPECT_EQ(step.state, state);
        EXPECT_EQ(step.action, VmAction::kNone);
      } else if (step.state == state) {
        EXPECT_EQ(step.action, VmAction::kNone);
        did = "=";
      } else {
        did =
            absl::StrCat(std::string(NameOf(step.state)), NameOf(step.action));
      }
      const auto cell = cells.find({row, NameOf(event)});
      EXPECT_EQ(did, cell == cells.end() ? "" : cell->second)
          << row << " " << NameOf(event);
    }
  }
  EXPECT_GT(refused, 80);
}

// What was asked for again, after a crash say, does nothing twice.
TEST(FailoverMachineTest, AskingAgainHasNoSecondEffect) {
  for (int s = 0; s < kFailoverStateCount; ++s) {
    for (const VmEvent event :
         {VmEvent::kFailOver, VmEvent::kStart, VmEvent::kCommit,
          VmEvent::kReprotect, VmEvent::kCancel}) {
      const VmStep once = After(static_cast<FailoverState>(s), event);
      if (!once.allowed) continue;
      const VmStep twice = After(once.state, event);
      EXPECT_TRUE(twice.allowed);
      EXPECT_EQ(twice.state, once.state);
      EXPECT_EQ(twice.action, VmAction::kNone);
    }
  }
}

// A commit deletes the points: nothing leads back from it, and nothing leads to
// it but verification.
TEST(FailoverMachineTest, NothingIsCommittedUnverifiedOrUndone) {
  for (int s = 0; s < kFailoverStateCount; ++s) {
    for (int e = 0; e < kVmEventCount; ++e) {
      const auto state = static_cast<FailoverState>(s);
      const auto event = static_cast<VmEvent>(e);
      const VmStep step = After(state, event);
      if (step.action == VmAction::kCommit) {
        EXPECT_EQ(state, FailoverState::kAwaitingCommit);
      }
      if (step.state == FailoverState::kAwaitingCommit && step.state != state) {
        EXPECT_TRUE(
            (state == FailoverState::kVerifying && event == VmEvent::kDone) ||
            (state == FailoverState::kCommitting && event == VmEvent::kFailed));
      }
      const bool committed = state >= FailoverState::kCommitted &&
                             state <= FailoverState::kProtected;
      const bool still = step.state >= FailoverState::kCommitted &&
                         step.state <= FailoverState::kProtected;
      EXPECT_TRUE(still || !committed);
    }
  }
}

}  // namespace
}  // namespace recoveryline
