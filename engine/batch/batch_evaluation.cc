#include "engine/batch/batch_evaluation.h"

#include <algorithm>
#include <compare>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/batch/evaluation_run.h"
#include "engine/batch/workers.h"
#include "engine/validate.h"

namespace recoveryline {
namespace {

// How many scenarios a run has: the more, the less often the points of a
// machine are gone through; with rows of machines, what a run makes is large.
// Columns show it, so it is the same for any number of threads.
constexpr int64_t kScenariosPerRun = 1'024;
constexpr int64_t kScenariosPerRunWithVms = 64;
// How many tasks a thread may be ahead of the one to be written next.
constexpr size_t kWindow = 4;
// From how many scenarios on listing common points pays.
constexpr int64_t kWorthLists = 32;

// A piece of what is written, in the order of writing. The last slice of a run
// is what ends it.
struct Place {
  int64_t plan = 0;
  int64_t run = 0;
  size_t slice = 0;

  auto operator<=>(const Place&) const = default;
};

// A run in work; the first thread that comes to it makes it ready.
struct OpenRun {
  std::once_flag once;
  std::optional<EvaluationRun> run;
  size_t slices_left = 0;  // guarded by the batch's mutex
};

// A plan in work. All but `ready` and `next` are immutable once it is ready.
struct OpenPlan {
  bool ready = false;
  LoadedPlan loaded;
  std::optional<WarmPlan> warm;  // none: the plan breaks rules
  std::vector<UnitRange> slices;
  int64_t run_count = 0;
  Place next;                    // the slice to be taken next
  std::shared_ptr<OpenRun> run;  // that of `next`
};

// Without a run, the plan is to be opened.
struct Task {
  Place place;
  std::shared_ptr<OpenPlan> plan;
  std::shared_ptr<OpenRun> run = nullptr;
  std::string bytes = {};  // memory to write into, empty
};

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
        scenarios_per_run_(
            std::min(scenario_count_, options.with_vms && !options.as_columns
                                          ? kScenariosPerRunWithVms
                                          : kScenariosPerRun)) {}

  absl::Status Run() {
    if (scenario_count_ == 0) return absl::OkStatus();
    RunOnThreads(options_.threads, [this] {
      try {
        Work();
      } catch (...) {  // what it was at is never written
        const std::lock_guard<std::mutex> lock(mutex_);
        status_.Update(absl::InternalError("a thread gave up"));
        changed_.notify_all();
        throw;
      }
    });
    return status_;
  }

 private:
  void Work() {
    while (std::optional<Task> task = NextTask()) {
      if (task->run == nullptr) {
        Open(task->place.plan, task->plan.get());
      } else {
        Evaluate(&*task);
      }
    }
  }

  // --- what is done next ----------------------------------------------------

  // Waits until what it makes can soon be written.
  std::optional<Task> NextTask() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (status_.ok()) {
      bool may_come = false;  // more to do, which nobody may take now
      for (auto& [number, plan] : open_) {
        if (plan->ready && plan->next.run == plan->run_count) continue;
        may_come = true;
        if (plan->ready && MayTake(plan->next)) return TakeSlice(plan);
      }
      if (next_plan_ < input_.plan_count) {
        may_come = true;
        const Place place{next_plan_};
        if (MayTake(place)) {
          ++taken_;
          ++next_plan_;
          return Task{place, open_[place.plan] = std::make_shared<OpenPlan>()};
        }
      }
      if (!may_come) break;
      changed_.wait(lock);
    }
    return std::nullopt;
  }

  // What is written next may always be taken, or nothing would go on.
  bool MayTake(const Place& place) const {
    return place == written_ ||
           taken_ + waiting_.size() <
               kWindow * static_cast<size_t>(options_.threads);
  }

  Task TakeSlice(const std::shared_ptr<OpenPlan>& plan) {
    if (plan->next.slice == 0) {
      plan->run = std::make_shared<OpenRun>();
      plan->run->slices_left = plan->slices.size();
    }
    Task task{plan->next, plan, plan->run};
    if (++plan->next.slice == plan->slices.size()) {
      plan->next = {task.place.plan, task.place.run + 1};
    }
    ++taken_;
    task.bytes = TakeSpare();
    return task;
  }

