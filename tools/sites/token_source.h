// TokenSource: with which bearer token does one ask now?
//
//   auto source = TokenSource::FromFile("/run/secrets/token");
//   absl::StatusOr<std::string> token = source.Token();
//   source.Forget();            // it was refused: read it again
//
// A token is read when it is first asked for, and again after Forget(). It
// stays in memory alone: no message, of ours or another program's, carries it.
//
// Invariants of a token: not empty, at most 64 KiB, printable ASCII without
// blanks; blanks and line ends around it are dropped.
//
// A command is run without a shell: its words stand between blanks, and what
// only a shell would read (quotes, $, |, ...) is refused; who needs these
// writes a script. Its standard error is thrown away, as it may hold secrets:
// run it by hand to see why it fails.
//
// Thread-safety: none.
// Errors: Unauthenticated, with the name of the source. A command line that
// needs a shell: InvalidArgument.

#ifndef RECOVERYLINE_TOOLS_SITES_TOKEN_SOURCE_H_
#define RECOVERYLINE_TOOLS_SITES_TOKEN_SOURCE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class TokenSource {
 public:
  using Reader = std::function<absl::StatusOr<std::string>()>;

  static TokenSource FromEnvironment(const std::string& variable);
  static TokenSource FromFile(const std::string& path);
  static absl::StatusOr<TokenSource> FromCommand(absl::string_view command);
  // `name` stands in errors; those of `read` are passed on.
  TokenSource(std::string name, Reader read);

  absl::StatusOr<std::string> Token();
  void Forget() { token_.clear(); }

  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Reader read_;
  std::string token_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_TOKEN_SOURCE_H_
