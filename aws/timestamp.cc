#include "aws/timestamp.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/text.h"

namespace fogbank::aws {
namespace {

constexpr int64_t kDayMs = 86'400'000;
// Year 9999 ends here; nothing later has a form on the wire.
constexpr int64_t kLastMs = 253'402'300'799'999;
constexpr int64_t kFirstMs = -62'135'596'800'000;  // year 1

struct Civil {
  int64_t year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
};

// Days since 1970-01-01 in the proleptic Gregorian calendar (years from March, eras of 400 years).
int64_t days_of(int64_t year, int month, int day) {
  if (month <= 2) --year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719'468;
}

Civil civil_of(int64_t ms) {
  int64_t days = ms / kDayMs;
  int64_t rest = ms % kDayMs;
  if (rest < 0) {
    rest += kDayMs;
    --days;
  }
  const int64_t shifted = days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const int64_t day_of_era = shifted - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  Civil out;
  out.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  out.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
  out.millisecond = static_cast<int>(rest % 1000);
  out.second = static_cast<int>(rest / 1000 % 60);
  out.minute = static_cast<int>(rest / 60'000 % 60);
  out.hour = static_cast<int>(rest / 3'600'000);
  return out;
}

std::optional<Timestamp> moment_of(const Civil& civil) {
  constexpr std::array kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.year < 1) return std::nullopt;
  const bool is_leap = civil.year % 4 == 0 && (civil.year % 100 != 0 || civil.year % 400 == 0);
  const int days = kDays[static_cast<std::size_t>(civil.month - 1)];
  if (civil.day > days - (civil.month == 2 && !is_leap ? 1 : 0)) return std::nullopt;
  // A leap second is counted as the first of the next minute.
  if (civil.hour > 23 || civil.minute > 59 || civil.second > 60) return std::nullopt;
  return Timestamp{days_of(civil.year, civil.month, civil.day) * kDayMs +
                   civil.hour * int64_t{3'600'000} + civil.minute * int64_t{60'000} +
                   civil.second * int64_t{1000} + civil.millisecond};
}

// Exactly `count` digits from the front of `rest`.
std::optional<int> take_digits(std::string_view& rest, std::size_t count) {
  if (rest.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
    value = value * 10 + (rest[i] - '0');
  }
  rest.remove_prefix(count);
  return value;
}

bool take(std::string_view& rest, char wanted) {
  if (rest.empty() || core::to_lower(rest[0]) != core::to_lower(wanted)) return false;
  rest.remove_prefix(1);
  return true;
}

// "22:13:20" into `civil`.
bool take_time(std::string_view& rest, Civil& civil) {
  const auto hour = take_digits(rest, 2);
  if (!hour || !take(rest, ':')) return false;
  const auto minute = take_digits(rest, 2);
  if (!minute || !take(rest, ':')) return false;
  const auto second = take_digits(rest, 2);
  if (!second) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  civil.second = *second;
  return true;
}

// Digits behind a dot; what is finer than a millisecond is cut off.
bool take_fraction(std::string_view& rest, Civil& civil) {
  if (!take(rest, '.')) return true;
  int unit = 100;
  std::size_t count = 0;
  for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; ++count, unit /= 10) {
    civil.millisecond += (rest[0] - '0') * unit;
    rest.remove_prefix(1);
  }
  return count > 0;
}

// The zone at the end, in minutes east.
std::optional<int> take_zone(std::string_view rest) {
  if (rest.empty() || rest == "Z" || rest == "z") return 0;
  const int sign = rest[0] == '-' ? -1 : 1;
  if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
  rest.remove_prefix(1);
  const auto hours = take_digits(rest, 2);
  if (!hours) return std::nullopt;
  take(rest, ':');
  const auto minutes = take_digits(rest, 2);
  if (!minutes || !rest.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Thu", "Fri", "Sat", "Sun",
                                                       "Mon", "Tue", "Wed"};

bool take_month(std::string_view& rest, Civil& civil) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (!core::equals_ignoring_case(rest.substr(0, 3), kMonths[i])) continue;
    civil.month = static_cast<int>(i) + 1;
    rest.remove_prefix(3);
    return true;
  }
  return false;
}

// "14 Nov 2023 22:13:20", or with dashes and a year of two digits (RFC 850).
bool take_date_time(std::string_view& rest, Civil& civil) {
  const char separator = rest.size() > 2 && rest[2] == '-' ? '-' : ' ';
  const auto day = take_digits(rest, 2);
  if (!day || !take(rest, separator) || !take_month(rest, civil) || !take(rest, separator)) {
    return false;
  }
  const bool is_short = separator == '-' && rest.size() > 2 && rest[2] == ' ';
  const auto year = take_digits(rest, is_short ? 2 : 4);
  if (!year || !take(rest, ' ')) return false;
  civil.day = *day;
  civil.year = is_short ? *year + (*year < 70 ? 2000 : 1900) : *year;
  return take_time(rest, civil);
}

}  // namespace

