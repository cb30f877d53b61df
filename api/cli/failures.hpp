// How a command ends when it fails.
#pragma once

#include "duroxide/errors.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace duroxide::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;  // refused by the library, or the answer is bad news
inline constexpr int exit_usage = 2;   // the command line is wrong
inline constexpr int exit_denied = 3;
inline constexpr int exit_not_found = 4;
inline constexpr int exit_no_store = 5;  // the store cannot be reached or read

int exit_code_of(const error_details& failure);

// What a person can do about it; empty if the message says it all.
std::string advice_for(const error_details& failure);

// The code for an answer. An instance that has failed, a store with inconsistencies and a file that differs are bad
// news.
int exit_code_of(std::string_view verb, const boost::json::value& answer);

}  // namespace duroxide::cli
