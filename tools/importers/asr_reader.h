// Asr reader: which resources stand in these files?
//
//   Listing listing;
//   auto files = ListAsrFiles({"export/"}, &listing.notes);
//   for (const std::string& file : *files) {
//     if (auto status = ReadAsrFile(file, &listing); !status.ok()) ...
//   }
//
// A document is a list ({"value": [...], "nextLink": ...}), a plain array, one
// resource, or a published example or recorded session around these; which one
// is found by content. What is none of them is a note.
//
// Cost: O(bytes); the tree of one document at a time.
// Thread-safety: none; one listing a thread.
// Errors: see asr_import.h.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_READER_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_READER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/importers/asr_facts.h"

namespace recoveryline::asr {

// Reads the file `path`, at most kMaxAsrFileBytes.
absl::Status ReadAsrFile(const std::string& path, Listing* listing);

// Reads one JSON document; `name` is what notes call it.
absl::Status ReadAsrText(const std::string& name, const std::string& text,
                         Listing* listing);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_READER_H_
