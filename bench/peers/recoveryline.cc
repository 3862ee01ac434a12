// recoveryline itself, from the same rows as the rivals in C++: the core that
// `rline select` chooses with, without the Decision's rows, reasons and proof.

#include <algorithm>
#include <array>
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
#include "engine/core/series_sweep.h"
#include "engine/wire/wire_inventory.h"
#include "tools/formats/archive_file.h"
#include "tools/formats/mapped_file.h"

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

// What a view of an inventory answers once, without an index of common lines.
class Once {
 public:
  explicit Once(const InventoryView* view) : view_(*view) {}

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
    const Eligibility eligibility = ToEligibility(ask);
    std::vector<core::Candidates> members(kGroupSize);
    for (size_t group = 0; group < out.size(); ++group) {
      for (int i = 0; i < kGroupSize; ++i) {
        const int vm = static_cast<int>(group) * kGroupSize + i;
        members[i] = {.points = &view_.points(vm), .ask = eligibility};
      }
      if (const auto line = core::NewestCommonMarker(members)) {
        out[group] = line->earliest / kNanosPerTick;
      }
    }
  }

 private:
  const InventoryView& view_;
};

// Rows in protobuf's binary form, read straight into an index, and validated.
class RowsPeer {
 public:
  explicit RowsPeer(const std::string& folder)
      : file_(MappedFile::Open(folder + "/inventory.binpb")),
        view_(WireInventory::Read(file_->bytes(), {})),
        once_(view_.get()) {}

  const InventoryView& view() const { return *view_; }
  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    once_.AskVms(ask, vms, out);
  }
  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    once_.AskGroups(ask, out);
  }

 private:
  const absl::StatusOr<MappedFile> file_;
  const std::unique_ptr<const WireInventory> view_;
  const Once once_;
};

// An archive, mapped; nothing is parsed but what names its machines.
class ArchivePeer {
 public:
  explicit ArchivePeer(const std::string& folder)
      : file_(ArchiveFile::Open(folder + "/inventory.archive", "the archive")),
        view_((*file_)->archive(), ArchiveInventory::kNewest),
        once_(&view_) {}

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    once_.AskVms(ask, vms, out);
  }
  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    once_.AskGroups(ask, out);
  }

 private:
  const absl::StatusOr<std::unique_ptr<ArchiveFile>> file_;
  const ArchiveInventory view_;
  const Once once_;
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
    // So many at once that their points are still in cache when read.
    std::array<Position, 256> best;
    while (!vms.empty()) {
      const auto some = vms.first(std::min(best.size(), vms.size()));
      index_.BestOfEach(0, some, ToQuestion(ask), best);
      for (size_t i = 0; i < some.size(); ++i) {
        if (best[i] == core::kNoPosition) continue;
        out[some[i]] =
            index_.points(some[i]).capture_time(best[i]) / kNanosPerTick;
      }
      vms = vms.subspan(some.size());
    }
  }
  // They stand in one array.
  std::span<const PointSeries> series() const {
    return {&index_.points(0), groups_.size() * kGroupSize};
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
  const WarmPeer warm(rows->view(), meter->threads());
  const std::span<const PointSeries> series = warm.series();
  meter->WarmVms("recoveryline WarmIndex", 100,
                 [&](const Question& ask, auto vms, auto out) {
                   warm.AskVms(ask, vms, out);
                 });
  meter->WarmGroups(
      "recoveryline WarmIndex, lines listed before", 200,
      [&](const Question& ask, auto out) { warm.AskGroups(ask, out); });
  meter->WarmGroups(
      "recoveryline NewestCommonMarker, no list", 50,
      [&](const Question& ask, auto out) { rows->AskGroups(ask, out); });
  meter->SweepAtOnce(
      "recoveryline SeriesSweep, all scenarios at once", kQuestions,
      [&](std::span<const Question> asked, int first, int last, auto out) {
        SweepVms(asked, series, first, last, out);
      });
  meter->Sweep("recoveryline WarmIndex, a scenario at a time", kQuestions,
               [&](const Question& ask, auto vms, auto out) {
                 warm.AskVms(ask, vms, out);
               });
}

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  recoveryline::peers::Meter meter(argc, argv);
  recoveryline::peers::Run(&meter);
  return 0;
}
