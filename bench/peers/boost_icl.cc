// Boost.ICL: for each VM an interval_map from the stretch of time in which a
// point is the newest to that point, and for each group the interval_sets of
// its VMs' eligible markers, intersected one after the other.

#include <algorithm>
#include <boost/icl/interval_map.hpp>
#include <boost/icl/interval_set.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "bench/peers/meter.h"

namespace recoveryline::peers {
namespace {

namespace icl = boost::icl;

class IclPeer {
 public:
  explicit IclPeer(const std::string& folder) : file_(folder) {
    PointReader reader;
    for (const v1::Vm& vm : file_.inventory().vms()) {
      std::vector<Point>& points = points_.emplace_back();
      reader.Read(vm, &points);
      Stretches& stretches = stretches_.emplace_back();
      std::vector<Point>& marked = marked_.emplace_back();
      for (size_t i = 0; i < points.size(); ++i) {
        if (points[i].marker != kNoMarker) marked.push_back(points[i]);
        const int64_t end =
            i + 1 < points.size() ? points[i + 1].capture : kEndOfTime;
        if (end == points[i].capture) continue;  // the next one is as new
        stretches.insert(
            stretches.end(),
            {Stretch::right_open(points[i].capture, end), static_cast<int>(i)});
      }
    }
  }

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    for (const int vm : vms) {
      const auto newest = stretches_[vm].find(ask.target);
      if (newest == stretches_[vm].end()) continue;
      for (int i = newest->second; i >= 0; --i) {
        const Point& p = points_[vm][i];
        if (!IsEligible(p, ask)) continue;
        out[vm] = p.capture;
        break;
      }
    }
  }

  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    for (size_t group = 0; group < out.size(); ++group) {
      const std::span members =
          std::span(marked_).subspan(group * kGroupSize, kGroupSize);
      Markers common = Eligible(ask, members[0]);
      for (const std::vector<Point>& member : members.subspan(1)) {
        common &= Eligible(ask, member);
      }
      // Markers are numbered as they are met, not by time: each that is left
      // is looked up.
      for (auto m = icl::elements_begin(common); m != icl::elements_end(common);
           ++m) {
        out[group] = std::max(out[group], Earliest(*m, members));
      }
    }
  }

 private:
  using Stretches = icl::interval_map<int64_t, int, icl::partial_enricher>;
  using Stretch = icl::interval<int64_t>;
  using Markers = icl::interval_set<int32_t>;
  static constexpr int64_t kEndOfTime = std::numeric_limits<int64_t>::max();

  static Markers Eligible(const Question& ask,
                          const std::vector<Point>& points) {
    Markers markers;
    for (const Point& p : points) {
      if (IsEligible(p, ask)) {
        markers.add(markers.end(),
                    icl::interval<int32_t>::right_open(p.marker, p.marker + 1));
      }
    }
    return markers;
  }

  static int64_t Earliest(int32_t marker,
                          std::span<const std::vector<Point>> members) {
    int64_t earliest = kEndOfTime;
    for (const std::vector<Point>& points : members) {
      const auto carrier =
          std::find_if(points.begin(), points.end(),
                       [&](const Point& p) { return p.marker == marker; });
      earliest = std::min(earliest, carrier->capture);
    }
    return earliest;
  }

  InventoryFile file_;
  std::vector<Stretches> stretches_;
  std::vector<std::vector<Point>> points_;
  std::vector<std::vector<Point>> marked_;
};

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  using recoveryline::peers::Question;
  recoveryline::peers::Meter meter(argc, argv);
  std::optional<recoveryline::peers::IclPeer> peer;
  meter.OneShot("Boost.ICL from protobuf rows", &peer);
  const auto vms = [&](const Question& ask, auto which, auto out) {
    peer->AskVms(ask, which, out);
  };
  meter.WarmVms("Boost.ICL interval_map", 10, vms);
  meter.WarmGroups(
      "Boost.ICL interval_set &=", 10,
      [&](const Question& ask, auto out) { peer->AskGroups(ask, out); });
  meter.Sweep("Boost.ICL interval_map", 200, vms);
  return 0;
}