std::optional<Timestamp> parse_epoch_seconds(std::string_view text) {
  if (const auto whole = core::parse_number<int64_t>(text)) {
    if (*whole < kFirstMs / 1000 || *whole > kLastMs / 1000) return std::nullopt;
    return Timestamp{*whole * 1000};
  }
  double seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const double ms = std::round(seconds * 1000);
  // Also false for NaN.
  if (!(ms >= static_cast<double>(kFirstMs) && ms <= static_cast<double>(kLastMs))) {
    return std::nullopt;
  }
  return Timestamp{static_cast<int64_t>(ms)};
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Civil civil;
  std::string_view rest = text;
  const auto year = take_digits(rest, 4);
  const bool has_dashes = take(rest, '-');
  const auto month = take_digits(rest, 2);
  if (has_dashes && !take(rest, '-')) return std::nullopt;
  const auto day = take_digits(rest, 2);
  if (!year || !month || !day) return std::nullopt;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  if (!rest.empty()) {
    if (!take(rest, 'T') && !take(rest, ' ')) return std::nullopt;
    if (!take_time(rest, civil) || !take_fraction(rest, civil)) return std::nullopt;
  }
  const auto zone = take_zone(rest);
  auto moment = moment_of(civil);
  if (!zone || !moment) return std::nullopt;
  moment->ms -= int64_t{*zone} * 60'000;
  return moment;
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  Civil civil;
  std::string_view rest = text;
  const std::size_t comma = rest.find(',');
  if (comma != std::string_view::npos) {
    rest = core::trim(rest.substr(comma + 1));
    if (!take_date_time(rest, civil)) return std::nullopt;
    take_fraction(rest, civil);
    rest = core::trim(rest);
    if (rest != "GMT" && rest != "UTC" && rest != "+0000") return std::nullopt;
    return moment_of(civil);
  }
  // asctime: "Tue Nov 14 22:13:20 2023", the day padded with a space.
  if (rest.size() != 24) return std::nullopt;
  rest.remove_prefix(4);
  if (!take_month(rest, civil) || !take(rest, ' ')) return std::nullopt;
  const auto day = take_digits(rest, 1 + static_cast<std::size_t>(!take(rest, ' ')));
  if (!day || !take(rest, ' ') || !take_time(rest, civil) || !take(rest, ' ')) {
    return std::nullopt;
  }
  const auto year = take_digits(rest, 4);
  if (!year || !rest.empty()) return std::nullopt;
  civil.day = *day;
  civil.year = *year;
  return moment_of(civil);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (text.find_first_of(",TZtz:") == std::string_view::npos) {
    if (const auto moment = parse_epoch_seconds(text)) return moment;
  }
  if (const auto moment = parse_iso8601(text)) return moment;
  return parse_http_date(text);
}

void append_epoch_seconds(Timestamp moment, std::string& out) {
  char text[32];
  const bool is_negative = moment.ms < 0;
  const uint64_t ms =
      is_negative ? 0 - static_cast<uint64_t>(moment.ms) : static_cast<uint64_t>(moment.ms);
  if (is_negative) out += '-';
  auto* end = std::to_chars(text, text + sizeof text, ms / 1000).ptr;
  out.append(text, end);
  if (ms % 1000 == 0) return;
  std::snprintf(text, sizeof text, ".%03u", static_cast<unsigned>(ms % 1000));
  out += text;
  while (out.back() == '0') out.pop_back();
}

void append_iso8601(Timestamp moment, Fraction fraction, std::string& out) {
  const Civil civil = civil_of(moment.ms);
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02dT%02d:%02d:%02d",
                static_cast<long long>(civil.year), civil.month, civil.day, civil.hour,
                civil.minute, civil.second);
  out += text;
  if (fraction == Fraction::kAlways || civil.millisecond != 0) {
    std::snprintf(text, sizeof text, ".%03d", civil.millisecond);
    out += text;
  }
  out += 'Z';
}

void append_http_date(Timestamp moment, std::string& out) {
  const Civil civil = civil_of(moment.ms);
  const int64_t day = days_of(civil.year, civil.month, civil.day);
  const std::string_view weekday = kWeekdays[static_cast<std::size_t>((day % 7 + 7) % 7)];
  const std::string_view month = kMonths[static_cast<std::size_t>(civil.month - 1)];
  char text[64];
  std::snprintf(text, sizeof text, "%.3s, %02d %.3s %04lld %02d:%02d:%02d GMT", weekday.data(),
                civil.day, month.data(), static_cast<long long>(civil.year), civil.hour,
                civil.minute, civil.second);
  out += text;
}

TimestampFormat timestamp_format(TimestampFormat own, Protocol protocol, Location location) {
  if (own != TimestampFormat::kDefault) return own;
  if (location == Location::kHeader || location == Location::kHeaders) {
    return TimestampFormat::kHttpDate;
  }
  if (location == Location::kQuery || location == Location::kUri) return TimestampFormat::kIso8601;
  const bool is_xml =
      protocol == Protocol::kQuery || protocol == Protocol::kEc2 || protocol == Protocol::kRestXml;
  return is_xml ? TimestampFormat::kIso8601 : TimestampFormat::kEpochSeconds;
}

}  // namespace fogbank::aws
