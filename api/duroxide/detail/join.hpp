// The branches behind the combinators.
#pragma once

#include "duroxide/detail/branch.hpp"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace duroxide::detail {

// Counts the branches that have settled and continues its parent once, when the derived class says so.
// The parent is continued through the ready queue: by then every branch that the same completion settled has
// arrived, so that argument order can break the tie. From then on nothing that arrives changes the outcome,
// and the losers are gone: the parent may be a combination too, and wait for long before it takes the
// outcome.
class join_point {
public:
  join_point() = default;
  join_point(const join_point&) = delete;
  join_point& operator=(const join_point&) = delete;

protected:
  virtual ~join_point() {
    if (owner_) owner_->ready.forget(this);
  }

  void arm(engine& owner, continuation parent) {
    owner_ = &owner;
    parent_ = parent;
  }
  // Starts the branches from left to right: what a branch begins by itself comes before the next branch.
  void start_branches(std::size_t count) {
    count_ = count;
    start_branch(0);
  }
  continuation arrival(std::size_t index) {
    return {[](void* self, std::size_t i) {
              auto* joined = static_cast<join_point*>(self);
              if (!joined->decided_) joined->arrive(i);
            },
            this, index};
  }
  void settle() {
    if (std::exchange(settled_, true)) return;
    owner_->ready.push({[](void* self, std::size_t) { static_cast<join_point*>(self)->decide(); }, this, 0});
  }

  engine& owner() const { return *owner_; }

private:
  virtual void begin(std::size_t index) = 0;
  virtual void arrive(std::size_t index) = 0;
  virtual void drop_losers() noexcept {}

  void start_branch(std::size_t index) {
    if (index + 1 < count_)
      owner_->ready.push_next(
          {[](void* self, std::size_t i) { static_cast<join_point*>(self)->start_branch(i); }, this,
           index + 1});
    begin(index);
  }

  // The parent may destroy this object.
  void decide() {
    decided_ = true;
    drop_losers();
    if (continuation parent = parent_) parent.run(parent.target, parent.index);
  }

  engine* owner_ = nullptr;
  continuation parent_;
  std::size_t count_ = 0;
  bool settled_ = false;  // enough has arrived
  bool decided_ = false;  // the parent knows
};

template <class A> auto release_each(std::vector<A> branches) {
  std::vector<branch_ptr<typename A::value_type>> released;
  released.reserve(branches.size());
  for (auto& one : branches) released.push_back(std::move(one).release());
  return released;
}

inline constexpr std::size_t nobody = static_cast<std::size_t>(-1);

// Destruction order of tuples is the library's choice, and dropping a branch writes history.
template <class... Ts>
void drop_left_to_right(std::tuple<branch_ptr<Ts>...>& branches, std::size_t except = nobody) noexcept {
  std::size_t index = 0;
  std::apply([&](auto&... each) { ((index++ == except ? void() : each.reset()), ...); }, branches);
}

template <class T>
void drop_left_to_right(std::vector<branch_ptr<T>>& branches, std::size_t except = nobody) noexcept {
  for (std::size_t i = 0; i < branches.size(); ++i)
    if (i != except) branches[i].reset();
}

template <class... Ts> class all_of final : public branch<std::tuple<lifted<Ts>...>>, private join_point {
public:
  using value_type = std::tuple<lifted<Ts>...>;
  explicit all_of(branch_ptr<Ts>... branches) : branches_(std::move(branches)...) {}
  ~all_of() override { drop_left_to_right(branches_); }

  void start(engine& owner, continuation on_settled) override {
    arm(owner, on_settled);
    start_branches(sizeof...(Ts));
  }
  value_type take() override { return take_in_order(std::index_sequence_for<Ts...>{}); }

private:
  void begin(std::size_t index) override {
    std::size_t i = 0;
    std::apply([&](auto&... each) { ((i++ == index ? each->start(owner(), arrival(index)) : void()), ...); },
               branches_);
  }
  void arrive(std::size_t) override {
    if (++arrived_ == sizeof...(Ts)) settle();
  }
  template <std::size_t... I> value_type take_in_order(std::index_sequence<I...>) {
    return value_type{std::get<I>(branches_)->take()...};  // braces: left to right
  }

  std::tuple<branch_ptr<Ts>...> branches_;
  std::size_t arrived_ = 0;
};

