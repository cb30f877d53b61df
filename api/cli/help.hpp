// Help, made from the catalogue.
#pragma once

#include "api/cli/command_line.hpp"
#include "api/cli/terminal.hpp"
#include "api/operations/operation.hpp"

#include <boost/json.hpp>

#include <string>

namespace duroxide::cli {

std::string help_of_all(const terminal& to);
std::string help_of(const operations::operation& verb, const terminal& to);
// Of a verb that is no operation.
std::string help_of_own(const common_option& verb, const terminal& to);

// The catalogue for programs: names, texts, and the parameters as JSON Schema.
boost::json::array help_as_json();

// "duroxide raise ID EVENT [PAYLOAD] [options]".
std::string synopsis_of(const operations::operation& verb);

// "TIME": what stands for the value of an option; empty for a flag.
std::string placeholder_of(const operations::parameter& each);

// What a parameter is for, with its choices and with what holds without it.
std::string text_of(const operations::parameter& each);

}  // namespace duroxide::cli
