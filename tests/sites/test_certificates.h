// TestCertificates: certificates made when a test runs, good and bad ones.
//
//   const TestCertificates certificates;
//   CurlTransport::Make({.endpoint = ..., .ca_file = certificates.ca_file()});
//   LoopbackServer server(certificates.good(), script);
//
// Thread-safety: immutable.

#ifndef RECOVERYLINE_TESTS_SITES_TEST_CERTIFICATES_H_
#define RECOVERYLINE_TESTS_SITES_TEST_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace recoveryline {

struct FreeOpenSsl {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct TestCertificate {
  std::unique_ptr<X509, FreeOpenSsl> certificate;
  std::unique_ptr<EVP_PKEY, FreeOpenSsl> key;
};

class TestCertificates {
 public:
  TestCertificates();
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // In PEM: the authority that signed all but self_signed().
  const std::string& ca_file() const { return ca_file_; }
  // For 127.0.0.1 and localhost.
  const TestCertificate& good() const { return good_; }
  const TestCertificate& wrong_host() const { return wrong_host_; }
  const TestCertificate& expired() const { return expired_; }
  const TestCertificate& self_signed() const { return self_signed_; }

 private:
  TestCertificate authority_;
  TestCertificate good_;
  TestCertificate wrong_host_;
  TestCertificate expired_;
  TestCertificate self_signed_;
  std::string ca_file_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_TEST_CERTIFICATES_H_
