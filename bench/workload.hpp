// What a workload is, and the menu of all of them.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/runtime.hpp"
#include "bench/floor.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::bench {

struct figures;
struct run_request;
struct workload;

using row_sink = std::function<void(const figures&)>;

// Which options mean something to a workload; others are refused.
struct options_heard {
  bool instances = true;
  bool in_flight = true;
  bool seconds = true;
  bool nodes = true;
};

struct workload {
  std::string name;
  std::string one_instance_does;
  std::string orchestration;
  std::size_t instances = 1000;        // by default
  std::size_t in_flight = 0;           // by default; 0: all at once
  std::size_t workers = 2;             // by default: activity threads
  std::size_t steps = 1;               // activities of one instance, or what else it does again and again
  std::optional<std::size_t> seconds;  // by default: nothing is started later; none: until all are started
  options_heard hears{};
  std::function<void(runtime&)> register_handlers;
  std::function<std::string(std::size_t)> input;            // of instance i, JSON text
  std::function<std::string(std::size_t)> expected_output;  // of instance i, JSON text
  std::vector<row_counts> rows;  // of its turns, for the floor; none: it is not bound by rows
  // What a client says to an instance that has started, if anything, before it waits for its end. Must not
  // block; calls `done` once, when all is said.
  std::function<void(client_port&, const std::string& instance, std::function<void()> done)> talk;
  // In place of the usual run, which starts the instances and waits for their ends: measures in its own way,
  // and gives as many rows as it likes.
  std::function<void(const workload&, const run_request&, const row_sink&)> run;
};

// Each workload's file defines one of these; workload.cpp lists them.
workload accounts();
workload backlog();
workload chain();
workload children();
workload eternal();
workload failover();
workload fair();
workload fanout();
workload finished();
workload hello();
workload idle();
workload latency();
workload long_history();
workload payload();
workload queue();
workload replay();
workload resident();
workload scale();
workload sequence5();
workload sleeping();
workload stress();
workload timers();
workload wide();

std::vector<workload> all_workloads();

}  // namespace duroxide::bench
