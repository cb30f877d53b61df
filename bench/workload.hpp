// What a workload is, and the menu of all of them.
#pragma once

#include "duroxide/runtime.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace duroxide::bench {

struct workload {
  std::string name;
  std::string one_instance_does;
  std::string orchestration;
  std::size_t instances = 1000;  // by default
  std::size_t in_flight = 0;     // by default; 0: all at once
  std::size_t steps = 1;         // activities of one instance
  std::function<void(runtime&)> register_handlers;
  std::function<std::string(std::size_t)> input;            // of instance i, JSON text
  std::function<std::string(std::size_t)> expected_output;  // of instance i, JSON text
};

// Each workload's file defines one of these; workload.cpp lists them.
workload chain();
workload fanout();
workload hello();
workload latency();
workload sequence5();

std::vector<workload> all_workloads();

}  // namespace duroxide::bench
