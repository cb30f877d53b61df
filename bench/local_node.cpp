#include "bench/local_node.hpp"

#include "bench/elapsed.hpp"
#include "bench/leftovers.hpp"
#include "bench/open_store.hpp"

#include <chrono>
#include <future>
#include <utility>
#include <vector>

namespace duroxide::bench {

std::shared_ptr<provider> open_store_of(const run_request& how) {
  auto opened = open_store({how.store, how.fresh, how.relaxed_durability});
  warn_of_unfinished_instances(opened);
  return opened;
}

local_node::local_node(const workload& what, std::shared_ptr<provider> store, const runtime_options& options)
    : what_(what), counts_(std::make_shared<store_counts>()), store_(count_calls(std::move(store), counts_)),
      runtime_(store_, options) {
  what.register_handlers(runtime_);
  runtime_.start();
}

local_node::~local_node() { runtime_.shutdown(); }

figures local_node::run(const load& how) {
  const std::shared_ptr<client_port> port = runtime_.client().port();
  driver all(what_, *port, how);
  const node_report before = report();
  const auto began = std::chrono::steady_clock::now();
  all.run();
  const double seconds = seconds_since(began);
  return figures_of(all.outcomes(), seconds, before);
}

figures local_node::figures_of(const std::vector<outcome>& outcomes, double seconds,
                               const node_report& since) const {
  figures measured = summarise(what_, outcomes, seconds);
  measured.store = store_->description();
  set_used(measured, report().since(since));
  return measured;
}

void start_all(client caller, const workload& what, const std::function<std::string(std::size_t)>& id_of,
               std::size_t begin, std::size_t end) {
  std::vector<std::future<async_instance_handle>> started;
  for (std::size_t i = begin; i < end; ++i)
    started.push_back(caller.async().start({what.orchestration, id_of(i), what.input(i), {}}));
  for (auto& each : started) each.get();
}

}  // namespace duroxide::bench
