#include "persistence/transfer_check.hpp"

#include "duroxide/limits.hpp"
#include "duroxide/message.hpp"
#include "duroxide/problem.hpp"
#include "duroxide/semantic_version.hpp"
#include "persistence/transfer_fields.hpp"
#include "persistence/transfer_parents.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace duroxide::persistence {

namespace {

constexpr std::uint64_t most_in_a_row = transfer_fields::most_in_a_row;

std::string quoted(runtime_status status) { return "'" + std::string(to_string(status)) + "'"; }

// Takes the lines of one instance.
class instance_check {
public:
  instance_check(const transfer_reader& line, const history_reader& read, transfer_parents& parents);

  void take(const transfer_reader& line, const transfer_table& table);
  void finish(const transfer_reader& file) const;

private:
  struct execution_lines {
    std::uint64_t line = 0;
    bool ended = false;
    std::optional<std::uint64_t> event_count{};
    std::uint64_t next_event = 1;
  };

  void take_parent(const transfer_fields& fields, transfer_parents& parents, std::uint64_t line) const;
  void take_execution(const transfer_fields& fields, std::uint64_t line);
  void take_history(const transfer_fields& fields);
  void take_events(const transfer_fields& fields, std::uint64_t first, std::uint64_t count) const;
  void take_kv(const transfer_fields& fields);
  void take_problem(const transfer_fields& fields);
  void take_message(const transfer_fields& fields) const;
  void take_activity(const transfer_fields& fields);
  void take_actor(const transfer_fields& fields);
  void take_answer(const transfer_fields& fields);
  // A durable actor needs no execution; one that has had no turn has no version either.
  bool is_actor() const { return status_ == runtime_status::running && (has_state_ || version_.empty()); }
  runtime_status expected_of(std::uint64_t execution) const;

