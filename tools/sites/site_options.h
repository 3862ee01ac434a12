// SiteOptions: names and values from a command line, taken one by one.
//
//   SiteOptions options({{"agent-delay", "14m"}});
//   absl::Duration delay = options.Length("agent-delay", absl::Minutes(5));
//   absl::Status sound = options.Finish();   // all known, all well-formed
//
// Thread-safety: none.
// Errors: InvalidArgument that names the option, once Finish() is asked.

#ifndef RECOVERYLINE_TOOLS_SITES_SITE_OPTIONS_H_
#define RECOVERYLINE_TOOLS_SITES_SITE_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace recoveryline {

// Whether it says where a token is from; one such option replaces any other.
inline bool IsTokenOption(absl::string_view name) {
  return absl::StartsWith(name, "token-");
}

class SiteOptions {
 public:
  explicit SiteOptions(std::map<std::string, std::string> values)
      : values_(std::move(values)) {}

  // Each gives `usual` where the option is left out.
  std::string Text(const std::string& name, absl::string_view usual);
  absl::Duration Length(const std::string& name, absl::Duration usual);
  bool Switch(const std::string& name, bool usual);
  int64_t Number(const std::string& name, int64_t usual, int64_t most);
  // Where in `words` it stands.
  size_t Choice(const std::string& name, const std::vector<std::string>& words,
                size_t usual);

  // Nothing is left that was not asked for, and all had their form.
  absl::Status Finish() const;

 private:
  const std::string* Take(const std::string& name);
  void Refuse(const std::string& name, const std::string& value,
              absl::string_view wanted);

  std::map<std::string, std::string> values_;
  std::vector<std::string> taken_;
  absl::Status refused_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_SITE_OPTIONS_H_
