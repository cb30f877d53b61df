#include "duroxide/caf/operations.hpp"

namespace duroxide {

std::map<std::string, json_text> detail::all_entries::operator()(std::vector<kv_entry>& found) const {
  std::map<std::string, json_text> all;
  for (kv_entry& each : found) all.emplace(std::move(each.key), json_text(std::move(each.value)));
  return all;
}

namespace op {

start_operation start(start_request what) { return {{std::move(what)}, {}, {}}; }

raise_operation raise(std::string event, std::string instance, json_text payload) {
  return {{std::move(instance), std::move(event), std::move(payload).text()}, {}, {}};
}

enqueue_operation enqueue(std::string queue, std::string instance, json_text payload) {
  return {{std::move(instance), std::move(queue), std::move(payload).text()}, {}, {}};
}

operation<messages::cancel, detail::no_answer> cancel(std::string instance, std::string reason) {
  return {{std::move(instance), std::move(reason)}, {}, {}};
}

operation<messages::terminate, detail::no_answer> terminate(std::string instance, std::string reason) {
  return {{std::move(instance), std::move(reason)}, {}, {}};
}

operation<messages::pause, detail::no_answer> pause(std::string instance, std::string reason, reach scope) {
  return {{std::move(instance), std::move(reason), scope}, {}, {}};
}

operation<messages::resume, detail::no_answer> resume(std::string instance, reach scope) {
  return {{std::move(instance), scope}, {}, {}};
}

operation<messages::change_label, detail::no_answer> clear_label(std::string instance, std::string name) {
  return {
      {std::move(instance), {.wanted = {.name = std::move(name), .value = {}}, .is_removed = true}}, {}, {}};
}

operation<messages::list, detail::same_answer> list(std::string filter, page_request page) {
  return {{std::move(filter), std::move(page)}, {}, {}};
}

operation<messages::count, detail::same_answer> count(std::string filter, std::string group) {
  return {{std::move(filter), std::move(group)}, {}, {}};
}

namespace {

std::optional<error_details> refusal_of_both(const start_request& what, const std::string& receiver,
                                             std::optional<error_details> start,
                                             std::optional<error_details> signal) {
  if (start) return start;
  if (signal) return signal;
  if (what.instance == receiver) return std::nullopt;
  return error_details{error_category::configuration,
                       error_kind::invalid_argument,
                       "the start is of instance '" + what.instance + "' and the message for '" + receiver +
                           "'; they must be the same",
                       {}};
}

}  // namespace

operation<messages::start_and_raise, detail::same_answer> start_and(start_operation first,
                                                                    raise_operation second) {
  auto refused = refusal_of_both(first.message.what, second.message.instance, std::move(first.refused),
                                 std::move(second.refused));
  return {{std::move(first.message.what), std::move(second.message.event), std::move(second.message.payload)},
          {},
          std::move(refused)};
}

operation<messages::start_and_enqueue, detail::same_answer> start_and(start_operation first,
                                                                      enqueue_operation second) {
  auto refused = refusal_of_both(first.message.what, second.message.instance, std::move(first.refused),
                                 std::move(second.refused));
  return {{std::move(first.message.what), std::move(second.message.queue), std::move(second.message.payload)},
          {},
          std::move(refused)};
}

operation<messages::status, detail::same_answer> status(std::string instance) {
  return {{std::move(instance)}, {}, {}};
}
operation<messages::wait, detail::same_answer> wait(std::string instance) {
  return {{std::move(instance)}, {}, {}};
}
operation<messages::status_change, detail::same_answer> status_change(std::string instance,
                                                                      std::uint64_t last_seen) {
  return {{std::move(instance), last_seen}, {}, {}};
}
operation<messages::activities, detail::same_answer> activities(std::string instance) {
  return {{std::move(instance)}, {}, {}};
}
operation<messages::kv_values, detail::all_entries> kv_values(std::string instance) {
  return {{std::move(instance)}, {}, {}};
}

}  // namespace op

}  // namespace duroxide
