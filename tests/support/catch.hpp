// The only include of Catch2, so that both of its major versions work.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

#include <string>

// Version 3 calls the matchers of version 2 by other names.
namespace Catch {
inline auto Contains(const std::string& text) { return Matchers::ContainsSubstring(text); }
using Matchers::EndsWith;
using Matchers::StartsWith;
}  // namespace Catch
#else
#include <catch2/catch.hpp>
#endif

// A test name is a law in a sentence.
#define LAW(name) TEST_CASE(name)
