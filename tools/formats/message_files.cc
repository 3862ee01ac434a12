#include "tools/formats/message_files.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive.h"
#include "engine/archive/archive_rows.h"
#include "engine/archive/archive_writer.h"
#include "engine/core/series_image.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/json_util.h"
#include "tools/formats/byte_source.h"
#include "tools/formats/content_format.h"
#include "tools/formats/input_file.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reader.h"
#include "tools/formats/message_binary.h"
#include "tools/formats/message_text.h"
#include "tools/formats/sha256.h"

namespace recoveryline {
namespace {

using google::protobuf::LogSilencer;
using google::protobuf::Message;
using google::protobuf::TextFormat;
using v1::Violation;

// Where a person wrote the bytes, what is wrong with them as binary is of no
// help: what is wrong with them as text is.
void ExplainAsText(absl::string_view head, absl::string_view prefix,
                   const Message& type, Violations* found) {
  const auto read = [&head](char* into, size_t size) {
    const size_t count = std::min(size, head.size());
    std::memcpy(into, head.data(), count);
    head.remove_prefix(count);
    return absl::StatusOr<size_t>(count);
  };
  const std::unique_ptr<Message> scratch(type.New());
  Violations errors;
  // Memory cannot fail.
  const size_t first = head.find_first_not_of(" \t\r\n");
  if (head[first] == '{') {
    ReadJson(read, prefix, scratch.get(), &errors).IgnoreError();
  } else {
    ReadTextproto(read, prefix, scratch.get(), &errors).IgnoreError();
  }
  if (errors.empty()) {
    found->Add(
        Violation::MALFORMED, JoinPath(prefix, ""),
        absl::StrCat("neither JSON nor ", type.GetDescriptor()->full_name(),
                     " as text or binary"));
  }
  for (const Violation& error : errors.list()) {
    found->Add(error.reason(), error.field_path(), error.message());
  }
}

absl::Status ReadAsBinpb(ByteSource source, const std::string& head,
                         absl::string_view prefix, Message* message,
                         Violations* found) {
  Violations errors;
  if (absl::Status read = ReadBinpb(source, prefix, message, &errors);
      !read.ok()) {
    return read;
  }
  const auto* reflection = message->GetReflection();
  const bool chance =
      !HasControlBytes(head) && !reflection->GetUnknownFields(*message).empty();
  const bool damaged =
      !errors.empty() && errors.list()[0].reason() == Violation::MALFORMED;
  if (chance || (damaged && LooksWritten(head))) {
    ExplainAsText(head, prefix, *message, found);
    return absl::OkStatus();
  }
  for (const Violation& error : errors.list()) {
    found->Add(error.reason(), error.field_path(), error.message());
  }
  return absl::OkStatus();
}

absl::Status Refuse(absl::string_view prefix, const char* why,
                    Violations* found) {
  found->Add(Violation::MALFORMED, JoinPath(prefix, ""), why);
  return absl::OkStatus();
}

std::string EndLine(std::string text) {
  if (!absl::EndsWith(text, "\n")) text.push_back('\n');
  return text;
}

absl::StatusOr<std::string> SerializeJson(const Message& message,
                                          bool one_line) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !one_line;
  std::string text;
  const auto printed =
      google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!printed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no JSON for this message: ",
        absl::string_view(printed.message().data(), printed.message().size())));
  }
  return EndLine(std::move(text));
}

// Whether a terminal may act on it: C1 controls, and what changes the order or
// the lines of text.
bool HasHiddenControls(absl::string_view utf8) {
  for (size_t i = 0; i + 1 < utf8.size(); ++i) {
    const auto byte = [&](size_t k) {
      return i + k < utf8.size() ? static_cast<unsigned char>(utf8[i + k]) : 0u;
    };
    if (byte(0) == 0xC2 && byte(1) < 0xA0) return true;  // U+0080 to U+009F
    if (byte(0) != 0xE2) continue;
    const bool from_2000 = byte(1) == 0x80;
    const bool from_2060 = byte(1) == 0x81 && byte(2) >= 0xA0;
    if (from_2060 || (from_2000 && byte(2) >= 0x8B && byte(2) <= 0x8F) ||
        (from_2000 && byte(2) >= 0xA8 && byte(2) <= 0xAE)) {
      return true;
    }
  }
  return false;
}

// Text as it is read, or where that might hide something, escaped to ASCII.
absl::StatusOr<std::string> SerializeTextproto(const Message& message) {
  TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  bool printed = printer.PrintToString(message, &text);
  if (printed && HasHiddenControls(text)) {
    printer.SetUseUtf8StringEscaping(false);
    printed = printer.PrintToString(message, &text);
  }
  if (!printed) {
    return absl::InvalidArgumentError("no text form for this message");
  }
  return text;
}

