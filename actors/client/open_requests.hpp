// The requests that a client actor has not answered yet.
#pragma once

#include "duroxide/caf/client_actor.hpp"
#include "actors/client/answer_deadlines.hpp"

#include <caf/actor_addr.hpp>
#include <caf/response_promise.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <stop_token>
#include <unordered_map>
#include <vector>

namespace duroxide::internal {

struct open_request {
  caf::response_promise promise;
  bool waits = false;
  caf::actor_addr requester{};                     // of a wait
  std::stop_source taking_back{std::nostopstate};  // of a wait
  std::optional<answer_deadlines::key> deadline{};
};

// Belongs to one actor, as the classes below do. Requests and watches are numbered in one series.
class open_requests {
public:
  using number = std::uint64_t;

  void add(number request, open_request what) {
    waits_ += what.waits ? 1 : 0;
    all_.emplace(request, std::move(what));
  }
  open_request* find(number request) {
    const auto known = all_.find(request);
    return known == all_.end() ? nullptr : &known->second;
  }
  std::optional<open_request> take(number request) {
    const auto known = all_.find(request);
    if (known == all_.end()) return std::nullopt;
    open_request taken = std::move(known->second);
    waits_ -= taken.waits ? 1 : 0;
    all_.erase(known);
    return taken;
  }
  std::vector<number> numbers() const {
    std::vector<number> found;
    for (const auto& each : all_) found.push_back(each.first);
    return found;
  }

  std::size_t waits() const noexcept { return waits_; }
  std::size_t others() const noexcept { return all_.size() - waits_; }

private:
  std::unordered_map<number, open_request> all_;
  std::size_t waits_ = 0;
};

// Who waits for something, and for what.
class requesters {
public:
  using number = open_requests::number;

  // Whether this is the first thing that the requester waits for.
  bool add(const caf::actor_addr& requester, number waits_for) {
    std::set<number>& all = all_[requester];
    all.insert(waits_for);
    return all.size() == 1;
  }
  // Whether it was the last.
  bool remove(const caf::actor_addr& requester, number waited_for) {
    const auto known = all_.find(requester);
    if (known == all_.end() || known->second.erase(waited_for) == 0 || !known->second.empty()) return false;
    all_.erase(known);
    return true;
  }
  std::set<number> take(const caf::actor_addr& requester) {
    const auto known = all_.find(requester);
    if (known == all_.end()) return {};
    std::set<number> taken = std::move(known->second);
    all_.erase(known);
    return taken;
  }

private:
  std::unordered_map<caf::actor_addr, std::set<number>> all_;
};

}  // namespace duroxide::internal
