// recoveryline itself, from the same rows as the rivals in C++: the core that
// `rline select` chooses with, without the Decision's rows, reasons and proof.

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/peers/meter.h"
#include "engine/archive/archive_inventory.h"
#include "engine/batch/warm_index.h"
#include "engine/core/common_line.h"
#include "engine/core/moments.h"
#include "engine/core/point_series_batch.h"
#include "engine/core/series_sweep.h"
#include "engine/row_inventory.h"
#include "tools/formats/archive_file.h"

namespace recoveryline::peers {
namespace {

using core::Eligibility;
using core::PointSeries;
using core::Position;

Eligibility ToEligibility(const Question& ask) {
  return {.decision_time = ask.decision * kNanosPerTick,
          .target_time = ask.target * kNanosPerTick};
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

// When the best point of each VM was captured.
template <typename PointsOf>
void WriteCaptures(std::span<const int> vms, std::span<const Position> best,
                   PointsOf points_of, std::span<int64_t> out) {
  for (size_t i = 0; i < vms.size(); ++i) {
    if (best[i] == core::kNoPosition) continue;
    out[vms[i]] = points_of(vms[i])->capture_time(best[i]) / kNanosPerTick;
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

  const RowInventory& view() const { return view_; }
  // RowInventory holds the series of its VMs in one array.
  std::span<const PointSeries> series() const {
    return {&view_.points(0), static_cast<size_t>(view_.vm_count())};
  }
  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    std::vector<Position> best(vms.size());
    core::BestOfEach(series(), vms, ToEligibility(ask), best);
    WriteCaptures(
        vms, best, [&](int vm) { return &view_.points(vm); }, out);
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
        view_((*file_)->archive(), ArchiveInventory::kNewest) {}

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

// Everything in memory, the lines of groups listed.
class WarmPeer {
 public:
  WarmPeer(const InventoryView& view, int threads)
      : index_(view, PolicyOfPeers(), threads), groups_(view.group_count()) {
    std::iota(groups_.begin(), groups_.end(), 0);
  }

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    std::vector<Position> best(vms.size());
    index_.BestOfEach(0, vms, ToQuestion(ask), best);
    WriteCaptures(
        vms, best, [&](int vm) { return &index_.points(vm); }, out);
  }
  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    std::vector<std::optional<WarmIndex::Line>> lines(groups_.size());
    index_.LineOfEach(0, groups_, ToQuestion(ask), lines);
    for (size_t group = 0; group < lines.size(); ++group) {
      if (lines[group]) out[group] = lines[group]->earliest / kNanosPerTick;
    }
  }

 private:
  static core::Policy PolicyOfPeers() {
    core::Policy policy;
    policy.rules = {{.scope = core::Scope::kCommonMarker}};
    return policy;
  }
  static WarmIndex::Question ToQuestion(const Question& ask) {
    return {.decision_time = ask.decision * kNanosPerTick,
            .target_time = ask.target * kNanosPerTick};
  }

  const WarmIndex index_;
  std::vector<int> groups_;
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
  const WarmPeer warm(rows->view(), meter->threads());
  meter->WarmVms("recoveryline WarmIndex", 100,
                 [&](const Question& ask, auto vms, auto out) {
                   warm.AskVms(ask, vms, out);
                 });
  meter->WarmGroups(
      "recoveryline WarmIndex, lines listed before", 200,
      [&](const Question& ask, auto out) { warm.AskGroups(ask, out); });
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
  meter->Sweep("recoveryline PointSeries", kQuestions,
               [&](const Question& ask, auto vms, auto out) {
                 rows->AskVms(ask, vms, out);
               });
}

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  recoveryline::peers::Meter meter(argc, argv);
  recoveryline::peers::Run(&meter);
  return 0;
}
