#include "engine/timestamps.h"

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;
using google::protobuf::Timestamp;

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
constexpr int64_t kFirstSecond = -62'135'596'800;
constexpr int64_t kLastSecond = 253'402'300'799;
// 10,000 years of 365.25 days.
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;

// The proleptic Gregorian calendar in eras of 400 years, years counted from
// March so that a leap day ends its year.
constexpr int64_t kDaysPerEra = 146'097;
constexpr int64_t kDaysFromYearZeroToEpoch = 719'468;

struct CivilDate {
  int64_t year = 0;
  int month = 0;
  int day = 0;
};

constexpr int64_t FloorDivide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since the Unix epoch.
constexpr int64_t DaysFromCivil(const CivilDate& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t month_from_march = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kDaysFromYearZeroToEpoch;
}

constexpr CivilDate CivilFromDays(int64_t days) {
  days += kDaysFromYearZeroToEpoch;
  const int64_t era = FloorDivide(days, kDaysPerEra);
  const int64_t day_of_era = days - era * kDaysPerEra;
  const int64_t year_of_era = (day_of_era - day_of_era / 1'460 +
                               day_of_era / 36'524 - day_of_era / 146'096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day =
      static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5) + 1;
  date.month =
      static_cast<int>(month_from_march) + (month_from_march < 10 ? 3 : -9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

static_assert(DaysFromCivil({1970, 1, 1}) == 0);
static_assert(DaysFromCivil({1, 1, 1}) * kSecondsPerDay == kFirstSecond);
static_assert((DaysFromCivil({9999, 12, 31}) + 1) * kSecondsPerDay - 1 ==
              kLastSecond);
static_assert(CivilFromDays(DaysFromCivil({2000, 2, 29})).day == 29);

constexpr bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr int DaysInMonth(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

// Reads fixed-width fields from the front of a text.
class FieldReader {
 public:
  explicit FieldReader(absl::string_view text)
      : next_(text.data()), end_(text.data() + text.size()) {}

  bool AtEnd() const { return next_ == end_; }
  bool NextIsDigit() const {
    return next_ != end_ && *next_ >= '0' && *next_ <= '9';
  }

  bool Skip(char c) {
    if (next_ == end_ || *next_ != c) return false;
    ++next_;
    return true;
  }

  // Exactly `kWidth` digits, at most `max`.
  template <int kWidth>
  bool Digits(int max, int* value) {
    if (end_ - next_ < kWidth) return false;
    int sum = 0;
    for (int i = 0; i < kWidth; ++i) {
      const unsigned digit = static_cast<unsigned>(next_[i]) - '0';
      if (digit > 9) return false;
      sum = sum * 10 + static_cast<int>(digit);
    }
    next_ += kWidth;
    *value = sum;
    return sum <= max;
  }

  // 1 to 9 digits after the point, as nanoseconds.
  bool Fraction(int32_t* nanos) {
    int32_t sum = 0;
    int32_t unit = 100'000'000;
    if (!NextIsDigit()) return false;
    for (; NextIsDigit(); ++next_, unit /= 10) {
      if (unit == 0) return false;
      sum += (*next_ - '0') * unit;
    }
    *nanos = sum;
    return true;
  }

  // "Z" or "+hh:mm" or "-hh:mm", as seconds to take away.
  bool Zone(int64_t* offset_seconds) {
    *offset_seconds = 0;
    if (Skip('Z')) return true;
    const bool east = Skip('+');
    if (!east && !Skip('-')) return false;
    int hours = 0;
    int minutes = 0;
    if (!Digits<2>(23, &hours) || !Skip(':') || !Digits<2>(59, &minutes)) {
      return false;
    }
    *offset_seconds = (hours * 60 + minutes) * (east ? 60 : -60);
    return true;
  }

 private:
  const char* next_;
  const char* end_;
};

// Seconds and nanoseconds of one sign or none, as nanoseconds.
std::optional<int64_t> Join(int64_t seconds, int64_t nanos) {
  int64_t total = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &total) ||
      __builtin_add_overflow(total, nanos, &total)) {
    return std::nullopt;
  }
  return total;
}

// "" for 0, else a point and the digits without the zeros at the end.
std::string FractionText(int64_t nanos) {
  if (nanos == 0) return "";
  std::string text = absl::StrFormat(".%09d", nanos);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace

bool IsStandard(const Timestamp& t) {
  return t.nanos() >= 0 && t.nanos() < kNanosPerSecond &&
         t.seconds() >= kFirstSecond && t.seconds() <= kLastSecond;
}

bool IsStandard(const Duration& d) {
  if (d.seconds() > kMaxDurationSeconds || d.seconds() < -kMaxDurationSeconds ||
      d.nanos() >= kNanosPerSecond || d.nanos() <= -kNanosPerSecond) {
    return false;
  }
  return !(d.seconds() > 0 && d.nanos() < 0) &&
         !(d.seconds() < 0 && d.nanos() > 0);
}

std::optional<core::Instant> ToInstant(const Timestamp& t) {
  if (!IsStandard(t)) return std::nullopt;
  // Before the epoch the parts have different signs, and the whole may fit
  // where the seconds alone do not.
  if (t.seconds() < 0 && t.nanos() > 0) {
    return Join(t.seconds() + 1, t.nanos() - kNanosPerSecond);
  }
  return Join(t.seconds(), t.nanos());
}

std::optional<core::Nanos> ToNanos(const Duration& d) {
  if (!IsStandard(d)) return std::nullopt;
  return Join(d.seconds(), d.nanos());
}

Timestamp ToTimestamp(core::Instant instant) {
  Timestamp t;
  t.set_seconds(FloorDivide(instant, kNanosPerSecond));
  const int64_t rest = instant % kNanosPerSecond;
  t.set_nanos(static_cast<int32_t>(rest < 0 ? rest + kNanosPerSecond : rest));
  return t;
}

Duration ToDuration(core::Nanos nanos) {
  Duration d;
  d.set_seconds(nanos / kNanosPerSecond);
  d.set_nanos(static_cast<int32_t>(nanos % kNanosPerSecond));
  return d;
}

bool ParseRfc3339(absl::string_view text, Timestamp* t) {
  FieldReader reader(text);
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!reader.Digits<4>(9999, &year) || !reader.Skip('-') ||
      !reader.Digits<2>(12, &month) || month == 0 || !reader.Skip('-') ||
      !reader.Digits<2>(DaysInMonth(year, month), &day) || day == 0 ||
      !reader.Skip('T') || !reader.Digits<2>(23, &hour) || !reader.Skip(':') ||
      !reader.Digits<2>(59, &minute) || !reader.Skip(':') ||
      !reader.Digits<2>(59, &second)) {
    return false;
  }
  int32_t nanos = 0;
  int64_t offset_seconds = 0;
  if ((reader.Skip('.') && !reader.Fraction(&nanos)) ||
      !reader.Zone(&offset_seconds) || !reader.AtEnd()) {
    return false;
  }
  const int64_t seconds = DaysFromCivil({year, month, day}) * kSecondsPerDay +
                          hour * 3'600 + minute * 60 + second - offset_seconds;
  if (seconds < kFirstSecond || seconds > kLastSecond) return false;
  t->set_seconds(seconds);
  t->set_nanos(nanos);
  return true;
}

std::string FormatTimestamp(const Timestamp& t) {
  // Only a message can hold such a value; it has no RFC 3339 form.
  if (!IsStandard(t)) {
    return absl::StrCat(t.seconds(), " s and ", t.nanos(), " ns");
  }
  const int64_t days = FloorDivide(t.seconds(), kSecondsPerDay);
  const int64_t second_of_day = t.seconds() - days * kSecondsPerDay;
  const CivilDate date = CivilFromDays(days);
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", date.year,
                         date.month, date.day, second_of_day / 3'600,
                         second_of_day / 60 % 60, second_of_day % 60,
                         FractionText(t.nanos()));
}

std::string FormatInstant(core::Instant instant) {
  return FormatTimestamp(ToTimestamp(instant));
}

std::string FormatNanos(core::Nanos nanos) {
  // Split before the sign is dropped: the least int64 has no opposite.
  const int64_t seconds = std::abs(nanos / kNanosPerSecond);
  const std::string fraction = FractionText(std::abs(nanos % kNanosPerSecond));
  const char* sign = nanos < 0 ? "-" : "";
  if (seconds < 60) return absl::StrCat(sign, seconds, fraction, "s");
  if (seconds < 3'600) {
    return absl::StrFormat("%s%dm %02d%ss", sign, seconds / 60, seconds % 60,
                           fraction);
  }
  return absl::StrFormat("%s%dh %02dm %02d%ss", sign, seconds / 3'600,
                         seconds / 60 % 60, seconds % 60, fraction);
}

}  // namespace recoveryline
