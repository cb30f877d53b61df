#include "actors/loader.hpp"

#include "duroxide/limits.hpp"
#include "actors/backoff.hpp"
#include "actors/log.hpp"

namespace duroxide::internal {

namespace {

duration pause_after(std::uint32_t attempt) {
  return exponential_backoff(duration(10), std::chrono::seconds(2), attempt);
}

bool is_to_be_told(std::uint32_t attempt) { return attempt == 1 || attempt % 30 == 0; }

}  // namespace

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
      [this](queue_request& request) {
        fetch(std::move(request), caf::actor_cast<caf::actor>(current_sender()), 1);
      },
      [this](queue_request& request, const caf::actor& from, std::uint32_t attempt) {
        fetch(std::move(request), from, attempt);
      },
      [this](ask_store& request) { request.ask(*store_); },
  };
}

void loader::load(load_request request, const caf::actor& from, std::uint32_t attempt) {
  auto content = store_->load(request.instance);
  if (content || content.error().fate == store_fate::broken)
    return send(from, instance_loaded{std::move(content)});
  if (is_to_be_told(attempt))
    log_warning("duroxide: instance '{}' cannot be read now ({} attempts): {}", request.instance, attempt,
                content.error().message);
  delayed_send(this, pause_after(attempt), std::move(request), from, attempt + 1);
}

void loader::fetch(queue_request request, const caf::actor& from, std::uint32_t attempt) {
  auto page = store_->fetch_queue(request.instance, request.life, request.queue, limits::queue_page);
  if (page || page.error().fate == store_fate::broken)
    return send(from, queue_loaded{std::move(request.queue), request.number, std::move(page)});
  if (is_to_be_told(attempt))
    log_warning("duroxide: queue '{}' of instance '{}' cannot be read now ({} attempts): {}", request.queue,
                request.instance, attempt, page.error().message);
  delayed_send(this, pause_after(attempt), std::move(request), from, attempt + 1);
}

}  // namespace duroxide::internal
