// Activities that are actors.
#pragma once

#include "duroxide/contracts.hpp"
#include "duroxide/runtime.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <memory>
#include <string>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::activity_completion)

namespace duroxide {

namespace detail {

// Asks `worker` on behalf of the runtime, so that the answer finds its way back.
template <class Out, class In> caf::behavior activity_relay(caf::event_based_actor* self, caf::actor worker) {
  return {[self, worker](const std::string& name, const std::string& input, const activity_completion& done) {
    auto failed = [done, name](const std::string& why) {
      done(error_details{error_category::application, error_kind::activity_failed, why, name});
    };
    auto has_thrown = [done, name] {
      error_details why = details_of_current_exception(error_kind::activity_failed, name);
      why.category = error_category::application;
      done(std::move(why));
    };
    try {
      In decoded = codec<In>::decode("the input of activity '" + name + "'", input);
      self->request(worker, caf::infinite, std::move(decoded))
          .then(
              [done, has_thrown](const Out& output) {
                std::string encoded;
                try {
                  encoded = codec<Out>::encode(output);
                } catch (...) {
                  return has_thrown();
                }
                done(std::move(encoded));
              },
              [self, failed](const caf::error& e) { failed(self->system().render(e)); });
    } catch (...) {
      has_thrown();
    }
  }};
}

}  // namespace detail

// Registers an activity that is an actor: it gets the input as a request and answers with the output; an
// error that it answers with, or its death, fails the activity. `worker` must accept In and reply with Out.
template <class Out, class In>
void register_actor_activity(runtime& runtime, const activity<Out(In)>& what, const caf::actor& worker) {
  std::string name(what.name());
  auto relay = std::make_shared<caf::actor>(
      worker.home_system().spawn(detail::activity_relay<Out, In>, worker));
  runtime.register_async_activity(name, [name, relay](const std::shared_ptr<activity_context>&,
                                                      std::string input, activity_completion done) {
    caf::anon_send(*relay, name, std::move(input), std::move(done));
  });
  runtime.handlers().add_release([relay] { *relay = nullptr; });
}

}  // namespace duroxide
