#include "tests/reference/compare.h"

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"

namespace recoveryline::reference {
namespace {

std::string Text(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

v1::Decision WithoutTexts(const v1::Decision& decision) {
  v1::Decision bare = decision;
  for (v1::Warning& w : *bare.mutable_warnings()) w.clear_message();
  for (v1::Violation& v : *bare.mutable_violations()) v.clear_message();
  bare.clear_provenance();
  return bare;
}

}  // namespace

std::string DifferenceOf(const v1::Decision& expected,
                         const v1::Decision& actual) {
  const v1::Decision want = WithoutTexts(expected);
  const v1::Decision got = WithoutTexts(actual);
  // The messages hold no maps, so equal bytes are equal answers.
  if (want.SerializeAsString() == got.SerializeAsString()) return "";
  std::string report;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&report);
  if (differencer.Compare(want, got)) return "";
  return report + "--- expected\n" + Text(want) + "--- actual\n" + Text(got);
}

std::string Repro(const World& world) {
  std::string text = "--- inventory (textproto)\n" + Text(world.inventory) +
                     "--- plan (textproto)\n" + Text(world.plan);
  if (world.decision_time.has_value()) {
    text += "--- decision time\n" + Text(*world.decision_time);
  }
  return text;
}

}  // namespace recoveryline::reference
