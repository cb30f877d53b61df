#include "tests/support/history_text.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace duroxide::test {

namespace {

std::string swap_quotes(std::string_view payload, char from, char to) {
  std::string text(payload);
  std::ranges::replace(text, from, to);
  return text;
}

std::string quoted_for_text(std::string_view payload) { return swap_quotes(payload, '"', '\''); }

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || text.empty())
    throw std::invalid_argument("not a number: '" + std::string(text) + "'");
  return number;
}

// Takes a line apart from the left.
class reader {
public:
  explicit reader(std::string_view line) : rest_(line) {}

  std::string word() {
    std::size_t end = std::min(rest_.find(' '), rest_.size());
    std::string taken(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return taken;
  }
  std::uint64_t number() { return number_in(word()); }
  timestamp time() {
    std::string text = word();
    if (!text.starts_with('@')) throw std::invalid_argument("not a time: '" + text + "'");
    return timestamp(duration(static_cast<std::int64_t>(number_in(text.substr(1)))));
  }
  std::optional<std::string> option(std::string_view key) {
    if (!rest_.starts_with(std::string(key) + "=")) return std::nullopt;
    return word().substr(key.size() + 1);
  }
  std::string text() { return std::string(std::exchange(rest_, {})); }
  std::string payload() { return swap_quotes(text(), '\'', '"'); }

  error_details error(error_kind otherwise) {
    error_details details{error_category::application, otherwise, {}, {}};
    std::string_view first = rest_.substr(0, rest_.find(' '));
    if (std::size_t slash = first.find('/'); slash != first.npos) {
      details.category = error_category_from(first.substr(0, slash));
      details.kind = error_kind_from(first.substr(slash + 1));
      word();
    }
    details.message = text();
    return details;
  }
  bool at_end() const { return rest_.empty(); }

private:
  std::string_view rest_;
};

error_kind default_error(event_kind kind) {
  return kind == event_kind::activity_failed ? error_kind::activity_failed : error_kind::orchestration_failed;
}

struct shape {
  event_kind kind;
  std::string_view word;
  bool source = false;   // the operand is the id of the schedule event
  bool name = false;     // the operand is a name
  bool due = false;      // the operand is a time
  bool payload = false;  // the rest of the line is `data`
  bool text = false;     // the rest of the line is `text`
  bool error = false;    // the rest of the line is `error`
};

constexpr shape shapes[] = {
    {.kind = event_kind::orchestration_started, .word = "started", .name = true, .payload = true},
    {.kind = event_kind::orchestration_completed, .word = "ends", .payload = true},
    {.kind = event_kind::orchestration_failed, .word = "ends_failed", .error = true},
    {.kind = event_kind::orchestration_cancelled, .word = "ends_cancelled", .text = true},
    {.kind = event_kind::orchestration_continued_as_new, .word = "continued", .payload = true},
    {.kind = event_kind::cancel_requested, .word = "cancel_requested", .text = true},
    {.kind = event_kind::activity_scheduled, .word = "activity", .name = true, .payload = true},
    {.kind = event_kind::activity_completed, .word = "completed", .source = true, .payload = true},
    {.kind = event_kind::activity_failed, .word = "failed", .source = true, .error = true},
    {.kind = event_kind::timer_created, .word = "timer", .due = true},
    {.kind = event_kind::timer_fired, .word = "fired", .source = true},
    {.kind = event_kind::external_subscribed, .word = "wait", .name = true},
    {.kind = event_kind::external_raised, .word = "raised", .name = true, .payload = true},
    {.kind = event_kind::queue_subscribed, .word = "dequeue", .name = true},
    {.kind = event_kind::queue_message, .word = "message", .name = true, .payload = true},
    {.kind = event_kind::sub_orchestration_scheduled, .word = "child", .name = true, .payload = true},
    {.kind = event_kind::sub_orchestration_completed,
     .word = "child_completed",
     .source = true,
     .payload = true},
    {.kind = event_kind::sub_orchestration_failed, .word = "child_failed", .source = true, .error = true},
    {.kind = event_kind::command_sent, .word = "command", .name = true, .payload = true},
    {.kind = event_kind::command_answered, .word = "answered", .source = true, .payload = true},
    {.kind = event_kind::command_failed, .word = "command_failed", .source = true, .error = true},
    {.kind = event_kind::orchestration_detached, .word = "detached", .name = true, .payload = true},
    {.kind = event_kind::custom_status_updated, .word = "status", .text = true},
    {.kind = event_kind::kv_set, .word = "kv_set", .name = true, .payload = true},
    {.kind = event_kind::kv_cleared, .word = "kv_cleared", .name = true},
    {.kind = event_kind::kv_all_cleared, .word = "kv_all_cleared"},
    {.kind = event_kind::label_set, .word = "label_set", .name = true, .payload = true},
    {.kind = event_kind::label_cleared, .word = "label_cleared", .name = true},
    {.kind = event_kind::utc_now_recorded, .word = "now", .due = true},
    {.kind = event_kind::guid_recorded, .word = "guid", .payload = true},
    {.kind = event_kind::random_recorded, .word = "random", .payload = true},
    {.kind = event_kind::operation_dropped, .word = "dropped", .source = true},
    {.kind = event_kind::orchestration_rewound, .word = "rewound", .source = true, .payload = true},
};

const shape& shape_of(std::string_view word) {
  auto found = std::ranges::find(shapes, word, &shape::word);
  if (found == std::end(shapes))
    throw std::invalid_argument("no event is called '" + std::string(word) + "'");
  return *found;
}

const shape& shape_of(event_kind kind) { return *std::ranges::find(shapes, kind, &shape::kind); }

void read_options(reader& line, history_event& event) {
  event.instance = line.option("id");
  event.version = line.option("version");
  event.tag = line.option("tag");
  event.session = line.option("session");
  if (auto attempt = line.option("attempt")) {
    std::size_t slash = attempt->find('/');
    event.attempt = static_cast<std::uint32_t>(number_in(attempt->substr(0, slash)));
    event.retry_of = number_in(attempt->substr(slash + 1));
  }
  if (auto parent = line.option("parent")) {
    std::size_t event_at = parent->rfind('/');
    std::size_t execution_at = parent->rfind('/', event_at - 1);
    event.parent = parent_link{parent->substr(0, execution_at),
                               number_in(parent->substr(execution_at + 1, event_at - execution_at - 1)),
                               number_in(parent->substr(event_at + 1))};
  }
  event.text = line.option(event.kind == event_kind::label_set ? "type" : "status");
  while (auto carried = line.option("carried")) {
    std::size_t colon = carried->find(':');
    event.carried.push_back({carried->substr(0, colon), swap_quotes(carried->substr(colon + 1), '\'', '"')});
  }
  while (auto kv = line.option("kv")) {
    std::size_t colon = kv->find(':');
    std::size_t second = kv->find(':', colon + 1);
    auto time = static_cast<std::int64_t>(number_in(kv->substr(colon + 1, second - colon - 1)));
    event.kv.push_back(
        {kv->substr(0, colon), swap_quotes(kv->substr(second + 1), '\'', '"'), timestamp(duration(time))});
  }
  while (auto text = line.option("label")) {
    std::size_t colon = text->find(':');
    std::size_t second = text->find(':', colon + 1);
    event.labels.push_back({text->substr(0, colon), text->substr(second + 1),
                            label_type_from(text->substr(colon + 1, second - colon - 1))});
  }
}

std::string print_options(const history_event& event) {
  std::string text;
  auto add = [&](std::string_view key, const std::optional<std::string>& value) {
    if (value) text += " " + std::string(key) + "=" + *value;
  };
  add("id", event.instance);
  add("version", event.version);
  add("tag", event.tag);
  add("session", event.session);
  if (event.attempt > 1) add("attempt", std::to_string(event.attempt) + "/" + std::to_string(event.retry_of));
  if (event.parent)
    add("parent", event.parent->instance + "/" + std::to_string(event.parent->execution) + "/" +
                      std::to_string(event.parent->event_id));
  if (!shape_of(event.kind).text) add(event.kind == event_kind::label_set ? "type" : "status", event.text);
  for (const auto& each : event.carried) add("carried", each.queue + ":" + quoted_for_text(each.data));
  for (const auto& each : event.kv)
    add("kv", each.key + ":" + std::to_string(each.updated_at.time_since_epoch().count()) + ":" +
                  quoted_for_text(each.value));
  for (const auto& each : event.labels)
    add("label", each.name + ":" + std::string(to_string(each.type)) + ":" + each.value);
  return text;
}

std::string print_error(const error_details& error, error_kind otherwise) {
  if (error.category == error_category::application && error.kind == otherwise) return error.message;
  return std::string(to_string(error.category)) + "/" + std::string(to_string(error.kind)) + " " +
         error.message;
}

std::string print_time(timestamp time) { return "@" + std::to_string(time.time_since_epoch().count()); }

}  // namespace