  // --- plans ----------------------------------------------------------------

  void Open(int64_t number, OpenPlan* open) {
    MakeReady(number, open);
    std::optional<TaskResult> invalid;
    if (!open->warm) invalid = ResultOfInvalid(number, *open);
    std::unique_lock<std::mutex> lock(mutex_);
    open->next.plan = number;
    open->ready = true;
    --taken_;
    changed_.notify_all();
    if (invalid) Deliver(&lock, {number}, *std::move(invalid));
  }

  void MakeReady(int64_t number, OpenPlan* open) const {
    open->loaded = input_.load(number);
    Violations& found = open->loaded.found;
    const v1::RecoveryPlan& plan = open->loaded.plan;
    if (found.empty()) ValidatePlan(plan, &found);
    if (found.empty()) ValidatePlanAgainst(plan, inventory_, &found);
    if (found.empty()) ValidatePlanForBatch(plan, &found);
    if (!found.empty()) return;
    open->warm.emplace(inventory_, plan,
                       scenario_count_ >= kWorthLists ? WarmPlan::kWithLists
                                                      : WarmPlan::kWithoutLists,
                       options_.shard, ListThreads());
    open->slices =
        SlicesOf(*open->warm, scenarios_per_run_, options_.answers_per_task);
    open->run_count =
        (scenario_count_ + scenarios_per_run_ - 1) / scenarios_per_run_;
  }

  // The others wait for the lists of the first plans; where there are many
  // plans, each thread makes those of its own.
  int ListThreads() const {
    return static_cast<int>(
        options_.threads /
        std::clamp<int64_t>(input_.plan_count, 1, options_.threads));
  }

  TaskResult ResultOfInvalid(int64_t number, const OpenPlan& open) const {
    TaskResult result;
    result.evaluations = scenario_count_;
    if (sink_.encode_plan) {
      result.status =
          sink_.encode_plan(open.loaded, /*warm=*/nullptr, &result.bytes);
      if (!result.status.ok()) return result;
    }
    v1::PlanEvaluation invalid =
        InvalidEvaluation(open.loaded.plan, open.loaded.found);
    invalid.set_plan_source(open.loaded.source);
    result.totals.Add(invalid);
    result.status = sink_.encode(number, std::move(invalid), &result.bytes);
    return result;
  }

  // --- runs -----------------------------------------------------------------

  void Evaluate(Task* task) {
    TaskResult result;
    result.bytes = std::move(task->bytes);
    result.status = EvaluateSlice(*task, &result);
    std::unique_lock<std::mutex> lock(mutex_);
    const bool ends_run = --task->run->slices_left == 0 && result.status.ok();
    --taken_;
    Deliver(&lock, task->place, std::move(result));
    if (!ends_run) return;
    std::string memory = TakeSpare();
    lock.unlock();
    TaskResult end = EndOfRun(*task, std::move(memory));
    lock.lock();
    Deliver(&lock,
            {task->place.plan, task->place.run, task->plan->slices.size()},
            std::move(end));
  }

  absl::Status EvaluateSlice(const Task& task, TaskResult* result) const {
    const OpenPlan& plan = *task.plan;
    std::call_once(task.run->once, [&] { MakeReady(task); });
    if (sink_.encode_plan && task.place.run == 0 && task.place.slice == 0) {
      absl::Status encoded =
          sink_.encode_plan(plan.loaded, &*plan.warm, &result->bytes);
      if (!encoded.ok()) return encoded;
    }
    return task.run->run->Evaluate(plan.slices[task.place.slice],
                                   &result->bytes, &result->totals);
  }

