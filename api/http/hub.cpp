#include "api/http/hub.hpp"

#include "api/http/connection.hpp"

namespace duroxide::http {

std::size_t hub::add(connection& one) {
  const detail::lock_guard lock(mutex_);
  connections_.insert(&one);
  return connections_.size();
}

void hub::remove(connection& one) {
  const detail::lock_guard lock(mutex_);
  if (connections_.erase(&one) != 0) changed_.notify_all();
}

// A connection that is being destroyed waits in `remove` until this is done; it is passed over.
std::vector<std::shared_ptr<connection>> hub::all() {
  std::vector<std::shared_ptr<connection>> found;
  const detail::lock_guard lock(mutex_);
  for (connection* each : connections_)
    if (auto one = each->weak_from_this().lock()) found.push_back(std::move(one));
  return found;
}

void hub::drain() {
  service_.drain();
  for (const auto& each : all()) each->drain();
}

void hub::close() {
  for (const auto& each : all()) each->close();
}

bool hub::wait_for_all(std::chrono::steady_clock::time_point deadline) {
  detail::unique_lock lock(mutex_);
  while (!connections_.empty())
    if (!changed_.wait_until(lock, deadline)) return connections_.empty();
  return true;
}

void hub::wait_for_all() {
  detail::unique_lock lock(mutex_);
  while (!connections_.empty()) changed_.wait(lock);
}

}  // namespace duroxide::http
