// How the client actor serves each kind of request.
#include "duroxide/caf/client_actor.hpp"

#include "duroxide/admin.hpp"
#include "duroxide/caf/errors.hpp"
#include "duroxide/detail/client_requests.hpp"
#include "actors/client/client_service.hpp"
#include "actors/client/invalid_request.hpp"
#include "actors/client/port_on_thread.hpp"
#include "actors/client/scheduler_threads.hpp"
#include "actors/client/store_client.hpp"

#include <caf/send.hpp>

#include <functional>
#include <utility>

namespace duroxide::internal {

namespace {

caf::message nothing(std::monostate) { return caf::message(); }

template <class T> caf::message as_message(T value) { return caf::make_message(std::move(value)); }

void require_json(const std::string& kind, const std::string& name, const std::string& text) {
  duroxide::detail::parse_json(kind + " '" + name + "'", text);
}

void require_input(const start_request& what) {
  require_json("the input of orchestration", what.orchestration, what.input);
}

// Of a message that asks or tells.
template <class Message> command_request command_of(Message& what) {
  require_json("the input of command", what.command, what.input);
  return {{what.kind, what.key}, std::move(what.command), std::move(what.input), std::move(what.id)};
}

}  // namespace

template <class Message, class T, class Begin, class Convert>
client_service::promised<Message> client_service::answer(const request_kind& kind, Begin begin,
                                                         Convert convert) {
  promised<Message> promise = make_response_promise<typename Message::answer>();
  caf::response_promise& open_promise = promise;
  number request = 0;
  try {
    const duration limit = duroxide::detail::checked_limit("the limit of the request", kind.limit);
    require_room(kind.waits);
    if (kind.waits && !open_promise.source()) return promise;  // nobody would hear of it
    const std::stop_token taken_back = open(++last_, kind, open_promise);
    request = last_;
    begin(limit, taken_back,
          reply<T>([self = client_service_actor(this), request, convert](result<T, error_details> outcome) {
            caf::anon_send(
                self, left_to_do{[request, convert, outcome = std::move(outcome)](client_service& to_answer) {
                  if (outcome)
                    to_answer.close(request, convert(*outcome));
                  else
                    to_answer.fail(request, outcome.error());
                }});
          }));
  } catch (...) {
    const error_details why = details_of_current_exception(error_kind::invalid_argument, {});
    if (request != 0)
      fail(request, why);
    else
      open_promise.deliver(to_caf_error(why));
  }
  return promise;
}

// -- start and signals ----------------------------------------------------------

template <class Message, class Begin>
client_service::promised<Message> client_service::answer_start(const char* operation, Message& what,
                                                               Begin begin) {
  return answer<Message, start_result>(
      {operation, what.limit},
      [&](duration, const std::stop_token&, reply<start_result> answered) {
        require_input(what.what);
        begin(std::move(what.what), std::move(answered));
      },
      as_message<start_result>);
}

template <class Message, class Content>
client_service::promised<Message> client_service::post(const char* operation, duration limit,
                                                       Content content) {
  return answer<Message, std::monostate>(
      {operation, limit},
      [&](duration, const std::stop_token&, reply<std::monostate> answered) {
        port_->post(content(), std::move(answered));
      },
      nothing);
}

// The message goes to the port when the start is durable.
template <class Message, class Content>
client_service::promised<Message> client_service::start_and_post(const char* operation, Message& what,
                                                                 Content content) {
  return answer_start(operation, what, [&](start_request first, reply<start_result> answered) {
    auto then = [port = port_, second = content(first.instance),
                 answered](result<start_result, error_details> how) {
      if (!how) return answered(std::move(how));
      port->post(second, [answered, how](result<std::monostate, error_details> posted) {
        if (posted) return answered(how);
        answered(posted.error());
      });
    };
    duroxide::detail::begin_start(*port_, std::move(first), std::move(then));
  });
}

auto client_service::serve(messages::start& what) -> promised<messages::start> {
  return answer_start("start", what, [&](start_request wanted, reply<start_result> answered) {
    duroxide::detail::begin_start(*port_, std::move(wanted), std::move(answered));
  });
}

auto client_service::serve(messages::raise& what) -> promised<messages::raise> {
  return post<messages::raise>("raise", what.limit, [&] {
    require_json("the payload of event", what.event, what.payload);
    return duroxide::detail::signal_event(std::move(what.instance), std::move(what.event),
                                          std::move(what.payload));
  });
}

auto client_service::serve(messages::enqueue& what) -> promised<messages::enqueue> {
  return post<messages::enqueue>("enqueue", what.limit, [&] {
    require_json("the message for queue", what.queue, what.payload);
    return duroxide::detail::signal_queue(std::move(what.instance), std::move(what.queue),
                                          std::move(what.payload));
  });
}

auto client_service::serve(messages::cancel& what) -> promised<messages::cancel> {
  return post<messages::cancel>("cancel", what.limit, [&] {
    return duroxide::detail::cancellation(std::move(what.instance), std::move(what.reason));
  });
}

auto client_service::serve(messages::terminate& what) -> promised<messages::terminate> {
  return post<messages::terminate>("terminate", what.limit, [&] {
    return duroxide::detail::termination(std::move(what.instance), std::move(what.reason));
  });
}

auto client_service::serve(messages::pause& what) -> promised<messages::pause> {
  return post<messages::pause>("pause", what.limit, [&] {
    return duroxide::detail::signal_pause(std::move(what.instance), std::move(what.reason), what.scope);
  });
}

auto client_service::serve(messages::resume& what) -> promised<messages::resume> {
  return post<messages::resume>("resume", what.limit, [&] {
    return duroxide::detail::signal_resume(std::move(what.instance), what.scope);
  });
}

auto client_service::serve(messages::change_label& what) -> promised<messages::change_label> {
  return post<messages::change_label>("change_label", what.limit, [&] {
    return duroxide::detail::signal_label(std::move(what.instance), what.what);
  });
}

auto client_service::serve(messages::start_and_raise& what) -> promised<messages::start_and_raise> {
  return start_and_post("start_and", what, [&](const std::string& instance) {
    require_json("the payload of event", what.event, what.payload);
    return duroxide::detail::signal_event(instance, std::move(what.event), std::move(what.payload));
  });
}

auto client_service::serve(messages::start_and_enqueue& what) -> promised<messages::start_and_enqueue> {
  return start_and_post("start_and", what, [&](const std::string& instance) {
    require_json("the message for queue", what.queue, what.payload);
    return duroxide::detail::signal_queue(instance, std::move(what.queue), std::move(what.payload));
  });
}

// -- state ------------------------------------------------------------------------

auto client_service::serve(messages::status& what) -> promised<messages::status> {
  return answer<messages::status, instance_status>(
      {"status", what.limit},
      [&](duration, const std::stop_token&, reply<instance_status> answered) {
        duroxide::detail::begin_status(*port_, std::move(what.instance), std::move(answered));
      },
      as_message<instance_status>);
}

template <class Message>
client_service::promised<Message> client_service::await(const char* operation, const Message& what,
                                                        std::optional<std::uint64_t> after_custom_status) {
  return answer<Message, instance_status>(
      {operation, what.limit, true, true},
      [&](duration limit, std::stop_token taken_back, reply<instance_status> answered) {
        wait_request wanted{what.instance,         after_custom_status, std::nullopt, limit, 0,
                            std::move(taken_back), what.if_absent};
        duroxide::detail::begin_wait(*port_, std::move(wanted), std::move(answered));
      },
      as_message<instance_status>);
}

auto client_service::serve(messages::activities& what) -> promised<messages::activities> {
  return answer<messages::activities, std::vector<activity_state>>(
      {"activities", what.limit},
      [&](duration, const std::stop_token&, reply<std::vector<activity_state>> answered) {
        duroxide::detail::begin_activities(*port_, std::move(what.instance), std::move(answered));
      },
      as_message<std::vector<activity_state>>);
}

// -- the key-value store ----------------------------------------------------------

template <class Message>
client_service::promised<Message> client_service::read_kv(const char* operation, Message& what,
                                                          std::optional<std::string> key) {
  return answer<Message, std::vector<kv_entry>>(
      {operation, what.limit},
      [&](duration, const std::stop_token&, reply<std::vector<kv_entry>> answered) {
        duroxide::detail::begin_kv(*port_, std::move(what.instance), std::move(key), std::move(answered));
      },
      as_message<std::vector<kv_entry>>);
}

auto client_service::serve(messages::wait_for_kv_value& what) -> promised<messages::wait_for_kv_value> {
  return answer<messages::wait_for_kv_value, json_text>(
      {"wait_for_kv_value", what.limit, true},
      [&](duration limit, std::stop_token taken_back, reply<json_text> answered) {
        wait_request wanted{std::move(what.instance), std::nullopt,  std::move(what.key), limit, 0,
                            std::move(taken_back),    what.if_absent};
        duroxide::detail::begin_wait_for_kv(port_, std::move(wanted), std::move(answered));
      },
      [](const json_text& value) { return caf::make_message(value.text()); });
}

// -- durable actors ----------------------------------------------------------------

auto client_service::serve(messages::ask& what) -> promised<messages::ask> {
  return answer<messages::ask, std::string>(
      {"ask", what.limit, true, true},
      [&](duration limit, std::stop_token taken_back, reply<std::string> answered) {
        command_request wanted = command_of(what);
        wanted.timeout = limit;
        wanted.taken_back = std::move(taken_back);
        duroxide::detail::begin_ask(*port_, std::move(wanted), std::move(answered));
      },
      as_message<std::string>);
}

auto client_service::serve(messages::tell& what) -> promised<messages::tell> {
  return answer<messages::tell, std::string>(
      {"tell", what.limit},
      [&](duration, const std::stop_token&, reply<std::string> answered) {
        command_request wanted = command_of(what);
        wanted.is_answered = false;
        duroxide::detail::begin_ask(*port_, std::move(wanted), std::move(answered));
      },
      [](const std::string&) { return caf::message(); });
}

auto client_service::serve(messages::query& what) -> promised<messages::query> {
  return answer<messages::query, std::string>(
      {"query", what.limit},
      [&](duration, const std::stop_token&, reply<std::string> answered) {
        require_json("the input of query", what.query, what.input);
        duroxide::detail::begin_query(*port_,
                                      {{what.kind, what.key}, std::move(what.query), std::move(what.input)},
                                      std::move(answered));
      },
      as_message<std::string>);
}

// -- administration -----------------------------------------------------------------

template <class Message, class Work, class Convert>
client_service::promised<Message> client_service::administer(const request_kind& kind, Work work,
                                                             Convert convert) {
  using value = std::invoke_result_t<Work&, const admin&>;
  return answer<Message, value>(
      kind,
      [&](duration, const std::stop_token&, const reply<value>& answered) {
        auto run = [port = port_, work = std::move(work), answered] {
          try {
            answered(result<value, error_details>(work(client(port).admin())));
          } catch (...) {
            answered(details_of_current_exception(error_kind::activity_failed, {}));
          }
        };
        if (duroxide::detail::simulated()) return run();
        if (!administrator_) administrator_ = spawn_blocking_thread(system());
        run_on(administrator_, std::move(run));
      },
      convert);
}

auto client_service::serve(messages::administer& what) -> promised<messages::administer> {
  return administer<messages::administer>(
      {"administer", what.limit},
      [work = std::move(what.run)](const admin& store) {
        if (!work) throw_invalid("there is nothing to run; administration stays in the process");
        return work(store);
      },
      [](const std::shared_ptr<void>& found) { return caf::make_message(messages::administered{found}); });
}

auto client_service::serve(messages::list& what) -> promised<messages::list> {
  return administer<messages::list>(
      {"list", what.limit},
      [filter = std::move(what.filter), page = std::move(what.page)](const admin& store) {
        return store.list(filter, page);
      },
      as_message<instance_page>);
}

auto client_service::serve(messages::count& what) -> promised<messages::count> {
  return administer<messages::count>(
      {"count", what.limit},
      [filter = std::move(what.filter), group = std::move(what.group)](const admin& store) {
        return store.count(filter, group);
      },
      as_message<std::vector<group_count>>);
}

// -- all of it ----------------------------------------------------------------------

client_service::behavior_type client_service::make_behavior() {
  return {
      [this](messages::start& what) { return serve(what); },
      [this](messages::raise& what) { return serve(what); },
      [this](messages::enqueue& what) { return serve(what); },
      [this](messages::cancel& what) { return serve(what); },
      [this](messages::terminate& what) { return serve(what); },
      [this](messages::pause& what) { return serve(what); },
      [this](messages::resume& what) { return serve(what); },
      [this](messages::change_label& what) { return serve(what); },
      [this](messages::start_and_raise& what) { return serve(what); },
      [this](messages::start_and_enqueue& what) { return serve(what); },
      [this](messages::status& what) { return serve(what); },
      [this](messages::wait& what) { return await("wait", what, std::nullopt); },
      [this](messages::status_change& what) { return await("status_change", what, what.last_seen); },
      [this](messages::kv_value& what) { return read_kv("kv_value", what, what.key); },
      [this](messages::kv_values& what) { return read_kv("kv_values", what, std::nullopt); },
      [this](messages::wait_for_kv_value& what) { return serve(what); },
      [this](messages::activities& what) { return serve(what); },
      [this](messages::list& what) { return serve(what); },
      [this](messages::count& what) { return serve(what); },
      [this](messages::ask& what) { return serve(what); },
      [this](messages::tell& what) { return serve(what); },
      [this](messages::query& what) { return serve(what); },
      [this](messages::administer& what) { return serve(what); },
      [this](messages::monitor& what) {
        watch({{}, watch_subject::end, std::move(what.instance), 0, what.if_absent});
      },
      [this](messages::demonitor& what) { stop_watching(watch_subject::end, what.instance); },
      [this](messages::subscribe& what) {
        watch({{}, watch_subject::status, std::move(what.instance), what.last_seen, what.if_absent});
      },
      [this](messages::unsubscribe& what) { stop_watching(watch_subject::status, what.instance); },
      [this](left_to_do& what) { what.act(*this); },
  };
}

}  // namespace duroxide::internal

namespace duroxide {

client_actor make_client_actor(caf::actor_system& system, const client& client,
                               client_actor_options options) {
  if (options.request_limit == 0)
    internal::throw_invalid("client_actor_options::request_limit must be positive");
  if (options.wait_limit == 0) internal::throw_invalid("client_actor_options::wait_limit must be positive");
  internal::refuse_blocking(system);
  // Through a store, requests block.
  std::shared_ptr<client_port> port = client.port();
  if (dynamic_cast<const internal::store_client*>(port.get()) && !detail::simulated())
    port = std::make_shared<internal::port_on_thread>(system, std::move(port));
  return system.spawn<internal::client_service>(std::move(port), options);
}

}  // namespace duroxide
