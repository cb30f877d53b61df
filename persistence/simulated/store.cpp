#include "persistence/simulated/store.hpp"

#include "persistence/simulated/core.hpp"
#include "persistence/simulated/provider.hpp"

#include <stdexcept>
#include <utility>

namespace duroxide::internal {

namespace {

timestamp system_now() { return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()); }

simulated_store_options completed(simulated_store_options options) {
  if (options.shard_count == 0) throw std::invalid_argument("a store has at least one shard");
  if (!options.now) options.now = system_now;
  return options;
}

}  // namespace

simulated_store::simulated_store(simulated_store_options options)
    : store_(std::make_shared<simulated::core>(completed(std::move(options)))) {}

simulated_store::~simulated_store() = default;

std::shared_ptr<simulated_store> simulated_store::make(simulated_store_options options) {
  return std::shared_ptr<simulated_store>(new simulated_store(std::move(options)));
}

std::shared_ptr<provider> simulated_store::connect() {
  return std::make_shared<simulated::connection>(store_);
}

std::shared_ptr<void> simulated_store::on_change(const provider& connection, std::function<void()> changed) {
  return dynamic_cast<const simulated::connection&>(connection).on_change(std::move(changed));
}

}  // namespace duroxide::internal