std::string join_lines(const std::vector<std::string>& each) {
  std::string text;
  for (const auto& line : each) text += (text.empty() ? "" : "\n") + line;
  return text;
}

history_event parse_event(std::string_view text) {
  reader line(text);
  history_event event;
  event.id = line.number();
  const shape& form = shape_of(line.word());
  event.kind = form.kind;
  if (form.source) event.source = line.number();
  if (form.name) event.name = line.word();
  if (form.due) event.due = line.time();
  if (form.text && !line.at_end()) event.text = line.text();
  if (form.error) event.error = line.error(default_error(form.kind));
  if (form.payload) {
    read_options(line, event);
    event.data = line.payload();
  }
  if (!line.at_end()) throw std::invalid_argument("left over: '" + line.text() + "'");
  return event;
}

std::string print(const history_event& event) {
  const shape& form = shape_of(event.kind);
  std::string line = std::to_string(event.id) + " " + std::string(form.word);
  if (form.source) line += " " + std::to_string(event.source);
  if (form.name) line += " " + event.name;
  if (form.due) line += " " + (event.due ? print_time(*event.due) : "@?");
  line += print_options(event);
  if (form.payload && !event.data.empty()) line += " " + quoted_for_text(event.data);
  if (form.text && event.text) line += " " + *event.text;
  if (form.error) line += " " + (event.error ? print_error(*event.error, default_error(form.kind)) : "?");
  return line;
}

