#include "tools/sites/token_source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "tools/sites/command_output.h"
#include "tools/sites/https_url.h"

namespace recoveryline {
namespace {

constexpr size_t kMaxTokenBytes = size_t{64} << 10;
constexpr absl::Duration kMaxCommandTime = absl::Minutes(1);
constexpr size_t kMaxNameBytes = 200;
constexpr int kMaxPipeMillis = 60'000;

absl::StatusOr<std::string> ReadVariable(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr) return absl::NotFoundError("it is not set");
  return std::string(value);
}

// A pipe into which nobody writes is no token, and is not waited for.
absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return absl::NotFoundError("it cannot be read");
  std::string text(kMaxTokenBytes + 1, '\0');
  size_t size = 0;
  ssize_t got = 1;
  while (got > 0 && size < text.size()) {
    got = read(file, text.data() + size, text.size() - size);
    if (got < 0 && errno == EAGAIN) {
      pollfd input = {file, POLLIN, 0};
      if (poll(&input, 1, kMaxPipeMillis) <= 0) break;
      got = read(file, text.data() + size, text.size() - size);
    }
    if (got > 0) size += static_cast<size_t>(got);
  }
  close(file);
  if (got < 0) return absl::NotFoundError("it cannot be read");
  if (size == text.size()) return absl::NotFoundError("it is too long");
  text.resize(size);
  return text;
}

bool IsTokenText(absl::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) {
    return absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

}  // namespace

TokenSource::TokenSource(std::string name, Reader read)
    : name_(std::move(name)), read_(std::move(read)) {}

TokenSource TokenSource::FromEnvironment(const std::string& variable) {
  return TokenSource(absl::StrCat("the environment variable ",
                                  Printable(variable, kMaxNameBytes)),
                     [variable] { return ReadVariable(variable); });
}

TokenSource TokenSource::FromFile(const std::string& path) {
  return TokenSource(absl::StrCat("the file ", Printable(path, kMaxNameBytes)),
                     [path] { return ReadTokenFile(path); });
}

absl::StatusOr<TokenSource> TokenSource::FromCommand(
    absl::string_view command) {
  constexpr absl::string_view kShell = "'\"\\$`|;&<>(){}*?[]#~\n\r";
  if (command.find_first_of(kShell) != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        "the token command is run without a shell; put what needs one into a "
        "script");
  }
  std::vector<std::string> words =
      absl::StrSplit(command, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.empty()) {
    return absl::InvalidArgumentError("the token command is empty");
  }
  // Its arguments may be secret.
  std::string name =
      absl::StrCat("the command ", Printable(words[0], kMaxNameBytes));
  return TokenSource(std::move(name), [words = std::move(words)] {
    return CommandOutput(words, kMaxTokenBytes, kMaxCommandTime);
  });
}

absl::StatusOr<std::string> TokenSource::Token() {
  if (!token_.empty()) return token_;
  const auto refuse = [this](absl::string_view why) {
    return absl::UnauthenticatedError(
        absl::StrCat("no token from ", name_, ": ", why));
  };
  const absl::StatusOr<std::string> text = read_();
  if (!text.ok()) return refuse(text.status().message());
  const absl::string_view token = absl::StripAsciiWhitespace(*text);
  if (token.empty()) return refuse("it is empty");
  if (token.size() > kMaxTokenBytes) return refuse("it is too long");
  if (!IsTokenText(token)) {
    return refuse(
        "it holds a blank, a control character or a character that "
        "is not ASCII");
  }
  token_ = std::string(token);
  return token_;
}

}  // namespace recoveryline
