// The state behind the context of an orchestration in Python.
#pragma once

#include <duroxide/duroxide.hpp>
#include "api/python/native/gil.hpp"
#include "api/python/native/labels.hpp"

#include <map>
#include <optional>
#include <string>
#include <thread>

namespace duroxide::python {

// Alive while code of the orchestration runs, on the thread that runs it: what is called at any other time (in a
// `finally` of a generator that is dropped from memory, from another thread) reads nothing and does nothing.
class live_orchestration {
public:
  explicit live_orchestration(orchestration_context context) : context_(context) {}

  // REQUIRES: the orchestration's coroutine lives.
  const orchestration_context& context() const noexcept { return context_; }

  // While it lives, code of the orchestration runs on this thread.
  class turn {
  public:
    explicit turn(live_orchestration& running) : running_(&running), outer_(running.runs_on_) {
      running.runs_on_ = std::this_thread::get_id();
    }
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() { running_->runs_on_ = outer_; }

  private:
    live_orchestration* running_;
    std::thread::id outer_;
  };

  // All below REQUIRE the GIL.
  bool is_alive() const noexcept { return runs_on_ == std::this_thread::get_id(); }
  void set_custom_status(const std::string& status);
  void reset_custom_status();
  std::optional<std::string> custom_status() const;
  void set_kv(const std::string& key, const std::string& json);
  std::optional<std::string> kv(const std::string& key) const;
  std::map<std::string, std::string> kv_values() const;
  void clear_kv(const std::string& key);
  void clear_all_kv();
  std::size_t prune_kv(std::int64_t updated_before);
  void set_label(const std::string& name, const label_argument& value);
  void clear_label(const std::string& name);
  py::dict labels() const;
  std::uint64_t random();
  bool is_replaying() const { return is_alive() && context_.is_replaying(); }
  std::uint64_t history_size() const { return is_alive() ? context_.history_size() : 0; }
  bool continue_as_new_suggested() const { return is_alive() && context_.continue_as_new_suggested(); }
  void trace(int level, const std::string& text) const;

private:
  orchestration_context context_;
  std::thread::id runs_on_;
};

trace_level trace_level_of(int level);  // throws py::value_error

void bind_live_orchestration(py::module_& module);

}  // namespace duroxide::python
