// ReadJsonText against protobuf's own parser, and against itself in small
// windows and small pieces.

#include <cstdlib>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/decision.pb.h"
#include "tests/formats/random_message.h"
#include "tests/violation_matchers.h"
#include "tools/formats/json_reader.h"

namespace recoveryline {
namespace {

using google::protobuf::Message;
using google::protobuf::util::JsonPrintOptions;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;
using ::testing::IsEmpty;
using v1::Violation;

std::string Print(const Message& message, const JsonPrintOptions& options) {
  std::string text;
  EXPECT_TRUE(MessageToJsonString(message, &text, options).ok());
  return text;
}

// Paths, reasons and sentences, for comparison.
std::string Told(const Violations& found) {
  std::string text;
  for (const Violation& v : found.list()) {
    absl::StrAppend(&text, Violation::Reason_Name(v.reason()), " ",
                    v.field_path(), ": ", v.message(), "\n");
  }
  return text;
}

template <typename M>
void ExpectRoundTrips(uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 400; ++i) {
    M written;
    FillAtRandom(&random, &written);
    JsonPrintOptions options;
    options.add_whitespace = i % 2 == 0;
    options.preserve_proto_field_names = i % 3 == 0;
    options.always_print_primitive_fields = i % 5 == 0;
    const std::string text = Print(written, options);
    M read;
    Violations found;
    ReadJsonText(text, "", &read, &found);
    ASSERT_EQ(Told(found), "") << text;
    ASSERT_EQ(read.SerializeAsString(), written.SerializeAsString()) << text;
  }
}

TEST(JsonReaderRandomTest, ReadsWhatProtobufWrites) {
  ExpectRoundTrips<v1::Inventory>(1);
  ExpectRoundTrips<v1::RecoveryPlan>(2);
  ExpectRoundTrips<v1::Decision>(3);
}

// Bytes that JSON knows, and some that it does not.
char AnyByte(std::mt19937_64* random) {
  static constexpr char kBytes[] =
      "{}[]:,\"\\ \n09.-+eEuTZnulltrue/#'\t\x01\x7F\x80\xC3\xA9\xFF";
  return kBytes[(*random)() % (sizeof(kBytes) - 1)];
}

std::string Mutate(std::string text, std::mt19937_64* random) {
  for (uint64_t edits = 1 + (*random)() % 3; edits > 0; --edits) {
    const size_t at = (*random)() % (text.size() + 1);
    switch ((*random)() % 4) {
      case 0:
        text.insert(at, 1, AnyByte(random));
        break;
      case 1:
        text.erase(at, 1 + (*random)() % 4);
        break;
      case 2:
        if (at < text.size()) text[at] = AnyByte(random);
        break;
      default: {  // a piece of it again, somewhere else
        const std::string piece = text.substr(at, 1 + (*random)() % 30);
        text.insert((*random)() % (text.size() + 1), piece);
      }
    }
    if (text.empty()) text = "{";
  }
  return text;
}

// Where ours takes a text, protobuf's takes it too and reads the same.
template <typename M>
void ExpectNoMoreThanProtobuf(uint64_t seed, int count, int* taken) {
  const google::protobuf::LogSilencer silencer;
  std::mt19937_64 random(seed);
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i % 50 == 0) {
      M written;
      FillAtRandom(&random, &written);
      JsonPrintOptions options;
      options.add_whitespace = i % 100 == 0;
      text = Print(written, options);
    }
    const std::string mutated = Mutate(text, &random);
    M ours;
    Violations found;
    ReadJsonText(mutated, "", &ours, &found,
                 {.window_bytes = i % 2 == 0 ? size_t{200} : size_t{1} << 18});
    if (!found.empty()) continue;
    ++*taken;
    M theirs;
    ASSERT_TRUE(JsonStringToMessage(mutated, &theirs).ok()) << mutated;
    ASSERT_EQ(ours.SerializeAsString(), theirs.SerializeAsString()) << mutated;
  }
}

