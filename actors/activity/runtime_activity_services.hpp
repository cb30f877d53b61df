// What running activities can ask of the runtime.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/client_port.hpp"

#include <caf/actor_addr.hpp>

#include <memory>

namespace duroxide::internal {

// Holds actors by their addresses: an activity may outlive its incarnation, and must not keep it alive.
class runtime_activity_services final : public activity_services {
public:
  runtime_activity_services(std::shared_ptr<client_port> client, caf::actor_addr journal,
                            caf::actor_addr delayed_calls, duration heartbeat_interval)
      : client_(std::move(client)), journal_(std::move(journal)), delayed_calls_(std::move(delayed_calls)),
        heartbeat_interval_(heartbeat_interval) {}

  std::shared_ptr<client_port> client() override { return client_; }
  void heartbeat(const activity_identity& of, std::string details) override;
  duration heartbeat_interval() const override { return heartbeat_interval_; }
  void trace(const activity_identity& of, trace_level level, const std::string& text) override;
  void call_after(duration delay, std::function<void()> then) override;

private:
  std::shared_ptr<client_port> client_;
  caf::actor_addr journal_;
  caf::actor_addr delayed_calls_;
  duration heartbeat_interval_;
};

}  // namespace duroxide::internal
