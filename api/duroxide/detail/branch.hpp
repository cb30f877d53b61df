// Anything that an orchestration can await, seen alike: started once, settled once.
#pragma once

#include "duroxide/codec.hpp"
#include "duroxide/detail/engine.hpp"
#include "duroxide/result.hpp"

#include <memory>
#include <string>
#include <utility>

namespace duroxide::detail {

template <class T> class branch : public kept_by_engine {
public:
  // Runs `on_settled` through the ready queue, never directly, also if the outcome is already known: else
  // branches that interleaved live would interleave differently on replay.
  virtual void start(engine& owner, continuation on_settled) = 0;

  // REQUIRES: settled, and not taken before. Gives the value or throws the failure.
  virtual lifted<T> take() = 0;

  // If take() gives the text of a payload: how that is compared with one that is recorded.
  virtual payload_rewriter rewriter() const noexcept { return nullptr; }
};

template <class T> using branch_ptr = std::unique_ptr<branch<T>>;

// Code that awaits, detaches or combines a thing gives it away; doing so twice is a mistake. Throws
// configuration_error (invalid_argument).
[[noreturn]] void throw_used_up(const char* what);
// The same for a call, of which one may want another option.
[[noreturn]] void throw_used_up_call();

// The failure of an awaited operation as the exception that its kind of operation throws.
[[noreturn]] void throw_operation_failure(operation_kind kind, const error_details& details);

template <class T> class operation_branch final : public branch<T> {
public:
  explicit operation_branch(operation what) : what_(std::move(what)) {}

  operation& what() { return what_; }

  void start(engine& owner, continuation on_settled) override {
    pending_.on_settled = on_settled;
    if (!pending_.started()) {
      kind_ = what_.kind;
      name_ = what_.name;
      owner.start(std::move(what_), pending_);
    } else if (pending_.settled()) {
      owner.ready.push(on_settled);
    }
  }

  void detach() {
    if (pending_.settled()) return pending_.set_taken();
    if (pending_.started()) pending_.owner->detach(pending_);
    pending_.owner = nullptr;
  }

  bool started() const noexcept { return pending_.started(); }
  // REQUIRES: started.
  std::uint64_t event_id() const noexcept { return pending_.event_id; }

  lifted<T> take() override {
    pending_.set_taken();
    if (const auto* failed = std::get_if<error_details>(&pending_.outcome))
      throw_operation_failure(kind_, *failed);
    return codec<lifted<T>>::decode("the result of '" + name_ + "'", std::get<std::string>(pending_.outcome));
  }

private:
  operation what_;
  std::string name_;
  operation_kind kind_ = operation_kind::activity;
  pending_operation pending_;
};

}  // namespace duroxide::detail
