// Arguments of the programs here.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace duroxide::bench {

// Of every program here: it was called in a wrong way, or cannot do what it was asked for.
inline constexpr int exit_failed = 2;
inline constexpr int exit_interrupted = 130;

// The exit code, if the program is to end now: of --help, and of arguments that are not legal, which have
// been complained about. A URL that stands in the wrong place is not shown, because of the password in it.
std::optional<int> parse(CLI::App& app, int argc, char** argv);

void add_store(CLI::App& app, std::string& url);

// Of a number that has to be there, from 1 on.
CLI::Validator at_most(std::size_t most);

}  // namespace duroxide::bench
