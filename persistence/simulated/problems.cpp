#include "persistence/simulated/problems.hpp"

namespace duroxide::internal::simulated {

void note_problem(tables& rows, instance_problem what, std::uint64_t owner) {
  const instance_row* row = rows.instances.find(what.instance);
  if (row == nullptr || !row->is_running() || (what.life != 0 && what.life != row->key)) return;
  if (rows.cluster.shards.at(row->shard).node != owner) return;
  what.life = row->key;
  instance_problem& noted = rows.problems[row->key];
  const bool is_paused = noted.life != 0 && noted.kind == problem_kind::paused;
  if (is_paused && what.kind != problem_kind::paused) return;
  if (noted.life != 0 && noted.kind == what.kind) what.since = noted.since;
  noted = std::move(what);
}

void end_problem(tables& rows, std::uint64_t instance_key) {
  const auto problem = rows.problems.find(instance_key);
  if (problem != rows.problems.end() && problem->second.kind != problem_kind::paused)
    rows.problems.erase(problem);
}

const instance_problem* problem_of(const tables& rows, const instance_row& row) {
  const auto found = rows.problems.find(row.key);
  return found == rows.problems.end() || !row.is_running() ? nullptr : &found->second;
}

}  // namespace duroxide::internal::simulated
