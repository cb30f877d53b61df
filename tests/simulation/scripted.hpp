// Nodes over one simulated store, and faults that a law chooses.
#pragma once

#include "persistence/simulated/store.hpp"
#include "actors/client/store_client.hpp"
#include "actors/testing/guarded_store.hpp"
#include "actors/testing/world.hpp"
#include "tests/simulation/workflows.hpp"
#include "tests/support/catch.hpp"

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace duroxide::simulation {

// Everything happens in the order in which they came; nothing fails that `fails` does not say.
class scripted : public internal::world::scheduler_policy {
public:
  // What becomes of an operation of a node: asked before it and, of a write, after it.
  using failing = std::function<std::optional<store_error>(const std::string& node,
                                                           std::string_view operation, bool after)>;

  explicit scripted(std::uint32_t shards, failing fails = {})
      : fails_(std::move(fails)),
        world_(timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)), 1, *this, true),
        here_(&world_) {
    internal::simulated_store_options options;
    options.shard_count = shards;
    options.now = [this] { return world_.true_time(); };
    data_ = internal::simulated_store::make(options);
    outside_ = data_->connect();
  }
  ~scripted() override {
    for (node& each : nodes_) world_.end_process(each.process, [&] { each.running.reset(); });
  }

  internal::world& time() { return world_; }
  provider& store() { return *outside_; }

  std::shared_ptr<internal::world::process> start(const std::string& name, const runtime_options& options) {
    node& made = nodes_.emplace_back();
    made.process = world_.add_process(name);
    world_.within(*made.process, [&] {
      auto guard = std::make_shared<scripted_guard>(name, fails_);
      made.running = std::make_unique<runtime>(internal::guarded(data_->connect(), guard), options);
      register_all(*made.running,
                   [this](const activity_context& context) { ++runs_[context.activity_id()]; });
      made.running->start();
    });
    return made.process;
  }

  void start_workflow(const std::string& instance, const std::vector<step>& steps) {
    program script;
    script.steps = steps;
    start_request request{std::string(interpreter.name()), instance, codec<program>::encode(script), {}};
    REQUIRE(internal::start_in(*outside_, request).value() == start_result::started);
  }
  void send(const std::string& instance, std::int64_t number) {
    message content;
    content.kind = message_kind::enqueued;
    content.instance = instance;
    content.name = messages.name();
    content.data = std::to_string(number);
    content.visible_at = world_.true_time();
    REQUIRE(outside_->post(content).value() == post_outcome::accepted);
  }
  void advance(duration length) {
    world_.run_until([] { return false; }, length);
  }
  // Whether the instance completes within so much time.
  bool completes(const std::string& instance, duration within) {
    const auto completed = [&] {
      return outside_->status(instance).value().status == runtime_status::completed;
    };
    world_.run_until(completed, within);
    return completed();
  }

  // How often each activity has run, by its id.
  const std::map<std::string, int>& runs() const { return runs_; }

  // Waits until an actor of that name could run, and lets it wait so long.
  void hold_back(const internal::world::process& process, const std::string& actor, duration length) {
    std::optional<std::size_t> found;
    const auto could_run = [&] {
      for (std::size_t job = 0; !found && job < process.actors.jobs(); ++job)
        if (process.actors.describe(job).starts_with(actor)) found = job;
      return found.has_value();
    };
    world_.run_until(could_run, std::chrono::minutes(1));
    REQUIRE(found);
    world_.hold_back(process, *found, length);
  }

private:
  class scripted_guard final : public internal::store_guard {
  public:
    scripted_guard(std::string node, const failing& fails) : node_(std::move(node)), fails_(fails) {}
    std::optional<store_error> before(std::string_view operation, bool) override {
      return fails_ ? fails_(node_, operation, false) : std::nullopt;
    }
    std::optional<store_error> after(std::string_view operation) override {
      return fails_ ? fails_(node_, operation, true) : std::nullopt;
    }

  private:
    std::string node_;
    const failing& fails_;
  };
  struct node {
    std::shared_ptr<internal::world::process> process;
    std::unique_ptr<runtime> running;
  };

  failing fails_;
  std::map<std::string, int> runs_;
  internal::world world_;
  duroxide::detail::in_platform here_;
  std::shared_ptr<internal::simulated_store> data_;
  std::shared_ptr<provider> outside_;
  std::list<node> nodes_;
};

}  // namespace duroxide::simulation
