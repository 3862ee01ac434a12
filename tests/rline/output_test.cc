#include <unistd.h>

#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// Where results go, and what happens when they cannot go there.
class RlineOutputTest : public RlineFixture {
 protected:
  RlineOutputTest() { WriteText("inventory", TextOf(SixVms())); }

  Command Select(std::vector<std::string> more = {}) const {
    Command command;
    command.args = {"select", "-i", "inventory"};
    command.args.insert(command.args.end(), more.begin(), more.end());
    return command;
  }
};

TEST_F(RlineOutputTest, TerminalGetsATableAndPipesGetJson) {
  Command command = Select();
  EXPECT_THAT(Rline(command).out, StartsWith("{"));
  command.terminal = true;
  EXPECT_THAT(Rline(command).out, HasSubstr("6 of 6 VMs have a point"));
  command.args.insert(command.args.end(), {"--format", "json"});
  EXPECT_THAT(Rline(command).out, StartsWith("{"));
}

TEST_F(RlineOutputTest, ColourIsForTerminalsThatWantIt) {
  Command command = Select({"--format", "table"});
  EXPECT_THAT(Rline(command).out, Not(HasSubstr("\x1b")));
  command.terminal = true;
  EXPECT_THAT(Rline(command).out, HasSubstr("\x1b[32mCOMPLETE\x1b[0m"));
  command.environment = {"NO_COLOR=1"};
  EXPECT_THAT(Rline(command).out, Not(HasSubstr("\x1b")));
  command.environment = {"NO_COLOR="};
  EXPECT_THAT(Rline(command).out, HasSubstr("\x1b"));
  command.environment = {"TERM=dumb"};
  EXPECT_THAT(Rline(command).out, Not(HasSubstr("\x1b")));
}

TEST_F(RlineOutputTest, LongIdsAreCutOnATerminalOnly) {
  v1::Inventory inventory = OneVm();
  const std::string id = "begin" + std::string(60, 'x') + "end";
  inventory.mutable_vms(0)->set_id(id);
  inventory.mutable_vms(0)->clear_display_name();
  WriteText("inventory", TextOf(inventory));
  Command command = Select({"--format", "table"});
  EXPECT_THAT(Rline(command).out, HasSubstr(id));
  command.terminal = true;
  const std::string cut = Rline(command).out;
  EXPECT_THAT(cut, Not(HasSubstr(id)));
  EXPECT_THAT(cut, testing::ContainsRegex("beginx+…x+end"));
}

TEST_F(RlineOutputTest, BinaryDataIsNotForTerminals) {
  Command command = Select({"--format", "binpb"});
  command.terminal = true;
  const Result result = Rline(command);
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("binpb is not written to a terminal"));
  command.args.insert(command.args.end(), {"-o", "file"});
  EXPECT_EQ(Rline(command).exit_code, 0);
  command.args = {"convert", "inventory", "--to", "binpb"};
  EXPECT_EQ(Rline(command).exit_code, 64);
}

TEST_F(RlineOutputTest, FilesAreNotTerminals) {
  Command command = Select({"-o", "file"});
  command.terminal = true;
  const Result result = Rline(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(ReadText("file"), StartsWith("{"));
}

TEST_F(RlineOutputTest, OutputFileIsTheSameAsStdout) {
  const std::string expected = Rline(Select()).out;
  WriteText("file", "old");
  ASSERT_EQ(Rline(Select({"-o", "file"})).exit_code, 0);
  EXPECT_EQ(ReadText("file"), expected);
  EXPECT_THAT(Files(), testing::ElementsAre("file", "inventory"));
}

TEST_F(RlineOutputTest, FullDiskFailsAndSaysSo) {
  for (const std::vector<std::string>& args :
       {Select().args,
        {"generate"},
        {"--help"},
        {"--version"},
        {"completion", "bash"},
        {"validate", "-i", "inventory"}}) {
    const Result result = Rline({.args = args, .output_path = "/dev/full"});
    EXPECT_EQ(result.exit_code, 1) << args[0];
    EXPECT_THAT(result.err, HasSubstr("No space left on device")) << args[0];
  }
}

TEST_F(RlineOutputTest, ClosedPipeFailsAndSaysSo) {
  Command command = Select();
  command.closed_pipe = true;
  const Result result = Rline(command);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("Broken pipe"));
}

