// What all fuzzers share. A fuzzer is one file that defines `take`; entry.cpp hands it the inputs of
// libFuzzer.
#pragma once

#include <exception>
#include <optional>
#include <string_view>
#include <type_traits>

namespace duroxide::fuzz {

// Looks at one input. What it throws, what the sanitizers find and every broken law is a failure.
void take(std::string_view input);

// Ends the process if the law does not hold, so that libFuzzer keeps the input.
void law(bool holds, std::string_view sentence);

// What `body` gives; none if it throws `Refusal`, which is how it is allowed to refuse an input.
template <class Refusal, class Body> std::optional<std::invoke_result_t<Body>> unless_refused(Body&& body) {
  try {
    return body();
  } catch (const Refusal&) {
    return std::nullopt;
  }
}

}  // namespace duroxide::fuzz
