// Asr resources: what does one JSON object of the REST API say?
//
//   ResourceSummary summary = ReadResource(object, "a.json: value[3]",
//   &listing); if (summary.kind == ResourceKind::kOther) ...  // not ours
//
// Appends a fact to the listing, or a note that names what could not be read.
// Fields that are not ours are skipped.
//
// Thread-safety: none; one listing a thread.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_RESOURCES_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_RESOURCES_H_

#include <optional>
#include <string>

#include "simdjson.h"
#include "tools/importers/asr_facts.h"

namespace recoveryline::asr {

struct ResourceSummary {
  ResourceKind kind = ResourceKind::kOther;
  // What the resource calls itself: its type, or the collection in its id.
  std::string type;
  // The list that a page with this resource belongs to; nothing where the
  // resource does not say what it is of.
  std::optional<ListRef> list;
};

ResourceSummary ReadResource(const simdjson::dom::object& resource,
                             const std::string& where, Listing* listing);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_RESOURCES_H_
