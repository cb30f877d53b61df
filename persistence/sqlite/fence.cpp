#include "persistence/sqlite/fence.hpp"

#include "persistence/store_failure.hpp"

#include <string>

namespace duroxide::persistence::sqlite {

void throw_fenced(std::uint64_t node) {
  throw store_failure(
      store_fate::fenced, error_kind::store_in_use,
      "node " + std::to_string(node) +
          " is not a member of the store any more: it has left, or was found dead. Nothing was "
          "written; join again.");
}

void require_member(database& db, std::uint64_t node) {
  if (db.value<int>("select count(*) from nodes where id = ? and state = 'alive'", node) == 0)
    throw_fenced(node);
}

}  // namespace duroxide::persistence::sqlite
