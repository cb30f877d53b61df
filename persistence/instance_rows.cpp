#include "persistence/instance_rows.hpp"

#include "persistence/decoding.hpp"
#include "persistence/label_json.hpp"

#include <optional>
#include <utility>

namespace duroxide::persistence {

namespace {

// The columns of a status that are stored as text and must be parsed.
struct status_text_columns {
  std::string status;
  std::optional<std::string> labels;
  std::optional<std::string> error;
};

struct problem_columns {
  std::optional<std::string> kind;  // none: there is no problem
  timestamp since{};
  std::optional<std::string> detail;
};

std::optional<instance_problem> pause_of(problem_columns& problem, const loaded_instance& owner) {
  if (problem.kind != to_string(problem_kind::paused)) return std::nullopt;
  return instance_problem{owner.instance, owner.life, problem_kind::paused, problem.since,
                          problem.detail.value_or(std::string())};
}

void decode(const status_text_columns& texts, const std::string& instance, instance_status& status) {
  decoded("instances", "'" + instance + "'", [&] {
    status.status = runtime_status_from(texts.status);
    status.labels = labels_from_json(texts.labels);
    status.error = error_from_column(texts.error);
  });
}

}  // namespace

loaded_instance loaded_instance_from(const row_reader& row) {
  loaded_instance loaded;
  instance_status& status = loaded.status;
  status_text_columns texts;
  std::optional<std::string> parent;
  parent_link link;
  actor_state actor;
  std::optional<std::string> state;  // none: there is no row
  problem_columns problem;
  row.read("id", loaded.instance, "key", loaded.life, "shard", loaded.shard, "orchestration",
           status.orchestration, "version", status.version, "status", texts.status, "execution",
           status.execution, "custom_status", optional_payload_column{status.custom_status},
           "custom_status_version", status.custom_status_version, "created_at", status.created_at,
           "updated_at", status.updated_at, "history_format", loaded.history_format, "labels",
           optional_payload_column{texts.labels}, "parent_instance", parent, "parent_execution",
           link.execution, "parent_event_id", link.event_id, "root", loaded.root, "depth", loaded.depth,
           "input", payload_column{loaded.input}, "output", payload_column{status.output}, "error",
           optional_payload_column{texts.error}, "attempts", loaded.probation.crash_count, "failures",
           loaded.probation.failures, "state_version", actor.version, "state", optional_payload_column{state},
           "answers_since", actor.answers_since, "problem", problem.kind, "problem_since", problem.since,
           "problem_detail", optional_payload_column{problem.detail});
  loaded.has_problem = problem.kind.has_value();
  loaded.pause = pause_of(problem, loaded);
  decode(texts, loaded.instance, status);
  status.life = loaded.life;
  if (parent) {
    link.instance = *std::move(parent);
    loaded.parent = std::move(link);
  }
  if (state) {
    actor.state = *std::move(state);
    loaded.actor = std::move(actor);
  }
  return loaded;
}

instance_status instance_status_from(const row_reader& row, const std::string& instance) {
  instance_status status;
  status_text_columns texts;
  row.read("key", status.life, "orchestration", status.orchestration, "version", status.version, "status",
           texts.status, "execution", status.execution, "custom_status",
           optional_payload_column{status.custom_status}, "custom_status_version",
           status.custom_status_version, "created_at", status.created_at, "updated_at", status.updated_at,
           "labels", optional_payload_column{texts.labels}, "output", payload_column{status.output}, "error",
           optional_payload_column{texts.error});
  decode(texts, instance, status);
  return status;
}

std::vector<history_row> history_from(row_reader& rows) {
  std::vector<history_row> found;
  while (rows.next()) {
    history_row& events = found.emplace_back();
    rows.read("execution", events.execution, "first_event_id", events.first_event_id, "count", events.count,
              "packed", events.packed);
  }
  return found;
}

std::optional<actor_state> actor_state_from(row_reader& rows) {
  if (!rows.next()) return std::nullopt;
  actor_state found;
  rows.read("version", found.version, "state", payload_column{found.state}, "answers_since",
            found.answers_since);
  return found;
}

std::vector<kept_answer> answers_from(row_reader& rows, const std::string& instance) {
  std::vector<kept_answer> found;
  while (rows.next()) {
    kept_answer& each = found.emplace_back();
    std::optional<std::string> error;
    rows.read("command_id", each.command_id, "made_at", each.made_at, "answer", payload_column{each.answer},
              "error", optional_payload_column{error});
    decoded("answers", "'" + instance + "', '" + each.command_id + "'",
            [&] { each.error = error_from_column(error); });
  }
  return found;
}

std::vector<kv_entry> kv_entries_from(row_reader& rows) {
  std::vector<kv_entry> found;
  while (rows.next()) {
    kv_entry& entry = found.emplace_back();
    rows.read("key", entry.key, "value", payload_column{entry.value}, "updated_at", entry.updated_at);
  }
  return found;
}

}  // namespace duroxide::persistence
