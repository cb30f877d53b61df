// Who is who: the file of tokens.
#pragma once

#include "duroxide/detail/mutex.hpp"
#include "duroxide/http.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace duroxide::http {

struct identity {
  std::string name;
  role may = role::read;
  bool sees_payloads = false;
};

// Read when it is made, and again when it has changed. Any thread may ask it.
class token_file {
public:
  // Throws configuration_error (invalid_argument) that names the line that is wrong.
  // `warn` is told when the file cannot be read any more; it may be empty.
  token_file(std::string path, std::function<void(const std::string&)> warn);

  // Nobody, if no line has the token, or the file cannot be read now.
  std::optional<identity> find(std::string_view token) DUROXIDE_EXCLUDES(mutex_);
  // Whether it could be read when it was looked at last.
  bool is_readable() DUROXIDE_EXCLUDES(mutex_);

private:
  struct entry {
    identity holder;
    std::string digest;
  };
  // What is different when somebody has written the file.
  struct version {
    std::uint64_t inode = 0;
    std::int64_t bytes = -1;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    bool operator==(const version&) const = default;
  };

  version current_version() const;
  std::vector<entry> read() const;
  static entry entry_from(const std::string& line);
  void refresh() DUROXIDE_REQUIRES(mutex_);

  const std::string path_;
  const std::function<void(const std::string&)> warn_;
  detail::mutex mutex_;
  version seen_ DUROXIDE_GUARDED_BY(mutex_);
  std::vector<entry> entries_ DUROXIDE_GUARDED_BY(mutex_);
  bool is_readable_ DUROXIDE_GUARDED_BY(mutex_) = true;
};

}  // namespace duroxide::http
