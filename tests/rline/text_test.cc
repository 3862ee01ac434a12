// The parts of rline that turn values into text, without a process.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/rline/display.h"
#include "tools/rline/message_type.h"
#include "tools/rline/names.h"
#include "tools/rline/near_words.h"
#include "tools/rline/plan_files.h"
#include "tools/rline/printable.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PrintableTest, PlainTextStaysAsItIs) {
  for (const std::string text : {"", "web-1", "Grüße", "北京", "🚀"}) {
    EXPECT_EQ(Printable(text), text);
    EXPECT_EQ(JsonString(text), "\"" + text + "\"");
  }
}

TEST(PrintableTest, ControlsAndInvisiblesAreWrittenOut) {
  EXPECT_EQ(Printable("a\x1b[2J"), "a\\x1b[2J");
  EXPECT_EQ(Printable(std::string("\0\n\x7f", 3)), "\\x00\\x0a\\x7f");
  EXPECT_EQ(Printable("\u009b"), "\\x9b");
  EXPECT_EQ(Printable("\u202e\u200b\ufeff"), "\\u{202e}\\u{200b}\\u{feff}");
  EXPECT_EQ(Printable("\U000e0041"), "\\u{e0041}");
}

TEST(PrintableTest, BytesThatAreNotUtf8AreWrittenOut) {
  EXPECT_EQ(Printable("a\xff"), "a\\xff");
  EXPECT_EQ(Printable("\xc3"), "\\xc3");
  EXPECT_EQ(Printable("\xc0\x80"), "\\xc0\\x80");           // overlong
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
}

TEST(PrintableTest, JsonStringsSayTheSame) {
  EXPECT_EQ(JsonString("a\"b\\"), R"("a\"b\\")");
  EXPECT_EQ(JsonString("\x1b\n"), R"("\u001b\u000a")");
  EXPECT_EQ(JsonString("\U000e0041"), R"("\udb40\udc41")");
  EXPECT_EQ(JsonString("\xff"), R"("\\xff")");
}

TEST(PrintableTest, WidthCountsColumns) {
  EXPECT_EQ(DisplayWidth("web"), 3);
  EXPECT_EQ(DisplayWidth("Grüße"), 5);
  EXPECT_EQ(DisplayWidth("北京"), 4);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1);
  EXPECT_EQ(DisplayWidth("…"), 1);
}

TEST(PrintableTest, CutTextFits) {
  EXPECT_EQ(CutMiddle("0123456789", 10), "0123456789");
  EXPECT_EQ(CutMiddle("0123456789", 9), "0123…6789");
  EXPECT_EQ(CutMiddle("0123456789", 2), "0…");
  EXPECT_EQ(CutMiddle("0123456789", 1), "…");
  for (const std::string text :
       {"北京北京北京", "ab北京cd京ef", "0123456789"}) {
    for (int width = 1; width < 12; ++width) {
      EXPECT_LE(DisplayWidth(CutMiddle(text, width)), width) << text << width;
    }
  }
}

TEST(TextTableTest, ColumnsAreAlignedAndNothingTrails) {
  TextTable table({{"VM"}, {"AGE", TextTable::kRight}, {"NOTE"}});
  table.AddRow({{"北"}, {"5m"}, {"x"}});
  table.AddRow({{"long"}, {"1h 05m"}, {""}});
  EXPECT_EQ(table.Render({}),
            "VM       AGE  NOTE\n"
            "北        5m  x\n"
            "long  1h 05m\n");
}

TEST(TextTableTest, EmptyColumnsAreLeftOut) {
  TextTable table({{"VM"}, {"GROUP"}, {"AGE"}});
  table.AddRow({{"a"}, {""}, {"1s"}});
  EXPECT_EQ(table.Render({}, 2), "  VM  AGE\n  a   1s\n");
}

TEST(TextTableTest, ColourTakesNoRoom) {
  TextTable table({{"A"}, {"B"}});
  table.AddRow({{"x", Tone::kBad}, {"y"}});
  const std::string plain = table.Render({});
  std::string coloured = table.Render({.terminal = true, .colour = true});
  EXPECT_EQ(coloured.find("\x1b[31mx\x1b[0m  y\n") != std::string::npos, true);
  EXPECT_EQ(plain, "A  B\nx  y\n");
}

