#include "actors/client/store_client.hpp"

#include "duroxide/client.hpp"
#include "duroxide/command_id.hpp"
#include "duroxide/detail/label_signal.hpp"
#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/detail/payload_limit.hpp"
#include "duroxide/detail/process.hpp"
#include "duroxide/limits.hpp"
#include "actors/client/store_waits.hpp"
#include "actors/clock.hpp"
#include "actors/durable_actor/answer_waits.hpp"
#include "actors/durable_actor/commands.hpp"

namespace duroxide::internal {

namespace {

error_details instance_failure(error_kind kind, const std::string& what) {
  return {error_category::application, kind, what, {}};
}

}  // namespace

instance_start stored_start(const start_request& what) {
  instance_start start;
  start.instance = what.instance;
  start.orchestration = what.orchestration;
  start.version = what.options.version;
  start.input = what.input;
  start.labels = what.options.labels;
  start.created_at = wall_clock_now();
  if (what.options.delay > duration::zero()) start.start_at = start.created_at + what.options.delay;
  return start;
}

result<start_result, error_details> start_in(provider& store, const start_request& what) {
  auto started =
      store.start(stored_start(what), what.options.if_exists == existing_instance::replace_terminal);
  if (!started) return started.error().details();
  return *started ? start_result::started : start_result::already_exists;
}

std::optional<error_details> refused_signal(const provider& store, const message& what) {
  const int format = store.history_format();
  std::string unknown;
  if (duroxide::detail::is_label_signal(what) && !limits::may_have_labels(format))
    unknown = "labels that change";
  else if (duroxide::detail::is_pause_signal(what) && !limits::may_be_paused(format))
    unknown = "pauses";
  else
    return std::nullopt;
  return error_details{error_category::infrastructure,
                       error_kind::store_incompatible,
                       "nothing was done to instance '" + what.instance +
                           "': a node of this store runs a build that does not know of " + unknown +
                           "; stop it, or deploy this build there, and try again then",
                       {}};
}

result<std::monostate, error_details> post_in(provider& store, const message& what) {
  if (auto refused = refused_signal(store, what)) return *std::move(refused);
  message content = what;
  content.visible_at = wall_clock_now();
  auto posted = store.post(content);
  if (!posted) return posted.error().details();
  if (*posted == post_outcome::unwritable)
    return error_details{error_category::infrastructure,
                         error_kind::store_incompatible,
                         "the store cannot take a message for instance '" + what.instance + "'",
                         {}};
  if (*posted == post_outcome::not_found)
    return instance_failure(error_kind::instance_not_found,
                            "there is no instance '" + what.instance + "'; start it first");
  if (*posted == post_outcome::terminal && what.kind != message_kind::cancel)
    return instance_failure(error_kind::instance_terminal,
                            "instance '" + what.instance + "' has ended; it takes no more messages");
  return std::monostate{};
}

store_client::store_client(std::shared_ptr<provider> store)
    : store_(store), waits_(std::make_shared<store_waits>(store)),
      answers_(std::make_shared<answer_waits>(std::move(store))) {}

store_client::~store_client() {
  waits_->stop();
  answers_->stop();
}

void store_client::start(start_request what, reply<start_result> done) {
  if (auto refused = duroxide::detail::refused_payload("the input of orchestration", what.orchestration,
                                                       what.input, limits::payload_bytes))
    return done(*std::move(refused));
  done(start_in(*store_, what));
}

void store_client::post(message what, reply<std::monostate> done) {
  if (auto refused = duroxide::detail::refused_message(what, limits::payload_bytes))
    return done(*std::move(refused));
  done(post_in(*store_, what));
}

void store_client::ask(command_request what, reply<std::string> done) {
  if (auto refused = refused_command(what, limits::payload_bytes, limits::turn_bytes))
    return done(*std::move(refused));
  if (auto refused = refused_by_old_nodes(*store_)) return done(*std::move(refused));
  if (what.id.empty() && what.is_answered) what.id = new_command_id();
  if (auto stored = command_in(*store_, what); !stored) return done(stored.error());
  if (!what.is_answered) return done(std::string("null"));
  await_answer(what, done);
}

void store_client::await_answer(const command_request& what, const reply<std::string>& done) {
  if (auto failed = answers_->add(what, done)) done(failed->details());
}

void store_client::query(query_request what, reply<std::string> done) { done(no_handlers(what.receiver)); }

void store_client::status(std::string instance, reply<instance_status> done) {
  auto status = store_->status(instance);
  if (!status) return done(status.error().details());
  done(*std::move(status));
}

void store_client::wait(wait_request what, reply<instance_status> done) {
  if (auto failed = waits_->add(std::move(what), done)) done(failed->details());
}

void store_client::kv(std::string instance, std::optional<std::string> key,
                      reply<std::vector<kv_entry>> done) {
  auto found = store_->kv(instance, key);
  if (!found) return done(found.error().details());
  done(*std::move(found));
}

void store_client::activities(std::string instance, reply<std::vector<activity_state>> done) {
  auto found = store_->activities(instance);
  if (!found) return done(found.error().details());
  done(*std::move(found));
}

}  // namespace duroxide::internal

namespace duroxide {

namespace {

std::shared_ptr<client_port> port_on(std::shared_ptr<provider> store) {
  if (!store)
    throw configuration_error(error_kind::invalid_argument, "a client needs a provider; it is null");
  // In the child of a fork there is no thread that serves its waits, and would end.
  return detail::make_shared_at_home<internal::store_client>(std::move(store));
}

}  // namespace

client::client(std::shared_ptr<provider> store) : basic_client({port_on(std::move(store))}) {}

}  // namespace duroxide
