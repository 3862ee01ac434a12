// TextTable: aligned columns of text for people.
//
//   TextTable table({{"VM"}, {"AGE", TextTable::kRight}});
//   table.AddRow({{"web-1"}, {"38m 12s"}});
//   out += table.Render(display);
//
// Columns are two blanks apart and as wide as their widest cell; nothing
// trails. Cells are made printable (see printable.h). On a terminal the cells
// of a kCut column are cut in the middle to kCutWidth columns.
//
// Cost: linear in the cells.
// Thread-safety: none while rows are added.

#ifndef RECOVERYLINE_TOOLS_RLINE_TEXT_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/rline/display.h"

namespace recoveryline {

class TextTable {
 public:
  enum Kind { kLeft, kRight, kCut };
  static constexpr int kCutWidth = 24;

  struct Column {
    std::string heading;
    Kind kind = kLeft;
  };

  struct Cell {
    std::string text;
    Tone tone = Tone::kPlain;
  };

  explicit TextTable(std::vector<Column> columns);

  // REQUIRES: as many cells as columns.
  void AddRow(std::vector<Cell> cells);

  bool empty() const { return rows_.empty(); }

  // The headings and the rows, each line ended. Columns without any text but
  // their heading are left out. `indent` blanks precede each line.
  std::string Render(const Display& display, int indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_TEXT_TABLE_H_
