// The door without sockets: from a request to its answer.
#pragma once

#include "duroxide/http.hpp"
#include "api/http/access.hpp"
#include "api/http/kept_page.hpp"
#include "api/http/message.hpp"
#include "api/http/pool.hpp"
#include "api/http/routes.hpp"
#include "api/http/target.hpp"
#include "api/operations/operation.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace duroxide::http {

// Any thread may call it.
class service {
public:
  using reply_function = std::function<void(response)>;

  // Throws what access_rules does.
  service(operations::session store, options how);

  // Does not block. `done` is called exactly once, from any thread, before or after this returns; it must not block.
  // Who asks `taken_back` to stop ends a wait.
  void handle(request asked, std::stop_token taken_back, reply_function done);

  // Why a request with this header is not let in; none if it may be. Its body need not be there.
  std::optional<response> refusal_of(const request& header);

  // From now on it says that it is not ready.
  void drain() { is_draining_ = true; }

private:
  struct call;
  using call_ptr = std::shared_ptr<call>;

  void begin(const call_ptr& what);
  // Pages that are no operations. False: it is none of them.
  bool open_page(const call_ptr& what);
  bool page(const call_ptr& what);
  void submit(const call_ptr& what, void (service::*job)(const call_ptr&));
  void run(const call_ptr& what);
  void verify(const call_ptr& what);
  void finish(const call_ptr& what, response answer);
  void finish_operation(const call_ptr& what, boost::json::value answer);
  void finish_failed(const call_ptr& what, const error_details& failure);
  // The answer to the exception that is being handled; one that is nobody's fault but ours is told to who runs the
  // server. REQUIRES: called from a catch handler.
  response failed(const call_ptr& what) const;
  void show_ready(const call_ptr& what);
  void show_metrics(const call_ptr& what);

  const operations::session store_;
  const options how_;
  access_rules access_;
  std::atomic<bool> is_draining_ = false;
  std::atomic<bool> is_verifying_ = false;
  kept_page metrics_;
  pool pool_;  // the last one, so that its jobs end first
};

}  // namespace duroxide::http
