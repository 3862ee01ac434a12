// FaultText: which machines keep a group without a choice.
//
//   FaultText(explained, row);   // "not replicating: vm-3 (RESYNCHRONIZING)"
//
// The Decision says that some machine of a group is not replicating, is
// missing or has no points; this looks the machines up in the inventory.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAULT_TEXT_H_
#define RECOVERYLINE_TOOLS_RLINE_FAULT_TEXT_H_

#include <string>

#include "recoveryline/v1/decision.pb.h"
#include "tools/rline/explanation_text.h"

namespace recoveryline {

// One clause that names at most three machines, and how many more there are;
// what to look at instead where the outcome is nobody's fault.
std::string FaultText(const Explained& explained,
                      const v1::GroupSelection& row);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAULT_TEXT_H_