std::string print(std::span<const history_event> history) {
  std::vector<std::string> each;
  for (const auto& event : history) each.push_back(print(event));
  return join_lines(each);
}

message parse_message(std::string_view text, std::uint64_t execution) {
  reader line(text);
  message made;
  auto named = line.option("exec");
  std::string word = line.word();
  auto answer = [&](message_kind kind) {
    made.kind = kind;
    made.execution = execution;
    made.source = line.number();
  };
  if (word == "completed" || word == "failed")
    answer(message_kind::activity_done);
  else if (word == "child_completed" || word == "child_failed")
    answer(message_kind::child_done);
  else if (word == "fired")
    answer(message_kind::timer_due);
  else if (word == "raised" || word == "enqueued") {
    made.kind = word == "raised" ? message_kind::event_raised : message_kind::enqueued;
    made.name = line.word();
  } else if (word == "cancel")
    made.kind = message_kind::cancel;
  else if (word == "start")
    made.execution = execution;
  else
    throw std::invalid_argument("no message is called '" + word + "'");
  if (word == "failed") made.error = line.error(error_kind::activity_failed);
  if (word == "child_failed") made.error = line.error(error_kind::orchestration_failed);
  made.data = word == "cancel" ? line.text() : line.payload();
  if (named) made.execution = number_in(*named);
  return made;
}

