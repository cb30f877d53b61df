#include "tests/persistence/postgres/interleavings/player.hpp"

#include <stdexcept>
#include <string_view>

namespace duroxide::interleavings {

player::player(const std::string& url, const std::string& settings) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw std::runtime_error(PQerrorMessage(connection_.get()));
  PQsetNoticeReceiver(connection_.get(), hear, this);
  run(settings);
}

// The server sends a notice as soon as it is raised.
void player::hear(void* listener, const PGresult* notice) {
  const char* text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  const std::string_view words = text == nullptr ? "" : text;
  if (words.starts_with("stop "))
    static_cast<player*>(listener)->stop_ = std::stoi(std::string(words.substr(5)));
}

void player::send(const std::string& sql) {
  answer_.clear();
  failure_.clear();
  failure_state_.clear();
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1)
    throw std::runtime_error(PQerrorMessage(connection_.get()));
}

bool player::has_ended() {
  if (PQconsumeInput(connection_.get()) != 1) throw std::runtime_error(PQerrorMessage(connection_.get()));
  while (PQisBusy(connection_.get()) == 0) {
    PGresult* result = PQgetResult(connection_.get());
    if (result == nullptr) return true;
    take(result);
  }
  return false;
}

std::string player::run(const std::string& sql) {
  send(sql);
  while (PGresult* result = PQgetResult(connection_.get())) take(result);
  if (!failure_.empty()) throw std::runtime_error(failure_ + "in: " + sql);
  return answer_;
}

void player::take(PGresult* result) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> owned(result, &PQclear);
  if (PQresultStatus(result) == PGRES_TUPLES_OK) {
    answer_ = PQntuples(result) > 0 ? PQgetvalue(result, PQntuples(result) - 1, 0) : "";
  } else if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
    failure_ = PQresultErrorMessage(result);
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    failure_state_ = state == nullptr ? "08000" : state;
  }
}

}  // namespace duroxide::interleavings
