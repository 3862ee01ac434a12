// Message files: a message from a file in any of its formats, and back.
//
//   v1::RecoveryPlan plan;
//   Violations found;
//   absl::StatusOr<LoadedMessage> read =
//       ReadMessage("plan.json", "plan.", &plan, &found);
//   absl::StatusOr<std::string> text = Serialize(decision, Format::kJson);
//
// The format of a file is found by its content (content_format.h). A file that
// holds nothing, not even a field, is refused in every format: it is nearly
// always a mistake. The empty message in JSON, {}, is not.
//
// Errors: the status says that the file could not be read (NotFound,
// PermissionDenied, FailedPrecondition for a directory), or that it is a torn
// or damaged archive (DataLoss); what is wrong with the
// content goes to `*found`, with OK, and `*message` then holds some of it.
// Nothing is printed, not by protobuf either.
// Thread-safety: concurrent reads of different messages are safe.

#ifndef RECOVERYLINE_TOOLS_FORMATS_MESSAGE_FILES_H_
#define RECOVERYLINE_TOOLS_FORMATS_MESSAGE_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "tools/formats/input_file.h"

namespace recoveryline {

// kArchive is for inventories alone.
enum class Format { kJson, kJsonl, kTextproto, kBinpb, kArchive };

struct LoadedMessage {
  // "sha256:" and the digest of the bytes as read, or of an archive the one
  // stored in it; empty where reading stopped before the end, which only
  // happens when something was found.
  std::string digest;
  // Never kJsonl: a line of JSON is JSON.
  Format format = Format::kJson;
};

// `path` "-" is stdin. Paths of fields begin with `path_prefix`, such as
// "plan.". REQUIRES: `*message` is empty.
absl::StatusOr<LoadedMessage> ReadMessage(absl::string_view path,
                                          absl::string_view path_prefix,
                                          google::protobuf::Message* message,
                                          Violations* found);

// The same for a file that was opened, and of which nothing but the head was
// read.
absl::StatusOr<LoadedMessage> ReadMessage(InputFile* file,
                                          absl::string_view path_prefix,
                                          google::protobuf::Message* message,
                                          Violations* found);

// JSON as protobuf prints it: indented for kJson, one line for kJsonl. Text
// ends with a newline. InvalidArgument where the format cannot hold the message
// (a Timestamp that is not standard, 2 GiB of binary, what is no inventory as
// an archive). REQUIRES: what shall be an archive is valid.
absl::StatusOr<std::string> Serialize(const google::protobuf::Message& message,
                                      Format format);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_MESSAGE_FILES_H_
