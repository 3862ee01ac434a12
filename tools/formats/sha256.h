// Sha256: the digest of bytes as they come.
//
//   Sha256 digest;
//   digest.Add(bytes);
//   digest.Text();                           // "sha256:" and 64 digits
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_SHA256_H_
#define RECOVERYLINE_TOOLS_FORMATS_SHA256_H_

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

class Sha256 {
 public:
  Sha256();

  void Add(absl::string_view bytes);

  // Of what was added so far. Empty only where memory ran out.
  std::string Text() const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_SHA256_H_
