// The log as records: a program takes what would else go to spdlog, with every value under a name.
#pragma once

#include "duroxide/time.hpp"
#include "duroxide/trace_level.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace duroxide {

using log_value = std::variant<std::string, std::int64_t, std::uint64_t, double, bool>;

// The value as text, the same in every locale: "17", "0.5", "true".
std::string to_text(const log_value& value);

// "debug", "info", "warn" or "error".
std::string_view to_string(trace_level level) noexcept;

struct log_field {
  std::string name;
  log_value value;
};

// A line of the log. Its fields are what varies in the text, and more that tells where it comes from. A name means the
// same in all lines; the guide has a list. What is not known is left out.
struct log_record {
  trace_level level = trace_level::info;
  timestamp time{};
  std::string
      logger;  // "duroxide": the engine; "duroxide::orchestration", "duroxide::activity": traces of users' code
  std::string text;  // of a trace: what the code said, and no more
  std::vector<log_field> fields;

  // Null if the record has no field of this name.
  const log_value* field(std::string_view name) const noexcept;
};

// Called for each record, on whatever thread the line comes from: of actors, of workers, of a store, or the one that
// shuts a runtime down. Several threads call it at once. It must return soon, because orchestrations wait
// meanwhile; and it must not call a runtime or a client, which may wait for that very thread. What it throws is
// caught and dropped, and so is the record: the engine goes on. What the engine has to say on a thread that is in
// a hook goes to spdlog.
//
// Payloads, passwords and other secrets are never in the engine's own records. What users' code puts into a trace, or
// into the text of an exception, is.
using log_hook = std::function<void(const log_record&)>;

// Until further notice the hook of this process gets all records, and spdlog gets nothing; an empty hook gives
// the log back to spdlog. Records below `least` are not even made, and are for nobody. Any thread may call it, at any
// time; runtimes need not be told.
//
// When it returns, no thread is in the hook before, which has been destroyed: it waits for calls that are under way. So
// the caller must not hold what a hook waits for (a mutex, Python's interpreter lock). Inside a hook it does not
// wait, and the hook before is destroyed when its last call has ended.
void set_log_hook(log_hook hook, trace_level least = trace_level::debug);

namespace detail {
struct log_hook_entry;
}

// A hook until the end of a block; then the one before is back, or spdlog. It waits as set_log_hook does, so that
// a hook may use what lives longer than this object. Such objects end in the opposite order of their beginnings.
class scoped_log_hook {
public:
  [[nodiscard]] explicit scoped_log_hook(log_hook hook, trace_level least = trace_level::debug);
  scoped_log_hook(const scoped_log_hook&) = delete;
  scoped_log_hook& operator=(const scoped_log_hook&) = delete;
  ~scoped_log_hook();

private:
  std::shared_ptr<detail::log_hook_entry> before_;
};

}  // namespace duroxide
