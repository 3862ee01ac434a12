#include "tools/importers/asr_fields.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/timestamps.h"

namespace recoveryline::asr {
namespace {

using absl::EqualsIgnoreCase;
using absl::string_view;

// An id is a chain of (type, name) pairs:
// /subscriptions/S/resourceGroups/R/providers/P/vaults/V/...
struct IdPair {
  string_view type;
  string_view name;
  // Where the name ends in the id.
  size_t end = 0;
};

// Nothing where the segments do not pair up.
std::vector<IdPair> CutId(string_view text) {
  std::vector<IdPair> pairs;
  bool half = false;
  for (string_view segment : absl::StrSplit(text, '/', absl::SkipEmpty())) {
    if (half) {
      pairs.back().name = segment;
      pairs.back().end =
          static_cast<size_t>(segment.data() - text.data()) + segment.size();
    } else {
      pairs.push_back({segment, {}, 0});
    }
    half = !half;
  }
  if (half) pairs.clear();
  return pairs;
}

ResourceKind KindOfTypes(string_view last, string_view before) {
  if (EqualsIgnoreCase(last, "replicationProtectedItems")) {
    return ResourceKind::kItem;
  }
  if (EqualsIgnoreCase(last, "replicationProtectionClusters")) {
    return ResourceKind::kCluster;
  }
  if (EqualsIgnoreCase(last, "replicationRecoveryPlans")) {
    return ResourceKind::kPlan;
  }
  if (!EqualsIgnoreCase(last, "recoveryPoints")) return ResourceKind::kOther;
  switch (KindOfTypes(before, "")) {
    case ResourceKind::kItem:
      return ResourceKind::kPoint;
    case ResourceKind::kCluster:
      return ResourceKind::kClusterPoint;
    case ResourceKind::kOther:
    case ResourceKind::kPoint:
    case ResourceKind::kClusterPoint:
    case ResourceKind::kPlan:
      return ResourceKind::kOther;
  }
  return ResourceKind::kOther;
}

ResourceRef RefOf(string_view text, const std::vector<IdPair>& pairs,
                  size_t last) {
  ResourceRef ref;
  ref.text = std::string(text.substr(0, pairs[last].end));
  ref.name = std::string(pairs[last].name);
  // Rebuilt from the pairs, so that doubled slashes do not tell ids apart.
  for (size_t i = 0; i <= last; ++i) {
    absl::StrAppend(&ref.scope, "/", pairs[i].type);
    if (i < last) absl::StrAppend(&ref.scope, "/", pairs[i].name);
    if (EqualsIgnoreCase(pairs[i].type, "vaults")) {
      ref.vault = absl::AsciiStrToLower(ref.scope);
    }
  }
  absl::AsciiStrToLower(&ref.scope);
  return ref;
}

// Whether `text` is `date` with any fraction and any zone or none.
bool IsDate(string_view text, string_view date) {
  if (!absl::StartsWith(text, date)) return false;
  for (char c : text.substr(date.size())) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) && c != '.' &&
        c != 'Z' && c != '+' && c != '-' && c != ':') {
      return false;
    }
  }
  return true;
}

// Nothing, or the zero of some clock or database that stands for nothing.
bool IsNoDate(string_view text) {
  return text.empty() || IsDate(text, "1753-01-01T01:01:01") ||
         IsDate(text, "0001-01-01T00:00:00") ||
         IsDate(text, "1601-01-01T00:00:00");
}

struct StateRow {
  string_view asr;
  v1::Vm::ProtectionState state;
};

// The states of Azure Site Recovery, which publishes no list of them: from
// responses (Protected, InitialReplicationInProgress, UnprotectedStatesBegin,
// UnplannedFailoverCommitPendingStatesBegin, UnplannedFailoverCommitted), the
// published examples (PlannedFailoverCommitRequired, "finished", and
// PlannedFailoverStatesBegin, "committed") and the enum of its sister service,
// which uses the same words. States in which it is open whether data still
// arrives (a failover that failed or is being cancelled) are left out: they
// count as not replicating, with a note.
constexpr StateRow kStates[] = {
    {"Protected", v1::Vm::REPLICATING},
    {"ProtectedStatesBegin", v1::Vm::REPLICATING},
    {"ProtectedStatesEnd", v1::Vm::REPLICATING},

    // Between "enable protection" and the first copy.
    {"UnprotectedStatesBegin", v1::Vm::INITIAL_REPLICATION},
    {"EnablingProtection", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationStatesBegin", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationInProgress", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationCompletedOnPrimary", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationCompletedOnRecovery", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationFailed", v1::Vm::INITIAL_REPLICATION},
    {"InitialReplicationStatesEnd", v1::Vm::INITIAL_REPLICATION},

    {"ResynchronizationInProgress", v1::Vm::RESYNCHRONIZING},
    {"Resynchronizing", v1::Vm::RESYNCHRONIZING},
    {"ReprotectStatesBegin", v1::Vm::RESYNCHRONIZING},
    {"ReprotectInitiated", v1::Vm::RESYNCHRONIZING},

    {"PlannedFailoverStatesBegin", v1::Vm::FAILED_OVER},
    {"PlannedFailoverTransitionStatesBegin", v1::Vm::FAILED_OVER},
    {"PlannedFailoverInitiated", v1::Vm::FAILED_OVER},
    {"PlannedFailoverCompleting", v1::Vm::FAILED_OVER},
    {"PlannedFailoverCompleted", v1::Vm::FAILED_OVER},
    {"PlannedFailoverTransitionStatesEnd", v1::Vm::FAILED_OVER},
    {"PlannedFailoverCommitRequired", v1::Vm::FAILED_OVER},
    {"PlannedFailoverCommitPendingStatesBegin", v1::Vm::FAILED_OVER},
    {"PlannedFailoverCommitted", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverTransitionStatesBegin", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverInitiated", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverCompleting", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverCompleted", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverTransitionStatesEnd", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverCommitPendingStatesBegin", v1::Vm::FAILED_OVER},
    {"UnplannedFailoverCommitted", v1::Vm::FAILED_OVER},
    {"FailoverCommitted", v1::Vm::FAILED_OVER},
    {"CommitFailoverStatesBegin", v1::Vm::FAILED_OVER},
    {"CommitFailoverInProgressOnPrimary", v1::Vm::FAILED_OVER},
    {"CommitFailoverInProgressOnRecovery", v1::Vm::FAILED_OVER},
    {"CommitFailoverCompleted", v1::Vm::FAILED_OVER},
    {"CommitFailoverStatesEnd", v1::Vm::FAILED_OVER},
    {"ChangeRecoveryPointStatesBegin", v1::Vm::FAILED_OVER},
    {"ChangeRecoveryPointInitiated", v1::Vm::FAILED_OVER},
    {"ChangeRecoveryPointCompleted", v1::Vm::FAILED_OVER},
    {"ChangeRecoveryPointStatesEnd", v1::Vm::FAILED_OVER},
    {"ReprotectFailed", v1::Vm::FAILED_OVER},

    {"Unprotected", v1::Vm::NOT_PROTECTED},
    {"UnprotectedStatesEnd", v1::Vm::NOT_PROTECTED},
    {"EnablingFailed", v1::Vm::NOT_PROTECTED},
    {"DisablingProtection", v1::Vm::NOT_PROTECTED},
    {"DisablingFailed", v1::Vm::NOT_PROTECTED},
    {"MarkedForDeletion", v1::Vm::NOT_PROTECTED},
};

}  // namespace

