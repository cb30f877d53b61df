#include "actors/store_client.hpp"

#include "duroxide/client.hpp"
#include "actors/clock.hpp"

#include <algorithm>
#include <set>

namespace duroxide::internal {

namespace {

// Nobody can lose a wake-up while the watch works; this bounds the harm where it does not (network file
// systems).
constexpr duration safety_net = std::chrono::seconds(5);

error_details to_details(const store_error& error) {
  return {error_category::infrastructure, error.kind, error.message, {}};
}

error_details instance_failure(error_kind kind, const std::string& what) {
  return {error_category::application, kind, what, {}};
}

}  // namespace

store_client::store_client(std::shared_ptr<provider> store) : store_(std::move(store)) {}

store_client::~store_client() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    if (watch_) watch_->interrupt();
  }
  if (thread_.joinable()) thread_.join();
}

void store_client::start(start_request what, reply<start_result> done) {
  instance_start start;
  start.instance = std::move(what.instance);
  start.orchestration = std::move(what.orchestration);
  start.input = std::move(what.input);
  start.created_at = wall_clock_now();
  auto started = store_->start(start);
  if (!started) return done(to_details(started.error()));
  done(*started ? start_result::started : start_result::already_exists);
}

void store_client::post(message what, reply<std::monostate> done) {
  what.visible_at = wall_clock_now();
  auto posted = store_->post(what);
  if (!posted) return done(to_details(posted.error()));
  if (*posted == post_outcome::not_found)
    return done(instance_failure(error_kind::instance_not_found,
                                 "there is no instance '" + what.instance + "'; start it first"));
  if (*posted == post_outcome::terminal && what.kind != message_kind::cancel)
    return done(instance_failure(error_kind::instance_terminal,
                                 "instance '" + what.instance + "' has ended; it takes no more messages"));
  done(std::monostate{});
}

void store_client::status(std::string instance, reply<instance_status> done) {
  auto status = store_->status(instance);
  if (!status) return done(to_details(status.error()));
  done(*std::move(status));
}

void store_client::wait(wait_request what, reply<instance_status> done) {
  auto status = store_->status(what.instance);
  if (!status) return done(to_details(status.error()));
  if (status->status == runtime_status::not_found)
    return done(instance_failure(error_kind::instance_not_found,
                                 "there is no instance '" + what.instance + "' to wait for; start it first"));
  std::lock_guard lock(mutex_);
  if (!watch_) {
    auto watch = store_->watch();
    if (!watch) return done(to_details(watch.error()));
    watch_ = *std::move(watch);
    thread_ = std::thread([this] { watch_store(); });
  }
  auto deadline = std::chrono::steady_clock::now() + what.timeout;
  waiters_.add(std::move(what), std::move(done), deadline);
  watch_->interrupt();  // to look now, and to know the new deadline
}

void store_client::watch_store() {
  while (true) {
    look();
    std::optional<duration> at_most = until_next_deadline();
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    watch_->wait(at_most);
  }
}

std::optional<duration> store_client::until_next_deadline() {
  std::lock_guard lock(mutex_);
  auto next = waiters_.next_deadline();
  if (!next) return std::nullopt;
  auto left = std::chrono::ceil<duration>(*next - std::chrono::steady_clock::now());
  return std::clamp<duration>(left, duration(0), safety_net);
}

void store_client::look() {
  std::set<std::string> instances;
  {
    std::lock_guard lock(mutex_);
    instances = waiters_.instances();
  }
  for (const std::string& instance : instances) {
    auto status = store_->status(instance);
    if (!status) continue;  // looked at again with the next change, or at the latest by the safety net
    std::lock_guard lock(mutex_);
    waiters_.notify(instance, *status);
  }
  std::lock_guard lock(mutex_);
  waiters_.expire(std::chrono::steady_clock::now());
}

}  // namespace duroxide::internal

namespace duroxide {

client::client(std::shared_ptr<provider> store) {
  if (!store)
    throw configuration_error(error_kind::invalid_argument, "a client needs a provider; it is null");
  port_ = std::make_shared<internal::store_client>(std::move(store));
}

}  // namespace duroxide
