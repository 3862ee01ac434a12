#include "engine/batch/batch_evaluation.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/batch/evaluation_columns.h"
#include "engine/batch/plan_evaluation.h"
#include "engine/validate.h"

namespace recoveryline {
namespace {

// How many scenarios a task has: the more, the less often the points of a
// machine are gone through; with rows of machines, what a task makes is large.
constexpr int64_t kFewestPerTask = 64;
constexpr int64_t kMostPerTask = 1'024;
// How many entries of a column of 4 bytes a task makes at most, about.
constexpr int64_t kColumnEntries = int64_t{1} << 22;
// How many tasks a thread may be ahead of the one to be written next.
constexpr int64_t kWindow = 4;
// From how many scenarios on listing common points pays.
constexpr int64_t kWorthLists = 32;

// A plan in work; the first thread that comes to it makes it ready.
struct OpenPlan {
  std::once_flag once;
  LoadedPlan loaded;
  std::optional<WarmPlan> warm;  // none: the plan breaks rules
};

struct Task {
  int64_t number = 0;
  std::shared_ptr<OpenPlan> plan;
};

int64_t ScenariosPerTask(const InventoryView& inventory,
                         const BatchInput& input, const BatchOptions& options) {
  if (options.with_vms) return kFewestPerTask;
  if (options.as_columns) {  // the same for any number of threads: it shows
    return std::clamp(kColumnEntries / (inventory.vm_count() + 1),
                      kFewestPerTask, kMostPerTask / 4);
  }
  // Enough tasks for all threads.
  const int64_t each = (input.scenario_count + options.threads - 1) /
                       options.threads * std::max<int64_t>(1, input.plan_count);
  return std::clamp(each, kFewestPerTask, kMostPerTask);
}

// What a task made.
struct TaskResult {
  std::string bytes;
  EvaluationTotals totals;
  int64_t evaluations = 0;
  absl::Status status;
};

class Batch {
 public:
  Batch(const InventoryView& inventory, const BatchInput& input,
        const BatchOptions& options, const BatchSink& sink)
      : inventory_(inventory),
        input_(input),
        options_(options),
        sink_(sink),
        scenario_count_(input.scenario_count),
        scenarios_per_task_(ScenariosPerTask(inventory, input, options)),
        tasks_per_plan_((scenario_count_ + scenarios_per_task_ - 1) /
                        scenarios_per_task_),
        task_count_(input.plan_count * tasks_per_plan_) {}

  absl::Status Run() {
    std::vector<std::thread> others;
    for (int i = 1; i < options_.threads; ++i) {
      others.emplace_back([this] { Work(); });
    }
    Work();
    for (std::thread& thread : others) thread.join();
    return status_;
  }

 private:
  void Work() {
    while (const std::optional<Task> task = NextTask()) {
      TaskResult result;
      result.status = Do(*task, &result);
      Deliver(task->number, std::move(result));
    }
  }

  // Waits until what it makes can soon be written.
  std::optional<Task> NextTask() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (next_ >= task_count_) return std::nullopt;
    const int64_t task = next_++;
    may_go_on_.wait(lock, [&] {
      return !status_.ok() || task < written_ + kWindow * options_.threads;
    });
    if (!status_.ok()) return std::nullopt;
    std::shared_ptr<OpenPlan>& plan = open_[task / tasks_per_plan_];
    if (plan == nullptr) plan = std::make_shared<OpenPlan>();
    return Task{task, plan};
  }

  void MakeReady(int64_t number, OpenPlan* open) const {
    open->loaded = input_.load(number);
    Violations& found = open->loaded.found;
    const v1::RecoveryPlan& plan = open->loaded.plan;
    if (found.empty()) ValidatePlan(plan, &found);
    if (found.empty()) ValidatePlanAgainst(plan, inventory_, &found);
    if (!found.empty()) return;
    open->warm.emplace(inventory_, plan,
                       scenario_count_ >= kWorthLists ? WarmPlan::kWithLists
                                                      : WarmPlan::kWithoutLists,
                       options_.shard, ListThreads());
  }

  // The others wait for the lists of the first plans; where there are many
  // plans, each thread makes those of its own.
  int ListThreads() const {
    return input_.plan_count < options_.threads ? options_.threads : 1;
  }