// The rows of an archive, which is read as a whole.
absl::StatusOr<LoadedMessage> ReadArchive(ByteSource source,
                                          absl::string_view name,
                                          absl::string_view prefix,
                                          Message* message, Violations* found) {
  LoadedMessage loaded;
  loaded.format = Format::kArchive;
  auto* inventory =
      google::protobuf::DynamicCastToGenerated<v1::Inventory>(message);
  if (inventory == nullptr) {
    const absl::Status refused =
        Refuse(prefix, "is an archive, which only an inventory can be", found);
    return refused.ok() ? absl::StatusOr<LoadedMessage>(loaded) : refused;
  }
  std::vector<core::SeriesLine> lines;  // for the sake of their alignment
  size_t size = 0;
  for (size_t count = 1; count > 0; size += count) {
    if (size == lines.size() * sizeof(core::SeriesLine)) {
      lines.resize(std::max<size_t>(lines.size() * 2, 1 << 14));
    }
    const absl::StatusOr<size_t> read =
        source(reinterpret_cast<char*>(lines.data()) + size,
               lines.size() * sizeof(core::SeriesLine) - size);
    if (!read.ok()) return read.status();
    count = *read;
  }
  const auto named = [name](const absl::Status& status) {
    return absl::Status(status.code(),
                        absl::StrCat(name, ": ", status.message()));
  };
  const absl::StatusOr<std::unique_ptr<Archive>> archive =
      Archive::Open({reinterpret_cast<const char*>(lines.data()), size});
  if (!archive.ok()) return named(archive.status());
  absl::StatusOr<v1::Inventory> rows = RestoreInventory(**archive);
  if (!rows.ok()) return named(rows.status());
  inventory->Swap(&*rows);
  loaded.digest = (*archive)->content_digest();
  return loaded;
}

absl::StatusOr<std::string> SerializeArchive(const Message& message) {
  const auto* inventory =
      google::protobuf::DynamicCastToGenerated<v1::Inventory>(&message);
  if (inventory == nullptr) {
    return absl::InvalidArgumentError("only an inventory can be an archive");
  }
  std::string bytes;
  Sha256 digest;
  const absl::Status written = WriteArchive(
      *inventory,
      [&](absl::string_view part) {
        digest.Add(part);
        bytes.append(part.data(), part.size());
        return absl::OkStatus();
      },
      [&] { return digest.Text(); });
  if (!written.ok()) return written;
  return bytes;
}

absl::StatusOr<std::string> SerializeBinpb(const Message& message) {
  std::string bytes;
  if (message.ByteSizeLong() > std::numeric_limits<int>::max() ||
      !message.SerializeToString(&bytes)) {
    return absl::InvalidArgumentError(
        "a binary message cannot be larger than 2 GiB");
  }
  return bytes;
}

}  // namespace

absl::StatusOr<LoadedMessage> ReadMessage(absl::string_view path,
                                          absl::string_view path_prefix,
                                          Message* message, Violations* found) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  return ReadMessage(&*file, path_prefix, message, found);
}

absl::StatusOr<LoadedMessage> ReadMessage(InputFile* file,
                                          absl::string_view path_prefix,
                                          Message* message, Violations* found) {
  const absl::StatusOr<absl::string_view> start = file->Head();
  if (!start.ok()) return start.status();
  const std::string head(*start);
  const auto source = [file](char* into, size_t size) {
    return file->Read(into, size);
  };

  LoadedMessage loaded;
  absl::Status read;
  switch (FindContent(head, *message->GetDescriptor())) {
    case Content::kEmpty:
      read = Refuse(path_prefix, "the file is empty, or white space at first",
                    found);
      break;
    case Content::kUtf8Mark:
      read = Refuse(path_prefix,
                    "begins with a byte order mark; save it as UTF-8 without",
                    found);
      break;
    case Content::kUtf16:
      read = Refuse(path_prefix, "is UTF-16 text; save it as UTF-8", found);
      break;
    case Content::kArchive:
      loaded.format = Format::kArchive;
      return ReadArchive(source, file->name(), path_prefix, message, found);
    case Content::kJson:
      read = ReadJson(source, path_prefix, message, found);
      break;
    case Content::kTextproto:
      loaded.format = Format::kTextproto;
      read = ReadTextproto(source, path_prefix, message, found);
      break;
    case Content::kBinpb:
      loaded.format = Format::kBinpb;
      read = ReadAsBinpb(source, head, path_prefix, message, found);
      break;
  }
  if (!read.ok()) return read;
  loaded.digest = file->digest();
  return loaded;
}

absl::StatusOr<std::string> Serialize(const Message& message, Format format) {
  const LogSilencer silencer;
  switch (format) {
    case Format::kJson:
      return SerializeJson(message, /*one_line=*/false);
    case Format::kJsonl:
      return SerializeJson(message, /*one_line=*/true);
    case Format::kTextproto:
      return SerializeTextproto(message);
    case Format::kBinpb:
      return SerializeBinpb(message);
    case Format::kArchive:
      return SerializeArchive(message);
  }
  return absl::InvalidArgumentError("an unknown format");
}

}  // namespace recoveryline
