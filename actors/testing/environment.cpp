#include "duroxide/testing/environment.hpp"

#include "persistence/simulated/store.hpp"
#include "actors/testing/crashing_guard.hpp"
#include "actors/testing/environment_port.hpp"
#include "actors/testing/guarded_store.hpp"
#include "actors/testing/world.hpp"

#include <map>
#include <utility>

namespace duroxide::testing {

namespace {

using internal::crashing_guard;
using internal::steady_now;
using internal::steady_time;
using internal::world;

}  // namespace

class environment::state final : public world::scheduler_policy {
public:
  state(handlers registered, environment_options options)
      : registered_(std::move(registered)), options_(std::move(options)), order_(options_.seed),
        world_(options_.begin, options_.seed, *this, false, options_.actor_patience), here_(&world_) {
    internal::simulated_store_options store_options;
    store_options.now = [this] { return world_.wall_clock(); };
    data_ = internal::simulated_store::make(store_options);
    outside_ = data_->connect();
    port_ = std::make_shared<internal::environment_port>(
        outside_, [this](steady_time moment) { world_.plan(moment, [] {}); },
        [this](const std::string& kind) {
          return runtime_ ? runtime_->handlers().find_actor(kind) : nullptr;
        });
    counted_.crash = options_.crash;
    if (options_.runtime.timer_horizon < forever) options_.runtime.timer_horizon = forever;
  }
  ~state() override { end_process(); }

  // -- scheduling -------------------------------------------------------------------
  void between_steps() override {
    if (beginning_) return;
    if (process_ && process_->dead && !world_.is_within()) begin_next();
    port_->look();
  }
  std::size_t choose(std::size_t count) override { return options_.seed == 0 ? 0 : order_.below(count); }

  // -- processes --------------------------------------------------------------
  void begin() {
    if (!process_) begin_process();
  }
  void crash() {
    begin();
    if (world_.is_within())
      throw configuration_error(error_kind::invalid_argument,
                                "a process cannot be made to crash from within itself");
    process_->dead = true;
    begin_next();
  }

  void replace(std::string name, activity_handler handler) {
    if (process_)
      throw configuration_error(error_kind::invalid_argument,
                                "activity '" + name + "' must be replaced before the environment is used");
    replaced_.insert_or_assign(std::move(name), std::move(handler));
  }

  world& time() { return world_; }
  const std::shared_ptr<internal::environment_port>& port() const { return port_; }
  const std::shared_ptr<provider>& outside() const { return outside_; }
  const crashing_guard::count& counted() const { return counted_; }
  std::uint64_t crashes() const { return crashes_; }

private:
  // So that nothing has to look for timers as time goes on.
  static constexpr duration forever = std::chrono::years(100);

  void begin_next() {
    ++crashes_;
    end_process();
    begin_process();
  }

  // Again, if it dies in its beginning.
  void begin_process() {
    beginning_ = true;
    do {
      if (process_) end_process();
      process_ = world_.add_process("process " + std::to_string(crashes_ + 1));
      world_.within(*process_, [this] { begin_runtime(); });
    } while (process_->dead);
    beginning_ = false;
  }
  void begin_runtime() {
    auto guard = std::make_shared<crashing_guard>(process_, counted_);
    runtime_ =
        std::make_unique<runtime>(internal::guarded(data_->connect(), std::move(guard)), options_.runtime);
    for (const auto& [name, handler] : replaced_) runtime_->handlers().replace_activity(name, handler);
    registered_(*runtime_);
    try {
      runtime_->start();
    } catch (const infrastructure_error&) {
      if (!process_->dead) throw;
      ++crashes_;
    }
  }
  void end_process() {
    if (!process_) return;
    world_.end_process(process_, [this] { runtime_.reset(); });
    process_.reset();
  }

  handlers registered_;
  environment_options options_;
  internal::dice order_;
  world world_;
  duroxide::detail::in_platform here_;
  crashing_guard::count counted_;
  std::shared_ptr<internal::simulated_store> data_;
  std::shared_ptr<provider> outside_;
  std::shared_ptr<internal::environment_port> port_;
  std::map<std::string, activity_handler> replaced_;
  std::shared_ptr<world::process> process_;
  std::unique_ptr<runtime> runtime_;
  std::uint64_t crashes_ = 0;
  bool beginning_ = false;
};

environment::environment(handlers registered, environment_options options) {
  // The clock belongs to the thread: of two environments, one would go by the other's.
  if (duroxide::detail::simulated())
    throw configuration_error(error_kind::invalid_argument,
                              "this thread has a testing environment already; there is one at a time, so end "
                              "it before you make another");
  state_ = std::make_unique<state>(std::move(registered), std::move(options));
}

environment::~environment() = default;

void environment::replace(std::string name, activity_handler handler) {
  state_->replace(std::move(name), std::move(handler));
}

client environment::client() {
  state_->begin();
  return duroxide::client(state_->port());
}

std::shared_ptr<provider> environment::store() { return state_->outside(); }

timestamp environment::now() const { return state_->time().wall_clock(); }

void environment::advance(duration length) {
  state_->begin();
  state_->time().run_until([] { return false; }, length);
}

void environment::call_after(duration delay, std::function<void()> call) {
  state_->begin();
  state_->time().plan(internal::steady_in(delay), std::move(call));
}

void environment::crash() { state_->crash(); }

std::uint64_t environment::crashes() const { return state_->crashes(); }

std::uint64_t environment::writes() const { return state_->counted().writes; }

std::string environment::last_write() const { return state_->counted().last; }

std::string environment::crashed_write() const { return state_->counted().fatal; }

}  // namespace duroxide::testing
