// Asr actions: what does a plan's group run, in words that a plan can keep?
//
//   ReadActions(group, "startGroupActions", "a.json: ...", &notes);
//   // {"man: Check the switch", "run: script C:\x.ps1, fabric Recovery"}
//
// An entry is the action's name, and after a colon what its customDetails say
// beyond their type: a description, a script, a runbook, the fabric and the
// timeout in this order, then any other field as JSON, by name. An action
// without a name is kept as JSON.
//
// Invariant: what an entry cannot keep, such as the kinds of failover that an
// action is for, is a note.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_ACTIONS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_ACTIONS_H_

#include <string>
#include <vector>

#include "simdjson.h"

namespace recoveryline::asr {

// The actions in the list `key` of `group`, which stands at `where`.
std::vector<std::string> ReadActions(const simdjson::dom::object& group,
                                     const char* key, const std::string& where,
                                     std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_ACTIONS_H_
