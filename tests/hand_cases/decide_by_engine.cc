// The subject of the hand cases: the engine, its answers proved at once.

#include <gtest/gtest.h>

#include "engine/select.h"
#include "engine/verify.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {

v1::Decision SmallWorld::Decide() const {
  SelectRequest request;
  request.decision_time = world_.decision_time;
  const v1::Decision decision = Select(world_.inventory, world_.plan, request);
  for (const Refutation& refuted :
       Verify(world_.inventory, world_.plan, decision, request)) {
    ADD_FAILURE() << refuted.field_path << ": " << refuted.message;
  }
  return decision;
}

}  // namespace recoveryline::reference
