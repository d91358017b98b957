// An error as a client of AWS sees it, independent of the protocol that carries it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fogbank::aws {

struct AwsError {
  std::string code;     // shape name or wire code, for example "ResourceNotFoundException"
  std::string message;  // AWS's words
  int status = 400;     // HTTP status; 500 and above make it the receiver's fault
  // Further members in the order in which they are written: XML elements or JSON strings.
  std::vector<std::pair<std::string, std::string>> details = {};
  // Further members already serialised as JSON (`"Item":{…},"X":1`, no braces); json only.
  std::string json_members = {};
};

}  // namespace fogbank::aws
