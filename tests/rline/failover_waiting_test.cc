#include "tools/rline/failover_waiting.h"

#include <gtest/gtest.h>

namespace recoveryline {
namespace {

using S = FailoverState;

TEST(FailoverWaitingTest, WhatLiesBehindIsReached) {
  EXPECT_EQ(OutlookOf(S::kProtected, S::kCommitted, false), Outlook::kReached);
  EXPECT_EQ(OutlookOf(S::kCommitting, S::kAwaitingCommit, false),
            Outlook::kReached);
  EXPECT_EQ(OutlookOf(S::kVerifying, S::kPlanned, false), Outlook::kReached);
  EXPECT_EQ(OutlookOf(S::kFailed, S::kFailed, false), Outlook::kReached);
}

TEST(FailoverWaitingTest, WhatMayComeIsWaitedFor) {
  EXPECT_EQ(OutlookOf(S::kAwaitingCommit, S::kProtected, false),
            Outlook::kMayCome);
  // The next boot group is failed over.
  EXPECT_EQ(OutlookOf(S::kAwaitingManualAction, S::kFailingOver, false),
            Outlook::kMayCome);
  EXPECT_EQ(OutlookOf(S::kVerifying, S::kFailed, false), Outlook::kMayCome);
  EXPECT_EQ(OutlookOf(S::kCancelling, S::kCancelled, false), Outlook::kMayCome);
  EXPECT_EQ(OutlookOf(S::kFailed, S::kCancelled, false), Outlook::kMayCome);
}

TEST(FailoverWaitingTest, WhatCannotComeIsNot) {
  EXPECT_EQ(OutlookOf(S::kFailed, S::kAwaitingCommit, false),
            Outlook::kCannotCome);
  EXPECT_EQ(OutlookOf(S::kCancelled, S::kProtected, false),
            Outlook::kCannotCome);
  EXPECT_EQ(OutlookOf(S::kCommitted, S::kCancelled, false),
            Outlook::kCannotCome);
  EXPECT_EQ(OutlookOf(S::kAwaitingCommit, S::kAwaitingManualAction, false),
            Outlook::kCannotCome);
  EXPECT_EQ(OutlookOf(S::kAwaitingCommit, S::kCommitted, true),
            Outlook::kCannotCome);
}

}  // namespace
}  // namespace recoveryline
