#include "engine/batch/part_headers.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/batch/shard.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"

namespace recoveryline {
namespace {

// "3, 7, 9 and 12 more".
std::string Listed(const std::vector<size_t>& numbers) {
  constexpr size_t kMostNamed = 10;
  const size_t named = std::min(numbers.size(), kMostNamed);
  std::string text =
      absl::StrJoin(numbers.begin(),
                    numbers.begin() + static_cast<std::ptrdiff_t>(named), ", ");
  if (named < numbers.size()) {
    absl::StrAppend(&text, " and ", numbers.size() - named, " more");
  }
  return text;
}

bool MakesSense(const v1::PartHeader& header) {
  const Shard shard{header.shard().index(), header.shard().count()};
  const int64_t scenarios = header.run().scenario_count();
  const int64_t plans = header.run().plan_count();
  return shard.IsSound() && scenarios > 0 && plans > 0 &&
         plans <= std::numeric_limits<int64_t>::max() / scenarios;
}

// Each shard must be there once. REQUIRES: all headers make sense.
std::optional<PartFault> FindFaultInShards(
    const std::vector<v1::PartHeader>& headers) {
  std::vector<std::optional<size_t>> part_of(
      static_cast<size_t>(headers[0].shard().count()));
  for (size_t p = 0; p < headers.size(); ++p) {
    const auto index = static_cast<size_t>(headers[p].shard().index());
    if (part_of[index]) {
      return PartFault{p, absl::StrCat("is shard ", index, ", as is"),
                       part_of[index]};
    }
    part_of[index] = p;
  }
  std::vector<size_t> missing;
  for (size_t i = 0; i < part_of.size(); ++i) {
    if (!part_of[i]) missing.push_back(i);
  }
  if (missing.empty()) return std::nullopt;
  return PartFault{0, absl::StrCat("is of a run of ", part_of.size(),
                                   " shards, of which these are missing: ",
                                   Listed(missing))};
}

}  // namespace

std::optional<PartFault> FindFault(const std::vector<v1::PartHeader>& headers) {
  const int64_t count = headers[0].shard().count();
  for (size_t p = 0; p < headers.size(); ++p) {
    const v1::PartHeader& header = headers[p];
    if (!MakesSense(header)) {
      return PartFault{p, "has a header that makes no sense"};
    }
    const std::string field = DifferingField(header.run(), headers[0].run());
    if (!field.empty()) {
      return PartFault{p, absl::StrCat("has another ", field, " than"), 0};
    }
    if (header.shard().count() != count) {
      return PartFault{p,
                       absl::StrCat("is one of ", header.shard().count(),
                                    " shards, not of ", count, " as is"),
                       0};
    }
  }
  return FindFaultInShards(headers);
}

std::string DifferingField(const google::protobuf::Message& a,
                           const google::protobuf::Message& b) {
  if (a.SerializeAsString() == b.SerializeAsString()) return "";
  for (int i = 0; i < a.GetDescriptor()->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field =
        a.GetDescriptor()->field(i);
    google::protobuf::util::MessageDifferencer differencer;
    if (!differencer.CompareWithFields(a, b, {field}, {field})) {
      return field->name();
    }
  }
  return "unknown field";
}

}  // namespace recoveryline
