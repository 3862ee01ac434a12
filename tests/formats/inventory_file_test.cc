#include "tools/formats/inventory_file.h"

#include <sys/stat.h>

#include <fstream>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "tests/violation_matchers.h"

namespace recoveryline {
namespace {

constexpr char kValid[] = R"(
    vms { id: 'web' recovery_points { id: 'p' capture_time { seconds: 9 } } }
    source: 'a site')";
constexpr char kBroken[] = R"(
    vms { id: 'web' recovery_points { id: 'p' }
          recovery_points { id: 'p' capture_time { seconds: 9 } } }
    source: 'a site')";

class InventoryFileTest : public testing::Test {
 protected:
  InventoryFileTest()
      : path_(testing::TempDir() + "inventory_file_test." +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  ~InventoryFileTest() override { std::remove(path_.c_str()); }

  void Write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary) << bytes;
  }

  static std::string Binary(const char* text) {
    return FromText<v1::Inventory>(text).SerializeAsString();
  }

  // What is read is what ReadMessage() would read.
  LoadedInventory Read(PointRows points) {
    absl::StatusOr<LoadedInventory> read =
        ReadInventoryFile(path_, points, &rows_, &found_);
    EXPECT_TRUE(read.ok()) << read.status();
    return read.ok() ? *std::move(read) : LoadedInventory();
  }

  void ExpectAsRows(const LoadedInventory& read) {
    v1::Inventory rows;
    Violations found;
    const absl::StatusOr<LoadedMessage> message =
        ReadMessage(path_, "", &rows, &found);
    ASSERT_TRUE(message.ok()) << message.status();
    EXPECT_EQ(read.loaded.digest, message->digest);
    EXPECT_EQ(read.loaded.format, message->format);
    EXPECT_EQ(found_.count(), found.count());
    if (read.view != nullptr) {
      EXPECT_EQ(rows_.ByteSizeLong(), 0u);
      return;
    }
    EXPECT_EQ(rows_.SerializeAsString(), rows.SerializeAsString());
  }

  const std::string path_;
  v1::Inventory rows_;
  Violations found_;
};

TEST_F(InventoryFileTest, ABinaryOneBecomesAView) {
  Write(Binary(kValid));
  const LoadedInventory read = Read(PointRows::kUnused);
  ASSERT_NE(read.view, nullptr);
  EXPECT_EQ(read.view->point_id(0, 0), "p");
  EXPECT_EQ(read.loaded.format, Format::kBinpb);
  ExpectAsRows(read);
}

TEST_F(InventoryFileTest, RowsAreReadWhereTheyAreWanted) {
  Write(Binary(kValid));
  const LoadedInventory read = Read(PointRows::kUsed);
  EXPECT_EQ(read.view, nullptr);
  ExpectAsRows(read);
}

TEST_F(InventoryFileTest, WhatIsBrokenIsReadAsRows) {
  const std::string broken = Binary(kBroken);
  for (const std::string& bytes : {broken, broken.substr(0, 20)}) {
    rows_.Clear();
    found_ = Violations();
    Write(bytes);
    const LoadedInventory read = Read(PointRows::kUnused);
    EXPECT_EQ(read.view, nullptr);
    ExpectAsRows(read);
  }
}

TEST_F(InventoryFileTest, OtherFormatsAreReadAsRows) {
  for (const char* text :
       {"{\"vms\":[{\"id\":\"web\"}]}", kValid, " ", "vms { id: 17 }"}) {
    rows_.Clear();
    found_ = Violations();
    Write(text);
    const LoadedInventory read = Read(PointRows::kUnused);
    EXPECT_EQ(read.view, nullptr);
    ExpectAsRows(read);
  }
}

TEST_F(InventoryFileTest, APipeIsReadAsAFileIs) {
  for (const bool valid : {true, false}) {
    rows_.Clear();
    found_ = Violations();
    const std::string bytes = Binary(valid ? kValid : kBroken);
    ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
    std::thread writer([&] { Write(bytes); });
    const LoadedInventory read = Read(PointRows::kUnused);
    writer.join();
    std::remove(path_.c_str());
    EXPECT_EQ(read.view != nullptr, valid);
    Write(bytes);
    ExpectAsRows(read);
    std::remove(path_.c_str());
  }
}

TEST_F(InventoryFileTest, AMissingFileIsAnError) {
  EXPECT_TRUE(absl::IsNotFound(
      ReadInventoryFile(path_, PointRows::kUnused, &rows_, &found_).status()));
}

}  // namespace
}  // namespace recoveryline
