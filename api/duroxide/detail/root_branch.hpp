// The outermost coroutine of an execution.
#pragma once

#include "duroxide/codec.hpp"
#include "duroxide/detail/branch.hpp"

#include <utility>

namespace duroxide::detail {

// Its result is encoded.
template <class Out> class root_branch final : public branch<json_text> {
public:
  explicit root_branch(branch_ptr<Out> body) : body_(std::move(body)) {}
  void start(engine& owner, continuation on_settled) override { body_->start(owner, on_settled); }
  json_text take() override { return codec<lifted<Out>>::encode(body_->take()); }
  payload_rewriter rewriter() const noexcept override { return rewriter_of<lifted<Out>>(); }

private:
  branch_ptr<Out> body_;
};

}  // namespace duroxide::detail
