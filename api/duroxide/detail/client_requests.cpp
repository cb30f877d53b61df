#include "duroxide/detail/client_requests.hpp"

#include "duroxide/command_id.hpp"
#include "duroxide/detail/label_signal.hpp"
#include "duroxide/detail/pause_signal.hpp"
#include "duroxide/detail/platform.hpp"
#include "duroxide/detail/reserved_names.hpp"
#include "duroxide/limits.hpp"
#include "duroxide/names.hpp"
#include "duroxide/semantic_version.hpp"
#include "duroxide/utf8.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide::detail {

namespace {

void check_labels(std::vector<label>& labels) {
  if (labels.size() > limits::labels)
    throw limit_error("an instance cannot have " + std::to_string(labels.size()) + " labels; the limit is " +
                      std::to_string(limits::labels) + " (limits::labels)");
  std::ranges::sort(labels, {}, &label::name);
  for (const label& each : labels) require_valid_label(each);
  auto twice = std::ranges::adjacent_find(labels, {}, &label::name);
  if (twice != labels.end())
    throw configuration_error(error_kind::invalid_argument, "label '" + twice->name + "' is given twice");
}

void check(start_options& options) {
  if (!options.version.empty()) options.version = semantic_version::parse(options.version).text();
  detail::checked_delay(options.delay);
  check_labels(options.labels);
}

reply<start_result> refusing_existing(std::string instance, reply<start_result> done) {
  return [instance = std::move(instance), done = std::move(done)](result<start_result, error_details> how) {
    if (!how || *how == start_result::started) return done(std::move(how));
    done(error_details{error_category::application,
                       error_kind::already_exists,
                       "instance '" + instance + "' exists already; nothing was done to it",
                       {}});
  };
}

// Reads the key, waits for a change of it, and reads again, until it is there. Between two questions the
// instance may be deleted, and its id used again.
class kv_wait : public std::enable_shared_from_this<kv_wait> {
public:
  kv_wait(std::shared_ptr<client_port> port, std::string key, wait_request wanted, reply<json_text> done)
      : port_(std::move(port)), key_(std::move(key)), wanted_(std::move(wanted)), done_(std::move(done)),
        deadline_(steady_in(wanted_.timeout)) {}

  void begin() {
    port_->kv(wanted_.instance, key_, [self = shared_from_this()](auto found) {
      if (!found) return self->fail(found.error());
      if (!found->empty()) return self->done_(json_text(found->front().value));
      self->wait();
    });
  }

private:
  void wait() {
    const auto left = std::chrono::ceil<duration>(deadline_ - steady_now());
    wanted_.timeout = std::max(left, duration(0));
    port_->wait(wanted_, [self = shared_from_this()](auto status) {
      if (!status) return self->fail(status.error());
      self->wanted_.life = status->life;
      self->read(is_terminal(status->status));
    });
  }
  void read(bool ended) {
    port_->kv(wanted_.instance, key_, [self = shared_from_this(), ended](auto found) {
      if (!found) return self->fail(found.error());
      if (!found->empty()) return self->verify(json_text(found->front().value));
      if (!ended) return self->wait();
      self->fail(
          {error_category::application,
           error_kind::instance_terminal,
           "instance '" + self->wanted_.instance + "' ended without a value for key '" + self->key_ + "'",
           {}});
    });
  }
  // The value is that of the awaited life if this is there still.
  void verify(json_text value) {
    port_->status(wanted_.instance, [self = shared_from_this(), value = std::move(value)](auto status) {
      if (!status) return self->fail(status.error());
      if (status->life == self->wanted_.life) return self->done_(value);
      self->wait();  // which says that it was deleted
    });
  }
  void fail(const error_details& why) { done_(why); }

  std::shared_ptr<client_port> port_;
  std::string key_;
  wait_request wanted_;
  reply<json_text> done_;
  steady_time deadline_;
};

message signal(message_kind kind, std::string instance, std::string name, std::string data) {
  require_stored_id("instance id", instance);
  if (is_actor_id(instance))
    throw configuration_error(error_kind::invalid_argument,
                              "'" + instance + "' is a durable actor; send it a command, by ask or tell");
  message content;
  content.kind = kind;
  content.instance = std::move(instance);
  content.name = std::move(name);
  content.data = std::move(data);
  return content;
}

void make_legal(wait_request& wanted) {
  require_stored_id("instance id", wanted.instance);
  wanted.timeout = checked_limit("the timeout of the wait", wanted.timeout);
}

}  // namespace

