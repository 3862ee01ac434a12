// RlineFixture: a directory of its own for each test, and small inventories.
//
//   TEST_F(RlineSelectTest, ...) {
//     WriteText("inventory.textproto", TextOf(SixVms()));
//     Result result = Rline({"select", "-i", "inventory.textproto"});
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_RLINE_RLINE_FIXTURE_H_
#define RECOVERYLINE_TESTS_RLINE_RLINE_FIXTURE_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/rline/process.h"

namespace recoveryline {

class RlineFixture : public testing::Test {
 protected:
  RlineFixture();
  ~RlineFixture() override;

  // Runs rline in the directory.
  Result Rline(std::vector<std::string> args) const;
  // The same with more said; the directory is filled in.
  Result Rline(Command command) const;

  std::string Path(const std::string& name) const;
  void WriteText(const std::string& name, const std::string& text) const;
  std::string ReadText(const std::string& name) const;
  bool Exists(const std::string& name) const;
  std::vector<std::string> Files() const;

 private:
  std::string directory_;
};

std::string TextOf(const google::protobuf::Message& message);
v1::Decision DecisionOf(const std::string& text);
template <typename Message>
Message ParseJson(const std::string& json) {
  Message message;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &message).ok())
      << json;
  return message;
}
int LineCount(const std::string& text);

// One VM "solo" named "solo-name" with a crash-consistent point at 10:00 and an
// application-consistent one at 09:00 of 2026-03-01, whose as_of_time is noon.
v1::Inventory OneVm();

// A group "web" of "vm-1" to "vm-6" with hourly application-consistent markers
// from 01:00 to 10:00; "vm-3" lacks those after 07:00, "vm-5" that of 10:00.
v1::Inventory SixVms();

// `inventory` as if the VM had never been.
v1::Inventory Without(v1::Inventory inventory, const std::string& vm_id);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_RLINE_RLINE_FIXTURE_H_
