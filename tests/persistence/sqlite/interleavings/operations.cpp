#include "tests/persistence/sqlite/interleavings/operations.hpp"

#include "tests/persistence/conformance/kit.hpp"
#include "tests/persistence/sqlite/interleavings/stops.hpp"

#include <boost/json.hpp>

#include <map>
#include <utility>
#include <vector>

namespace duroxide::interleavings {

using namespace duroxide::conformance;

namespace {

// Lives of situation.sql.
const std::map<std::string, std::uint64_t> lives{{"parent", 1}, {"it", 2}, {"child", 3}};

template <class T> T done(stored<T> what) {
  if (what) return std::move(what).value();
  if (what.error().certainty == commit_certainty::fenced) throw refusal(what.error().message);
  throw std::runtime_error(what.error().message);
}

// What an operation has done.
class report {
public:
  // `always`: nothing but the end of its receiver can be a reason to refuse it.
  void sent(const std::string& to, std::uint64_t id, bool always) {
    sent_.push_back(boost::json::object{{"to", to}, {"id", id}, {"always", always}});
  }
  void born(const std::string& id, std::uint64_t life) {
    born_.push_back(boost::json::object{{"id", id}, {"key", life}});
  }
  void gone(const std::string& id) { gone_.push_back(boost::json::value(id)); }

