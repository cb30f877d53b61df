// Whether code of an orchestration runs on this thread, and where it is.
#pragma once

#include "duroxide/code_location.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace duroxide::detail {

// The line of the last thing that the code of an execution asked for. One thread sets it, any may read it.
class code_position {
public:
  void set(const code_location& where) noexcept {
    line_.store(0, std::memory_order_relaxed);  // nobody is to read the line of another file
    file_.store(where.file_name(), std::memory_order_release);
    line_.store(where.line(), std::memory_order_release);
  }
  // "order.cpp:17"; empty before the code has asked for anything.
  std::string text() const;

private:
  std::atomic<const char*> file_ = nullptr;
  std::atomic<std::uint32_t> line_ = 0;
};

// While it lives, this thread runs code of an orchestration.
class running_code {
public:
  running_code(const std::string& orchestration, const std::string& instance) noexcept;
  running_code(const running_code&) = delete;
  running_code& operator=(const running_code&) = delete;
  ~running_code();

  const std::string& orchestration() const noexcept { return *orchestration_; }
  const std::string& instance() const noexcept { return *instance_; }

private:
  const std::string* orchestration_;
  const std::string* instance_;
  const running_code* outer_;
};

// Throws configuration_error (invalid_argument) on a thread that runs code of an orchestration: what `what`
// does is not recorded there, and would keep all other instances waiting.
void require_outside_orchestrations(std::string_view what);

}  // namespace duroxide::detail
