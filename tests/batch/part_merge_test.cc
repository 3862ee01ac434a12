// Parts of any number of shards, made by any number of threads, merge into what
// one batch gives; parts that do not belong together are refused.

#include "engine/batch/part_merge.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/batch/part_records.h"
#include "engine/row_inventory.h"
#include "gmock/gmock.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"
#include "tests/reference/seeded_random.h"

namespace recoveryline {
namespace {

using reference::World;
using testing::HasSubstr;
using testing::IsEmpty;
using v1::PartRecord;
using v1::PlanEvaluation;

using Part = std::vector<PartRecord>;

std::vector<PartRecord> Parse(const std::string& bytes) {
  std::vector<PartRecord> records;
  google::protobuf::io::ArrayInputStream stream(bytes.data(),
                                                static_cast<int>(bytes.size()));
  bool clean_end = false;
  PartRecord record;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(
      &record, &stream, &clean_end)) {
    records.push_back(std::move(record));
    record.Clear();
  }
  EXPECT_TRUE(clean_end);
  return records;
}

std::string Bytes(const Part& part) {
  std::string bytes;
  for (const PartRecord& record : part) AppendRecord(record, &bytes);
  return bytes;
}

Part RunShard(const InventoryView& inventory,
              const std::vector<v1::RecoveryPlan>& plans,
              const std::vector<Scenario>& scenarios,
              const BatchOptions& options) {
  std::string bytes;
  PartRecord header;
  header.mutable_header()->mutable_shard()->set_index(options.shard.index);
  header.mutable_header()->mutable_shard()->set_count(options.shard.count);
  v1::BatchRun* run = header.mutable_header()->mutable_run();
  run->set_scenario_count(static_cast<int64_t>(scenarios.size()));
  run->set_plan_count(static_cast<int64_t>(plans.size()));
  run->set_with_vms(options.with_vms);
  AppendRecord(header, &bytes);
  const absl::Status done =
      EvaluateBatch(inventory, InputOf(plans, scenarios), options,
                    PartSink(
                        [&bytes](const std::string& made) {
                          bytes += made;
                          return absl::OkStatus();
                        },
                        [](int64_t, int64_t) {}));
  EXPECT_TRUE(done.ok()) << done;
  PartRecord end;
  end.mutable_end();
  AppendRecord(end, &bytes);
  return Parse(bytes);
}

std::vector<Part> RunShards(const InventoryView& inventory,
                            const std::vector<v1::RecoveryPlan>& plans,
                            const std::vector<Scenario>& scenarios,
                            BatchOptions options, int64_t count) {
  std::vector<Part> parts;
  for (int64_t i = 0; i < count; ++i) {
    options.shard = {i, count};
    parts.push_back(RunShard(inventory, plans, scenarios, options));
  }
  return parts;
}

struct Merged {
  Batch batch;
  std::optional<PartFault> fault;
};

Merged Merge(const std::vector<Part>& parts) {
  Merged merged;
  std::vector<size_t> next(parts.size(), 0);
  const auto fault = MergeParts(
      parts.size(),
      [&](size_t part, PartRecord* record) {
        if (next[part] == parts[part].size()) {
          return absl::DataLossError("is cut off");
        }
        *record = parts[part][next[part]++];
        return absl::OkStatus();
      },
      merged.batch.Sink());
  merged.batch.status = fault.status();
  if (fault.ok()) merged.fault = *fault;
  return merged;
}

void ExpectSame(const Merged& merged, const Batch& one) {
  ASSERT_TRUE(merged.batch.status.ok()) << merged.batch.status;
  ASSERT_FALSE(merged.fault) << merged.fault->what;
  EXPECT_EQ(merged.batch.bytes, one.bytes);
  EXPECT_EQ(merged.batch.done, one.done);
  ASSERT_EQ(merged.batch.summaries.size(), one.summaries.size());
  for (size_t i = 0; i < one.summaries.size(); ++i) {
    EXPECT_EQ(merged.batch.summaries[i].SerializeAsString(),
              one.summaries[i].SerializeAsString());
  }
}

// The world's own plan, one that names nothing, one with a machine that is not
// there, one without any machine, and one that is invalid.
std::vector<v1::RecoveryPlan> PlansOf(const World& world) {
  std::vector<v1::RecoveryPlan> plans(5, world.plan);
  plans[1].clear_boot_groups();
  plans[1].clear_pins();
  plans[1].set_id("all");
  plans[2].add_boot_groups()->set_id("more");
  plans[2]
      .mutable_boot_groups(plans[2].boot_groups_size() - 1)
      ->add_vm_ids("no such VM");
  plans[3].Clear();
  plans[3].add_boot_groups()->set_id("empty");
  plans[4].add_boot_groups()->set_id("");
  return plans;
}

TEST(PartMergeRandomTest, AnyNumberOfShardsGivesWhatOneBatchGives) {
  std::set<v1::Decision::Outcome> seen;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const World world = reference::RandomWorld(seed);
    const RowInventory inventory(world.inventory);
    const std::vector<v1::RecoveryPlan> plans = PlansOf(world);
    const std::vector<Scenario> scenarios =
        ScenariosAround(DecisionTimeOf(world), seed % 2 == 0 ? 3 : 70, seed);
    const BatchOptions options{.with_vms = seed % 3 != 0};
    const Batch one = RunBatch(inventory, plans, scenarios, options);
    ASSERT_TRUE(one.status.ok());
    for (const PlanEvaluation& row : one.rows) seen.insert(row.outcome());
    for (const int64_t count : {1, 2, 7, 64}) {
      if (count == 64 && seed % 4 != 0) continue;  // slow
      std::vector<Part> parts =
          RunShards(inventory, plans, scenarios, options, count);
      reference::SeededRandom(seed).Shuffle(&parts);
      ExpectSame(Merge(parts), one);
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_EQ(seen.size(), 4u);
}

World WorldWith(int vm_count) {
  for (uint64_t seed = 0;; ++seed) {
    World world = reference::RandomWorld(seed);
    if (world.inventory.vms_size() >= vm_count) return world;
  }
}

TEST(PartMergeTest, ThreadsDoNotShowInAPart) {
  const World world = WorldWith(4);
  const RowInventory inventory(world.inventory);
  const auto plans = ManyPlans(world.inventory);
  const auto scenarios = ScenariosAround(DecisionTimeOf(world), 150, 1);
  const auto bytes_with = [&](int threads) {
    return Bytes(RunShard(inventory, plans, scenarios,
                          {.threads = threads, .shard = {0, 2}}));
  };
  EXPECT_EQ(bytes_with(3), bytes_with(1));
  EXPECT_EQ(bytes_with(8), bytes_with(1));
}

TEST(PartMergeTest, AnErrorOfTheSinkIsNoFaultOfAPart) {
  const World world = WorldWith(4);
  const RowInventory inventory(world.inventory);
  const Part part = RunShard(inventory, {world.plan},
                             ScenariosAround(DecisionTimeOf(world), 3, 1), {});
  Batch batch;
  BatchSink sink = batch.Sink();
  sink.write = [](const std::string&) {
    return absl::ResourceExhaustedError("full");
  };
  size_t next = 0;
  const auto merged = MergeParts(
      1,
      [&](size_t, PartRecord* record) {
        *record = part[next++];
        return absl::OkStatus();
      },
      sink);
  EXPECT_TRUE(absl::IsResourceExhausted(merged.status()));
}

// Two parts of the plan "all" and an invalid one, 4 scenarios:
//   header, plan, 4 evaluations, losses, plan, 1 evaluation, end
class PartMergeFaultTest : public testing::Test {
 protected:
  static constexpr size_t kHeader = 0;
  static constexpr size_t kPlan = 1;
  static constexpr size_t kRow = 2;
  static constexpr size_t kLosses = 6;
  static constexpr size_t kInvalid = 8;
  static constexpr size_t kEnd = 9;

  // Until each part has machines with a point in all scenarios.
  PartMergeFaultTest() {
    for (uint64_t seed = 0; parts_.empty() || !Serves(0) || !Serves(1);
         ++seed) {
      world_ = reference::RandomWorld(seed);
      const RowInventory inventory(world_.inventory);
      std::vector<v1::RecoveryPlan> plans(2);
      plans[0].set_id("all");
      plans[1].add_boot_groups()->set_id("");
      parts_ = RunShards(inventory, plans,
                         ScenariosAround(DecisionTimeOf(world_), 4, seed),
                         {.with_vms = true}, 2);
    }
  }

  bool Serves(size_t part) const {
    for (size_t i = kRow; i < kLosses; ++i) {
      if (!parts_[part][i].evaluation().has_worst_data_loss()) return false;
    }
    return true;
  }

  PlanEvaluation* Row(size_t part) {
    return parts_[part][kRow].mutable_evaluation();
  }
  v1::PartPlan* Plan(size_t part) { return parts_[part][kPlan].mutable_plan(); }
  v1::BatchRun* Run(size_t part) {
    return parts_[part][kHeader].mutable_header()->mutable_run();
  }

  // What is said after `change`, with the parts it is about as numbers; the
  // parts are as before then.
  std::string FaultAfter(const std::function<void()>& change) {
    const std::vector<Part> before = parts_;
    change();
    const Merged merged = Merge(parts_);
    parts_ = before;
    if (!merged.fault) return "";
    std::string text =
        std::to_string(merged.fault->part) + " " + merged.fault->what;
    if (merged.fault->other) {
      text += " " + std::to_string(*merged.fault->other);
    }
    return text;
  }

  World world_;
  std::vector<Part> parts_;
};

TEST_F(PartMergeFaultTest, WithoutAChangeNothingIsWrong) {
  ASSERT_EQ(parts_[0].size(), kEnd + 1);
  EXPECT_THAT(FaultAfter([] {}), IsEmpty());
}

TEST_F(PartMergeFaultTest, EachShardMustBeThereOnce) {
  EXPECT_EQ(FaultAfter([&] { parts_.pop_back(); }),
            "0 is of a run of 2 shards, of which these are missing: 1");
  EXPECT_EQ(FaultAfter([&] { parts_.push_back(parts_[1]); }),
            "2 is shard 1, as is 1");
  EXPECT_EQ(FaultAfter([&] { parts_[0] = parts_[1]; }),
            "1 is shard 1, as is 0");
  EXPECT_EQ(
      FaultAfter([&] {
        parts_[1][kHeader].mutable_header()->mutable_shard()->set_count(3);
      }),
      "1 is one of 3 shards, not of 2 as is 0");
}

TEST_F(PartMergeFaultTest, AHeaderMustMakeSense) {
  const std::string nonsense = "1 has a header that makes no sense";
  const auto header = [&] { return parts_[1][kHeader].mutable_header(); };
  const auto all = [&](auto change) {
    for (const size_t p : {0u, 1u}) change(Run(p));
  };
  EXPECT_EQ(FaultAfter([&] { header()->mutable_shard()->set_index(2); }),
            nonsense);
  EXPECT_EQ(FaultAfter([&] { header()->mutable_shard()->set_index(-1); }),
            nonsense);
  EXPECT_EQ(FaultAfter([&] { header()->mutable_shard()->set_count(0); }),
            nonsense);
  EXPECT_EQ(FaultAfter([&] { header()->mutable_shard()->set_count(1 << 30); }),
            nonsense);
  EXPECT_EQ(FaultAfter([&] { header()->Clear(); }), nonsense);
  EXPECT_THAT(FaultAfter([&] {
                all([](v1::BatchRun* run) { run->set_scenario_count(0); });
              }),
              HasSubstr("makes no sense"));
  EXPECT_THAT(
      FaultAfter([&] {
        all([](v1::BatchRun* run) { run->set_plan_count(int64_t{1} << 62); });
      }),
      HasSubstr("makes no sense"));
}

TEST_F(PartMergeFaultTest, PartsMustBeOfOneRun) {
  const auto says_another = [](const std::string& field) {
    return "1 has another " + field + " than 0";
  };
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_tool_version("0"); }),
            says_another("tool_version"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_schema_version(9); }),
            says_another("schema_version"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_inventory_digest("x"); }),
            says_another("inventory_digest"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_scenarios("x"); }),
            says_another("scenarios"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_scenario_count(5); }),
            says_another("scenario_count"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_plan_count(5); }),
            says_another("plan_count"));
  EXPECT_EQ(FaultAfter([&] { Run(1)->set_with_vms(false); }),
            says_another("with_vms"));
  EXPECT_EQ(FaultAfter([&] {
              Run(1)->mutable_policy()->set_allow_partial_disks(true);
            }),
            says_another("policy"));
}

