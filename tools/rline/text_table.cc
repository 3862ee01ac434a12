#include "tools/rline/text_table.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/rline/printable.h"

namespace recoveryline {
namespace {

std::string Shown(const std::string& text, TextTable::Kind kind,
                  const Display& display) {
  const std::string printable = Printable(text);
  if (kind != TextTable::kCut || !display.terminal) return printable;
  return CutMiddle(printable, TextTable::kCutWidth);
}

std::string Blanks(int count) {
  return std::string(static_cast<size_t>(std::max(0, count)), ' ');
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)) {}

void TextTable::AddRow(std::vector<Cell> cells) {
  rows_.push_back(std::move(cells));
}

std::string TextTable::Render(const Display& display, int indent) const {
  const size_t count = columns_.size();
  std::vector<std::vector<Cell>> lines;
  std::vector<Cell>& headings = lines.emplace_back();
  for (const Column& column : columns_) {
    headings.push_back({column.heading, Tone::kStrong});
  }
  std::vector<bool> used(count, rows_.empty());
  for (const std::vector<Cell>& row : rows_) {
    std::vector<Cell>& line = lines.emplace_back();
    for (size_t i = 0; i < count; ++i) {
      line.push_back(
          {Shown(row[i].text, columns_[i].kind, display), row[i].tone});
      if (!row[i].text.empty()) used[i] = true;
    }
  }
  std::vector<int> widths(count, 0);
  for (const std::vector<Cell>& line : lines) {
    for (size_t i = 0; i < count; ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(line[i].text));
    }
  }

  std::string out;
  for (const std::vector<Cell>& line : lines) {
    std::string blanks = Blanks(indent);
    for (size_t i = 0; i < count; ++i) {
      if (!used[i]) continue;
      const std::string fill = Blanks(widths[i] - DisplayWidth(line[i].text));
      const bool right = columns_[i].kind == kRight;
      if (right) blanks += fill;
      // Blanks are written before the next text only, so that none trail.
      if (!line[i].text.empty()) {
        absl::StrAppend(&out, blanks,
                        Toned(line[i].text, line[i].tone, display));
        blanks.clear();
      }
      absl::StrAppend(&blanks, right ? "" : fill, "  ");
    }
    out += '\n';
  }
  return out;
}

}  // namespace recoveryline