TEST(JsonReaderRandomTest, TakesNoMutantThatProtobufRefuses) {
  const char* rounds = std::getenv("RECOVERYLINE_MUTANTS");
  const int count = rounds != nullptr ? std::atoi(rounds) : 4'000;
  int taken = 0;
  ExpectNoMoreThanProtobuf<v1::Inventory>(4, count, &taken);
  ExpectNoMoreThanProtobuf<v1::RecoveryPlan>(5, count, &taken);
  ExpectNoMoreThanProtobuf<v1::Decision>(6, count, &taken);
  EXPECT_GT(taken, count / 50);
}

// Reads in pieces of `chunk` bytes through a window of `window` bytes.
std::string ReadInPieces(absl::string_view text, size_t chunk, size_t window,
                         Message* message) {
  const auto source = [&text, chunk](char* into, size_t size) {
    const size_t count = std::min({size, chunk, text.size()});
    std::copy_n(text.data(), count, into);
    text.remove_prefix(count);
    return absl::StatusOr<size_t>(count);
  };
  Violations found;
  EXPECT_TRUE(
      ReadJson(source, "", message, &found, {.window_bytes = window}).ok());
  return Told(found);
}

constexpr absl::string_view kSmallDocument = R"({ "asOfTime" : null,
  "vms": [ {"id": "a\"b\\", "diskCount": 12, "recoveryPoints" : [ {"id":"p1"},
   {"id":"p2\u00e9", "captureTime":"2026-03-01T02:30:00.1234567Z"} , {} ] },{}],
  "replicationGroups":[{"id":"g","expectedVmIds":["x","y,]}","z"]}] } )";

TEST(JsonReaderRandomTest, NeitherWindowNorPiecesChangeTheMessage) {
  v1::Inventory whole;
  ASSERT_EQ(ReadInPieces(kSmallDocument, 1 << 20, 1 << 20, &whole), "");
  ASSERT_EQ(whole.vms(0).recovery_points_size(), 3);
  // 30 bytes hold the longest string; every larger object is then read member
  // by member.
  for (size_t window = 30; window < kSmallDocument.size() + 2; ++window) {
    for (const size_t chunk : {size_t{1}, size_t{2}, size_t{7}, window}) {
      v1::Inventory read;
      ASSERT_EQ(ReadInPieces(kSmallDocument, chunk, window, &read), "")
          << window << " " << chunk;
      ASSERT_EQ(read.SerializeAsString(), whole.SerializeAsString());
    }
  }
}

TEST(JsonReaderRandomTest, PiecesDoNotChangeWhatIsTold) {
  const std::string bad = R"({"vms":[{"id":1,"x":[1,{"y":"]"}]},
    {"recoveryPoints":[{"captureTime":"now"},{"consistency":3}], "id":"a",
     "id":"b"}], "nope": {"a":[ ]}, "source": 5 })";
  for (size_t window = 30; window < bad.size() + 2; ++window) {
    v1::Inventory message;
    const std::string once = ReadInPieces(bad, 1 << 20, window, &message);
    for (const size_t chunk : {1, 3, 10}) {
      v1::Inventory again;
      ASSERT_EQ(ReadInPieces(bad, chunk, window, &again), once) << window;
    }
    ASSERT_EQ(std::count(once.begin(), once.end(), '\n'), 7) << once;
  }
}

TEST(JsonReaderRandomTest, EveryTruncationIsMalformed) {
  const size_t last_brace = kSmallDocument.rfind('}');
  for (const size_t window : {size_t{30}, size_t{64}, size_t{1} << 16}) {
    for (size_t length = 0; length <= last_brace; ++length) {
      v1::Inventory message;
      Violations found;
      ReadJsonText(kSmallDocument.substr(0, length), "", &message, &found,
                   {.window_bytes = window});
      ASSERT_EQ(found.count(), 1) << length << "\n" << Told(found);
      ASSERT_EQ(found.list()[0].reason(), Violation::MALFORMED) << length;
    }
  }
}

}  // namespace
}  // namespace recoveryline
