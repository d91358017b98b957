// Writes generated structs as XML, as the query, ec2 and rest-xml protocols do.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "aws/model.h"

namespace fogbank::aws {

void append_xml_text(std::string_view text, std::string& out);
// <name>text</name>, escaped.
void append_xml_element(std::string_view name, std::string_view text, std::string& out);

// The members of the struct of type `type_index` at `from` that travel in the body, one element
// each, without an element around them; absent members are left out.
void append_xml_members(const ServiceModel& service, Protocol protocol, uint16_t type_index,
                        const std::byte* from, std::string& out);

// The members of the same struct that are attributes of the element around it, each after a space.
void append_xml_attributes(const ServiceModel& service, Protocol protocol, uint16_t type_index,
                           const std::byte* from, std::string& out);

}  // namespace fogbank::aws
