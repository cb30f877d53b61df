// The only door to Catch2, so that both of its major versions work.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

// A test name is a law in a sentence.
#define LAW(name) TEST_CASE(name)
