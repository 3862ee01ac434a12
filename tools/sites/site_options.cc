#include "tools/sites/site_options.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace recoveryline {

const std::string* SiteOptions::Take(const std::string& name) {
  taken_.push_back(name);
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void SiteOptions::Refuse(const std::string& name, const std::string& value,
                         absl::string_view wanted) {
  refused_.Update(absl::InvalidArgumentError(
      absl::StrCat("site option ", name, "=", value, ": wanted is ", wanted)));
}

std::string SiteOptions::Text(const std::string& name,
                              absl::string_view usual) {
  const std::string* value = Take(name);
  return value == nullptr ? std::string(usual) : *value;
}

absl::Duration SiteOptions::Length(const std::string& name,
                                   absl::Duration usual) {
  const std::string* value = Take(name);
  if (value == nullptr) return usual;
  absl::Duration length;
  if (absl::ParseDuration(*value, &length) && length >= absl::ZeroDuration() &&
      length < absl::Hours(24 * 366)) {
    return length;
  }
  Refuse(name, *value, "a length of time such as 90s or 14m");
  return usual;
}

bool SiteOptions::Switch(const std::string& name, bool usual) {
  const std::string* value = Take(name);
  if (value == nullptr) return usual;
  if (*value == "true" || *value == "false") return *value == "true";
  Refuse(name, *value, "true or false");
  return usual;
}

int64_t SiteOptions::Number(const std::string& name, int64_t usual,
                            int64_t most) {
  const std::string* value = Take(name);
  if (value == nullptr) return usual;
  int64_t number = 0;
  if (absl::SimpleAtoi(*value, &number) && number >= 0 && number <= most) {
    return number;
  }
  Refuse(name, *value, absl::StrCat("a number from 0 to ", most));
  return usual;
}

size_t SiteOptions::Choice(const std::string& name,
                           const std::vector<std::string>& words,
                           size_t usual) {
  const std::string* value = Take(name);
  if (value == nullptr) return usual;
  const auto found = std::find(words.begin(), words.end(), *value);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  Refuse(name, *value, absl::StrJoin(words, ", "));
  return usual;
}

absl::Status SiteOptions::Finish() const {
  for (const auto& [name, value] : values_) {
    if (std::find(taken_.begin(), taken_.end(), name) == taken_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("the site has no option \"", name, "\", but ",
                       absl::StrJoin(taken_, ", ")));
    }
  }
  return refused_;
}

}  // namespace recoveryline
