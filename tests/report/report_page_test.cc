#include "tools/report/report_page.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "tests/report/report_world.h"
#include "tools/report/page_parts.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::Not;

// What stands between the two, which must occur once.
std::string Between(const std::string& page, const std::string& before,
                    const std::string& after) {
  const size_t at = page.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  EXPECT_EQ(page.find(before, at + 1), std::string::npos) << before;
  const size_t begin = at + before.size();
  return page.substr(begin, page.find(after, begin) - begin);
}

size_t CountOf(const std::string& page, absl::string_view part) {
  return std::vector<std::string>(absl::StrSplit(page, part)).size() - 1;
}

std::string PageOf(const ReportWorld& world) {
  return ReportPage(world.source(), world.form());
}

TEST(ReportPageTest, ThePolicyLetsItsOwnScriptAndStyleRunAlone) {
  const std::string page = PageOf(ReportWorld());
  const std::string policy =
      Between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  const std::string script = Between(page, "<script>", "</script>");
  const std::string style = Between(page, "<style>", "</style>");
  EXPECT_THAT(policy,
              HasSubstr(absl::StrCat("script-src '", PolicySource(script))));
  EXPECT_THAT(policy,
              HasSubstr(absl::StrCat("style-src '", PolicySource(style))));
}

// The digest of "alert('Hello, world.');", as the CSP specification gives it.
TEST(ReportPageTest, SourcesAreDigestsInBase64) {
  EXPECT_EQ(PolicySource("alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
}

TEST(ReportPageTest, NothingIsLoaded) {
  const std::string page = PageOf(ReportWorld());
  for (const char* word :
       {"src=", "http://", "https://", "@import", "url(/", "innerHTML",
        "outerHTML", "insertAdjacent", "document.write", "eval("}) {
    const std::string said =
        absl::StrReplaceAll(page, {{"http://www.w3.org/2000/svg", ""}});
    EXPECT_THAT(said, Not(HasSubstr(word)));
  }
}

TEST(ReportPageTest, HostileNamesStayInTheData) {
  ReportWorld world;
  const char* const name = "</script><script>alert(1)</script><!-- {{style}}";
  world.inventory().mutable_replication_groups(0)->set_display_name(name);
  world.AddVm(name, "", 2)->set_display_name(name);
  world.plan().set_display_name(name);
  world.Decide();
  const std::string page = PageOf(world);
  EXPECT_EQ(CountOf(page, "<script"), 2u);
  EXPECT_EQ(CountOf(page, "</script"), 2u);
  EXPECT_EQ(CountOf(page, "<!--"), 0u);
  EXPECT_THAT(page, HasSubstr("\\u003c!-- {{style}}"));
}

TEST(ReportPageTest, TheSameSourceGivesTheSameBytes) {
  EXPECT_EQ(PageOf(ReportWorld()), PageOf(ReportWorld()));
}

TEST(ReportPageTest, ThreadsChangeNothing) {
  ReportWorld world;
  for (int i = 0; i < 100; ++i) world.AddVm(absl::StrCat("vm-", i), "", i % 9);
  world.Decide();
  ReportForm form = world.form();
  form.threads = 3;
  EXPECT_EQ(ReportPage(world.source(), form), PageOf(world));
}

TEST(ReportPageTest, ThePageKeepsTheLimit) {
  ReportWorld world;
  for (int i = 0; i < 400; ++i) world.AddVm(absl::StrCat("vm-", i), "", 11);
  world.Decide();
  ReportForm form = world.form();
  form.limit_bytes = 150'000;
  const size_t size = ReportPage(world.source(), form).size();
  EXPECT_LE(size, form.limit_bytes);
  EXPECT_GT(size, form.limit_bytes - 20'000);
}

}  // namespace
}  // namespace recoveryline
