// A branch that runs before anybody awaits it.
#pragma once

#include "duroxide/detail/branch.hpp"

#include <memory>
#include <utility>

namespace duroxide::detail {

// What ctx.start() makes of anything but a plain operation, which can do this by itself.
template <class T> class started_branch final : public branch<T> {
public:
  started_branch(branch_ptr<T> inner, engine& owner) : owner_(&owner), inner_(std::move(inner)) {
    inner_->start(owner,
                  {[](void* self, std::size_t) { static_cast<started_branch*>(self)->settle(); }, this, 0});
  }
  ~started_branch() override {
    inner_.reset();
    owner_->ready.forget(this);
  }

  void start(engine& owner, continuation on_settled) override {
    on_settled_ = on_settled;
    if (settled_) owner.ready.push(on_settled);
  }
  lifted<T> take() override { return inner_->take(); }

  // From now on the engine keeps it, until it has settled.
  void detach(branch_ptr<T> self) {
    on_settled_ = {[](void* detached, std::size_t) {
                     auto* settled = static_cast<started_branch*>(detached);
                     settled->owner_->let_go(settled);
                   },
                   this, 0};
    if (!settled_) owner_->keep(std::move(self));
  }

private:
  void settle() {
    settled_ = true;
    owner_->ready.push(on_settled_);
  }

  engine* owner_;
  branch_ptr<T> inner_;
  continuation on_settled_;
  bool settled_ = false;
};

}  // namespace duroxide::detail
