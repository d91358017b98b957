// The three forms of a moment on AWS's wires.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "aws/shape.h"

namespace fogbank::aws {

// Seconds since the epoch, with a fraction or exponent if need be: "1700000000.123".
[[nodiscard]] std::optional<Timestamp> parse_epoch_seconds(std::string_view text);
// RFC 3339: "2023-11-14T22:13:20.123Z", with an offset, or without a zone (UTC).
[[nodiscard]] std::optional<Timestamp> parse_iso8601(std::string_view text);
// RFC 9110 section 5.6.7, IMF-fixdate: "Tue, 14 Nov 2023 22:13:20 GMT"; also the obsolete forms.
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text);
// Any of them; AWS services are lenient in what they read.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

enum class Fraction : uint8_t { kWhenNotZero, kAlways };
void append_epoch_seconds(Timestamp moment, std::string& out);
void append_iso8601(Timestamp moment, Fraction fraction, std::string& out);
void append_http_date(Timestamp moment, std::string& out);

// The form of a member: its own, or the default of protocol and location.
[[nodiscard]] TimestampFormat timestamp_format(TimestampFormat own, Protocol protocol,
                                               Location location);

}  // namespace fogbank::aws
