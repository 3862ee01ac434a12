#include "bench/peers/peer_world.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "engine/archive/archive_writer.h"
#include "engine/timestamps.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "tools/formats/archive_file.h"
#include "tools/generator/generator.h"

namespace recoveryline::peers {
namespace {

constexpr int64_t kSecond = 10'000'000;  // in ticks
constexpr int64_t kHour = 3'600 * kSecond;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

int64_t Ticks(const google::protobuf::Timestamp& t) {
  return ToInstant(t).value_or(core::kForever) / kNanosPerTick;
}

google::protobuf::ArenaOptions LargeBlocks() {
  google::protobuf::ArenaOptions options;
  options.max_block_size = 1 << 20;
  return options;
}

// T walks over the last two days but the last two hours, in no order; D lies 0
// to 2 hours after it.
Question MakeQuestion(int i, int64_t as_of) {
  if (i == 0) return {as_of, as_of};
  const int64_t target = as_of - 48 * kHour +
                         i * 617 % kQuestions * 46 * kHour / kQuestions +
                         i % 97 * 1'234'567;
  return {target, target + i * 7 % 120 * 60 * kSecond};
}

void WriteQuestions(const std::string& folder, int64_t as_of) {
  std::ofstream out(folder + "/questions.csv");
  out << "question,target,decision\n";
  for (int i = 0; i < kQuestions; ++i) {
    const Question ask = MakeQuestion(i, as_of);
    out << i << ',' << ask.target << ',' << ask.decision << '\n';
  }
  if (!out.flush()) Fail("questions.csv could not be written");
}

}  // namespace

void PointReader::Read(const v1::Vm& vm, std::vector<Point>* points) {
  points->clear();
  for (const v1::RecoveryPoint& row : vm.recovery_points()) {
    Point& p = points->emplace_back();
    p.capture = Ticks(row.capture_time());
    p.available =
        row.has_available_from() ? Ticks(row.available_from()) : p.capture;
    p.expire = row.has_expire_time() ? Ticks(row.expire_time())
                                     : core::kForever / kNanosPerTick;
    p.consistency = row.consistency();
    if (!row.consistency_marker().empty()) {
      const auto next = static_cast<int32_t>(marker_numbers_.size());
      p.marker = marker_numbers_.try_emplace(row.consistency_marker(), next)
                     .first->second;
    }
  }
  const auto older = [](const Point& a, const Point& b) {
    return a.capture < b.capture;
  };
  if (!std::is_sorted(points->begin(), points->end(), older)) {
    std::stable_sort(points->begin(), points->end(), older);
  }
}

InventoryFile::InventoryFile(const std::string& folder)
    : arena_(LargeBlocks()),
      inventory_(
          google::protobuf::Arena::CreateMessage<v1::Inventory>(&arena_)) {
  const int file = open((folder + "/inventory.binpb").c_str(), O_RDONLY);
  if (file < 0) Fail("no inventory.binpb in " + folder);
  google::protobuf::io::FileInputStream stream(file, 1 << 20);
  stream.SetCloseOnDelete(true);
  if (!inventory_->ParseFromZeroCopyStream(&stream)) {
    Fail("inventory.binpb does not parse");
  }
}

namespace {

void WriteArchiveOf(const InventoryGenerator& generator,
                    const std::string& path) {
  const v1::Inventory head = generator.Head();
  const absl::Status written = WriteArchiveFile(
      path, [&](const ArchiveWriter::Append& append, const auto& digest) {
        ArchiveWriter writer(append);
        std::vector<v1::Vm> vms(kGroupSize);
        for (int first = 0; first < generator.vm_count(); first += kGroupSize) {
          const int group = first / kGroupSize;
          ArchivedUnit unit{.group = &head.replication_groups(group),
                            .group_index = group,
                            .vms = {}};
          for (int i = 0; i < kGroupSize; ++i) {
            vms[i] = generator.MakeVm(first + i);
            unit.vms.push_back({first + i, &vms[i]});
          }
          const absl::Status added = writer.Add(unit);
          if (!added.ok()) return added;
        }
        return writer.Finish(head, digest);
      });
  if (!written.ok()) Fail(written.ToString());
}

}  // namespace

void WriteWorld(const std::string& folder, int vm_count) {
  GeneratorOptions options;
  options.vm_count = vm_count;
  options.group_size = kGroupSize;
  const InventoryGenerator generator(options);
  WriteArchiveOf(generator, folder + "/inventory.archive");
  // Messages written one after the other are read as one: a VM at a time.
  std::ofstream binary(folder + "/inventory.binpb", std::ios::binary);
  generator.Head().SerializeToOstream(&binary);
  std::FILE* csv = std::fopen((folder + "/points.csv").c_str(), "w");
  if (csv == nullptr) Fail("points.csv could not be written");
  std::fputs("vm,grp,capture,available,expire,consistency,marker\n", csv);
  PointReader reader;
  std::vector<Point> points;
  for (int i = 0; i < vm_count; ++i) {
    v1::Inventory part;
    *part.add_vms() = generator.MakeVm(i);
    part.SerializeToOstream(&binary);
    reader.Read(part.vms(0), &points);
    for (const Point& p : points) {
      std::fprintf(csv,
                   "%d,%d,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId32
                   ",%" PRId32 "\n",
                   i, i / kGroupSize, p.capture, p.available, p.expire,
                   p.consistency, p.marker);
    }
  }
  const bool written = std::ferror(csv) == 0;
  if (std::fclose(csv) != 0 || !written || !binary.flush()) {
    Fail("the world could not be written to " + folder);
  }
  WriteQuestions(folder, options.as_of_time / kNanosPerTick);
}

std::vector<Question> ReadQuestions(const std::string& folder) {
  std::ifstream in(folder + "/questions.csv");
  std::string header;
  std::getline(in, header);
  std::vector<Question> questions;
  int number = 0;
  char comma = 0;
  Question ask;
  while (in >> number >> comma >> ask.target >> comma >> ask.decision) {
    questions.push_back(ask);
  }
  if (questions.size() != kQuestions) Fail("no questions.csv in " + folder);
  return questions;
}

}  // namespace recoveryline::peers
