// The checked beginnings of a client's operations, below its handles and below the client actor.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/codec.hpp"
#include "duroxide/reach.hpp"

#include <memory>
#include <string>

namespace duroxide::detail {

// Throw configuration_error or limit_error for what is not legal, before anything is asked of the port.
void begin_start(client_port& port, start_request wanted, reply<start_result> done);
message signal_event(std::string instance, std::string event, std::string payload);
message signal_queue(std::string instance, std::string queue, std::string payload);
message signal_label(std::string instance, const label_change& what);
message cancellation(std::string instance, std::string reason);
message termination(std::string instance, std::string reason);
message signal_pause(std::string instance, std::string reason, reach scope);
message signal_resume(std::string instance, reach scope);
void begin_wait(client_port& port, wait_request wanted, reply<instance_status> done);
void begin_status(client_port& port, std::string instance, reply<instance_status> done);
void begin_kv(client_port& port, std::string instance, std::optional<std::string> key,
              reply<std::vector<kv_entry>> done);
void begin_activities(client_port& port, std::string instance, reply<std::vector<activity_state>> done);
void begin_ask(client_port& port, command_request wanted, reply<std::string> done);
void begin_query(client_port& port, query_request wanted, reply<std::string> done);

// Waits for a value of `wanted.kv_key`. Fails with instance_terminal if the instance ends without it.
// REQUIRES: wanted.kv_key has a value.
void begin_wait_for_kv(std::shared_ptr<client_port> port, wait_request wanted, reply<json_text> done);

}  // namespace duroxide::detail
