#include "actors/loader.hpp"

#include "actors/backoff.hpp"
#include "actors/log.hpp"

namespace duroxide::internal {

loader::loader(caf::actor_config& config, std::shared_ptr<provider> store)
    : event_based_actor(config), store_(std::move(store)) {}

caf::behavior loader::make_behavior() {
  return {
      [this](load_request& request) {
        load(std::move(request), caf::actor_cast<caf::actor>(current_sender()), 1);
      },
      [this](load_request& request, const caf::actor& from, std::uint32_t attempt) {
        load(std::move(request), from, attempt);
      },
      [this](ask_store& request) { request.ask(*store_); },
  };
}

void loader::load(load_request request, const caf::actor& from, std::uint32_t attempt) {
  auto content = store_->load(request.instance);
  if (content || content.error().fate == store_fate::broken)
    return send(from, instance_loaded{std::move(content)});
  if (attempt == 1 || attempt % 30 == 0)
    log_warning("duroxide: instance '{}' cannot be read now ({} attempts): {}", request.instance, attempt,
                content.error().message);
  delayed_send(this, exponential_backoff(duration(10), std::chrono::seconds(2), attempt), std::move(request),
               from, attempt + 1);
}

}  // namespace duroxide::internal
