#include "bench/peers/meter.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <thread>

namespace recoveryline::peers {
namespace {

// Its twin is in duckdb.mjs: both must give the same.
uint64_t HashOf(std::span<const int64_t> answers) {
  uint64_t hash = 0;
  for (const int64_t answer : answers) {
    hash = (hash ^ static_cast<uint64_t>(answer)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

Meter::Meter(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: PROGRAM FOLDER VMS REPETITIONS THREADS\n", stderr);
    std::exit(64);
  }
  folder_ = argv[1];
  vm_count_ = std::atoi(argv[2]);
  repetitions_ = std::atoi(argv[3]);
  threads_ = std::atoi(argv[4]);
  questions_ = ReadQuestions(folder_);
  in_order_.resize(vm_count_);
  std::iota(in_order_.begin(), in_order_.end(), 0);
  shuffled_ = in_order_;
  std::shuffle(shuffled_.begin(), shuffled_.end(), std::mt19937(7));
}

void Meter::WarmVms(const std::string& engine, int count, const AskVms& ask) {
  Measure("warm VM", engine, "vm", count,
          [&](const Question& question, std::span<int64_t> out) {
            ask(question, shuffled_, out);
          });
}

void Meter::WarmGroups(const std::string& engine, int count,
                       const AskGroups& ask) {
  Measure("warm group", engine, "group", count, ask);
}

void Meter::Sweep(const std::string& engine, int count, const AskVms& ask) {
  Measure("sweep", engine, "vm", count,
          [&](const Question& question, std::span<int64_t> out) {
            ask(question, in_order_, out);
          });
}

void Meter::SweepAtOnce(const std::string& engine, int count,
                        const AskAllAtOnce& ask) {
  const auto take_share = [&](int thread, std::span<const Question> asked,
                              std::span<int64_t> answers) {
    const int first = vm_count_ * thread / threads_;
    const int last = vm_count_ * (thread + 1) / threads_;
    ask(asked, first, last,
        answers.subspan(first * asked.size(), (last - first) * asked.size()));
  };
  std::vector<int64_t> by_vm;
  Repeat("sweep", engine, "vm", count, take_share,
         [&](std::vector<int64_t>* answers) {
           by_vm.swap(*answers);
           answers->resize(by_vm.size());
           for (size_t vm = 0; vm < static_cast<size_t>(vm_count_); ++vm) {
             for (int i = 0; i < count; ++i) {
               (*answers)[i * vm_count_ + vm] = by_vm[vm * count + i];
             }
           }
         });
}

void Meter::Measure(const std::string& row, const std::string& engine,
                    const std::string& kind, int count, const AskGroups& ask) {
  const auto take_share = [&](int thread, std::span<const Question> asked,
                              std::span<int64_t> answers) {
    const size_t width = answers.size() / asked.size();
    for (size_t i = thread; i < asked.size(); i += threads_) {
      ask(asked[i], answers.subspan(i * width, width));
    }
  };
  Repeat(row, engine, kind, count, take_share, [](std::vector<int64_t>*) {});
}

void Meter::Repeat(const std::string& row, const std::string& engine,
                   const std::string& kind, int count,
                   const TakeShare& take_share, const InOrder& in_order) {
  const size_t width = kind == "vm" ? vm_count_ : group_count();
  std::vector<int64_t> answers(count * width);
  int first = 0;
  for (int r = 0; r < repetitions_; ++r, first = (first + count) % kQuestions) {
    const std::vector<Question> asked = Asked(first, count);
    // Also brings its pages before the clock starts.
    std::fill(answers.begin(), answers.end(), kNothing);
    const Clock::time_point start = Clock::now();
    std::vector<std::thread> others;
    for (int t = 1; t < threads_; ++t) {
      others.emplace_back([&, t] { take_share(t, asked, answers); });
    }
    take_share(0, asked, answers);
    for (std::thread& other : others) other.join();
    PrintTime(row, engine, Clock::now() - start,
              static_cast<int64_t>(answers.size()));
    in_order(&answers);
    for (int i = 0; i < count; ++i) {
      PrintHash(engine, kind, (first + i) % kQuestions,
                std::span(answers).subspan(i * width, width));
    }
  }
}

std::vector<Question> Meter::Asked(int first, int count) const {
  std::vector<Question> asked;
  for (int i = 0; i < count; ++i) {
    asked.push_back(questions_[(first + i) % kQuestions]);
  }
  return asked;
}

void Meter::PrintTime(const std::string& row, const std::string& engine,
                      Clock::duration time, int64_t answers) const {
  std::printf("time\t%s\t%s\t%d\t%.6f\t%" PRId64 "\n", row.c_str(),
              engine.c_str(), threads_,
              std::chrono::duration<double, std::milli>(time).count(), answers);
}

void Meter::PrintHash(const std::string& engine, const std::string& kind,
                      int question, std::span<const int64_t> answers) const {
  const auto found = static_cast<int64_t>(answers.size()) -
                     std::count(answers.begin(), answers.end(), kNothing);
  std::printf("hash\t%s\t%d\t%s\t%016" PRIx64 "\t%" PRId64 "\n", kind.c_str(),
              question, engine.c_str(), HashOf(answers), found);
}

}  // namespace recoveryline::peers
