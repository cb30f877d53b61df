#include "bench/pq_session.hpp"

#include <stdexcept>

namespace duroxide::bench {

namespace {

struct clear_result {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

// libpq does not know the option.
std::string without_schema(std::string url) {
  const std::size_t option = url.find("schema=");
  if (option == std::string::npos) return url;
  const std::size_t end = url.find('&', option);
  if (end == std::string::npos) return url.substr(0, option - 1);
  return url.erase(option, end + 1 - option);
}

}  // namespace

pq_session::pq_session(const std::string& url) : connection_(PQconnectdb(without_schema(url).c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw std::runtime_error(PQerrorMessage(connection_.get()));
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
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  return PQntuples(result.get()) == 0 ? std::string() : PQgetvalue(result.get(), 0, 0);
}

}  // namespace duroxide::bench
