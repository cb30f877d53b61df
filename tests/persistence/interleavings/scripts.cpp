#include "tests/persistence/interleavings/scripts.hpp"

#include "persistence/verifying.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace duroxide::interleavings {

std::string script(const std::string& name) {
  std::ifstream file(std::string(DUROXIDE_INTERLEAVINGS_FOLDER) + "/" + name);
  if (!file) throw std::runtime_error("cannot read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string view_of_questions(const std::string& create) {
  std::string sql;
  for (const char* each : persistence::questions_of_verification())
    sql += (sql.empty() ? create + " stage_questions (instance, what) as " : " union all ") + each;
  return sql;
}

}  // namespace duroxide::interleavings