TEST_F(RlineOutputTest, FileThatCannotGrowKeepsWhatWasThere) {
  WriteText("file", "old");
  for (const std::vector<std::string>& args :
       {Select({"-o", "file"}).args, {"generate", "-o", "file"}}) {
    const Result result = Rline({.args = args, .file_limit_bytes = 512});
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(ReadText("file"), "old");
    EXPECT_THAT(Files(), testing::ElementsAre("file", "inventory"));
  }
}

TEST_F(RlineOutputTest, PlaceThatCannotBeWrittenFails) {
  std::filesystem::create_directory(Path("directory"));
  for (const std::string path : {"absent/file", "directory", "inventory/x"}) {
    const Result result = Rline(Select({"-o", path}));
    EXPECT_EQ(result.exit_code, 1) << path;
    EXPECT_THAT(result.err, HasSubstr(path));
    EXPECT_THAT(result.out, IsEmpty());
  }
  if (geteuid() == 0) return;  // the superuser writes everywhere
  std::filesystem::permissions(Path("directory"),
                               std::filesystem::perms::owner_read);
  EXPECT_EQ(Rline(Select({"-o", "directory/file"})).exit_code, 1);
  std::filesystem::permissions(Path("directory"),
                               std::filesystem::perms::owner_all);
}

TEST_F(RlineOutputTest, HostileNamesRunNothing) {
  v1::Inventory inventory = SixVms();
  const std::string hostile = "a\x1b[2J\x07\r\n\u202e\u009bm";
  inventory.mutable_vms(0)->set_display_name(hostile);
  inventory.mutable_vms(2)->set_id("vm-3" + hostile);
  inventory.mutable_replication_groups(0)->set_expected_vm_ids(
      2, "vm-3" + hostile);
  inventory.mutable_replication_groups(0)->set_display_name(hostile);
  WriteText("inventory", TextOf(inventory));
  const auto is_safe = [](const std::string& text) {
    return text.find('\x1b') == std::string::npos &&
           text.find('\x07') == std::string::npos &&
           text.find('\r') == std::string::npos &&
           text.find("\u202e") == std::string::npos &&
           text.find("\u009b") == std::string::npos;
  };
  for (const std::vector<std::string>& args :
       {Select({"--format", "table"}).args,
        {"explain", "-i", "inventory", "--format", "table", "--group", "web"},
        {"explain", "-i", "inventory", "--format", "table", "--vm", "vm-1"},
        {"explain", "-i", "inventory", "--format", "table"},
        {"explain", "-i", "inventory", "--vm", hostile + "x"},
        {"select", "-i", hostile},
        {hostile}}) {
    const Result result = Rline(args);
    EXPECT_TRUE(is_safe(result.out)) << result.out;
    EXPECT_TRUE(is_safe(result.err)) << result.err;
  }
  EXPECT_THAT(Rline(Select({"--format", "table"})).out,
              HasSubstr(R"(a\x1b[2J\x07\x0d\x0a\u{202e}\x9bm)"));
}

TEST_F(RlineOutputTest, TimeZonesChangeTablesOnly) {
  const std::string utc = Rline(Select({"--format", "table"})).out;
  EXPECT_THAT(utc, HasSubstr("2026-03-01 11:00:00Z"));
  for (const auto& [zone, text] :
       {std::pair("Asia/Kolkata", "2026-03-01 16:30:00+05:30"),
        std::pair("-05:00", "2026-03-01 06:00:00-05:00"),
        std::pair("UTC", "2026-03-01 11:00:00Z")}) {
    const Result table =
        Rline(Select({"--format", "table", "--time-zone", zone}));
    EXPECT_THAT(table.out, HasSubstr(text)) << table.err;
    EXPECT_EQ(Rline(Select({"--time-zone", zone})).out, Rline(Select()).out);
  }
  for (const std::string bad :
       {"Mars/Phobos", "", "+25:00", "/etc/localtime", "../UTC"}) {
    EXPECT_EQ(Rline(Select({"--time-zone=" + bad})).exit_code, 64) << bad;
  }
}

}  // namespace
}  // namespace recoveryline
