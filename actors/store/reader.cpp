#include "actors/store/reader.hpp"

#include "duroxide/limits.hpp"
#include "actors/backoff.hpp"
#include "actors/instance/messages.hpp"
#include "actors/log.hpp"
#include "actors/store/messages.hpp"

namespace duroxide::internal {

namespace {

duration pause_after(std::uint32_t attempt) {
  return exponential_backoff(duration(10), std::chrono::seconds(2), attempt);
}

bool is_to_be_told(std::uint32_t attempt) { return attempt == 1 || attempt % 30 == 0; }

}  // namespace

reader::reader(caf::actor_config& config, std::shared_ptr<provider> store)
    : reader_actor::base(config), store_(std::move(store)) {}

reader::behavior_type reader::make_behavior() {
  return {
      [this](load_for& request) {
        const auto store_executor = sender_of_message<store_executor_self>(*this);
        load(std::move(request), store_executor);
        send(store_executor, free_atom::value);
      },
      [this](page_for& request) {
        const auto store_executor = sender_of_message<store_executor_self>(*this);
        fetch(std::move(request), store_executor);
        send(store_executor, free_atom::value);
      },
  };
}

void reader::load(load_for what, const store_executor_self& store_executor) {
  auto content = store_->load(what.instance);
  if (content || content.error().certainty == commit_certainty::broken)
    return send(what.from, instance_loaded{std::move(content)});
  if (is_to_be_told(what.attempt))
    log_warning("duroxide: instance '{}' cannot be read now ({} attempts): {}",
                field("instance", what.instance), field("attempts", what.attempt),
                field("error", content.error().message));
  const duration wait = pause_after(what.attempt++);
  delayed_send(store_executor, wait, std::move(what));
}

void reader::fetch(page_for what, const store_executor_self& store_executor) {
  queue_request& wanted = what.request;
  auto page = wanted.queue
                  ? store_->fetch_queue(wanted.instance, wanted.life, *wanted.queue, limits::queue_page)
                  : store_->fetch_inbox(wanted.instance, wanted.life, 0);
  if (page || page.error().certainty == commit_certainty::broken)
    return send(what.from, queue_loaded{std::move(wanted.queue), wanted.number, std::move(page)});
  if (is_to_be_told(what.attempt))
    log_warning("duroxide: {} of instance '{}' cannot be read now ({} attempts): {}",
                only_text(wanted.queue ? "queue '" + *wanted.queue + "'" : std::string("the inbox")),
                field("instance", wanted.instance), field("attempts", what.attempt),
                field("error", page.error().message), field("queue", wanted.queue.value_or("")));
  const duration wait = pause_after(what.attempt++);
  delayed_send(store_executor, wait, std::move(what));
}

}  // namespace duroxide::internal
