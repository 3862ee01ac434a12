// fake_arm_server: Azure Site Recovery on this machine, for trying things out.
//
//   fake_arm_server --vms 24 --groups 4 --speed 600 --ca-file ca.pem
//
// Prints a JSON object on one line when it listens: url, vault id, token, CA
// file; then serves until it is interrupted.

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/fake_arm/fake_arm_server.h"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {
namespace {

constexpr int kUsage = 64;

struct Flags {
  FakeServerOptions server;
  std::vector<std::string> types = {"InMageRcm"};
  VmBlock block;
  int chaos_level = 0;
  double retry_after_seconds = 30;
  double agent_seconds = 14 * 60;
  double token_lifetime_seconds = 0;
  std::string ca_file;
  std::vector<std::string> faults;
  bool at_failed_over = false;
};

void AddVaultFlags(Flags* flags, CLI::App* app) {
  FakeOptions& vault = flags->server.vault;
  app->add_option("--seed", vault.seed, "Of ids, points and chance");
  app->add_option("--chaos", flags->chaos_level, "0 (none) to 3")
      ->check(CLI::Range(0, 3));
  std::vector<std::string> names;
  for (const InstanceType type : kInstanceTypes) {
    names.emplace_back(Name(type));
  }
  app->add_option("--type", flags->types,
                  "Instance type; several: a block of VMs and a plan of each")
      ->check(CLI::IsMember(names));
  app->add_option("--vms", flags->block.vm_count, "VMs of each type")
      ->check(CLI::Range(1, 100'000));
  app->add_option("--groups", flags->block.group_count,
                  "Groups that they are dealt out to; 0: none")
      ->check(CLI::Range(0, 10'000));
  app->add_option("--lone", flags->block.lone_count,
                  "How many of them are in no group all the same")
      ->check(CLI::Range(0, 100'000));
  app->add_option("--boot-groups", flags->block.boot_group_count,
                  "Boot groups of each plan")
      ->check(CLI::Range(1, 7));
  app->add_flag("--failed-over", flags->at_failed_over,
                "The VMs are failed over and committed already");
  app->add_option("--page-size", vault.page_size, "Entries a page")
      ->check(CLI::Range(1, 10'000));
  app->add_flag("--conflict", vault.conflict_on_second_post,
                "A second POST while an operation runs is answered 409");
  app->add_option("--agent-delay", flags->agent_seconds,
                  "Virtual seconds from a failover to the registration");
  app->add_option("--retry-after", flags->retry_after_seconds,
                  "Seconds told to clients; 0: none");
  const std::map<std::string, PollStyle> styles = {
      {"status", PollStyle::kOperationStatus},
      {"job", PollStyle::kJob},
      {"location", PollStyle::kLocationOnly}};
  app->add_option("--poll-style", vault.poll_style,
                  "Where a 202 says to ask: status, job or location")
      ->transform(CLI::CheckedTransformer(styles));
}

void AddServerFlags(Flags* flags, CLI::App* app) {
  FakeServerOptions& server = flags->server;
  app->add_option("--port", server.port, "0: any that is free")
      ->check(CLI::Range(0, 65'535));
  app->add_option("--speed", server.speed, "Virtual seconds a real second")
      ->check(CLI::PositiveNumber);
  app->add_option("--ca-file", flags->ca_file,
                  "Where to write the authority that clients have to trust");
  app->add_option("--ledger", server.ledger_file,
                  "Where to write the effects, as JSON lines");
  app->add_option("--request-log", server.request_log,
                  "Where to write method, path, body and status");
  app->add_option("--token-file", server.token_file,
                  "Where to write a token that is good for a while");
  app->add_option("--reader-token", server.reader_token,
                  "One more token, which may not write");
  app->add_option("--token-lifetime", flags->token_lifetime_seconds,
                  "Of those tokens, in virtual seconds; 0: they do not expire")
      ->needs("--token-file");
  app->add_option("--fault", flags->faults,
                  "METHOD PATH-PART FATE, scripted: throttled, error-before, "
                  "error-after, dropped-before, dropped-after");
}

// False where one is not understood.
bool ScriptFaults(const std::vector<std::string>& faults, FakeVault* vault) {
  for (const std::string& text : faults) {
    const std::vector<std::string> words = absl::StrSplit(text, ' ');
    const auto fate = words.size() == 3 ? FateNamed(words[2]) : std::nullopt;
    if (!fate) return false;
    vault->Script({.method = words[0], .path_part = words[1], .fate = *fate});
  }
  return true;
}

void Complete(Flags* flags) {
  FakeOptions& vault = flags->server.vault;
  vault.start = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  vault.chaos = ChaosRates::AtLevel(flags->chaos_level);
  vault.times.retry_after = absl::Seconds(flags->retry_after_seconds);
  vault.times.agent = absl::Seconds(flags->agent_seconds);
  vault.blocks.clear();
  for (const std::string& type : flags->types) {
    VmBlock block = flags->block;
    block.type = *InstanceTypeOf(type);
    if (flags->at_failed_over) block.phase = Phase::kCommitted;
    vault.blocks.push_back(block);
  }
  if (flags->token_lifetime_seconds > 0) {
    flags->server.token_lifetime = absl::Seconds(flags->token_lifetime_seconds);
  }
}

int Serve(const Flags& flags) {
  // Before there are threads, so that none of them takes the signal.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  auto server = FakeArmServer::Start(flags.server);
  if (!server.ok()) {
    std::fprintf(stderr, "fake_arm_server: %s\n",
                 server.status().ToString().c_str());
    return 1;
  }
  bool understood = true;
  std::string vault_id;
  (*server)->WithVault([&](FakeVault& vault) {
    understood = ScriptFaults(flags.faults, &vault);
    vault_id = vault.state().root;
  });
  if (!understood) {
    std::fprintf(stderr, "fake_arm_server: a --fault is not understood\n");
    return kUsage;
  }
  if (!flags.ca_file.empty()) {
    std::ofstream(flags.ca_file) << (*server)->authority_pem();
  }
  JsonText line;
  line.BeginObject().Field("url", (*server)->url());
  line.NumberField("port", (*server)->port()).Field("vault", vault_id);
  if (flags.server.token_file.empty()) line.Field("token", kFakeToken);
  line.Field("caFile", flags.ca_file).EndObject();
  std::printf("%s\n", line.Take().c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

int Run(int argc, char** argv) {
  Flags flags;
  CLI::App app("Azure Site Recovery on this machine, for trying things out");
  AddVaultFlags(&flags, &app);
  AddServerFlags(&flags, &app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  Complete(&flags);
  return Serve(flags);
}

}  // namespace
}  // namespace recoveryline::fake

int main(int argc, char** argv) {
  try {
    return recoveryline::fake::Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake_arm_server: %s\n", error.what());
    return 1;
  }
}
