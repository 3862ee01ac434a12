// The textbook rival: a std::map of each VM's points, and for each group a
// std::set of eligible markers from each VM, intersected one after the other.

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "bench/peers/meter.h"

namespace recoveryline::peers {
namespace {

class OrderedMapPeer {
 public:
  explicit OrderedMapPeer(const std::string& folder) : file_(folder) {
    PointReader reader;
    std::vector<Point> points;
    for (const v1::Vm& vm : file_.inventory().vms()) {
      reader.Read(vm, &points);
      PointMap& all = all_.emplace_back();
      PointMap& marked = marked_.emplace_back();
      for (size_t i = 0; i < points.size(); ++i) {
        const std::pair key(points[i].capture, static_cast<int>(i));
        all.emplace_hint(all.end(), key, points[i]);
        if (points[i].marker == kNoMarker) continue;
        marked.emplace_hint(marked.end(), key, points[i]);
      }
    }
  }

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    for (const int vm : vms) {
      const PointMap& points = all_[vm];
      auto at = points.upper_bound({ask.target, kLast});
      while (at != points.begin()) {
        --at;
        if (!IsEligible(at->second, ask)) continue;
        out[vm] = at->first.first;
        break;
      }
    }
  }

  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    for (size_t group = 0; group < out.size(); ++group) {
      out[group] = Newest(
          ask, std::span(marked_).subspan(group * kGroupSize, kGroupSize));
    }
  }

 private:
  // By capture time; a number tells points of one instant apart.
  using PointMap = std::map<std::pair<int64_t, int>, Point>;
  static constexpr int kLast = std::numeric_limits<int>::max();

  static int64_t Newest(const Question& ask,
                        std::span<const PointMap> members) {
    std::map<int32_t, int64_t> earliest;  // capture, of each marker
    std::set<int32_t> common;
    for (size_t i = 0; i < members.size(); ++i) {
      std::set<int32_t> markers;
      const auto end = members[i].upper_bound({ask.target, kLast});
      for (auto at = members[i].begin(); at != end; ++at) {
        const Point& p = at->second;
        if (!IsEligible(p, ask)) continue;
        markers.insert(p.marker);
        const auto known = earliest.try_emplace(p.marker, p.capture).first;
        known->second = std::min(known->second, p.capture);
      }
      if (i == 0) {
        common = std::move(markers);
        continue;
      }
      std::set<int32_t> both;
      std::set_intersection(common.begin(), common.end(), markers.begin(),
                            markers.end(), std::inserter(both, both.end()));
      common = std::move(both);
    }
    int64_t newest = kNothing;
    for (const int32_t marker : common) {
      newest = std::max(newest, earliest.at(marker));
    }
    return newest;
  }

  InventoryFile file_;
  std::vector<PointMap> all_;
  std::vector<PointMap> marked_;
};

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  using recoveryline::peers::Question;
  recoveryline::peers::Meter meter(argc, argv);
  std::optional<recoveryline::peers::OrderedMapPeer> peer;
  meter.OneShot("std::map from protobuf rows", &peer);
  const auto vms = [&](const Question& ask, auto which, auto out) {
    peer->AskVms(ask, which, out);
  };
  meter.WarmVms("std::map", 10, vms);
  meter.WarmGroups(
      "std::set, std::set_intersection", 10,
      [&](const Question& ask, auto out) { peer->AskGroups(ask, out); });
  meter.Sweep("std::map", 200, vms);
  return 0;
}
