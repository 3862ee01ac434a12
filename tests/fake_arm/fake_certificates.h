// FakeCertificates: a certificate authority of one's own and a server's
// certificate by it, good or bad in one way.
//
//   absl::StatusOr<FakeCertificates> made =
//       MakeCertificates(CertificateKind::kGood);
//   made->authority_pem;                     // what a client has to trust
//
// For localhost, 127.0.0.1 and ::1.
// Thread-safety: pure function. Errors: Internal, where OpenSSL fails.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CERTIFICATES_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace recoveryline::fake {

enum class CertificateKind {
  kGood,
  // For another host.
  kWrongHost,
  // Since yesterday.
  kExpired,
  // By itself, not by the authority.
  kSelfSigned,
};

struct OpensslDelete {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using X509Pointer = std::unique_ptr<X509, OpensslDelete>;
using KeyPointer = std::unique_ptr<EVP_PKEY, OpensslDelete>;

struct FakeCertificates {
  std::string authority_pem;
  X509Pointer server;
  KeyPointer server_key;
};

absl::StatusOr<FakeCertificates> MakeCertificates(CertificateKind kind);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CERTIFICATES_H_