  // Of the scenarios [begin, end).
  Proofs ProofsFor(int64_t begin, int64_t end) const {
    constexpr int64_t kSampleEvery = 64;
    constexpr size_t kSampleUnits = 16;
    Proofs proofs;
    if (options_.checking == Checking::kNone) return proofs;
    const bool all = options_.checking == Checking::kAll;
    if (!all) proofs.units_each = kSampleUnits;
    for (int64_t i = begin; i < end; ++i) {
      if (!all && i % kSampleEvery != 0) continue;
      proofs.scenarios.push_back(static_cast<size_t>(i - begin));
    }
    return proofs;
  }

  absl::Status Do(const Task& task, TaskResult* result) const {
    OpenPlan& open = *task.plan;
    const int64_t plan = task.number / tasks_per_plan_;
    std::call_once(open.once, [&] { MakeReady(plan, &open); });
    const int64_t begin = task.number % tasks_per_plan_ * scenarios_per_task_;
    const int64_t end = std::min(begin + scenarios_per_task_, scenario_count_);
    result->evaluations = end - begin;
    if (begin == 0 && sink_.encode_plan) {
      absl::Status encoded = sink_.encode_plan(
          open.loaded, open.warm ? &*open.warm : nullptr, &result->bytes);
      if (!encoded.ok()) return encoded;
    }
    if (!open.warm) {
      if (begin > 0) return absl::OkStatus();
      v1::PlanEvaluation invalid =
          InvalidEvaluation(open.loaded.plan, open.loaded.found);
      invalid.set_plan_source(open.loaded.source);
      result->totals.Add(invalid);
      return sink_.encode(plan, std::move(invalid), &result->bytes);
    }
    std::vector<Scenario> scenarios;
    for (int64_t i = begin; i < end; ++i) {
      scenarios.push_back(input_.scenario(i));
    }
    const Proofs proofs = ProofsFor(begin, end);
    if (options_.as_columns) {
      return AppendColumns(*open.warm, open.loaded.source, begin, scenarios,
                           proofs, &result->totals, &result->bytes);
    }
    absl::StatusOr<std::vector<v1::PlanEvaluation>> rows = EvaluateEach(
        *open.warm, scenarios,
        {.with_vms = options_.with_vms, .proofs = proofs}, &result->totals);
    if (!rows.ok()) return rows.status();
    for (v1::PlanEvaluation& row : *rows) {
      row.set_plan_source(open.loaded.source);
      absl::Status encoded = sink_.encode(plan, std::move(row), &result->bytes);
      if (!encoded.ok()) return encoded;
    }
    return absl::OkStatus();
  }

  // Keeps the result until its turn comes, and writes all whose turn it is.
  void Deliver(int64_t task, TaskResult result) {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.emplace(task, std::move(result));
    while (status_.ok() && !waiting_.empty() &&
           waiting_.begin()->first == written_) {
      status_ = Write(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++written_;
    }
    may_go_on_.notify_all();
  }

  absl::Status Write(const TaskResult& result) {
    if (!result.status.ok()) return result.status;
    if (absl::Status written = sink_.write(result.bytes); !written.ok()) {
      return written;
    }
    totals_.Merge(result.totals);
    if ((written_ + 1) % tasks_per_plan_ == 0) {
      const int64_t plan = written_ / tasks_per_plan_;
      const LoadedPlan& loaded = open_.at(plan)->loaded;
      absl::Status finished = sink_.plan_done(
          plan, totals_.Summary(loaded.plan.id(), loaded.source), totals_);
      if (!finished.ok()) return finished;
      totals_ = EvaluationTotals();
      open_.erase(plan);
    }
    done_ += result.evaluations;
    sink_.progress(done_, input_.plan_count * scenario_count_);
    return absl::OkStatus();
  }

  const InventoryView& inventory_;
  const BatchInput& input_;
  const BatchOptions& options_;
  const BatchSink& sink_;
  const int64_t scenario_count_;
  const int64_t scenarios_per_task_;
  const int64_t tasks_per_plan_;
  const int64_t task_count_;

  std::mutex mutex_;
  std::condition_variable may_go_on_;
  // Guarded by mutex_:
  absl::Status status_;
  int64_t next_ = 0;     // the task to be taken next
  int64_t written_ = 0;  // the task to be written next
  int64_t done_ = 0;     // evaluations written
  std::map<int64_t, TaskResult> waiting_;
  std::map<int64_t, std::shared_ptr<OpenPlan>> open_;  // by plan
  EvaluationTotals totals_;  // of the plan being written
};

}  // namespace

absl::Status EvaluateBatch(const InventoryView& inventory,
                           const BatchInput& input, const BatchOptions& options,
                           const BatchSink& sink) {
  return Batch(inventory, input, options, sink).Run();
}

}  // namespace recoveryline
