#include "tools/rline/plan_stream.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "tools/formats/message_binary.h"
#include "tools/formats/sha256.h"
#include "tools/rline/inputs.h"

namespace recoveryline {
namespace {

// A plan's bytes, and how far it goes with its length; nothing where the bytes
// end before it does, or begin with no length.
struct Frame {
  absl::string_view message;
  size_t size = 0;
};

std::optional<Frame> FirstFrame(absl::string_view bytes) {
  using google::protobuf::io::CodedInputStream;
  constexpr size_t kLongestLength = 10;
  CodedInputStream input(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(std::min(bytes.size(), kLongestLength)));
  uint64_t length = 0;
  if (!input.ReadVarint64(&length)) return std::nullopt;
  const auto begin = static_cast<size_t>(input.CurrentPosition());
  if (length > bytes.size() - begin) return std::nullopt;
  return Frame{bytes.substr(begin, length), begin + length};
}

}  // namespace

PlanStream::PlanStream(std::string name, SpooledInput input, MappedFile file)
    : name_(std::move(name)), input_(std::move(input)), file_(std::move(file)) {
  const absl::string_view bytes = file_.bytes();
  for (size_t at = 0; at < bytes.size();) {
    starts_.push_back(at);
    const std::optional<Frame> frame = FirstFrame(bytes.substr(at));
    if (!frame) break;
    at += frame->size;
  }
}

absl::StatusOr<PlanStream> PlanStream::Open(const std::string& path) {
  absl::StatusOr<SpooledInput> input = SpooledInput::Open(path);
  if (!input.ok()) return input.status();
  absl::StatusOr<MappedFile> file = MappedFile::Open(input->path());
  if (!file.ok()) return file.status();
  return PlanStream(FileName(path), *std::move(input), *std::move(file));
}

LoadedPlan PlanStream::Load(int64_t number) const {
  LoadedPlan loaded;
  loaded.source = absl::StrCat(name_, "#", number);
  const uint64_t start = starts_[static_cast<size_t>(number)];
  const std::optional<Frame> frame = FirstFrame(file_.bytes().substr(start));
  if (!frame) {
    loaded.found.Add(v1::Violation::MALFORMED, "plan",
                     absl::StrCat("cut off, or no length and plan (at byte ",
                                  start, " of the stream)"));
    return loaded;
  }
  Sha256 digest;
  digest.Add(frame->message);
  loaded.digest = digest.Text();
  absl::string_view rest = frame->message;
  const auto source = [&rest](char* into, size_t size) {
    const size_t copied = std::min(size, rest.size());
    std::memcpy(into, rest.data(), copied);
    rest.remove_prefix(copied);
    return absl::StatusOr<size_t>(copied);
  };
  // The source has no errors.
  ReadBinpb(source, "plan.", &loaded.plan, &loaded.found).IgnoreError();
  return loaded;
}

}  // namespace recoveryline