TEST_F(PartMergeFaultTest, PlansMustBeTheSame) {
  EXPECT_THAT(FaultAfter([&] { Plan(1)->set_plan_id("x"); }),
              HasSubstr("another plan_id than 0"));
  EXPECT_THAT(FaultAfter([&] { Plan(1)->set_plan_source("x"); }),
              HasSubstr("another plan_source than 0"));
  EXPECT_THAT(FaultAfter([&] { Plan(1)->set_plan_digest("x"); }),
              HasSubstr("(0.json) with another plan_digest than 0"));
  EXPECT_THAT(FaultAfter([&] {
                parts_[1][kInvalid]
                    .mutable_evaluation()
                    ->mutable_violations(0)
                    ->set_message("x");
              }),
              HasSubstr("1 has another violations of plan \"\" than 0"));
  EXPECT_THAT(FaultAfter([&] { Row(1)->set_outcome(v1::Decision::INVALID); }),
              HasSubstr("1 has an outcome in an evaluation of plan \"all\""));
  EXPECT_THAT(FaultAfter([&] { Row(0)->set_outcome(v1::Decision::INVALID); }),
              HasSubstr("of plan \"all\" than 0"));
}

TEST_F(PartMergeFaultTest, EachMachineMustBeInOnePart) {
  EXPECT_THAT(FaultAfter([&] { Plan(0)->mutable_vm_places()->RemoveLast(); }),
              HasSubstr("0 and the others have "));
  EXPECT_THAT(
      FaultAfter([&] { Plan(1)->set_vm_places(0, Plan(0)->vm_places(0)); }),
      HasSubstr(" of plan \"all\", as has 0"));
  EXPECT_EQ(FaultAfter([&] { Plan(1)->set_vm_places(0, 1'000); }),
            "1 names a VM that its plan lacks");
  EXPECT_EQ(FaultAfter([&] { Plan(1)->set_vm_places(0, -1); }),
            "1 names a VM that its plan lacks");
}

TEST_F(PartMergeFaultTest, EvaluationsMustFit) {
  for (const auto& [change, what] : std::vector<
           std::pair<std::function<void(PlanEvaluation*)>, std::string>>{
           {[](auto* row) { row->set_vm_count(row->vm_count() + 1); },
            "has another number of VMs"},
           {[](auto* row) { row->mutable_vms()->RemoveLast(); },
            "has another number of VMs"},
           {[](auto* row) { row->set_selected_vm_count(-1); },
            "has more units or selected VMs than VMs"},
           {[](auto* row) { row->set_selected_vm_count(row->vm_count() + 1); },
            "has more units or selected VMs than VMs"},
           {[](auto* row) { row->add_unserved_units()->set_unit_count(1); },
            "has counts that do not add up"},
           {[](auto* row) { row->set_unit_count(row->vm_count() + 1); },
            "has more units or selected VMs than VMs"},
           {[](auto* row) { row->set_rpo_exceeded_unit_count(-1); },
            "has counts that do not add up"},
           {[](auto* row) { row->set_units_by_rule(0, -1); },
            "has an impossible count"},
           {[](auto* row) {
              row->set_units_by_rule(0, int64_t{1} << 62);
              row->add_units_by_rule(int64_t{1} << 62);
            },
            "has an impossible count"},
           {[](auto* row) { row->add_unserved_units()->set_unit_count(-1); },
            "has an impossible count"},
           {[](auto* row) { row->clear_worst_data_loss(); },
            "a point without a loss"},
           {[](auto* row) { row->mutable_worst_data_loss()->set_seconds(-1); },
            "has an impossible loss"},
           {[](auto* row) {
              for (auto& vm : *row->mutable_vms()) {
                vm.mutable_capture_time()->set_nanos(-1);
              }
            },
            "has an impossible capture time"},
           {[](auto* row) {
              row->mutable_scenario()->mutable_target_time()->set_nanos(-1);
            },
            "has an impossible scenario"},
           {[](auto* row) { row->clear_scenario(); },
            "has another scenario in an evaluation of plan \"all\" than 0"},
           {[](auto* row) { row->add_units_by_rule(0); },
            "has other rules in an evaluation of plan \"all\" than 0"}}) {
    EXPECT_THAT(FaultAfter([&, &change = change] { change(Row(1)); }),
                testing::AllOf(testing::StartsWith("1 "), HasSubstr(what)));
  }
}

TEST_F(PartMergeFaultTest, LossesMustFitTheEvaluations) {
  const std::string what =
      "1 has losses of plan \"all\" that do not fit its evaluations";
  const auto losses = [&] { return parts_[1][kLosses].mutable_losses(); };
  EXPECT_EQ(FaultAfter([&] { losses()->Clear(); }), what);
  EXPECT_EQ(
      FaultAfter([&] { losses()->set_counts(0, losses()->counts(0) + 1); }),
      what);
  EXPECT_EQ(FaultAfter([&] { losses()->set_counts(0, -1); }), what);
  EXPECT_EQ(FaultAfter([&] {
              for (size_t i = kRow; i < kLosses; ++i) {
                parts_[1][i]
                    .mutable_evaluation()
                    ->mutable_worst_data_loss()
                    ->set_seconds(123'456'789);
              }
            }),
            what);
}

TEST_F(PartMergeFaultTest, RecordsStandInTheirOrder) {
  for (size_t at = 0; at <= kEnd; ++at) {
    EXPECT_THAT(FaultAfter([&] { parts_[1].resize(at); }),
                HasSubstr("1 is cut off"));
    const std::string lacking = FaultAfter([&] {
      parts_[1].erase(parts_[1].begin() + static_cast<std::ptrdiff_t>(at));
    });
    EXPECT_THAT(lacking, testing::StartsWith("1 ")) << at;
    const std::string twice = FaultAfter([&] {
      parts_[1].insert(parts_[1].begin() + static_cast<std::ptrdiff_t>(at),
                       parts_[1][at]);
    });
    // What follows the end is the reader's to refuse.
    if (at < kEnd) {
      EXPECT_THAT(twice, testing::StartsWith("1 ")) << at;
    }
    EXPECT_THAT(FaultAfter([&] { parts_[1][at].Clear(); }),
                testing::StartsWith("1 "));
  }
  EXPECT_EQ(FaultAfter([&] { parts_[1].erase(parts_[1].begin()); }),
            "1 is no part of a sharded evaluation");
  EXPECT_EQ(FaultAfter([&] { std::swap(parts_[1][kLosses], parts_[1][kEnd]); }),
            "1 has a record \"end\" where \"losses\" belongs");
}

}  // namespace
}  // namespace recoveryline