  std::string text() const {
    return boost::json::serialize(boost::json::object{{"sent", sent_}, {"born", born_}, {"gone", gone_}});
  }

private:
  boost::json::array sent_;
  boost::json::array born_;
  boost::json::array gone_;
};

void tell(report& account, const turn_commit& turn, const turn_receipt& written) {
  for (std::size_t n = 0; n < turn.messages.size(); ++n)
    account.sent(turn.messages[n].content.instance, written.message_ids.at(n), true);
  if (turn.begins) account.sent(turn.instance, written.begin_message_id, true);
  if (turn.creates) account.born(turn.instance, written.life);
  for (std::size_t n = 0; n < turn.starts.size(); ++n) {
    const start_receipt& started = written.starts.at(n);
    const auto& to =
        started.started ? turn.starts[n].what.instance : turn.starts[n].if_exists->content.instance;
    account.sent(to, started.message_id, false);
    if (started.started) account.born(to, started.life);
  }
  if (is_terminal(turn.update.status)) account.gone(turn.instance);
}

std::string told(const commit_batch& batch, const batch_receipt& receipt) {
  report what;
  bool any = batch.turns.empty();
  for (std::size_t n = 0; n < batch.turns.size(); ++n) {
    const turn_receipt& written = receipt.turns.at(n);
    if (written.outcome == turn_outcome::unwritable) throw std::runtime_error(written.why);
    if (written.outcome != turn_outcome::committed) continue;
    any = true;
    tell(what, *batch.turns[n], written);
  }
  if (!any) throw refusal("stale");
  for (std::size_t n = 0; n < batch.posts.size(); ++n)
    what.sent(batch.posts[n].content.instance, receipt.posts.at(n).message_id, true);
  for (const std::uint64_t id : receipt.outcomes)
    if (id != 0) what.sent("it", id, false);
  return what.text();
}

message a_message(const std::string& to, message_kind kind, std::uint64_t source = 0) {
  message content;
  content.kind = kind;
  content.instance = to;
  content.execution = 1;
  content.source = source;
  content.visible_at = moment(1);
  return content;
}

turn_commit a_turn(const std::string& instance, std::uint64_t event, runtime_status status) {
  turn_commit turn = turn_of(instance, event);
  turn.life = lives.at(instance);
  turn.update.status = status;
  if (is_terminal(status)) turn.ends = execution_end{1, status, "", std::nullopt};
  return turn;
}

turn_commit turn_that_goes_on() {
  turn_commit turn = a_turn("it", 9, runtime_status::running);
  turn.history.push_back({1, 10, 1, turn.history.front().packed});
  turn.consumed = {1};
  turn.finished_activities = {2};
  turn.cancelled_activities = {3, 4};
  turn.activities = {activity_of("it", 9), shared_activity("it", 10)};
  return turn;
}

turn_commit turn_that_ends() {
  turn_commit turn = a_turn("it", 9, runtime_status::completed);
  turn.consumed = {1};
  turn.messages = {{a_message("parent", message_kind::child_done, 2)},
                   {a_message("child", message_kind::cancel)}};
  return turn;
}

turn_commit turn_that_continues() {
  turn_commit turn = a_turn("it", 9, runtime_status::running);
  turn.ends = execution_end{1, runtime_status::continued_as_new, "", std::nullopt};
  turn.begins = execution_begin{2, "", 0};
  turn.consumed = {1};
  turn.finished_activities = {2};
  turn.cancelled_activities = {3, 4};
  return turn;
}

turn_commit turn_that_begets(std::uint64_t root) {
  turn_commit turn = a_turn("it", 9, runtime_status::running);
  outgoing_start& born = turn.starts.emplace_back();
  born.what = start_of("next_child");
  born.what.parent = parent_link{"it", 1, 9};
  born.what.root = root;
  born.what.depth = 2;
  born.if_exists = outgoing_message{a_message("it", message_kind::child_done, 9)};
  return turn;
}

turn_commit turn_of_parent(runtime_status status) {
  turn_commit turn = a_turn("parent", 3, status);
  turn.messages = {{a_message("it", message_kind::cancel)}};
  return turn;
}

turn_commit turn_of_child(runtime_status status, message_kind sends) {
  turn_commit turn = a_turn("child", 2, status);
  turn.messages = {{a_message("it", sends, sends == message_kind::child_done ? 5 : 0)}};
  return turn;
}

const std::map<std::string, std::function<commit_batch()>> turns{
    {"turn_goes_on", [] { return batch_of({turn_that_goes_on()}); }},
    {"turn_ends", [] { return batch_of({turn_that_ends()}); }},
    {"turn_continues", [] { return batch_of({turn_that_continues()}); }},
    {"first_turn", [] { return batch_of({first_turn("it")}); }},
    {"child_ends",
     [] { return batch_of({turn_of_child(runtime_status::completed, message_kind::child_done)}); }},
    {"parent_cancels", [] { return batch_of({turn_of_parent(runtime_status::running)}); }},
    {"parent_ends", [] { return batch_of({turn_of_parent(runtime_status::completed)}); }},
    {"two_turns",
     [] {
       return batch_of({turn_of_child(runtime_status::running, message_kind::event_raised),
                        turn_of_parent(runtime_status::running)});
     }},
};

commit_batch posts() {
  commit_batch batch;
  for (const auto* to : {"parent", "it", "child"}) batch.posts.push_back({event_for(to, "of a node")});
  return batch;
}

commit_batch outcome_of_claimed() {
  commit_batch batch;
  batch.outcomes.push_back(outcome_of({"it", 1, 4, lives.at("it")}, "\"done\""));
  return batch;
}

}  // namespace

operations::operations(std::string file) : file_(std::move(file)) {}

// Node 1 owns all shards, node 2 stands by, node 3 has claimed an activity.
operations::operation operations::prepare(const std::string& name, std::uint32_t lane) {
  forget();
  if (!store_) {
    store_ = sqlite_provider::open(file_, {.durability = sqlite_durability::survives_process_crash_only});
    aside_ = std::make_unique<persistence::sqlite::database>(file_, SQLITE_OPEN_READWRITE);
    done(store_->status("it"));  // so that its reading connection is open
  }
  if (const auto found = turns.find(name); found != turns.end()) return writing(1, lane, found->second());
  if (name == "turn_begets")
    return writing(
        1, lane,
        batch_of({turn_that_begets(number("select coalesce(root, key) from instances where id = 'it'"))}));
  if (name == "posts") return writing(2, lane, posts());
  if (name == "outcome") return writing(3, lane, outcome_of_claimed());
  if (name == "post") return [this] { return post(); };
  if (name == "start" || name == "replace") return [this, name] { return start(name == "replace"); };
  if (name == "delete" || name == "close") return [this, name] { return remove(name == "close"); };
  if (name == "claim")
    return [this] { return done(store_->claim_activities(3, claim_at(0))), report().text(); };
  if (name == "sweep")
    return [this] {
      return done(store_->cancel_tree(lives.at("parent"), "", "the root", moment(1))), report().text();
    };
  member_ = sqlite_provider::open(file_, {.durability = sqlite_durability::survives_process_crash_only});
  if (name == "join")
    return [this] { return done(member_->join({"n", {"Hello@1.0.0"}, {"greet"}})), report().text(); };
  if (name == "expire_owner" || name == "expire_claimer") return expiry();
  throw std::logic_error("there is no operation " + name);
}

operations::operation operations::writing(std::uint64_t node, std::uint32_t lane, commit_batch batch) {
  std::shared_ptr<store_writer> writer = done(store_->open_writer(node, lane));
  return [writer, batch = std::move(batch)] { return told(batch, done(writer->commit(batch))); };
}

// By a node that has joined before the other one died.
operations::operation operations::expiry() {
  const std::uint64_t node = done(member_->join({"n", {"Hello@1.0.0"}, {"greet"}})).node;
  return [this, node] { return done(member_->heartbeat(node)), report().text(); };
}

std::uint64_t operations::number(const std::string& sql) {
  const without_stops now;
  persistence::sqlite::statement asked(aside_->handle(), sql);
  return asked.step() ? static_cast<std::uint64_t>(sqlite3_column_int64(asked.handle(), 0)) : 0;
}

// Nobody commits before this process says what it has done.
std::string operations::post() {
  report what;
  const bool accepted = done(store_->post(event_for("it", "of a client"))) == post_outcome::accepted;
  what.sent("it", accepted ? number("select max(id) from inbox where name = 'of a client'") : 0, true);
  return what.text();
}

std::string operations::start(bool replace) {
  if (!done(store_->start(start_of("it"), replace))) throw refusal("it exists");
  report what;
  if (replace)
    for (const auto* each : {"it", "child", "next_child"}) what.gone(each);
  what.sent("it", number("select max(id) from inbox where instance = 'it' and kind = 'start'"), false);
  what.born("it", number("select key from instances where id = 'it'"));
  return what.text();
}

std::string operations::remove(bool force) {
  const bool has_parent =
      number("select count(*) from instances i join instances p on p.id = i.parent_instance "
             "where i.id = 'it'") != 0;
  const auto removed = done(store_->administration().remove(has_parent ? "parent" : "it", force));
  if (removed.refusal != deletion_refusal::none) throw refusal(removed.instance);
  report what;
  if (has_parent) what.gone("parent");
  for (const auto* each : {"it", "child", "next_child"}) what.gone(each);
  return what.text();
}

}  // namespace duroxide::interleavings
