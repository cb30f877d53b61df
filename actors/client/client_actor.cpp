#include "duroxide/caf.hpp"
#include "actors/shard/messages.hpp"

#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <optional>

namespace duroxide {

namespace {

// A reply that has come, to be passed on by the actor: promises are not for other threads.
struct answered {
  std::function<void()> pass_on;
};

}  // namespace
}  // namespace duroxide

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::answered)

namespace duroxide {

namespace {

// A failure as CAF knows failures: the kind as the code, the text as the context.
caf::error to_caf_error(const error_details& details) {
  return caf::error(static_cast<std::uint8_t>(details.kind), caf::atom("duroxide"),
                    caf::make_message(std::string(to_string(details.kind)) + ": " + details.message));
}

using client_self = client_actor::extend<caf::reacts_to<answered>>;

class client_service final : public client_self::base {
public:
  client_service(caf::actor_config& config, std::shared_ptr<client_port> port)
      : client_self::base(config), port_(std::move(port)) {}

  behavior_type make_behavior() override {
    return {
        [this](start_orchestration_atom, std::string& name, std::string& instance, std::string& input) {
          return start(name, instance, input);
        },
        [this](raise_event_atom, std::string& name, std::string& instance, std::string& payload) {
          return post(message_kind::event_raised, name, instance, payload);
        },
        [this](enqueue_event_atom, std::string& queue, std::string& instance, std::string& payload) {
          return post(message_kind::enqueued, queue, instance, payload);
        },
        [this](cancel_instance_atom, std::string& instance, std::string& reason) {
          std::string nameless;
          return post(message_kind::cancel, nameless, instance, reason);
        },
        [this](get_status_atom, std::string& instance) {
          return serve<instance_status, instance_status>(
              [&](auto reply) {
                require_stored_id("instance id", instance);
                port_->status(std::move(instance), std::move(reply));
              },
              deliver_status);
        },
        [this](wait_for_orchestration_atom, std::string& instance, caf::timespan limit) {
          return wait(instance, std::nullopt, limit, absent_instance::fail);
        },
        [this](wait_for_orchestration_atom, until_exists_atom, std::string& instance, caf::timespan limit) {
          return wait(instance, std::nullopt, limit, absent_instance::wait);
        },
        [this](wait_for_status_change_atom, std::string& instance, std::uint64_t last_seen,
               caf::timespan limit) { return wait(instance, last_seen, limit, absent_instance::fail); },
        [this](wait_for_status_change_atom, until_exists_atom, std::string& instance, std::uint64_t last_seen,
               caf::timespan limit) { return wait(instance, last_seen, limit, absent_instance::wait); },
        [this](get_kv_value_atom, std::string& instance, std::string& key) {
          return serve<kv_answer, std::vector<kv_entry>>(
              [&](auto reply) {
                require_stored_id("instance id", instance);
                require_valid_id("key", key);
                port_->kv(std::move(instance), std::move(key), std::move(reply));
              },
              [](caf::response_promise& promise, const std::vector<kv_entry>& found) {
                promise.deliver(kv_answer{found.empty() ? std::nullopt : std::optional(found.front().value)});
              });
        },
        [](answered& reply) { reply.pass_on(); },
    };
  }

  void on_exit() override { port_.reset(); }
  const char* name() const override { return "duroxide client"; }

private:
  static void deliver_status(caf::response_promise& promise, const instance_status& status) {
    promise.deliver(status);
  }

  // Calls `operation` with a reply that answers the request that is being handled, by an `Answer` made of a T.
  template <class Answer, class T, class Operation, class Convert>
  caf::typed_response_promise<Answer> serve(Operation operation, Convert convert) {
    caf::typed_response_promise<Answer> answer = make_response_promise<Answer>();
    caf::response_promise promise = static_cast<caf::response_promise&>(answer);
    reply<T> on_answer = [self = client_self(this), promise, convert](result<T, error_details> outcome) {
      caf::anon_send(self, answered{[promise, convert, outcome]() mutable {
                       if (outcome)
                         convert(promise, *outcome);
                       else
                         promise.deliver(to_caf_error(outcome.error()));
                     }});
    };
    try {
      operation(std::move(on_answer));
    } catch (const error& e) {
      promise.deliver(to_caf_error(e.details()));
    }
    return answer;
  }

  caf::typed_response_promise<bool> start(std::string& name, std::string& instance, std::string& input) {
    return serve<bool, start_result>(
        [&](auto reply) {
          require_valid_id("orchestration name", name);
          require_valid_id("instance id", instance);
          port_->start({std::move(name), std::move(instance), std::move(input), {}}, std::move(reply));
        },
        [](caf::response_promise& promise, start_result outcome) {
          promise.deliver(outcome == start_result::started);
        });
  }

  caf::typed_response_promise<instance_status> wait(std::string& instance,
                                                    std::optional<std::uint64_t> after_custom_status,
                                                    caf::timespan limit, absent_instance if_absent) {
    return serve<instance_status, instance_status>(
        [&](auto reply) {
          require_stored_id("instance id", instance);
          const duration timeout =
              detail::checked_limit("the timeout of the wait", std::chrono::ceil<duration>(limit));
          port_->wait({std::move(instance), after_custom_status, std::nullopt, timeout, 0, {}, if_absent},
                      std::move(reply));
        },
        deliver_status);
  }

  caf::typed_response_promise<void> post(message_kind kind, std::string& what, std::string& instance,
                                         std::string& data) {
    return serve<void, std::monostate>(
        [&](auto reply) {
          require_stored_id("instance id", instance);
          if (kind != message_kind::cancel)
            require_valid_id(kind == message_kind::enqueued ? "queue name" : "event name", what);
          message content;
          content.kind = kind;
          content.instance = std::move(instance);
          content.name = std::move(what);
          content.data = std::move(data);
          port_->post(std::move(content), std::move(reply));
        },
        [](caf::response_promise& promise, std::monostate) { promise.deliver(caf::unit); });
  }

  std::shared_ptr<client_port> port_;
};

}  // namespace

client_actor make_client_actor(caf::actor_system& system, const client& client) {
  return system.spawn<client_service>(client.port());
}

}  // namespace duroxide