std::string ResourceRef::Key() const {
  return absl::StrCat(scope, "/", absl::AsciiStrToLower(name));
}

ParsedId ParseId(string_view text) {
  ParsedId id;
  if (text.size() > kMaxIdBytes) return id;
  const std::vector<IdPair> pairs = CutId(text);
  if (pairs.empty()) return id;
  const size_t last = pairs.size() - 1;
  id.kind = KindOfTypes(pairs[last].type, last > 0 ? pairs[last - 1].type : "");
  switch (id.kind) {
    case ResourceKind::kOther:
      break;
    case ResourceKind::kItem:
    case ResourceKind::kCluster:
    case ResourceKind::kPlan:
      id.owner = RefOf(text, pairs, last);
      break;
    case ResourceKind::kPoint:
    case ResourceKind::kClusterPoint:
      id.owner = RefOf(text, pairs, last - 1);
      id.point_name = std::string(pairs[last].name);
      break;
  }
  return id;
}

ResourceKind KindOfType(string_view type) {
  const std::vector<string_view> segments =
      absl::StrSplit(type, '/', absl::SkipEmpty());
  if (segments.empty()) return ResourceKind::kOther;
  const size_t last = segments.size() - 1;
  return KindOfTypes(segments[last], last > 0 ? segments[last - 1] : "");
}

std::string VaultName(const ResourceRef& ref) {
  for (const IdPair& pair : CutId(ref.text)) {
    if (EqualsIgnoreCase(pair.type, "vaults")) return std::string(pair.name);
  }
  return "";
}

ResourceRef NameOnly(string_view name) {
  return {std::string(name), std::string(name), "", ""};
}

std::vector<std::string> NameLadder(const ResourceRef& ref) {
  std::vector<std::string> ladder = {ref.name};
  const std::vector<IdPair> pairs = CutId(ref.text);
  for (size_t i = pairs.size(); i-- > 1;) {
    const string_view type = pairs[i - 1].type;
    if (EqualsIgnoreCase(type, "replicationProtectionContainers") ||
        EqualsIgnoreCase(type, "replicationFabrics") ||
        EqualsIgnoreCase(type, "vaults")) {
      ladder.push_back(absl::StrCat(pairs[i - 1].name, "/", ladder.back()));
    }
  }
  ladder.push_back(ref.text);
  return ladder;
}

TimeReading ReadTime(string_view text) {
  TimeReading reading;
  if (IsNoDate(text)) return reading;
  google::protobuf::Timestamp time;
  bool parsed = ParseRfc3339(text, &time);
  if (!parsed) {
    parsed = reading.assumed_utc = ParseRfc3339(absl::StrCat(text, "Z"), &time);
  }
  const std::optional<core::Instant> instant =
      parsed ? ToInstant(time) : std::nullopt;
  reading.state =
      instant ? TimeReading::State::kTime : TimeReading::State::kUnreadable;
  reading.instant = instant.value_or(0);
  return reading;
}

std::optional<v1::Vm::ProtectionState> ProtectionStateOf(string_view state) {
  for (const StateRow& row : kStates) {
    if (EqualsIgnoreCase(row.asr, state)) return row.state;
  }
  return std::nullopt;
}

std::optional<v1::RecoveryPoint::Consistency> ConsistencyOf(string_view type) {
  if (EqualsIgnoreCase(type, "CrashConsistent")) {
    return v1::RecoveryPoint::CRASH_CONSISTENT;
  }
  if (EqualsIgnoreCase(type, "ApplicationConsistent")) {
    return v1::RecoveryPoint::APPLICATION_CONSISTENT;
  }
  return std::nullopt;
}

}  // namespace recoveryline::asr
