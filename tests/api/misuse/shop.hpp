// What the misuses have in common.
#pragma once

#include "duroxide/duroxide.hpp"

#include <boost/describe.hpp>

#include <chrono>
#include <coroutine>
#include <string>
#include <utility>

namespace dx = duroxide;

using std::chrono_literals::operator""s;

struct order {
  int id = 0;
  std::string sku;
};
BOOST_DESCRIBE_STRUCT(order, (), (id, sku))

struct receipt {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (id))

inline constexpr dx::activity<receipt(order)> charge{"charge"};
inline constexpr dx::orchestration<receipt(order)> checkout{"checkout"};
inline constexpr dx::orchestration<receipt(order)> other_checkout{"other-checkout"};
