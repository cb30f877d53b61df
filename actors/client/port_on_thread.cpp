#include "actors/client/port_on_thread.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <utility>

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(duroxide::internal::blocking_job)

namespace duroxide::internal {

namespace {

caf::behavior runs_jobs(caf::event_based_actor*) {
  return {[](blocking_job& job) { job.run(); }};
}

}  // namespace

caf::actor spawn_blocking_thread(caf::actor_system& system) { return system.spawn<caf::detached>(runs_jobs); }

void run_on(const caf::actor& thread, std::function<void()> job) {
  caf::anon_send(thread, blocking_job{std::move(job)});
}

void end_thread(caf::actor& thread) {
  if (thread) caf::anon_send_exit(thread, caf::exit_reason::user_shutdown);
  thread = nullptr;
}

port_on_thread::port_on_thread(caf::actor_system& system, std::shared_ptr<client_port> port)
    : port_(std::move(port)), thread_(spawn_blocking_thread(system)) {}

port_on_thread::~port_on_thread() { end_thread(thread_); }

void port_on_thread::call(std::function<void(client_port&)> operation) {
  run_on(thread_, [port = port_, operation = std::move(operation)] { operation(*port); });
}

void port_on_thread::start(start_request what, reply<start_result> done) {
  call([what = std::move(what), done = std::move(done)](client_port& port) { port.start(what, done); });
}

void port_on_thread::post(message what, reply<std::monostate> done) {
  call([what = std::move(what), done = std::move(done)](client_port& port) { port.post(what, done); });
}

void port_on_thread::ask(command_request what, reply<std::string> done) {
  call([what = std::move(what), done = std::move(done)](client_port& port) { port.ask(what, done); });
}

void port_on_thread::query(query_request what, reply<std::string> done) {
  call([what = std::move(what), done = std::move(done)](client_port& port) { port.query(what, done); });
}

void port_on_thread::status(std::string instance, reply<instance_status> done) {
  call([instance = std::move(instance), done = std::move(done)](client_port& port) {
    port.status(instance, done);
  });
}

void port_on_thread::wait(wait_request what, reply<instance_status> done) {
  call([what = std::move(what), done = std::move(done)](client_port& port) { port.wait(what, done); });
}

void port_on_thread::kv(std::string instance, std::optional<std::string> key,
                        reply<std::vector<kv_entry>> done) {
  call([instance = std::move(instance), key = std::move(key), done = std::move(done)](client_port& port) {
    port.kv(instance, key, done);
  });
}

void port_on_thread::activities(std::string instance, reply<std::vector<activity_state>> done) {
  call([instance = std::move(instance), done = std::move(done)](client_port& port) {
    port.activities(instance, done);
  });
}

}  // namespace duroxide::internal
