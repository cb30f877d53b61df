#include "duroxide/instance_handle.hpp"

#include "duroxide/names.hpp"

#include <algorithm>
#include <chrono>

namespace duroxide {

namespace {

// Reads the key, waits for a change of it, and reads again, until it is there. Between two questions the
// instance may be deleted, and its id used again.
class kv_wait : public std::enable_shared_from_this<kv_wait> {
public:
  kv_wait(std::shared_ptr<client_port> port, std::string key, wait_request wanted, reply<json_text> done)
      : port_(std::move(port)), key_(std::move(key)), wanted_(std::move(wanted)), done_(std::move(done)),
        deadline_(detail::steady_in(wanted_.timeout)) {}

  void begin() {
    port_->kv(wanted_.instance, key_, [self = shared_from_this()](auto found) {
      if (!found) return self->fail(found.error());
      if (!found->empty()) return self->done_(json_text(found->front().value));
      self->wait();
    });
  }

private:
  void wait() {
    const auto left = std::chrono::ceil<duration>(deadline_ - detail::steady_now());
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
  detail::steady_time deadline_;
};

}  // namespace

// -- signals ------------------------------------------------------------------

namespace {

// `kind_of_name`: as the error says it of a name that is not valid.
message signal(message_kind kind, const char* kind_of_name, std::string name, json_text payload) {
  require_valid_id(kind_of_name, name);
  message content;
  content.kind = kind;
  content.name = std::move(name);
  content.data = std::move(payload).text();
  return content;
}

}  // namespace

template <class Mode>
auto basic_instance_handle<Mode>::post(message content, const char* operation) const -> answer<void> {
  require_stored_id("instance id", id_);
  content.instance = id_;
  auto [future, done] = detail::future_and_reply<void, std::monostate>([](std::monostate) {});
  connection_.template port_for<Mode>().post(std::move(content), std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, operation);
}

template <class Mode>
auto basic_instance_handle<Mode>::raise(std::string event, json_text payload) const -> answer<void> {
  return post(signal(message_kind::event_raised, "event name", std::move(event), std::move(payload)),
              "raise");
}

template <class Mode>
auto basic_instance_handle<Mode>::enqueue(std::string queue, json_text payload) const -> answer<void> {
  return post(signal(message_kind::enqueued, "queue name", std::move(queue), std::move(payload)), "enqueue");
}

template <class Mode> auto basic_instance_handle<Mode>::cancel(std::string reason) const -> answer<void> {
  message content;
  content.kind = message_kind::cancel;
  content.data = std::move(reason);
  return post(std::move(content), "cancel");
}

// -- state --------------------------------------------------------------------

template <class Mode> auto basic_instance_handle<Mode>::status() const -> answer<instance_status> {
  require_stored_id("instance id", id_);
  auto [future, done] = detail::future_and_reply<instance_status>();
  connection_.template port_for<Mode>().status(id_, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "status");
}

template <class Mode>
void basic_instance_handle<Mode>::await(wait_request wanted, reply<instance_status> done) const {
  require_stored_id("instance id", wanted.instance);
  wanted.timeout = detail::checked_limit("the timeout of the wait", wanted.timeout);
  wanted.if_absent = if_absent_;
  connection_.template port_for<Mode>().wait(std::move(wanted), std::move(done));
}

template <class Mode>
auto basic_instance_handle<Mode>::wait(duration timeout, std::stop_token taken_back) const
    -> answer<instance_status> {
  auto [future, done] = detail::future_and_reply<instance_status>();
  await({id_, std::nullopt, std::nullopt, timeout, 0, std::move(taken_back)}, std::move(done));
  return detail::answer_of_wait<Mode>(std::move(future));
}

template <class Mode>
auto basic_instance_handle<Mode>::wait_for_status_change(std::uint64_t last_seen, duration timeout,
                                                         std::stop_token taken_back) const
    -> answer<instance_status> {
  auto [future, done] = detail::future_and_reply<instance_status>();
  await({id_, last_seen, std::nullopt, timeout, 0, std::move(taken_back)}, std::move(done));
  return detail::answer_of_wait<Mode>(std::move(future));
}

template <class Mode>
auto basic_instance_handle<Mode>::activities() const -> answer<std::vector<activity_state>> {
  require_stored_id("instance id", id_);
  auto [future, done] = detail::future_and_reply<std::vector<activity_state>>();
  connection_.template port_for<Mode>().activities(id_, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "activities");
}

// -- the key-value store ------------------------------------------------------

template <class Mode>
void basic_instance_handle<Mode>::read_kv(std::string key, reply<std::optional<json_text>> done) const {
  require_stored_id("instance id", id_);
  require_valid_id("key", key);
  connection_.template port_for<Mode>().kv(id_, std::move(key), [done = std::move(done)](auto found) {
    if (!found) return done(found.error());
    if (found->empty()) return done(std::optional<json_text>());
    done(std::optional<json_text>(json_text(std::move(found->front().value))));
  });
}

template <class Mode>
auto basic_instance_handle<Mode>::kv_value(std::string key) const -> answer<std::optional<json_text>> {
  auto [future, done] = detail::future_and_reply<std::optional<json_text>>();
  read_kv(std::move(key), std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "kv_value");
}

template <class Mode>
auto basic_instance_handle<Mode>::kv_values() const -> answer<std::map<std::string, json_text>> {
  require_stored_id("instance id", id_);
  using values = std::map<std::string, json_text>;
  auto [future, done] =
      detail::future_and_reply<values, std::vector<kv_entry>>([](std::vector<kv_entry> found) {
        values all;
        for (kv_entry& each : found) all.emplace(std::move(each.key), json_text(std::move(each.value)));
        return all;
      });
  connection_.template port_for<Mode>().kv(id_, std::nullopt, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "kv_values");
}

template <class Mode>
void basic_instance_handle<Mode>::await_kv(std::string key, duration timeout, std::stop_token taken_back,
                                           reply<json_text> done) const {
  require_stored_id("instance id", id_);
  require_valid_id("key", key);
  timeout = detail::checked_limit("the timeout of the wait", timeout);
  connection_.template port_for<Mode>();
  wait_request wanted{id_, std::nullopt, key, timeout, 0, std::move(taken_back), if_absent_};
  std::make_shared<kv_wait>(connection_.port, std::move(key), std::move(wanted), std::move(done))->begin();
}

template <class Mode>
auto basic_instance_handle<Mode>::wait_for_kv_value(std::string key, duration timeout,
                                                    std::stop_token taken_back) const -> answer<json_text> {
  auto [future, done] = detail::future_and_reply<json_text>();
  await_kv(std::move(key), timeout, std::move(taken_back), std::move(done));
  return detail::answer_of_wait<Mode>(std::move(future));
}

template class basic_instance_handle<blocking>;
template class basic_instance_handle<asynchronous>;

void detail::require_completed(std::string_view orchestration, const instance_status& ended) {
  if (ended.orchestration != orchestration)
    throw configuration_error(error_kind::invalid_argument, "the instance runs orchestration '" +
                                                                ended.orchestration + "', not '" +
                                                                std::string(orchestration) + "'");
  if (ended.status == runtime_status::completed) return;
  error_details details = ended.error.value_or(
      error_details{error_category::application,
                    error_kind::orchestration_failed,
                    "the instance is " + std::string(to_string(ended.status)) + "; there is no output of it",
                    {}});
  throw orchestration_failed(std::move(details));
}

}  // namespace duroxide
