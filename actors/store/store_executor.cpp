#include "actors/store/store_executor.hpp"

#include "actors/store/messages.hpp"

namespace duroxide::internal {

store_executor::store_executor(caf::actor_config& config, std::shared_ptr<provider> store,
                               std::vector<reader_actor> readers)
    : store_executor_self::base(config), store_(std::move(store)), free_(std::move(readers)) {}

store_executor::behavior_type store_executor::make_behavior() {
  return {
      [this](ask_store& request) {
        request.ask(*store_);
        request.ask = nullptr;  // what it keeps alive goes at once
      },
      [this](load_request& request) {
        loads_.emplace_back(++last_number_, load_for{std::move(request.instance),
                                                     sender_of_message<instance_actor>(*this), 1});
        hand_out();
      },
      [this](load_for& again) {
        loads_.emplace_back(++last_number_, std::move(again));
        hand_out();
      },
      [this](queue_request& request) {
        pages_.emplace_back(++last_number_,
                            page_for{std::move(request), sender_of_message<instance_actor>(*this), 1});
        hand_out();
      },
      [this](page_for& again) {
        pages_.emplace_back(++last_number_, std::move(again));
        hand_out();
      },
      [this](free_atom) {
        free_.push_back(sender_of_message<reader_actor>(*this));
        hand_out();
      },
  };
}

void store_executor::on_exit() {
  store_.reset();
  free_.clear();
  loads_.clear();
  pages_.clear();
}

// What has waited longest to a reader that is free.
void store_executor::hand_out() {
  while (!free_.empty() && !(loads_.empty() && pages_.empty()))
    if (pages_.empty() || (!loads_.empty() && loads_.front().first < pages_.front().first))
      hand_out(loads_);
    else
      hand_out(pages_);
}

template <class Request> void store_executor::hand_out(line<Request>& from) {
  send(free_.back(), std::move(from.front().second));
  free_.pop_back();
  from.pop_front();
}

}  // namespace duroxide::internal