  const history_reader& read_;
  std::uint64_t line_;
  std::string id_;
  std::string version_;
  bool has_state_ = false;
  runtime_status status_ = runtime_status::not_found;
  std::uint64_t current_ = 0;
  std::map<std::uint64_t, execution_lines> executions_;
  std::set<std::string> keys_;
  std::set<std::uint64_t> activities_;
  std::set<std::string> answers_;
  bool has_problem_ = false;
};

instance_check::instance_check(const transfer_reader& line, const history_reader& read,
                               transfer_parents& parents)
    : read_(read), line_(line.number()) {
  const auto* id = line.members().if_contains("id");
  if (id == nullptr || !id->is_string() || id->get_string().empty()) line.refuse("the instance has no id");
  const transfer_fields fields(line, instance_table());
  id_ = fields.instance_id("id");
  fields.id("orchestration");
  version_ = fields.word("version", [](const std::string& text) {
    if (!text.empty()) semantic_version::parse(text);  // none yet: it is chosen by the first turn
    return text;
  });
  status_ = fields.word("status", runtime_status_from);
  if (status_ == runtime_status::not_found || status_ == runtime_status::continued_as_new)
    fields.refuse("status", "is " + quoted(status_) + ", which no instance is");
  current_ = fields.number("execution", 1);
  take_parent(fields, parents, line.number());
  fields.number("history_format", 1, limits::history_format);
  fields.moment("created_at");
  fields.moment("updated_at");
  fields.number("custom_status_version", 0);
  fields.optional_labels("labels");
}

void instance_check::take_parent(const transfer_fields& fields, transfer_parents& parents,
                                 std::uint64_t line) const {
  const auto parent = fields.optional_text("parent_instance");
  const auto execution = fields.optional_number("parent_execution", 1);
  const auto event = fields.optional_number("parent_event_id", 1);
  if (!parent && !execution && !event) return;
  for (const auto* name : {"parent_instance", "parent_execution", "parent_event_id"}) fields.given(name);
  fields.instance_id("parent_instance");
  if (*parent == id_) fields.refuse("parent_instance", "is the instance itself");
  parents.add(id_, *parent, line);
}

void instance_check::take(const transfer_reader& line, const transfer_table& table) {
  const transfer_fields fields(line, table);
  if (table.count == &transfer::executions) return take_execution(fields, line.number());
  if (table.count == &transfer::history_rows) return take_history(fields);
  if (table.count == &transfer::kv_values) return take_kv(fields);
  if (table.count == &transfer::messages) return take_message(fields);
  if (table.count == &transfer::actors) return take_actor(fields);
  if (table.count == &transfer::answers) return take_answer(fields);
  if (table.count == &transfer::problems) return take_problem(fields);
  take_activity(fields);
}

runtime_status instance_check::expected_of(std::uint64_t execution) const {
  if (execution < current_) return runtime_status::continued_as_new;
  return status_ == runtime_status::pending ? runtime_status::running : status_;
}

void instance_check::take_execution(const transfer_fields& fields, std::uint64_t line) {
  const std::uint64_t number = fields.number("execution", 1);
  if (number > current_)
    fields.refuse("execution", "is " + std::to_string(number) + "; the current one of the instance is " +
                                   std::to_string(current_));
  execution_lines found;
  found.line = line;
  const runtime_status status = fields.word("status", runtime_status_from);
  const runtime_status expected = expected_of(number);
  if (status != expected)
    fields.refuse("status", "is " + quoted(status) + "; as the instance is " + quoted(status_) +
                                " in its execution " + std::to_string(current_) + ", it is " +
                                quoted(expected));
  fields.moment("started_at");
  found.ended = fields.optional_moment("ended_at").has_value();
  if (found.ended == (status == runtime_status::running))
    fields.refuse("ended_at",
                  (found.ended ? "is there" : "is missing") + std::string(", and it is ") + quoted(status));
  found.event_count = fields.optional_number("event_count", 0);
  fields.optional_error("error");
  fields.given("input");
  if (!executions_.emplace(number, found).second)
    fields.refuse("execution", "is " + std::to_string(number) + ", which the instance has already");
}

void instance_check::take_history(const transfer_fields& fields) {
  const std::uint64_t number = fields.number("execution", 1);
  if (is_actor() && number == current_) executions_.try_emplace(number);  // a journal
  const auto found = executions_.find(number);
  if (found == executions_.end())
    fields.refuse("execution", "is " + std::to_string(number) + ", which the instance does not have");
  execution_lines& its = found->second;
  const std::uint64_t first = fields.number("first_event_id", 1);
  const std::uint64_t count = fields.number("count", 1, most_in_a_row);
  if (first != its.next_event)
    fields.refuse("first_event_id", "is " + std::to_string(first) + "; event " +
                                        std::to_string(its.next_event) + " comes here");
  take_events(fields, first, count);
  its.next_event += count;
}

void instance_check::take_events(const transfer_fields& fields, std::uint64_t first,
                                 std::uint64_t count) const {
  const std::string packed = fields.text("packed");
  if (!read_) return;
  std::vector<history_event> events;
  try {
    events = read_(first, packed);
  } catch (const std::exception& e) {
    fields.refuse("packed", "cannot be read: " + std::string(e.what()) + "; it is of instance '" + id_ + "'");
  }
  if (events.size() != count)
    fields.refuse("count",
                  "is " + std::to_string(count) + "; there are " + std::to_string(events.size()) + " events");
  if (first == 1 && !is_actor() && events.front().kind != event_kind::orchestration_started)
    fields.refuse("packed", "does not begin with orchestration_started");
}

void instance_check::take_kv(const transfer_fields& fields) {
  if (!keys_.insert(fields.id("key")).second) fields.refuse("key", "is one that the instance has already");
  fields.moment("updated_at");
  fields.given("value");
}

void instance_check::take_problem(const transfer_fields& fields) {
  if (std::exchange(has_problem_, true))
    fields.refuse("kind", "is that of a second problem; an instance has one");
  fields.word("kind", problem_kind_from);
  fields.moment("since");
  fields.given("detail");
}

void instance_check::take_message(const transfer_fields& fields) const {
  const message_kind kind = fields.word("kind", message_kind_from);
  fields.number("execution", 0);
  fields.number("source", 0);
  fields.number("attempts", 0, most_in_a_row);
  fields.moment("sent_at");
  fields.given("visible_at");
  const bool is_named = kind == message_kind::event_raised || kind == message_kind::enqueued;
  if (is_named)
    fields.id("name");
  else if (!fields.text("name").empty())
    fields.instance_id("name");  // perhaps of the parent that cancels
  fields.optional_error("error");
  fields.given("data");
}

void instance_check::take_activity(const transfer_fields& fields) {
  const std::uint64_t number = fields.number("execution", 1);
  if (number != current_)
    fields.refuse("execution",
                  "is " + std::to_string(number) + "; the current one is " + std::to_string(current_));
  if (!activities_.insert(fields.number("event_id", 1)).second)
    fields.refuse("event_id", "is one that the instance has already");
  for (const auto* name : {"shared", "finished", "visible_at", "input"}) fields.given(name);
  fields.number("attempts", 0, most_in_a_row);
  fields.number("attempt", 1, most_in_a_row);
  fields.number("retry_of", 0);
  fields.id("name");
  fields.optional_id("tag");
  fields.optional_id("session");
  fields.optional_moment("due");
  fields.optional_moment("progress_at");
}

void instance_check::take_actor(const transfer_fields& fields) {
  fields.text("version");
  if (status_ != runtime_status::running)
    fields.refuse("version", "is of a durable actor, and the instance is " + quoted(status_));
  if (std::exchange(has_state_, true))
    fields.refuse("version", "is of a state, and the instance has one already");
  fields.moment("answers_since");
  fields.moment("updated_at");
  fields.given("state");
}

void instance_check::take_answer(const transfer_fields& fields) {
  if (!answers_.insert(fields.text("command_id")).second)
    fields.refuse("command_id", "is one that the instance has already");
  fields.moment("made_at");
  fields.optional_error("error");
  fields.given("answer");
}

void instance_check::finish(const transfer_reader& file) const {
  if (!is_actor() && !executions_.contains(current_))
    file.refuse("'execution' is " + std::to_string(current_) + ", and no line tells of that execution",
                line_);
  for (const auto& [number, each] : executions_)
    if (each.ended && each.event_count.value_or(0) != each.next_event - 1)
      file.refuse("'event_count' is " + std::to_string(each.event_count.value_or(0)) + "; there are " +
                      std::to_string(each.next_event - 1) + " events",
                  each.line);
}

}  // namespace

void check_transfer(std::istream& source, const history_reader& read) {
  transfer_reader file(source);
  transfer_parents parents;
  std::optional<instance_check> current;
  const auto tables = tables_of_an_instance();
  while (file.next()) {
    if (file.is_instance()) {
      if (current) current->finish(file);
      current.emplace(file, read, parents);
      continue;
    }
    const auto table =
        std::ranges::find_if(tables, [&](const transfer_table& each) { return file.kind() == each.line; });
    if (table == tables.end()) file.refuse("nothing is called '" + file.kind() + "'");
    if (!current) file.refuse("it belongs to no instance");
    current->take(file, *table);
  }
  if (current) current->finish(file);
  if (const auto line = parents.first_of_a_circle())
    file.refuse("'parent_instance' is an instance whose parents lead back to this one", *line);
}

}  // namespace duroxide::persistence
