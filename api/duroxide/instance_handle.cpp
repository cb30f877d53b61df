#include "duroxide/instance_handle.hpp"

#include "duroxide/detail/client_requests.hpp"

namespace duroxide {

// -- signals ------------------------------------------------------------------

template <class Mode>
auto basic_instance_handle<Mode>::post(message content, const char* operation) const -> answer<void> {
  auto [future, done] = detail::future_and_reply<void, std::monostate>([](std::monostate) {});
  connection_.template port_for<Mode>().post(std::move(content), std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, operation);
}

template <class Mode>
auto basic_instance_handle<Mode>::raise(std::string event, json_text payload) const -> answer<void> {
  return post(detail::signal_event(id_, std::move(event), std::move(payload).text()), "raise");
}

template <class Mode>
auto basic_instance_handle<Mode>::enqueue(std::string queue, json_text payload) const -> answer<void> {
  return post(detail::signal_queue(id_, std::move(queue), std::move(payload).text()), "enqueue");
}

template <class Mode>
auto basic_instance_handle<Mode>::change_label(label_change what) const -> answer<void> {
  return post(detail::signal_label(id_, what), "change_label");
}

template <class Mode> auto basic_instance_handle<Mode>::cancel(std::string reason) const -> answer<void> {
  return post(detail::cancellation(id_, std::move(reason)), "cancel");
}

template <class Mode> auto basic_instance_handle<Mode>::terminate(std::string reason) const -> answer<void> {
  return post(detail::termination(id_, std::move(reason)), "terminate");
}

template <class Mode>
auto basic_instance_handle<Mode>::pause(std::string reason, reach scope) const -> answer<void> {
  return post(detail::signal_pause(id_, std::move(reason), scope), "pause");
}

template <class Mode> auto basic_instance_handle<Mode>::resume(reach scope) const -> answer<void> {
  return post(detail::signal_resume(id_, scope), "resume");
}

// -- state --------------------------------------------------------------------

template <class Mode> auto basic_instance_handle<Mode>::status() const -> answer<instance_status> {
  auto [future, done] = detail::future_and_reply<instance_status>();
  detail::begin_status(connection_.template port_for<Mode>(), id_, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "status");
}

template <class Mode>
void basic_instance_handle<Mode>::await(wait_request wanted, reply<instance_status> done) const {
  wanted.if_absent = if_absent_;
  detail::begin_wait(connection_.template port_for<Mode>(), std::move(wanted), std::move(done));
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
  auto [future, done] = detail::future_and_reply<std::vector<activity_state>>();
  detail::begin_activities(connection_.template port_for<Mode>(), id_, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "activities");
}

// -- the key-value store ------------------------------------------------------

template <class Mode>
void basic_instance_handle<Mode>::read_kv(std::string key, reply<std::optional<json_text>> done) const {
  detail::begin_kv(connection_.template port_for<Mode>(), id_, std::move(key),
                   [done = std::move(done)](auto found) {
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
  using values = std::map<std::string, json_text>;
  auto [future, done] =
      detail::future_and_reply<values, std::vector<kv_entry>>([](std::vector<kv_entry> found) {
        values all;
        for (kv_entry& each : found) all.emplace(std::move(each.key), json_text(std::move(each.value)));
        return all;
      });
  detail::begin_kv(connection_.template port_for<Mode>(), id_, std::nullopt, std::move(done));
  return detail::answer_of_call<Mode>(std::move(future), connection_, "kv_values");
}

template <class Mode>
void basic_instance_handle<Mode>::await_kv(std::string key, duration timeout, std::stop_token taken_back,
                                           reply<json_text> done) const {
  connection_.template port_for<Mode>();
  wait_request wanted{id_, std::nullopt, std::move(key), timeout, 0, std::move(taken_back), if_absent_};
  detail::begin_wait_for_kv(connection_.port, std::move(wanted), std::move(done));
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