template <class T> class all_of_range final : public branch<std::vector<lifted<T>>>, private join_point {
public:
  using value_type = std::vector<lifted<T>>;
  explicit all_of_range(std::vector<branch_ptr<T>> branches) : branches_(std::move(branches)) {}
  ~all_of_range() override { drop_left_to_right(branches_); }

  void start(engine& owner, continuation on_settled) override {
    arm(owner, on_settled);
    if (branches_.empty()) return settle();
    start_branches(branches_.size());
  }
  value_type take() override {
    value_type values;
    values.reserve(branches_.size());
    for (auto& each : branches_) values.push_back(each->take());
    return values;
  }

private:
  void begin(std::size_t index) override { branches_[index]->start(owner(), arrival(index)); }
  void arrive(std::size_t) override {
    if (++arrived_ == branches_.size()) settle();
  }

  std::vector<branch_ptr<T>> branches_;
  std::size_t arrived_ = 0;
};

template <class... Ts> class race_of final : public branch<std::variant<lifted<Ts>...>>, private join_point {
public:
  using value_type = std::variant<lifted<Ts>...>;
  explicit race_of(branch_ptr<Ts>... branches) : branches_(std::move(branches)...) {}
  ~race_of() override { drop_left_to_right(branches_); }

  void start(engine& owner, continuation on_settled) override {
    arm(owner, on_settled);
    start_branches(sizeof...(Ts));
  }
  value_type take() override { return take_winner(std::index_sequence_for<Ts...>{}); }

private:
  void begin(std::size_t index) override {
    std::size_t i = 0;
    std::apply([&](auto&... each) { ((i++ == index ? each->start(owner(), arrival(index)) : void()), ...); },
               branches_);
  }
  void arrive(std::size_t index) override {
    winner_ = std::min(winner_, index);
    settle();
  }
  void drop_losers() noexcept override { drop_left_to_right(branches_, winner_); }
  template <std::size_t... I> value_type take_winner(std::index_sequence<I...>) {
    std::optional<value_type> won;
    ((I == winner_ ? void(won.emplace(std::in_place_index<I>, std::get<I>(branches_)->take())) : void()),
     ...);
    return std::move(*won);
  }

  std::tuple<branch_ptr<Ts>...> branches_;
  std::size_t winner_ = sizeof...(Ts);
};

enum class race_rule : std::uint8_t { first_completion, first_success };

template <class Indexed, class T> class race_of_range final : public branch<Indexed>, private join_point {
public:
  using value_type = Indexed;
  race_of_range(std::vector<branch_ptr<T>> branches, race_rule rule)
      : branches_(std::move(branches)), rule_(rule) {
    if (branches_.empty())
      throw configuration_error(error_kind::invalid_argument,
                                "a race needs at least one branch; the vector is empty");
  }
  ~race_of_range() override { drop_left_to_right(branches_); }

  void start(engine& owner, continuation on_settled) override {
    arm(owner, on_settled);
    start_branches(branches_.size());
  }
  value_type take() override {
    if (rule_ == race_rule::first_completion) return Indexed{winner_, branches_[winner_]->take()};
    if (!value_) std::rethrow_exception(last_failure_);
    return Indexed{winner_, std::move(*value_)};
  }

private:
  void begin(std::size_t index) override { branches_[index]->start(owner(), arrival(index)); }
  void arrive(std::size_t index) override {
    ++arrived_;
    if (rule_ == race_rule::first_completion) {
      winner_ = std::min(winner_, index);
      settle();
    } else if (!value_ && (succeeded(index) || arrived_ == branches_.size())) {
      settle();
    }
  }
  void drop_losers() noexcept override { drop_left_to_right(branches_, winner_); }
  bool succeeded(std::size_t index) {
    try {
      value_.emplace(branches_[index]->take());
      winner_ = index;
      return true;
    } catch (...) {
      last_failure_ = std::current_exception();
      return false;
    }
  }

  std::vector<branch_ptr<T>> branches_;
  race_rule rule_;
  std::size_t arrived_ = 0;
  std::size_t winner_ = branches_.size();
  std::optional<lifted<T>> value_;
  std::exception_ptr last_failure_;
};

