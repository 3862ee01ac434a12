// PeerWorld: the files that every engine of this comparison starts from, and
// the questions that all of them are asked.
//
//   WriteWorld("build/peers/world", 10'000);
//   InventoryFile file("build/peers/world");     // the protobuf rows, parsed
//   for (const v1::Vm& vm : file.inventory().vms()) reader.Read(vm, &points);
//
// A folder holds one generated inventory twice: inventory.binpb, as
// recoveryline is given it, and points.csv, whole numbers alone, which is the
// best form there is for an engine of columns: no ids, and markers as numbers.
// Times are int64 units of 100 ns since the epoch in it, which loses nothing.
//
// A question is (T, D). Its answers are, for each VM, the capture time of its
// newest point, and for each group, the earliest capture time of the newest
// line of points that share a marker, one a VM; of points that are captured at
// T or before, available at D, not expired at D, and crash-consistent or
// better. Nothing is excluded, and cleanliness is not asked for.
//
// Thread-safety: plain functions and values.

#ifndef RECOVERYLINE_BENCH_PEERS_PEER_WORLD_H_
#define RECOVERYLINE_BENCH_PEERS_PEER_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/arena.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline::peers {

inline constexpr int kGroupSize = 8;
inline constexpr int kQuestions = 1'000;
inline constexpr int64_t kNanosPerTick = 100;
inline constexpr int32_t kNoMarker = -1;
// The answer where there is no point.
inline constexpr int64_t kNothing = -1;

// In ticks of 100 ns, like every time here. Question 0, which a one-shot asks,
// is of the newest points, as after a disaster; the others are of the two days
// before.
struct Question {
  int64_t target = 0;
  int64_t decision = 0;
};

// What a rival keeps of a point.
struct Point {
  int64_t capture = 0;
  int64_t available = 0;
  int64_t expire = 0;
  int32_t marker = kNoMarker;
  int32_t consistency = 0;
};

inline bool IsEligible(const Point& point, const Question& ask) {
  return point.capture <= ask.target && point.available <= ask.decision &&
         point.expire > ask.decision && point.consistency >= 1;
}

// Turns message rows into points, and markers into numbers.
class PointReader {
 public:
  // The points of `vm` in the order of their capture times.
  void Read(const v1::Vm& vm, std::vector<Point>* points);

 private:
  absl::flat_hash_map<std::string, int32_t> marker_numbers_;
};

// inventory.binpb of a folder, parsed onto an arena.
class InventoryFile {
 public:
  // Ends the program where the file cannot be read.
  explicit InventoryFile(const std::string& folder);

  const v1::Inventory& inventory() const { return *inventory_; }

 private:
  google::protobuf::Arena arena_;
  v1::Inventory* inventory_;
};

// Writes inventory.binpb, inventory.archive, points.csv and questions.csv.
// REQUIRES: the folder exists, and vm_count is a multiple of kGroupSize.
void WriteWorld(const std::string& folder, int vm_count);

std::vector<Question> ReadQuestions(const std::string& folder);

}  // namespace recoveryline::peers

#endif  // RECOVERYLINE_BENCH_PEERS_PEER_WORLD_H_