TEST(DisplayTest, LengthsAreWholeSecondsForPeople) {
  EXPECT_EQ(ShowNanos(2'292'999'999'900), "38m 12s");
  EXPECT_EQ(ShowNanos(-1'500'000'000), "-1s");
  EXPECT_EQ(ShowNanos(100), "0.0000001s");
  EXPECT_EQ(ShowNanos(0), "0s");
}

TEST(DisplayTest, FixedOffsetsAreOfOneForm) {
  EXPECT_TRUE(TimeZoneOfName("+23:59").has_value());
  EXPECT_TRUE(TimeZoneOfName("-00:00").has_value());
  for (const std::string bad : {"+24:00", "+00:60", "+1:00", "0100", "+01.00",
                                "+0100", "localtime/../../x"}) {
    EXPECT_FALSE(TimeZoneOfName(bad).has_value()) << bad;
  }
}

TEST(NearWordsTest, SlipsAreFound) {
  NearWords words("wbe-1");
  for (const std::string word : {"database", "web-1", "web-12", "x"}) {
    words.Consider(word);
  }
  EXPECT_THAT(words.Nearest(), ElementsAre("web-1"));
  NearWords short_word("a");
  short_word.Consider("b");
  EXPECT_THAT(short_word.Nearest(), ElementsAre("b"));
}

TEST(NearWordsTest, TheNearestStandFirstAndThreeAtMost) {
  NearWords words("abcdef");
  for (const std::string word :
       {"abcdxy", "abcdey", "ABCDEF", "abcdex", "abcdez", "abcdey"}) {
    words.Consider(word);
  }
  EXPECT_THAT(words.Nearest(), ElementsAre("ABCDEF", "abcdex", "abcdey"));
}

TEST(NamesTest, SharedNamesAreToldApartById) {
  v1::Inventory inventory;
  for (const std::string id : {"1", "2", "3", "4"}) {
    v1::Vm* vm = inventory.add_vms();
    vm->set_id(id);
    if (id != "4") vm->set_display_name(id == "3" ? "db" : "web");
  }
  const Names names(inventory);
  EXPECT_EQ(names.Vm("1"), "web (1)");
  EXPECT_EQ(names.Vm("3"), "db");
  EXPECT_EQ(names.Vm("4"), "4");
  EXPECT_EQ(names.Vm("gone"), "gone");
  EXPECT_THAT(names.FindVm("web"), ElementsAre("1", "2"));
  EXPECT_THAT(names.FindVm("2"), ElementsAre("2"));
  EXPECT_THAT(names.FindVm("gone"), IsEmpty());
}

v1::RecoveryPlan PlanNamed(const std::string& name) {
  v1::RecoveryPlan plan;
  plan.set_id("id");
  plan.set_display_name(name);
  return plan;
}

TEST(PlanFilesTest, NamesStayInTheDirectory) {
  const auto names =
      PlanFileNames({PlanNamed("../../x"), PlanNamed(".."), PlanNamed("-rf"),
                     PlanNamed("a/b\\c"), PlanNamed(std::string("nul\0l", 5)),
                     PlanNamed("北"), PlanNamed(std::string(300, 'x'))});
  EXPECT_EQ(names[0], "_._.._x.json");
  for (const std::string& name : names) {
    EXPECT_EQ(name.find('/'), std::string::npos);
    EXPECT_NE(name[0], '.');
    EXPECT_NE(name[0], '-');
    EXPECT_LT(name.size(), 200u);
  }
}

TEST(PlanFilesTest, NoTwoNamesAreEqual) {
  EXPECT_THAT(
      PlanFileNames({PlanNamed("web"), PlanNamed("WEB"), PlanNamed("web-2"),
                     PlanNamed(""), PlanNamed("web")}),
      ElementsAre("web.json", "WEB-2.json", "web-2-2.json", "id.json",
                  "web-3.json"));
}

TEST(MessageTypeTest, NamesInsideValuesTellNothing) {
  EXPECT_EQ(TypeOfContent(R"({"purpose": "x", "speed": {"vms": 1}})"),
            std::nullopt);
  EXPECT_EQ(TypeOfContent(R"({"purpose": "vms"})"), std::nullopt);
  EXPECT_EQ(TypeOfContent("purpose: 'vms' # policy: {\n"), std::nullopt);
  EXPECT_EQ(TypeOfContent("purpose: \"a\\\" vms: \""), std::nullopt);
  EXPECT_EQ(TypeOfContent(""), std::nullopt);
}

TEST(MessageTypeTest, BothSpellingsAreKnown) {
  EXPECT_EQ(TypeOfContent(R"( {"boot_groups":)"), MessageType::kPlan);
  EXPECT_EQ(TypeOfContent(R"( {"bootGroups":)"), MessageType::kPlan);
  EXPECT_EQ(TypeOfContent("purpose: TEST vm_selections {"),
            MessageType::kDecision);
  EXPECT_EQ(TypeOfContent("as_of_time <"), MessageType::kInventory);
}

TEST(WordsTest, OptionsAreNamedAsFlagsTakeThem) {
  EXPECT_EQ(OptionNames().size(), 8u);
  for (const std::string& name : OptionNames()) {
    ASSERT_TRUE(OptionOfName(name).has_value());
    EXPECT_EQ(OptionName(*OptionOfName(name)), name);
  }
  EXPECT_EQ(OptionOfName("latest-multi-vm-processed"),
            v1::Policy::LATEST_MULTI_VM_PROCESSED);
  EXPECT_EQ(OptionOfName("option-unspecified"), std::nullopt);
}

}  // namespace
}  // namespace recoveryline
