#include "tests/fake_arm/fake_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <utility>

#include "absl/status/status.h"

namespace recoveryline::fake {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;

struct Wanted {
  const char* common_name;
  // subjectAltName; null: none.
  const char* hosts;
  int64_t serial;
  int64_t first_second;  // from now
  int64_t last_second;
  bool is_authority;
};

bool AddExtension(int nid, const char* value, X509* certificate) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value);
  if (extension == nullptr) return false;
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added == 1;
}

X509_NAME* NameOf(const char* common_name) {
  X509_NAME* name = X509_NAME_new();
  X509_NAME_add_entry_by_txt(
      name, "CN", MBSTRING_ASC,
      reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  return name;
}

// Null where OpenSSL fails.
X509Pointer MakeCertificate(const Wanted& wanted, EVP_PKEY* key,
                            const char* issuer, EVP_PKEY* issuer_key) {
  X509Pointer certificate(X509_new());
  X509* x = certificate.get();
  if (x == nullptr) return nullptr;
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), wanted.serial);
  X509_gmtime_adj(X509_getm_notBefore(x), wanted.first_second);
  X509_gmtime_adj(X509_getm_notAfter(x), wanted.last_second);
  X509_set_pubkey(x, key);
  X509_NAME* subject = NameOf(wanted.common_name);
  X509_NAME* by = NameOf(issuer);
  X509_set_subject_name(x, subject);
  X509_set_issuer_name(x, by);
  X509_NAME_free(subject);
  X509_NAME_free(by);
  bool made = AddExtension(
      NID_basic_constraints,
      wanted.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE", x);
  if (wanted.is_authority) {
    made = made && AddExtension(NID_key_usage, "critical,keyCertSign", x);
  }
  if (wanted.hosts != nullptr) {
    made = made && AddExtension(NID_subject_alt_name, wanted.hosts, x);
  }
  if (!made || X509_sign(x, issuer_key, EVP_sha256()) == 0) return nullptr;
  return certificate;
}

std::string PemOf(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

}  // namespace

absl::StatusOr<FakeCertificates> MakeCertificates(CertificateKind kind) {
  const absl::Status failed = absl::InternalError("OpenSSL made nothing");
  const KeyPointer authority_key(EVP_EC_gen("P-256"));
  KeyPointer server_key(EVP_EC_gen("P-256"));
  if (authority_key == nullptr || server_key == nullptr) return failed;
  constexpr char kAuthority[] = "fake authority";
  const Wanted authority = {kAuthority, nullptr, 1, -kDay, kDay, true};
  const X509Pointer authority_certificate = MakeCertificate(
      authority, authority_key.get(), kAuthority, authority_key.get());
  if (authority_certificate == nullptr) return failed;

  Wanted server = {
      "localhost", "DNS:localhost,IP:127.0.0.1,IP:::1", 2, -kDay, kDay, false};
  if (kind == CertificateKind::kWrongHost) {
    server.common_name = "elsewhere.test";
    server.hosts = "DNS:elsewhere.test";
  }
  if (kind == CertificateKind::kExpired) {
    server.first_second = -2 * kDay;
    server.last_second = -kDay;
  }
  const bool self = kind == CertificateKind::kSelfSigned;
  X509Pointer certificate = MakeCertificate(
      server, server_key.get(), self ? server.common_name : kAuthority,
      self ? server_key.get() : authority_key.get());
  if (certificate == nullptr) return failed;
  FakeCertificates made;
  made.authority_pem = PemOf(authority_certificate.get());
  made.server = std::move(certificate);
  made.server_key = std::move(server_key);
  return made;
}

}  // namespace recoveryline::fake