  void MakeReady(const Task& task) const {
    const int64_t begin = task.place.run * scenarios_per_run_;
    const int64_t end = std::min(begin + scenarios_per_run_, scenario_count_);
    std::vector<Scenario> scenarios;
    for (int64_t i = begin; i < end; ++i) {
      scenarios.push_back(input_.scenario(i));
    }
    task.run->run.emplace(
        *task.plan->warm, scenarios,
        EvaluationRun::Options{.plan_source = task.plan->loaded.source,
                               .first = begin,
                               .as_columns = options_.as_columns,
                               .with_vms = options_.with_vms,
                               .proofs = ProofsFor(begin, end)});
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

  TaskResult EndOfRun(const Task& task, std::string memory) const {
    TaskResult result;
    result.bytes = std::move(memory);
    const int64_t begin = task.place.run * scenarios_per_run_;
    result.evaluations = std::min(scenarios_per_run_, scenario_count_ - begin);
    result.status = task.run->run->Finish(
        [&](v1::PlanEvaluation row, std::string* bytes) {
          return sink_.encode(task.place.plan, std::move(row), bytes);
        },
        &result.bytes, &result.totals);
    return result;
  }

  // --- what was made --------------------------------------------------------

  // Keeps the result until its turn comes. One thread at a time writes what has
  // its turn; meanwhile the others go on.
  void Deliver(std::unique_lock<std::mutex>* lock, const Place& place,
               TaskResult result) {
    waiting_.emplace(place, std::move(result));
    if (!writing_) {
      writing_ = true;
      while (status_.ok() && !waiting_.empty() &&
             waiting_.begin()->first == written_) {
        WriteNext(lock);
      }
      writing_ = false;
    }
    changed_.notify_all();
  }

  void WriteNext(std::unique_lock<std::mutex>* lock) {
    TaskResult next = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    const Place place = written_;
    const std::shared_ptr<OpenPlan> plan = open_.at(place.plan);
    const Place following = PlaceAfter(place, *plan);
    lock->unlock();
    absl::Status status = Write(next, place, *plan, following);
    next.bytes.clear();
    lock->lock();
    status_.Update(status);
    written_ = following;
    if (following.plan != place.plan) open_.erase(place.plan);
    if (spare_.size() < kWindow * static_cast<size_t>(options_.threads)) {
      spare_.push_back(std::move(next.bytes));
    }
    changed_.notify_all();
  }

  static Place PlaceAfter(const Place& place, const OpenPlan& plan) {
    if (place.slice < plan.slices.size()) {
      return {place.plan, place.run, place.slice + 1};
    }
    if (place.run + 1 < plan.run_count) return {place.plan, place.run + 1};
    return {place.plan + 1};
  }

  absl::Status Write(const TaskResult& result, const Place& place,
                     const OpenPlan& plan, const Place& following) {
    if (!result.status.ok()) return result.status;
    if (absl::Status written = sink_.write(result.bytes); !written.ok()) {
      return written;
    }
    totals_.Merge(result.totals);
    if (following.plan != place.plan) {
      absl::Status finished = sink_.plan_done(
          place.plan,
          totals_.Summary(plan.loaded.plan.id(), plan.loaded.source), totals_);
      if (!finished.ok()) return finished;
      totals_ = EvaluationTotals();
    }
    if (result.evaluations > 0) {
      done_ += result.evaluations;
      sink_.progress(done_, input_.plan_count * scenario_count_);
    }
    return absl::OkStatus();
  }

  // Memory to write into, empty. With the mutex held.
  std::string TakeSpare() {
    if (spare_.empty()) return {};
    std::string memory = std::move(spare_.back());
    spare_.pop_back();
    return memory;
  }

  const InventoryView& inventory_;
  const BatchInput& input_;
  const BatchOptions& options_;
  const BatchSink& sink_;
  const int64_t scenario_count_;
  const int64_t scenarios_per_run_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  absl::Status status_;
  int64_t next_plan_ = 0;  // the plan to be opened next
  size_t taken_ = 0;       // tasks that threads are at
  Place written_;          // what is to be written next
  bool writing_ = false;   // a thread is at it
  std::map<Place, TaskResult> waiting_;
  std::map<int64_t, std::shared_ptr<OpenPlan>> open_;  // until written
  std::vector<std::string> spare_;                     // memory to write into

  // Of the thread that writes:
  int64_t done_ = 0;         // evaluations written
  EvaluationTotals totals_;  // of the plan being written
};

}  // namespace

absl::Status EvaluateBatch(const InventoryView& inventory,
                           const BatchInput& input, const BatchOptions& options,
                           const BatchSink& sink) {
  return Batch(inventory, input, options, sink).Run();
}

}  // namespace recoveryline
