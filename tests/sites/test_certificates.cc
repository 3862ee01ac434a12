#include "tests/sites/test_certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

constexpr char kHere[] = "DNS:localhost,IP:127.0.0.1";

void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension =
      X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// `issuer` null: signed by itself. `names` empty: an authority. Times are in
// seconds from now.
TestCertificate MakeCertificate(const TestCertificate* issuer,
                                const std::string& names, long begin,
                                long end) {
  static long serial = 1;
  TestCertificate made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), begin);
  X509_gmtime_adj(X509_getm_notAfter(certificate), end);
  X509_set_pubkey(certificate, made.key.get());
  const std::string name = names.empty() ? "test authority" : "test server";
  X509_NAME_add_entry_by_txt(
      X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* issued_by = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issued_by));
  if (names.empty()) {
    AddExtension(certificate, issued_by, NID_basic_constraints,
                 "critical,CA:TRUE");
  } else {
    AddExtension(certificate, issued_by, NID_subject_alt_name, names.c_str());
  }
  X509_sign(certificate, issuer == nullptr ? made.key.get() : issuer->key.get(),
            EVP_sha256());
  return made;
}

}  // namespace

TestCertificates::TestCertificates() {
  constexpr long kHour = 3600;
  authority_ = MakeCertificate(nullptr, "", -kHour, kHour);
  good_ = MakeCertificate(&authority_, kHere, -kHour, kHour);
  wrong_host_ =
      MakeCertificate(&authority_, "DNS:elsewhere.example", -kHour, kHour);
  expired_ = MakeCertificate(&authority_, kHere, -2 * kHour, -kHour);
  self_signed_ = MakeCertificate(nullptr, kHere, -kHour, kHour);

  ca_file_ = (std::filesystem::temp_directory_path() / "test_authority_XXXXXX")
                 .string();
  const int descriptor = ::mkstemp(ca_file_.data());
  FILE* file = ::fdopen(descriptor, "w");
  const bool written = PEM_write_X509(file, authority_.certificate.get()) == 1;
  EXPECT_TRUE(std::fclose(file) == 0 && written);
}

TestCertificates::~TestCertificates() { ::unlink(ca_file_.c_str()); }

}  // namespace recoveryline
