// Any bytes are legal in payloads, and come back as they went in.
#include "tests/persistence/conformance/kit.hpp"

namespace laws_of_payloads {

using namespace duroxide;
using namespace duroxide::conformance;

namespace {

const std::vector<std::string>& strange_bytes() {
  static const std::vector<std::string> all{
      "",
      "null",
      "12",
      "\"gr\u00fc\u00dfe \U0001F600\"",
      "'; drop table instances; --",
      std::string("\0", 1),
      std::string("a\0b", 3),
      "\xff\xfe",
      "half a character \xc3",
      std::string(1024 * 1024, 'x') + std::string("\0\xff", 2),
  };
  return all;
}

std::string id_of(std::size_t index) { return "instance " + std::to_string(index); }

}  // namespace

STORE_LAW("inputs, messages, activities and errors keep every byte") {
  for (std::size_t i = 0; i < strange_bytes().size(); ++i) {
    const std::string& bytes = strange_bytes()[i];
    turn_commit turn = first_turn(id_of(i));
    turn.creates->input = bytes;
    turn.update.custom_status = bytes;
    stored_activity activity = activity_of(id_of(i), 2);
    activity.input = bytes;
    turn.activities.push_back(activity);
    message sent = event_for(id_of(i), "go");
    sent.data = bytes;
    sent.error = error_details{error_category::poison, error_kind::panicked, bytes, bytes};
    turn.messages.push_back({sent, false});
    sent.id = store.commit(turn).message_ids.at(0);

    const auto loaded = store->load(id_of(i)).value();
    REQUIRE(loaded.has_value());
    CHECK((loaded->input == bytes));
    CHECK((loaded->status.custom_status == bytes));
    sent.life = loaded->life;
    CHECK((loaded->inbox == std::vector{sent}));
    CHECK((loaded->activities.at(0).input == bytes));
  }
}

STORE_LAW(
    "a load brings the inputs of activities up to the bytes of a batch, and all of the others but them") {
  const std::string half(limits::batch_bytes / 2, 'x');
  for (std::uint64_t event = 1; event <= 4; ++event) {
    stored_activity activity = shared_activity("a", event);
    activity.input = event == 4 ? "read" : half;
    if (event == 4) activity.name = "duroxide::own";
    turn_commit turn = event == 1 ? scheduling({activity}) : turn_of("a", 1 + event);
    if (event != 1) turn.activities = {activity};
    REQUIRE(store.commit(turn).outcome == turn_outcome::committed);
  }
  const auto loaded = store->load("a").value()->activities;
  CHECK(outline(loaded) == "a1 a2 a3 a4");
  std::string inputs;
  for (const stored_activity& each : loaded)
    inputs += each.input_left ? "left " : std::to_string(each.input.size()) + " ";
  CHECK(inputs == std::to_string(half.size()) + " " + std::to_string(half.size()) + " left 4 ");
}

STORE_LAW("a failure keeps whether it is worth trying again") {
  turn_commit turn = first_turn("a");
  for (const bool retryable : {true, false}) {
    message sent = event_for("a", "go");
    sent.error =
        error_details{error_category::application, error_kind::activity_failed, "no", "greet", retryable};
    turn.messages.push_back({sent, false});
  }
  store.commit(turn);
  const auto inbox = store->load("a").value()->inbox;
  CHECK(inbox.at(0).error->retryable);
  CHECK_FALSE(inbox.at(1).error->retryable);

  turn_commit last = last_turn("a", 3);
  last.ends->status = last.update.status = runtime_status::failed;
  last.ends->error = last.update.error = inbox.at(1).error;
  store.commit(last);
  CHECK(store->status("a").value().error == inbox.at(1).error);
}

STORE_LAW("a failure keeps its type and its stack, and has none if it was given none") {
  error_details typed{
      error_category::application,    error_kind::activity_failed, "no", "greet", true, "ValueError",
      "File \"a.py\", line 7\n  in f"};
  turn_commit turn = first_turn("a");
  for (const bool is_typed : {false, true}) {
    message sent = event_for("a", "go");
    sent.error = typed;
    if (!is_typed) sent.error->type = sent.error->stack = std::string();
    turn.messages.push_back({sent, false});
  }
  store.commit(turn);
  const auto inbox = store->load("a").value()->inbox;
  CHECK(inbox.at(0).error->type.empty());
  CHECK(inbox.at(0).error->stack.empty());
  CHECK(inbox.at(1).error == typed);

  typed.stack += '\xff';
  turn_commit last = last_turn("a", 3);
  last.ends->status = last.update.status = runtime_status::failed;
  last.ends->error = last.update.error = typed;
  store.commit(last);
  CHECK(store->status("a").value().error == typed);
}

STORE_LAW("outputs and failures keep every byte") {
  for (std::size_t i = 0; i < strange_bytes().size(); ++i) {
    const std::string& bytes = strange_bytes()[i];
    store.create(id_of(i));
    turn_commit turn = last_turn(id_of(i), 3);
    turn.ends->output = bytes;
    turn.update.output = bytes;
    turn.ends->error = error_details{error_category::application, error_kind::cancelled, bytes, "Hello"};
    turn.update.error = turn.ends->error;
    store.commit(turn);
    const instance_status status = store->status(id_of(i)).value();
    CHECK((status.output == bytes));
    CHECK((status.error == turn.ends->error));
  }
}

STORE_LAW("ids and names are text of any script") {
  const std::string instance = "Bestellung \u2116 7 \u00fc/\u4e2d";
  store.create(instance);
  store.post(event_for(instance, "\u00e4nderung"));
  CHECK(store->load(instance).value()->inbox.at(0).name == "\u00e4nderung");
}

}  // namespace laws_of_payloads
