#include "actors/instance/instance_record.hpp"

#include <algorithm>

namespace duroxide::internal {

namespace {

void change_label(std::vector<label>& labels, const label_change& change) {
  const auto place = std::ranges::lower_bound(labels, change.wanted.name, {}, &label::name);
  const bool is_there = place != labels.end() && place->name == change.wanted.name;
  if (change.is_removed) {
    if (is_there) labels.erase(place);
  } else if (is_there) {
    *place = change.wanted;
  } else {
    labels.insert(place, change.wanted);
  }
}

}  // namespace

void instance_record::load(const loaded_instance& stored) {
  life = stored.life;
  stored_since = steady_now();
  status = stored.status;
  history_format = stored.history_format;
  parent = stored.parent;
  root = stored.root;
  depth = stored.depth;
  has_problem = stored.has_problem;
  pause = stored.pause;
}

void instance_record::apply(const turn_commit& turn, std::uint64_t life_of_turn) {
  if (!is_stored()) stored_since = steady_now();
  life = life_of_turn;
  status.life = life;
  status.status = turn.update.status;
  status.updated_at = turn.began_at;
  if (turn.ends_problem) {
    has_problem = false;
    pause.reset();
  }
  if (turn.problem) {
    has_problem = true;
    pause = turn.problem;
  }
  if (turn.creates) status.created_at = turn.began_at;
  if (turn.update.history_format) history_format = *turn.update.history_format;
  if (turn.update.version) status.version = *turn.update.version;
  if (turn.update.output) status.output = *turn.update.output;
  status.error = turn.update.error;
  for (const label_change& each : turn.labels) change_label(status.labels, each);
  if (turn.update.custom_status) {
    status.custom_status = *turn.update.custom_status;
    ++status.custom_status_version;
  }
}

}  // namespace duroxide::internal
