#include "duroxide/orchestration_context.hpp"

#include "duroxide/limits.hpp"

namespace duroxide {

namespace {

bool begins_with_code(std::string_view text) {
  return text.starts_with("\\u") && text.size() >= 6 &&
         text.substr(2, 4).find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

// The bytes in UTF-8 of the escape \uDDDD with these digits. Of a pair that means one character, the first half
// counts for both.
std::size_t bytes_of_escape(std::string_view digits) {
  const auto code = std::stoul(std::string(digits), nullptr, 16);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code >= 0xd800 && code < 0xdc00) return 4;
  return code >= 0xdc00 && code < 0xe000 ? 0 : 3;
}

// What counts of a value: of a JSON string the text that it means, as long as that is in UTF-8; of anything else
// the JSON.
std::size_t counted_bytes(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return json.size();
  const std::string_view text = json.substr(1, json.size() - 2);
  std::size_t bytes = 0;
  for (std::size_t place = 0; place < text.size();) {
    if (text[place] != '\\') {
      ++bytes, ++place;
    } else if (begins_with_code(text.substr(place))) {
      bytes += bytes_of_escape(text.substr(place + 2, 4)), place += 6;
    } else {
      ++bytes, place += 2;
    }
  }
  return bytes;
}

}  // namespace

detail::operation orchestration_context::make(detail::operation_kind kind, std::string_view name,
                                              detail::payload input, code_location where) {
  detail::operation what;
  what.kind = kind;
  what.name = name;
  what.input = std::move(input);
  what.where = where;
  return what;
}

detail::operation orchestration_context::make_command(const actor_address& receiver, std::string_view name,
                                                      detail::payload input, code_location where) {
  detail::operation what = make(detail::operation_kind::command, name, std::move(input), where);
  what.instance = receiver.instance_id();
  return what;
}

command_call<json_text> orchestration_context::ask(const actor_address& receiver, std::string name,
                                                   json_text input, code_location where) const {
  require_valid_id("command name", name);
  return command_call<json_text>(make_command(receiver, name, detail::payload_of(std::move(input)), where));
}

activity_call<json_text> orchestration_context::schedule_activity(std::string name, json_text input,
                                                                  code_location where) const {
  require_valid_id("activity name", name);
  return activity_call<json_text>(
      make(detail::operation_kind::activity, name, detail::payload_of(std::move(input)), where));
}

wait_call<void> orchestration_context::schedule_timer(duration delay, code_location where) const {
  detail::operation what = make(detail::operation_kind::timer, {}, {}, where);
  what.delay = detail::checked_delay(delay);
  return wait_call<void>(std::move(what));
}

wait_call<void> orchestration_context::schedule_timer(timestamp due, code_location where) const {
  detail::operation what = make(detail::operation_kind::timer, {}, {}, where);
  what.due = due;
  return wait_call<void>(std::move(what));
}

wait_call<json_text> orchestration_context::wait_for_event(std::string name, code_location where) const {
  require_valid_id("event name", name);
  return wait_call<json_text>(make(detail::operation_kind::external_event, name, {}, where));
}

wait_call<json_text> orchestration_context::dequeue_event(std::string queue, code_location where) const {
  require_valid_id("queue name", queue);
  return wait_call<json_text>(make(detail::operation_kind::queue_message, queue, {}, where));
}

sub_orchestration_call<json_text>
orchestration_context::schedule_sub_orchestration(std::string name, json_text input,
                                                  code_location where) const {
  require_valid_id("orchestration name", name);
  return sub_orchestration_call<json_text>(
      make(detail::operation_kind::sub_orchestration, name, detail::payload_of(std::move(input)), where));
}

void orchestration_context::start_orchestration(std::string name, std::string instance, json_text input,
                                                code_location where) const {
  require_valid_id("orchestration name", name);
  start_detached(std::move(name), std::move(instance), detail::payload_of(std::move(input)), std::nullopt,
                 where);
}

void orchestration_context::start_orchestration(std::string name, std::string instance, json_text input,
                                                const semantic_version& version, code_location where) const {
  require_valid_id("orchestration name", name);
  start_detached(std::move(name), std::move(instance), detail::payload_of(std::move(input)), version.text(),
                 where);
}

void orchestration_context::start_detached(std::string name, std::string instance, detail::payload input,
                                           std::optional<std::string> version, code_location where) const {
  require_instance_id(instance);
  engine_->start_detached(
      {std::move(name), std::move(instance), std::move(input), std::move(version), where});
}

continue_as_new_request orchestration_context::continue_as_new() const {
  return continue_as_new_request(detail::continue_as_new{{"null"}, std::nullopt});
}

void orchestration_context::set_custom_status(std::string status, code_location where) const {
  if (status.size() > limits::custom_status_bytes)
    throw limit_error("the custom status has " + std::to_string(status.size()) + " bytes; the limit is " +
                      std::to_string(limits::custom_status_bytes));
  engine_->set_custom_status(std::move(status), where);
}

// -- labels -------------------------------------------------------------------

void orchestration_context::set_label(label wanted, code_location where) const {
  require_valid_label(wanted);
  const detail::label_map& present = engine_->labels();
  if (present.size() >= limits::labels && !present.contains(wanted.name))
    throw limit_error("label '" + wanted.name + "' would be number " + std::to_string(present.size() + 1) +
                      " of instance '" + engine_->instance_id() + "'; the limit is " +
                      std::to_string(limits::labels) + " labels (limits::labels)");
  engine_->change_label({.wanted = std::move(wanted)}, where);
}

void orchestration_context::clear_label(std::string name, code_location where) const {
  require_valid_id("label", name);
  engine_->change_label({.wanted = {.name = std::move(name), .value = {}}, .is_removed = true}, where);
}

std::optional<label_value> orchestration_context::get_label(const std::string& name) const {
  const auto found = engine_->labels().find(name);
  return found == engine_->labels().end() ? std::nullopt : std::optional(value_of(found->second));
}

std::vector<label> orchestration_context::get_labels() const {
  std::vector<label> all;
  for (const auto& [name, each] : engine_->labels()) all.push_back(each);
  return all;
}

// -- the key-value store ------------------------------------------------------

void orchestration_context::set_kv(std::string key, detail::payload value, code_location where) const {
  require_valid_id("key", key);
  const std::string& text = value.text;
  const std::size_t bytes = text.size() > limits::kv_value_bytes ? counted_bytes(text) : text.size();
  if (bytes > limits::kv_value_bytes)
    throw limit_error("the value of key '" + key + "' has " + std::to_string(bytes) +
                      " bytes; the limit is " + std::to_string(limits::kv_value_bytes));
  const detail::kv_map& present = engine_->kv();
  if (present.size() >= limits::kv_keys && !present.contains(key))
    throw limit_error("key '" + key + "' would be number " + std::to_string(present.size() + 1) +
                      " of instance '" + engine_->instance_id() + "'; the limit is " +
                      std::to_string(limits::kv_keys) + " keys");
  engine_->set_kv(std::move(key), std::move(value), where);
}

std::map<std::string, json_text> orchestration_context::get_kv_all_values() const {
  std::map<std::string, json_text> values;
  for (const auto& [key, entry] : engine_->kv()) values.emplace(key, json_text(entry.value));
  return values;
}

std::vector<std::string> orchestration_context::get_kv_all_keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : engine_->kv()) keys.push_back(key);
  return keys;
}

void orchestration_context::clear_kv_value(std::string key, code_location where) const {
  require_valid_id("key", key);
  engine_->clear_kv(std::move(key), where);
}

void orchestration_context::clear_all_kv_values(code_location where) const { engine_->clear_all_kv(where); }

std::size_t orchestration_context::prune_kv_values_updated_before(timestamp cutoff,
                                                                  code_location where) const {
  std::vector<std::string> old;
  for (const auto& [key, entry] : engine_->kv())
    if (entry.updated_at < cutoff) old.push_back(key);
  for (std::string& key : old) engine_->clear_kv(std::move(key), where);
  return old.size();
}

detail::operation orchestration_context::kv_read(std::string instance, std::string key, code_location where) {
  require_stored_id("instance id", instance);
  require_valid_id("key", key);
  boost::json::object what{{"instance", instance}, {"key", key}};
  return make(detail::operation_kind::activity, detail::kv_read_activity,
              detail::payload{boost::json::serialize(what)}, where);
}

void orchestration_context::reset_custom_status(code_location where) const {
  engine_->set_custom_status(std::nullopt, where);
}

}  // namespace duroxide
