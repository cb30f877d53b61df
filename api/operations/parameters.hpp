// Parameters that several operations share, and what they mean.
#pragma once

#include "duroxide/administration.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/operation.hpp"

#include <string>
#include <vector>

namespace duroxide::operations {

parameter instance_parameter();
parameter file_parameter(std::string help);
parameter payload_parameter(std::string name, std::string help);
parameter timeout_parameter(std::string otherwise);

// Conditions in the language of filters, as one argument.
parameter condition_parameter();
// Which instances are meant, by one parameter for each condition: of lists, deletions and prunings.
std::vector<parameter> filter_parameters();
// Throws configuration_error (invalid_argument) for a label that is none.
instance_filter filter_of(const arguments& given);

// All that both ask for.
filter conditions_of(const arguments& given);

label label_of(const std::string& text);
// The value of a label as a person writes it, of this type: text, number, bool or time. Throws configuration_error
// (invalid_argument) for a text that is none.
label typed_label(const std::string& name, const std::string& value, const std::string& type);

std::vector<parameter> operator+(std::vector<parameter> first, const std::vector<parameter>& second);

}  // namespace duroxide::operations
