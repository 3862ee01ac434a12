#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "engine/core/point_series.h"
#include "engine/core/series_parts.h"
#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

// An image whose lines may be changed.
class ChangedImage {
 public:
  explicit ChangedImage(const PointSeries& series)
      : image_(series.image()),
        lines_(image_.lines.begin(), image_.lines.end()),
        carriers_(image_.carriers.begin(), image_.carriers.end()) {
    image_.lines = lines_;
    image_.carriers = carriers_;
  }

  SeriesImage& image() { return image_; }
  std::byte* bytes() { return lines_.data()->bytes; }
  std::vector<Position>& carriers() { return carriers_; }
  SeriesParts parts() const {
    return PartsOf(image_.size, StrideBits(image_.wide, image_.timed),
                   image_.timed && !image_.wide, image_.bucket_count);
  }

 private:
  SeriesImage image_;
  std::vector<SeriesLine> lines_;
  std::vector<Position> carriers_;
};

PointSeries Marked() {
  std::vector<RecoveryPoint> points;
  for (int i = 0; i < 100; ++i) {
    RecoveryPoint p;
    p.capture_time = Instant{1'700'000'000'000'000'000} + i * 60'000'000'000;
    p.available_from = p.capture_time + 30'000'000'000;
    p.expire_time = p.capture_time + 3'600'000'000'000;
    p.consistency = Consistency::kCrash;
    p.marker = i % 3 == 0 ? i % 5 : kNoMarker;
    points.push_back(p);
  }
  return PointSeries::FromOrdered(points);
}

TEST(PointSeriesImageTest, NothingHasAnImageToo) {
  const auto again = PointSeries::FromImage(PointSeries().image());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->size(), 0);
  EXPECT_TRUE(again->IsNormal());
}

TEST(PointSeriesImageTest, PositionsOutsideAreRefused) {
  const PointSeries series = Marked();
  ChangedImage directory(series);
  std::byte* const entry = directory.bytes() + directory.parts().directory_at;
  const uint16_t size = 100;
  std::memcpy(entry, &size, sizeof(size));
  EXPECT_TRUE(PointSeries::FromImage(directory.image()).has_value());
  const uint16_t outside = 101;
  std::memcpy(entry, &outside, sizeof(outside));
  EXPECT_FALSE(PointSeries::FromImage(directory.image()).has_value());
  for (const Position carrier : {-1, 100}) {
    ChangedImage carriers(series);
    carriers.carriers()[3] = carrier;
    EXPECT_FALSE(PointSeries::FromImage(carriers.image()).has_value());
  }
}

TEST(PointSeriesImageTest, PartsThatDoNotFitAreRefused) {
  const PointSeries series = Marked();
  const auto is_refused = [&](auto change) {
    ChangedImage image(series);
    change(&image.image());
    return !PointSeries::FromImage(image.image()).has_value();
  };
  EXPECT_FALSE(is_refused([](SeriesImage*) {}));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->size = -1; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->size = 1'000; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->wide = true; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->timed = false; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->bucket_count = 0; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->bucket_count = ~0u; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->bucket_shift = 64; }));
  EXPECT_TRUE(is_refused([](SeriesImage* i) { i->unit_nanos = 10; }));
  EXPECT_TRUE(
      is_refused([](SeriesImage* i) { i->lines = i->lines.subspan(1); }));
  EXPECT_TRUE(
      is_refused([](SeriesImage* i) { i->markers = i->markers.subspan(1); }));
  EXPECT_TRUE(
      is_refused([](SeriesImage* i) { i->carried = i->carried.subspan(1); }));
}

// What follows from the records must follow from them; the records themselves
// may say anything that keeps the order.
TEST(PointSeriesImageTest, NoChangedSummaryOrDirectoryIsNormal) {
  const PointSeries series = Marked();
  ASSERT_TRUE(series.IsNormal());
  ChangedImage image(series);
  const SeriesParts parts = image.parts();
  const size_t end = parts.directory_at +
                     (image.image().bucket_count + size_t{1}) * EntryBytes(100);
  for (size_t i = parts.summaries_at; i < end; ++i) {
    image.bytes()[i] ^= std::byte{4};
    const auto changed = PointSeries::FromImage(image.image());
    ASSERT_FALSE(changed.has_value() && changed->IsNormal()) << i;
    image.bytes()[i] ^= std::byte{4};
  }
  image.carriers()[2] = image.carriers()[3];
  EXPECT_FALSE(PointSeries::FromImage(image.image())->IsNormal());
}

TEST(PointSeriesImageTest, AChangedRecordAnswersInsideTheSeries) {
  const PointSeries series = Marked();
  ChangedImage image(series);
  Eligibility ask;
  ask.decision_time = ask.target_time = series.point(60).capture_time;
  for (size_t bit = 0; bit < image.parts().summaries_at * 8; ++bit) {
    image.bytes()[bit / 8] ^= std::byte{1} << (bit % 8);
    if (const auto changed = PointSeries::FromImage(image.image())) {
      const Position best = changed->Best(ask, series.size());
      ASSERT_TRUE(best == kNoPosition || (best >= 0 && best < series.size()))
          << "bit " << bit;
    }
    image.bytes()[bit / 8] ^= std::byte{1} << (bit % 8);
  }
}

TEST(PointSeriesImageRandomTest, AnImageAnswersAsItsSeries) {
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const PointSeries series =
        PointSeries::FromOrdered(random.Series(random.OneIn(50) ? 3'000 : 80));
    const auto again = PointSeries::FromImage(series.image());
    ASSERT_TRUE(again.has_value());
    ASSERT_TRUE(again->IsNormal());
    const IntervalSet exclusions = random.Exclusions();
    const Eligibility ask = random.Ask(&exclusions);
    ASSERT_EQ(again->Best(ask, series.size()), series.Best(ask, series.size()));
    for (Position p = 0; p < series.size(); ++p) {
      ASSERT_EQ(again->point(p).expire_time, series.point(p).expire_time);
      ASSERT_EQ(again->marker(p), series.marker(p));
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
