// Where the values of a payload are made.
#pragma once

#include <boost/json.hpp>

#include <cstddef>

namespace duroxide::detail {

// The heap, as long as little of the stack is in use. Values are made from the outermost inwards, each level
// by a call of its own, so data that is nested some ten thousand times would end the process before anybody
// could count its levels. Throws limit_error instead. On the stack of the code that makes the values.
class shallow_memory final : public boost::json::memory_resource {
public:
  shallow_memory() noexcept : begin_(__builtin_frame_address(0)) {}
  shallow_memory(const shallow_memory&) = delete;
  shallow_memory& operator=(const shallow_memory&) = delete;

private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
    return this == &other;
  }

  const void* begin_;
};

}  // namespace duroxide::detail