template <class T, class Function> struct mapped_value { using type = std::invoke_result_t<Function&, T>; };
template <class Function> struct mapped_value<void, Function> {
  using type = std::invoke_result_t<Function&>;
};

template <class T, class Function>
class mapped_branch final : public branch<typename mapped_value<T, Function>::type> {
public:
  using value_type = typename mapped_value<T, Function>::type;
  mapped_branch(branch_ptr<T> inner, Function function)
      : inner_(std::move(inner)), function_(std::move(function)) {}

  void start(engine& owner, continuation on_settled) override { inner_->start(owner, on_settled); }
  lifted<value_type> take() override {
    if constexpr (std::is_void_v<value_type>) {
      call();
      return {};
    } else {
      return call();
    }
  }

private:
  value_type call() {
    if constexpr (std::is_void_v<T>) {
      inner_->take();
      return function_();
    } else {
      return function_(inner_->take());
    }
  }

  branch_ptr<T> inner_;
  Function function_;
};

template <class T> class settled_branch final : public branch<result<T>> {
public:
  using value_type = result<T>;
  explicit settled_branch(branch_ptr<T> inner) : inner_(std::move(inner)) {}

  void start(engine& owner, continuation on_settled) override { inner_->start(owner, on_settled); }
  value_type take() override {
    try {
      if constexpr (std::is_void_v<T>) {
        inner_->take();
        return {};
      } else {
        return inner_->take();
      }
    } catch (...) {
      return failure(details_of_current_exception(error_kind::orchestration_failed, {}),
                     std::current_exception());
    }
  }

private:
  branch_ptr<T> inner_;
};

template <class T> class timed_branch final : public branch<T>, private join_point {
public:
  // `what` begins the sentence that the failure is told with.
  timed_branch(branch_ptr<T> inner, duration limit, code_location where, std::string what = "it")
      : inner_(std::move(inner)), timer_(std::make_unique<operation_branch<void>>(timer(limit, where))),
        limit_(limit), what_(std::move(what)) {}
  ~timed_branch() override {
    inner_.reset();
    timer_.reset();
  }

  void start(engine& owner, continuation on_settled) override {
    arm(owner, on_settled);
    start_branches(2);
  }
  lifted<T> take() override {
    if (!in_time_)
      throw timeout_error(what_ + " was not done within " + std::to_string(limit_.count()) + " ms");
    return inner_->take();
  }

private:
  void begin(std::size_t index) override {
    index == 0 ? inner_->start(owner(), arrival(0)) : timer_->start(owner(), arrival(1));
  }
  static operation timer(duration limit, code_location where) {
    operation what;
    what.kind = operation_kind::timer;
    what.delay = checked_limit("the timeout", limit);
    what.where = where;
    return what;
  }
  void arrive(std::size_t index) override {
    if (index == 0) in_time_ = true;
    settle();
  }
  void drop_losers() noexcept override {
    if (in_time_)
      timer_.reset();
    else
      inner_.reset();
  }

  branch_ptr<T> inner_;
  branch_ptr<void> timer_;
  duration limit_;
  std::string what_;
  bool in_time_ = false;
};

}  // namespace duroxide::detail
