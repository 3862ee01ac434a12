// recoveryline itself, from the same rows as the rivals in C++: the core that
// `rline select` chooses with, without the Decision's rows, reasons and proof.

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/peers/meter.h"
#include "engine/archive/archive_inventory.h"
#include "engine/core/common_line.h"
#include "engine/core/common_points.h"
#include "engine/core/moments.h"
#include "engine/core/point_series_batch.h"
#include "engine/core/series_sweep.h"
#include "engine/row_inventory.h"
#include "tools/formats/archive_file.h"

namespace recoveryline::peers {
namespace {

using core::CommonPoints;
using core::Eligibility;
using core::PointSeries;
using core::Position;

Eligibility ToEligibility(const Question& ask) {
  return {.decision_time = ask.decision * kNanosPerTick,
          .target_time = ask.target * kNanosPerTick};
}

// The best point of each VM of `vms`, and when it was captured.
void BestOfEach(const Question& ask, std::span<const PointSeries> series,
                std::span<const int> vms, std::span<int64_t> out) {
  std::vector<Position> best(vms.size());
  core::BestOfEach(series, vms, ToEligibility(ask), best);
  for (size_t i = 0; i < vms.size(); ++i) {
    if (best[i] == core::kNoPosition) continue;
    out[vms[i]] = series[vms[i]].capture_time(best[i]) / kNanosPerTick;
  }
}

// The best points of the VMs [first, last) to all of `asked`, one VM after the
// other.
void SweepVms(std::span<const Question> asked,
              std::span<const PointSeries> series, int first, int last,
              std::span<int64_t> out) {
  std::vector<core::Moment> times;
  for (const Question& ask : asked) {
    times.push_back({.decision_time = ask.decision * kNanosPerTick,
                     .target_time = ask.target * kNanosPerTick});
  }
  const core::Moments moments(times);
  core::SeriesSweep sweep(moments);
  std::vector<Position> positions(asked.size());
  std::vector<core::Instant> captures(asked.size());
  for (int vm = first; vm < last; ++vm) {
    std::fill(captures.begin(), captures.end(), core::kMaxInstant);
    sweep.Run(series[vm], series[std::min(vm + 1, last - 1)], {}, positions,
              captures);
    const auto answers = out.subspan((vm - first) * asked.size(), asked.size());
    for (size_t i = 0; i < asked.size(); ++i) {
      answers[moments.asked_as(i)] = positions[i] == core::kNoPosition
                                         ? kNothing
                                         : captures[i] / kNanosPerTick;
    }
  }
}

// The newest common line of each group, without an index of them.
template <typename PointsOf>
void NewestOfGroups(const Question& ask, PointsOf points_of,
                    std::span<int64_t> out) {
  const Eligibility eligibility = ToEligibility(ask);
  std::vector<core::Candidates> members(kGroupSize);
  for (size_t group = 0; group < out.size(); ++group) {
    for (int i = 0; i < kGroupSize; ++i) {
      const int vm = static_cast<int>(group) * kGroupSize + i;
      members[i] = {.points = points_of(vm), .ask = eligibility};
    }
    if (const auto line = core::NewestCommonMarker(members)) {
      out[group] = line->earliest / kNanosPerTick;
    }
  }
}

// Message rows, parsed by protobuf and sorted by RowInventory.
class RowsPeer {
 public:
  explicit RowsPeer(const std::string& folder)
      : file_(folder), view_(file_.inventory()) {}

  // RowInventory holds the series of its VMs in one array.
  std::span<const PointSeries> series() const {
    return {&view_.points(0), static_cast<size_t>(view_.vm_count())};
  }
  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    BestOfEach(ask, series(), vms, out);
  }
  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    NewestOfGroups(
        ask, [&](int vm) { return &view_.points(vm); }, out);
  }

 private:
  InventoryFile file_;
  RowInventory view_;
};

// An archive, mapped; nothing is parsed but what names its machines.
class ArchivePeer {
 public:
  explicit ArchivePeer(const std::string& folder)
      : file_(ArchiveFile::Open(folder + "/inventory.archive", "the archive")),
        view_((*file_)->archive(), ArchiveInventory::kChecksums) {}

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    const Eligibility eligibility = ToEligibility(ask);
    for (const int vm : vms) {
      const PointSeries& points = view_.points(vm);
      const Position best = points.Best(eligibility, points.size());
      if (best == core::kNoPosition) continue;
      out[vm] = points.capture_time(best) / kNanosPerTick;
    }
  }
  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    NewestOfGroups(
        ask, [&](int vm) { return &view_.points(vm); }, out);
  }

 private:
  absl::StatusOr<std::unique_ptr<ArchiveFile>> file_;
  ArchiveInventory view_;
};

// The lines of every group, listed once for many questions.
class ListedGroups {
 public:
  explicit ListedGroups(std::span<const PointSeries> series) {
    for (size_t first = 0; first < series.size(); first += kGroupSize) {
      std::vector<const PointSeries*> members;
      for (const PointSeries& vm : series.subspan(first, kGroupSize)) {
        members.push_back(&vm);
      }
      groups_.push_back(CommonPoints::ByMarker(members, {}));
    }
  }

  void Ask(const Question& ask, std::span<int64_t> out) const {
    const CommonPoints::Query query{
        .decision_time = ask.decision * kNanosPerTick,
        .target_time = ask.target * kNanosPerTick};
    std::vector<Position> positions(kGroupSize);
    for (size_t group = 0; group < out.size(); ++group) {
      if (const auto line = groups_[group].Best(query, positions)) {
        out[group] = line->earliest / kNanosPerTick;
      }
    }
  }

 private:
  std::vector<CommonPoints> groups_;
};

// One row for each form the bytes may have.
void OneShots(Meter* meter, std::optional<RowsPeer>* rows) {
  std::optional<ArchivePeer> archive;
  meter->OneShot("recoveryline from an archive", &archive);
  meter->OneShot("recoveryline from protobuf rows", rows);
}

void Run(Meter* meter) {
  std::optional<RowsPeer> rows;
  OneShots(meter, &rows);
  const std::span<const PointSeries> series = rows->series();
  const ListedGroups listed(series);
  const auto vms = [&](const Question& ask, auto which, auto out) {
    BestOfEach(ask, series, which, out);
  };
  meter->WarmVms("recoveryline PointSeries", 100, vms);
  meter->WarmGroups(
      "recoveryline CommonPoints, listed before", 200,
      [&](const Question& ask, auto out) { listed.Ask(ask, out); });
  meter->WarmGroups("recoveryline NewestCommonMarker, no list", 50,
                    [&](const Question& ask, auto out) {
                      NewestOfGroups(
                          ask, [&](int vm) { return &series[vm]; }, out);
                    });
  meter->SweepAtOnce(
      "recoveryline SeriesSweep, all scenarios at once", kQuestions,
      [&](std::span<const Question> asked, int first, int last, auto out) {
        SweepVms(asked, series, first, last, out);
      });
  meter->Sweep("recoveryline PointSeries", kQuestions, vms);
}

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  recoveryline::peers::Meter meter(argc, argv);
  recoveryline::peers::Run(&meter);
  return 0;
}
