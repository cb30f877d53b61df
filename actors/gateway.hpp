// The door for clients in this process.
#pragma once

#include "duroxide/client_port.hpp"
#include "actors/peers.hpp"

#include <mutex>

namespace duroxide::internal {

// Passes client operations to the actors. Outlives them: without an incarnation behind it, operations fail
// with runtime_stopped; an operation that its receiver never answers fails likewise.
class gateway final : public client_port {
public:
  void open(peers_ptr all);
  void close();

  void start(start_request what, reply<start_result> done) override;
  void post(message what, reply<std::monostate> done) override;
  void status(std::string instance, reply<instance_status> done) override;
  void wait(wait_request what, reply<instance_status> done) override;

private:
  peers_ptr current() const;

  mutable std::mutex mutex_;
  peers_ptr peers_;
};

}  // namespace duroxide::internal
