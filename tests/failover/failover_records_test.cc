#include "engine/failover/failover_records.h"

#include "tests/failover/failover_scene.h"
#include "tests/failover/run_log_scene.h"

namespace recoveryline {
namespace {

class FailoverRecordsTest : public RunLogScene {};

TEST_F(FailoverRecordsTest, WhatCannotBeReadAgainIsNotWritten) {
  auto kept = RunLog::Create(In("run"), "run", WithSha256());
  ASSERT_TRUE(kept.ok()) << kept.status();
  LoggedFailover log(&*kept);
  v1::FailoverRecord plan;
  *plan.mutable_plan() = PlanOf(1, 2);
  v1::FailoverRecord request;
  *request.mutable_request() = RequestOf(v1::FailoverRequest::START);
  request.mutable_request()->set_reason("Ger\xe4t");
  EXPECT_TRUE(absl::IsInternal(log.Append({plan, request})));
  EXPECT_TRUE(kept->records().empty());
  // The log is not spoilt by it.
  request.mutable_request()->set_reason("Ger\xc3\xa4t");
  EXPECT_TRUE(log.Append({plan, request}).ok());
  EXPECT_EQ(FailoverRecordsOf(kept->records())->size(), 2u);
}

}  // namespace
}  // namespace recoveryline
