// What a careful programmer writes without an index of their own: each VM's
// points sorted in one std::vector, and for each group the eligible markers in
// small sorted vectors that are used again, intersected one after the other.

#include <algorithm>
#include <vector>

#include "bench/peers/meter.h"

namespace recoveryline::peers {
namespace {

class SortedVectorPeer {
 public:
  explicit SortedVectorPeer(const std::string& folder) : file_(folder) {
    PointReader reader;
    std::vector<Point> points;
    for (const v1::Vm& vm : file_.inventory().vms()) {
      reader.Read(vm, &points);
      all_.emplace_back(points.begin(), points.end());
      std::erase_if(points,
                    [](const Point& p) { return p.marker == kNoMarker; });
      std::sort(
          points.begin(), points.end(),
          [](const Point& a, const Point& b) { return a.marker < b.marker; });
      marked_.emplace_back(points.begin(), points.end());
    }
  }

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    for (const int vm : vms) {
      const std::vector<Point>& points = all_[vm];
      auto at = std::upper_bound(
          points.begin(), points.end(), ask.target,
          [](int64_t t, const Point& p) { return t < p.capture; });
      while (at != points.begin()) {
        --at;
        if (!IsEligible(*at, ask)) continue;
        out[vm] = at->capture;
        break;
      }
    }
  }

  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    std::vector<Line> common, eligible, both;
    for (size_t group = 0; group < out.size(); ++group) {
      for (int i = 0; i < kGroupSize; ++i) {
        eligible.clear();
        for (const Point& p : marked_[group * kGroupSize + i]) {
          if (IsEligible(p, ask)) eligible.push_back({p.marker, p.capture});
        }
        if (i == 0) {
          common.swap(eligible);
          continue;
        }
        Intersect(common, eligible, &both);
        common.swap(both);
      }
      for (const Line& line : common) {
        out[group] = std::max(out[group], line.earliest);
      }
    }
  }

 private:
  struct Line {
    int32_t marker;
    int64_t earliest;
  };

  // std::set_intersection, which also takes the earlier of two captures.
  static void Intersect(const std::vector<Line>& a, const std::vector<Line>& b,
                        std::vector<Line>* both) {
    both->clear();
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
      if (x->marker == y->marker) {
        both->push_back({x->marker, std::min(x->earliest, y->earliest)});
        ++x;
        ++y;
      } else if (x->marker < y->marker) {
        ++x;
      } else {
        ++y;
      }
    }
  }

  InventoryFile file_;
  std::vector<std::vector<Point>> all_;     // by capture time
  std::vector<std::vector<Point>> marked_;  // by marker
};

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  using recoveryline::peers::Question;
  recoveryline::peers::Meter meter(argc, argv);
  std::optional<recoveryline::peers::SortedVectorPeer> peer;
  meter.OneShot("sorted std::vector from protobuf rows", &peer);
  const auto vms = [&](const Question& ask, auto which, auto out) {
    peer->AskVms(ask, which, out);
  };
  meter.WarmVms("sorted std::vector, std::upper_bound", 50, vms);
  meter.WarmGroups(
      "sorted std::vector, merged", 50,
      [&](const Question& ask, auto out) { peer->AskGroups(ask, out); });
  meter.Sweep("sorted std::vector, std::upper_bound", 200, vms);
  return 0;
}