void begin_start(client_port& port, start_request wanted, reply<start_result> done) {
  require_valid_id("orchestration name", wanted.orchestration);
  require_instance_id(wanted.instance);
  check(wanted.options);
  if (wanted.options.if_exists == existing_instance::fail)
    done = refusing_existing(wanted.instance, std::move(done));
  port.start(std::move(wanted), std::move(done));
}

message signal_event(std::string instance, std::string event, std::string payload) {
  require_valid_id("event name", event);
  if (event.starts_with(reserved_name_prefix))
    throw configuration_error(error_kind::invalid_argument, "the event name '" + event + "' begins with '" +
                                                                std::string(reserved_name_prefix) +
                                                                "', which belongs to the library");
  return signal(message_kind::event_raised, std::move(instance), std::move(event), std::move(payload));
}

message signal_queue(std::string instance, std::string queue, std::string payload) {
  require_valid_id("queue name", queue);
  return signal(message_kind::enqueued, std::move(instance), std::move(queue), std::move(payload));
}

message signal_label(std::string instance, const label_change& what) {
  if (what.is_removed)
    require_valid_id("label", what.wanted.name);
  else
    require_valid_label(what.wanted);
  return signal(message_kind::event_raised, std::move(instance), std::string(label_event), to_text(what));
}

message cancellation(std::string instance, std::string reason) {
  return signal(message_kind::cancel, std::move(instance), {}, std::move(reason));
}

// A node of an older build takes it for a cancellation.
message termination(std::string instance, std::string reason) {
  message wanted = cancellation(std::move(instance), reason);
  wanted.error = error_details{error_category::application, error_kind::terminated, std::move(reason), {}};
  return wanted;
}

message signal_pause(std::string instance, std::string reason, reach scope) {
  if (reason.size() > limits::reason_bytes)
    throw limit_error("the reason of the pause of '" + instance + "' has " + std::to_string(reason.size()) +
                      " bytes; the limit is " + std::to_string(limits::reason_bytes) +
                      " (limits::reason_bytes)");
  if (!is_utf8(reason))
    throw configuration_error(error_kind::invalid_argument,
                              "the reason of the pause of '" + instance + "' is not UTF-8");
  return signal(message_kind::event_raised, std::move(instance), std::string(pause_event),
                to_text(pause_request{std::move(reason), scope}));
}

message signal_resume(std::string instance, reach scope) {
  return signal(message_kind::event_raised, std::move(instance), std::string(resume_event),
                to_text(pause_request{{}, scope}));
}

void begin_wait(client_port& port, wait_request wanted, reply<instance_status> done) {
  make_legal(wanted);
  port.wait(std::move(wanted), std::move(done));
}

void begin_status(client_port& port, std::string instance, reply<instance_status> done) {
  require_stored_id("instance id", instance);
  port.status(std::move(instance), std::move(done));
}

void begin_kv(client_port& port, std::string instance, std::optional<std::string> key,
              reply<std::vector<kv_entry>> done) {
  require_stored_id("instance id", instance);
  if (key) require_valid_id("key", *key);
  port.kv(std::move(instance), std::move(key), std::move(done));
}

void begin_activities(client_port& port, std::string instance, reply<std::vector<activity_state>> done) {
  require_stored_id("instance id", instance);
  port.activities(std::move(instance), std::move(done));
}

void begin_ask(client_port& port, command_request wanted, reply<std::string> done) {
  require_valid_id("command name", wanted.command);
  if (!wanted.id.empty() && !time_of_command_id(wanted.id))
    throw configuration_error(error_kind::invalid_argument,
                              "'" + wanted.id + "' is no id of a command; make one with new_command_id()");
  wanted.timeout = checked_limit("the timeout of the command", wanted.timeout);
  port.ask(std::move(wanted), std::move(done));
}

void begin_query(client_port& port, query_request wanted, reply<std::string> done) {
  require_valid_id("query name", wanted.query);
  port.query(std::move(wanted), std::move(done));
}

void begin_wait_for_kv(std::shared_ptr<client_port> port, wait_request wanted, reply<json_text> done) {
  make_legal(wanted);
  std::string key = wanted.kv_key.value();
  require_valid_id("key", key);
  std::make_shared<kv_wait>(std::move(port), std::move(key), std::move(wanted), std::move(done))->begin();
}

}  // namespace duroxide::detail
