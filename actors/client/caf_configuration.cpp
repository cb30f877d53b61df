#include "duroxide/caf/activity_info.hpp"
#include "duroxide/caf/client_messages.hpp"
#include "duroxide/caf/configuration.hpp"
#include "duroxide/caf/errors.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/deep_to_string.hpp>
#include <caf/message.hpp>

namespace duroxide {

namespace {

std::string rendered(std::uint8_t code, caf::atom_value category, const caf::message& context) {
  return to_text(to_error_details(caf::error(code, category, context)));
}

void add_values(caf::actor_system_config& config) {
  config.add_message_type<activity_info>("duroxide::activity_info");
  config.add_message_type<error_details>("duroxide::error_details");
  config.add_message_type<instance_status>("duroxide::instance_status");
  config.add_message_type<start_result>("duroxide::start_result");
  config.add_message_type<kv_entry>("duroxide::kv_entry");
  config.add_message_type<activity_state>("duroxide::activity_state");
  config.add_message_type<instance_page>("duroxide::instance_page");
  config.add_message_type<group_count>("duroxide::group_count");
  config.add_message_type<instance_down>("duroxide::instance_down");
  config.add_message_type<instance_changed>("duroxide::instance_changed");
}

void add_requests(caf::actor_system_config& config) {
  config.add_message_type<messages::start>("duroxide::messages::start");
  config.add_message_type<messages::raise>("duroxide::messages::raise");
  config.add_message_type<messages::enqueue>("duroxide::messages::enqueue");
  config.add_message_type<messages::cancel>("duroxide::messages::cancel");
  config.add_message_type<messages::terminate>("duroxide::messages::terminate");
  config.add_message_type<messages::pause>("duroxide::messages::pause");
  config.add_message_type<messages::resume>("duroxide::messages::resume");
  config.add_message_type<messages::change_label>("duroxide::messages::change_label");
  config.add_message_type<messages::start_and_raise>("duroxide::messages::start_and_raise");
  config.add_message_type<messages::start_and_enqueue>("duroxide::messages::start_and_enqueue");
  config.add_message_type<messages::status>("duroxide::messages::status");
  config.add_message_type<messages::wait>("duroxide::messages::wait");
  config.add_message_type<messages::status_change>("duroxide::messages::status_change");
  config.add_message_type<messages::kv_value>("duroxide::messages::kv_value");
  config.add_message_type<messages::kv_values>("duroxide::messages::kv_values");
  config.add_message_type<messages::wait_for_kv_value>("duroxide::messages::wait_for_kv_value");
  config.add_message_type<messages::activities>("duroxide::messages::activities");
  config.add_message_type<messages::list>("duroxide::messages::list");
  config.add_message_type<messages::count>("duroxide::messages::count");
  config.add_message_type<messages::ask>("duroxide::messages::ask");
  config.add_message_type<messages::tell>("duroxide::messages::tell");
  config.add_message_type<messages::query>("duroxide::messages::query");
  config.add_message_type<messages::administer>("duroxide::messages::administer");
  config.add_message_type<messages::administered>("duroxide::messages::administered");
  config.add_message_type<messages::monitor>("duroxide::messages::monitor");
  config.add_message_type<messages::demonitor>("duroxide::messages::demonitor");
  config.add_message_type<messages::subscribe>("duroxide::messages::subscribe");
  config.add_message_type<messages::unsubscribe>("duroxide::messages::unsubscribe");
}

}  // namespace

void configure(caf::actor_system_config& config) {
  add_values(config);
  add_requests(config);
  config.add_error_category(caf_category, rendered);
}

}  // namespace duroxide
