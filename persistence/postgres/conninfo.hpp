// Where a database is.
#pragma once

#include <functional>
#include <string>

namespace duroxide::persistence::postgres {

// A connection URL, checked, with what it leaves out.
class conninfo {
public:
  // Throws store_failure (broken) if `url` is not one that libpq understands. A password in it is in no
  // message.
  conninfo(const std::string& url, std::function<std::string()> password);

  // For people: "postgresql://user@host:5432/database".
  const std::string& description() const noexcept { return description_; }
  // For libpq. Asks the password callback, if there is one, which may block. Throws store_failure with what
  // that throws.
  std::string for_new_connection() const;

private:
  std::string settings_;
  std::string description_;
  std::function<std::string()> password_;
};

}  // namespace duroxide::persistence::postgres
