#include "bench/pq_session.hpp"

#include "bench/postgres_url.hpp"

#include <stdexcept>
#include <string_view>

namespace duroxide::bench {

namespace {

struct clear_result {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

struct free_options {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

bool is_misunderstood(const PQconninfoOption& option) {
  if (option.val == nullptr || std::string_view(option.keyword) == "password") return false;
  const std::string_view value = option.val;
  if (std::string_view(option.keyword) == "port") return value.find_first_not_of("0123456789,") != value.npos;
  return value.find('@') != value.npos;
}

// A password with an @ or a / in it ends there for libpq, which takes the rest for something else, asks the
// network for it and names it in what it says. So such a URL is refused before anybody connects.
std::string understood(std::string url) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, free_options> options(PQconninfoParse(url.c_str(), &message));
  PQfreemem(message);
  bool is_clear = options != nullptr;
  for (const auto* each = options.get(); is_clear && each->keyword != nullptr; ++each)
    is_clear = !is_misunderstood(*each);
  if (is_clear) return url;
  throw std::runtime_error("the URL of the PostgreSQL store cannot be understood; it is "
                           "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
                           "?OPTION=VALUE, with special characters of a password written as %XX");
}

}  // namespace

pq_session::pq_session(const std::string& url)
    : connection_(PQconnectdb(understood(without_schema(url)).c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw std::runtime_error("the PostgreSQL store cannot be reached: " +
                             std::string(PQerrorMessage(connection_.get())));
}

std::string pq_session::run(const std::string& sql, const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  for (const std::string& each : parameters) values.push_back(each.c_str());
  const std::unique_ptr<PGresult, clear_result> result(
      parameters.empty() ? PQexec(connection_.get(), sql.c_str())
                         : PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                                        nullptr, values.data(), nullptr, nullptr, 0));
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw std::runtime_error("PostgreSQL: " + std::string(PQerrorMessage(connection_.get())));
  return PQntuples(result.get()) == 0 ? std::string() : PQgetvalue(result.get(), 0, 0);
}

}  // namespace duroxide::bench
