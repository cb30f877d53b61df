// What running activities can ask of the runtime.
#pragma once

#include "duroxide/activity_context.hpp"
#include "duroxide/client_port.hpp"
#include "actors/activity/messages.hpp"
#include "actors/store/messages.hpp"

#include <memory>

namespace duroxide::internal {

// An activity may outlive its incarnation, and must not keep its actors alive.
class runtime_activity_services final : public activity_services {
public:
  runtime_activity_services(std::shared_ptr<client_port> client, weak_actor<journal_actor> journal,
                            weak_actor<delayed_calls_actor> delayed_calls, duration heartbeat_interval)
      : client_(std::move(client)), journal_(std::move(journal)), delayed_calls_(std::move(delayed_calls)),
        heartbeat_interval_(heartbeat_interval) {}

  std::shared_ptr<client_port> client() override { return client_; }
  void heartbeat(const activity_identity& activity, std::string details) override;
  duration heartbeat_interval() const override { return heartbeat_interval_; }
  void trace(const activity_identity& activity, trace_level level, const std::string& text) override;
  void call_after(duration delay, std::function<void()> then) override;

private:
  std::shared_ptr<client_port> client_;
  weak_actor<journal_actor> journal_;
  weak_actor<delayed_calls_actor> delayed_calls_;
  duration heartbeat_interval_;
};

}  // namespace duroxide::internal
