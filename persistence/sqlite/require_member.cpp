#include "persistence/sqlite/require_member.hpp"

#include "persistence/fenced.hpp"

namespace duroxide::persistence::sqlite {

void require_member(database& db, std::uint64_t node) {
  if (db.value<int>("select count(*) from nodes where id = ? and state = 'alive'", node) == 0)
    throw_fenced(node);
}

}  // namespace duroxide::persistence::sqlite
