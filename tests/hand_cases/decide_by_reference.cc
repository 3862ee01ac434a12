// The subject of the hand cases: the reference.

#include "tests/reference/reference_selector.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {

v1::Decision SmallWorld::Decide() const {
  return ReferenceSelect(world_.inventory, world_.plan, world_.decision_time);
}

}  // namespace recoveryline::reference
