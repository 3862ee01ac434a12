// Meter: asks one engine the questions of a world, and writes what each took
// and what the answers were.
//
//   Meter meter(argc, argv);
//   std::optional<MapPeer> peer;
//   meter.OneShot("std::map", &peer);           // from bytes to both answers
//   meter.WarmVms("std::map", 10, [&](const Question& ask, auto vms,
//                                     auto out) { ... });
//
// A line of standard output is one repetition's time or the hash of all answers
// to one question; table.mjs reads them. A repetition asks questions that no
// other one did (they begin again after kQuestions), so that nothing is warm
// but the index. With several threads, each takes its share of the questions;
// of the VMs, where all questions are asked at once.
//
// Cost: answers are kept until the clock has stopped, and hashed then.
// Thread-safety: none; `ask` is called from several threads at once.

#ifndef RECOVERYLINE_BENCH_PEERS_METER_H_
#define RECOVERYLINE_BENCH_PEERS_METER_H_

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/peers/peer_world.h"

namespace recoveryline::peers {

// Fills out[vm] for each vm of `vms`, in their order.
using AskVms = std::function<void(const Question&, std::span<const int> vms,
                                  std::span<int64_t> out)>;
// Fills out[group] for every group.
using AskGroups = std::function<void(const Question&, std::span<int64_t> out)>;
// Fills out[(vm - first) * asked.size() + i] with the answer to asked[i], for
// each vm of [first, last).
using AskAllAtOnce =
    std::function<void(std::span<const Question> asked, int first, int last,
                       std::span<int64_t> out)>;

class Meter {
 public:
  // PROGRAM FOLDER VMS REPETITIONS THREADS
  Meter(int argc, char** argv);

  const std::string& folder() const { return folder_; }
  int vm_count() const { return vm_count_; }
  int group_count() const { return vm_count_ / kGroupSize; }
  int threads() const { return threads_; }

  // Makes a Peer of the folder and asks it question 0, once a repetition; the
  // last one stays in `peer`. With several threads it is made and not timed.
  // A Peer has AskVms() and AskGroups() with the signatures above.
  template <typename Peer>
  void OneShot(const std::string& engine, std::optional<Peer>* peer);

  // `count` questions a repetition. Warm: VMs in random order. Sweep: in their
  // own order, scenario after scenario, or VM after VM with all scenarios.
  void WarmVms(const std::string& engine, int count, const AskVms& ask);
  void WarmGroups(const std::string& engine, int count, const AskGroups& ask);
  void Sweep(const std::string& engine, int count, const AskVms& ask);
  void SweepAtOnce(const std::string& engine, int count,
                   const AskAllAtOnce& ask);

 private:
  using Clock = std::chrono::steady_clock;
  // What one thread does of a repetition.
  using TakeShare = std::function<void(
      int thread, std::span<const Question> asked, std::span<int64_t> answers)>;
  // Puts a repetition's answers into the order of the questions.
  using InOrder = std::function<void(std::vector<int64_t>* answers)>;

  void Measure(const std::string& row, const std::string& engine,
               const std::string& kind, int count, const AskGroups& ask);
  void Repeat(const std::string& row, const std::string& engine,
              const std::string& kind, int count, const TakeShare& take_share,
              const InOrder& in_order);
  std::vector<Question> Asked(int first, int count) const;
  void PrintTime(const std::string& row, const std::string& engine,
                 Clock::duration time, int64_t answers) const;
  void PrintHash(const std::string& engine, const std::string& kind,
                 int question, std::span<const int64_t> answers) const;

  std::string folder_;
  int vm_count_ = 0;
  int repetitions_ = 0;
  int threads_ = 0;
  std::vector<Question> questions_;
  std::vector<int> in_order_;
  std::vector<int> shuffled_;
};

template <typename Peer>
void Meter::OneShot(const std::string& engine, std::optional<Peer>* peer) {
  if (threads_ > 1) {
    peer->emplace(folder_);
    return;
  }
  for (int r = 0; r < repetitions_; ++r) {
    peer->reset();
    std::vector<int64_t> vms(vm_count_, kNothing);
    std::vector<int64_t> groups(group_count(), kNothing);
    const Clock::time_point start = Clock::now();
    peer->emplace(folder_);
    const Clock::time_point loaded = Clock::now();
    (*peer)->AskVms(questions_[0], in_order_, vms);
    (*peer)->AskGroups(questions_[0], groups);
    const Clock::time_point end = Clock::now();
    const int64_t answers = vm_count_ + group_count();
    PrintTime("one-shot", engine, end - start, answers);
    PrintTime("one-shot, questions alone", engine, end - loaded, answers);
    PrintHash(engine, "vm", 0, vms);
    PrintHash(engine, "group", 0, groups);
  }
}

}  // namespace recoveryline::peers

#endif  // RECOVERYLINE_BENCH_PEERS_METER_H_
