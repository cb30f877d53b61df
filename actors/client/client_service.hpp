// The actor behind client_actor.
#pragma once

#include "duroxide/caf/client_actor.hpp"
#include "actors/client/answer_deadlines.hpp"
#include "actors/client/instance_watches.hpp"
#include "actors/client/open_requests.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <stop_token>

namespace duroxide::internal {

class client_service;

// What other threads leave for the actor to do: promises are not for other threads.
struct left_to_do {
  std::function<void(client_service&)> act;
};

}  // namespace duroxide::internal

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::left_to_do)

namespace duroxide::internal {

using client_service_actor = client_actor::extend<caf::reacts_to<left_to_do>>;

// The promise of each open request and what each requester waits for are here. Other threads reach them only by
// left_to_do. Whatever is open holds this actor: by a promise, or by the reply that somebody has.
class client_service final : public client_service_actor::base, private watch_host {
public:
  client_service(caf::actor_config& config, std::shared_ptr<client_port> port, client_actor_options options);

  behavior_type make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "duroxide client"; }

private:
  using number = open_requests::number;
  template <class Message> using promised = caf::typed_response_promise<typename Message::answer>;

  struct request_kind {
    const char* operation;
    duration limit;
    bool waits = false;          // for something that may take as long as it likes
    bool has_own_limit = false;  // the port keeps the limit
  };
  // Calls `begin(limit, taken_back, reply<T>)`, and answers with the message that `convert` makes of a T.
  template <class Message, class T, class Begin, class Convert>
  promised<Message> answer(const request_kind& kind, Begin begin, Convert convert);
  template <class Message, class Begin>
  promised<Message> answer_start(const char* operation, Message& what, Begin begin);
  template <class Message, class Content>
  promised<Message> post(const char* operation, duration limit, Content content);
  template <class Message, class Content>
  promised<Message> start_and_post(const char* operation, Message& what, Content content);
  template <class Message>
  promised<Message> read_kv(const char* operation, Message& what, std::optional<std::string> key);
  template <class Message>
  promised<Message> await(const char* operation, const Message& what,
                          std::optional<std::uint64_t> after_custom_status);

  // Answers with what `work` gives, on a thread that may block.
  template <class Message, class Work, class Convert>
  promised<Message> administer(const request_kind& kind, Work work, Convert convert);

  promised<messages::start> serve(messages::start& what);
  promised<messages::raise> serve(messages::raise& what);
  promised<messages::enqueue> serve(messages::enqueue& what);
  promised<messages::cancel> serve(messages::cancel& what);
  promised<messages::terminate> serve(messages::terminate& what);
  promised<messages::pause> serve(messages::pause& what);
  promised<messages::resume> serve(messages::resume& what);
  promised<messages::change_label> serve(messages::change_label& what);
  promised<messages::start_and_raise> serve(messages::start_and_raise& what);
  promised<messages::start_and_enqueue> serve(messages::start_and_enqueue& what);
  promised<messages::status> serve(messages::status& what);
  promised<messages::wait_for_kv_value> serve(messages::wait_for_kv_value& what);
  promised<messages::activities> serve(messages::activities& what);
  promised<messages::list> serve(messages::list& what);
  promised<messages::count> serve(messages::count& what);
  promised<messages::ask> serve(messages::ask& what);
  promised<messages::tell> serve(messages::tell& what);
  promised<messages::query> serve(messages::query& what);
  promised<messages::administer> serve(messages::administer& what);

  void watch(instance_watch what);
  void stop_watching(watch_subject subject, const std::string& instance);

  // watch_host
  void ask_status(number watch, const std::string& instance) override;
  void ask_wait(number watch, wait_request what) override;
  bool look_later(number watch) override;
  void tell(const caf::actor_addr& watcher, instance_changed what) override;
  void tell(const caf::actor_addr& watcher, instance_down what) override;
  void is_over(number watch, const caf::actor_addr& watcher) override;
  reply<instance_status> to_watch(number watch);

  std::stop_token open(number request, const request_kind& kind, caf::response_promise promise);
  void keep_limit(open_request& request, number number_of_request, const request_kind& kind);
  void require_room(bool waits) const;
  void close(number request, caf::message content);
  void fail(number request, const error_details& why);
  // Takes it from the list; nothing if it was answered before.
  std::optional<open_request> take(number request);
  void expect_from(const caf::actor_addr& asker, number waits_for);
  void expect_no_more(const caf::actor_addr& asker, number waited_for);
  void forget(const caf::actor_addr& asker);
  answer_deadlines::key call_later(duration delay, std::function<void(client_service&)> act);

  const client_actor_options options_;
  std::shared_ptr<client_port> port_;
  std::shared_ptr<answer_deadlines> deadlines_ = std::make_shared<answer_deadlines>();
  number last_ = 0;
  open_requests requests_;
  instance_watches watches_;
  requesters requesters_;
  caf::actor administrator_;  // has a thread of its own; from the first request on
};

}  // namespace duroxide::internal
