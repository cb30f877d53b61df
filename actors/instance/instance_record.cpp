#include "actors/instance/instance_record.hpp"

namespace duroxide::internal {

void instance_record::load(const loaded_instance& stored) {
  life = stored.life;
  stored_since = steady_now();
  status = stored.status;
  history_format = stored.history_format;
  parent = stored.parent;
  root = stored.root;
  depth = stored.depth;
}

void instance_record::apply(const turn_commit& turn, std::uint64_t life_of_turn) {
  if (!is_stored()) stored_since = steady_now();
  life = life_of_turn;
  status.life = life;
  status.status = turn.update.status;
  status.updated_at = turn.began_at;
  if (turn.creates) status.created_at = turn.began_at;
  if (turn.update.version) status.version = *turn.update.version;
  if (turn.update.output) status.output = *turn.update.output;
  status.error = turn.update.error;
  if (turn.update.custom_status) {
    status.custom_status = *turn.update.custom_status;
    ++status.custom_status_version;
  }
}

}  // namespace duroxide::internal