namespace {

template <class Each, class Print>
void add_list(std::vector<std::string>& all, std::string_view word, const std::vector<Each>& list,
              Print printed) {
  if (list.empty()) return;
  std::string line(word);
  for (const auto& each : list) line += " " + printed(each);
  all.push_back(std::move(line));
}

std::string print_ending(const internal::ending& how) {
  std::string text = "ends " + std::string(to_string(how.status));
  if (how.version) text += " version=" + *how.version;
  if (how.error) return text + " " + print_error(*how.error, error_kind::orchestration_failed);
  if (!how.output.empty()) text += " " + quoted_for_text(how.output);
  return text;
}

// As a message is written, with the time of a timer.
std::string print_own_message(const message& sent) {
  switch (sent.kind) {
  case message_kind::start: return "start";
  case message_kind::timer_due:
    return "fired " + std::to_string(sent.source) + " " + print_time(sent.visible_at);
  case message_kind::event_raised: break;
  default: {
    const std::string word = sent.kind == message_kind::child_done     ? "child_completed "
                             : sent.kind == message_kind::command_done ? "answered "
                                                                       : "completed ";
    return word + std::to_string(sent.source) + " " + quoted_for_text(sent.data);
  }
  }
  return "raised " + sent.name + (sent.data.empty() ? "" : " " + quoted_for_text(sent.data));
}

void print_repetition(std::vector<std::string>& all, const internal::turn::repetition& again) {
  const auto id = [](const history_event& each) { return std::to_string(each.id); };
  add_list(all, "run_again", again.activities, id);
  add_list(all, "send_again", again.commands, id);
  for (const message& each : again.messages) all.push_back("deliver " + print_own_message(each));
  for (const queued_message& each : again.given_back)
    all.push_back("give_back " + each.queue + " " + quoted_for_text(each.data));
}

}  // namespace

std::string print_effects(const internal::turn& made) {
  auto number = [](std::uint64_t id) { return std::to_string(id); };
  auto timer = [](const internal::created_timer& each) {
    return std::to_string(each.event_id) + print_time(each.due);
  };
  auto word = [](const std::string& text) { return text; };
  std::vector<std::string> all;
  add_list(all, "run", made.activities, number);
  add_list(all, "child", made.children, number);
  add_list(all, "detached", made.detached, number);
  add_list(all, "timer", made.timers, timer);
  add_list(all, "finished", made.finished_activities, number);
  add_list(all, "cancel_activity", made.cancelled_activities, number);
  add_list(all, "cancel_timer", made.cancelled_timers, number);
  add_list(all, "cancel_child", made.cancelled_children, word);
  if (made.custom_status) all.push_back("status" + (*made.custom_status ? " " + **made.custom_status : ""));
  if (made.kv_cleared) all.push_back("kv_all_cleared");
  for (const auto& each : made.kv)
    all.push_back((each.value ? "kv_set " : "kv_cleared ") + each.key +
                  (each.value ? " " + quoted_for_text(*each.value) : ""));
  for (const auto& each : made.labels)
    all.push_back(each.is_removed ? "label_cleared " + each.wanted.name
                                  : "label_set " + each.wanted.name + " " +
                                        std::string(to_string(each.wanted.type)) + " " + each.wanted.value);
  for (const auto& each : made.traces) all.push_back("trace " + each.text);
  if (made.ends) all.push_back(print_ending(*made.ends));
  if (made.ends)
    for (const auto& each : made.ends->given_back)
      all.push_back("give_back " + each.queue + " " + quoted_for_text(each.data));
  if (made.repeats) print_repetition(all, *made.repeats);
  return join_lines(all);
}

std::string print_messages(const internal::turn& made) {
  auto number = [](std::uint64_t id) { return std::to_string(id); };
  std::vector<std::string> all;
  add_list(all, "consumed", made.consumed, number);
  add_list(all, "discarded", made.discarded, number);
  add_list(all, "unconsumed", made.unconsumed, [](const message& each) { return std::to_string(each.id); });
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : "; ") + each;
  return text;
}

}  // namespace duroxide::test
