// Scalars of JSON (RFC 8259), appended to a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fogbank::aws {

// Quoted; escapes what JSON requires and nothing else.
void append_json_string(std::string_view text, std::string& out);
// The bytes in base64, quoted.
void append_json_base64(std::string_view bytes, std::string& out);
// The shortest digits that read back equal; NaN and the infinities as strings, as AWS writes them.
void append_json_number(double number, std::string& out);
// The same without quotes, as texts of XML and headers have it.
void append_floating(double number, std::string& out);
void append_number(int64_t number, std::string& out);

}  // namespace fogbank::aws
