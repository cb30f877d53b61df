// The client of a runtime, for code in its own process.
#pragma once

#include "duroxide/client_port.hpp"
#include "duroxide/detail/mutex.hpp"
#include "duroxide/detail/process.hpp"
#include "actors/client/admission.hpp"
#include "actors/client/answer_deadlines.hpp"
#include "actors/client/store_client.hpp"
#include "actors/durable_actor/messages.hpp"
#include "actors/node_context.hpp"

#include <memory>
#include <optional>

namespace duroxide::internal {

// Why no incarnation serves the client now.
error_details runtime_not_started();
error_details runtime_has_stopped();
error_details runtime_is_joining();

// Passes client operations to the actors, or, for instances of shards that are not this node's, to the store.
// Outlives the actors: without an incarnation behind it, operations fail with runtime_stopped, or with what
// has ended it for good; an operation that its receiver never answers fails likewise. A wait ends with its
// timeout whatever the actors do. In the child of a fork, where no actor runs, all operations are refused.
class local_client final : public client_port, public std::enable_shared_from_this<local_client> {
public:
  // So many starts and messages at one time are on their way; the others wait.
  explicit local_client(std::size_t request_limit) : admission_(request_limit) {}
  ~local_client() override { deadlines_->stop(); }

  void open(context_ptr context);
  // From now on this is what operations fail with, until it is open again.
  void close(error_details why);

  void start(start_request what, reply<start_result> done) override;
  // The same for one that was let in before, and came to a shard that had just gone.
  void start_now(start_request what, reply<start_result> done);
  void post(message what, reply<std::monostate> done) override;
  void ask(command_request what, reply<std::string> done) override;
  // The same for one that cannot be applied before what the store has for its actor.
  void ask_through_store(ask_here request);
  // The answer of a command that is stored, under its id.
  void await_stored(command_request what, reply<std::string> done);
  void query(query_request what, reply<std::string> done) override;
  // The same for one whose actor is not in memory here.
  void query_stored(query_here request);
  void status(std::string instance, reply<instance_status> done) override;
  void wait(wait_request what, reply<instance_status> done) override;
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override;
  void activities(std::string instance, reply<std::vector<activity_state>> done) override;
  std::shared_ptr<provider> store() const override;

private:
  struct open_state {
    context_ptr node_context;
    std::shared_ptr<store_client> store;  // for instances of other nodes
  };

  // What a closed client answers. Requests on their way may still have to answer it when the client is gone.
  class notice {
  public:
    error_details text() const;
    void change(error_details text);

  private:
    mutable detail::mutex mutex_;
    error_details text_ DUROXIDE_GUARDED_BY(mutex_) = runtime_not_started();
  };
  template <class T> class answered_once;
  template <class T> reply<T> always_answered(reply<T> done) const;

  open_state current() const;
  error_details refusal() const { return notice_->text(); }
  // Before any mutex, which a thread that is not there may hold.
  template <class T> bool refuses_child(const reply<T>& done) const;
  template <class Request, class T>
  void admit(Request what, reply<T> done, void (local_client::*act)(Request, reply<T>));
  void post_now(message what, reply<std::monostate> done);
  void ask_now(command_request what, reply<std::string> done);
  void ask_elsewhere(const struct node_context& context, ask_here request);
  void start_elsewhere(const struct node_context& context, start_request what, reply<start_result> done);
  template <class T, class Read> void read(Read ask, reply<T> done);
  reply<instance_status> in_time(const wait_request& what, reply<instance_status> done);
  reply<std::string> ask_in_time(const command_request& what, reply<std::string> done);

  const duroxide::detail::home_process home_;
  const std::shared_ptr<notice> notice_ = std::make_shared<notice>();
  admission admission_;
  const std::shared_ptr<answer_deadlines> deadlines_ = std::make_shared<answer_deadlines>();
  mutable detail::mutex mutex_;
  open_state client_ DUROXIDE_GUARDED_BY(mutex_);
};

}  // namespace duroxide::internal
