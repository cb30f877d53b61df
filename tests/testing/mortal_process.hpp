// A process that dies at one of its durable writes, in the real runtime with its threads.
#pragma once

#include "duroxide/runtime.hpp"
#include "actors/testing/guarded_store.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace duroxide::test {

// Of a process, counted from 1.
struct fatal_write {
  std::uint64_t number = 1;
  bool after = false;  // it was made, and nobody heard of it; else before
};

// From its death on, the store refuses everything, as a store refuses one that is not there any more.
class deadly_guard final : public internal::store_guard {
public:
  explicit deadly_guard(std::optional<fatal_write> fatal) : fatal_(fatal) {}

  std::optional<store_error> before(std::string_view operation, bool writes) override;
  std::optional<store_error> after(std::string_view operation) override;

  bool dead() const { return dead_; }
  std::uint64_t writes() const { return writes_; }

private:
  const std::optional<fatal_write> fatal_;
  std::atomic<std::uint64_t> writes_ = 0;
  // Which thread makes the write that is the last one. Others make writes of their own meanwhile.
  std::atomic<std::thread::id> last_written_by_{};
  std::atomic<bool> dead_ = false;
};

class mortal_process {
public:
  mortal_process(std::shared_ptr<provider> store, const std::function<void(runtime&)>& registers,
                 std::optional<fatal_write> fatal);

  bool dead() const { return guard_->dead(); }
  std::uint64_t writes() const { return guard_->writes(); }
  // Ends it, if it has not died; then nothing of it writes any more. Blocks.
  void end() { runtime_.reset(); }

private:
  std::shared_ptr<deadly_guard> guard_;
  std::unique_ptr<runtime> runtime_;
};

}  // namespace duroxide::test
