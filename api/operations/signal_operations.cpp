// Starting instances, and telling them something.
#include "duroxide/command_id.hpp"
#include "duroxide/detail/client_requests.hpp"
#include "api/operations/answers.hpp"
#include "api/operations/arguments.hpp"
#include "api/operations/groups.hpp"
#include "api/operations/parameters.hpp"
#include "api/operations/times.hpp"

namespace duroxide::operations {

namespace {

using boost::json::object;
using boost::json::value;

existing_instance reuse_of(const std::string& word) {
  if (word == "fail") return existing_instance::fail;
  return word == "replace" ? existing_instance::replace_terminal : existing_instance::use;
}

value start(const session& where, const arguments& given) {
  start_request wanted;
  wanted.orchestration = given.text("orchestration");
  wanted.instance = given.text("id");
  wanted.input = given.payload("input");
  wanted.options.version = given.text("version");
  wanted.options.delay = given.span("delay", duration{});
  wanted.options.if_exists = reuse_of(given.text("if_exists"));
  for (const std::string& each : given.texts("label")) wanted.options.labels.push_back(label_of(each));
  const auto handle = where.client.start(std::move(wanted));
  return object{{"id", handle.id()}, {"started", handle.was_started()}};
}

value raise(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).raise(given.text("event"), json_text(given.payload("payload")));
  return object{{"id", id}, {"event", given.text("event")}};
}

value enqueue(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).enqueue(given.text("queue"), json_text(given.payload("payload")));
  return object{{"id", id}, {"queue", given.text("queue")}};
}

value cancel(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).cancel(given.text("reason"));
  return object{{"id", id}, {"cancelled", true}};
}

value terminate(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).terminate(given.text("reason"));
  return object{{"id", id}, {"terminated", true}};
}

reach reach_of(const arguments& given) { return given.flag("tree") ? reach::tree : reach::alone; }

value pause(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).pause(given.text("reason"), reach_of(given));
  return object{{"id", id}, {"paused", true}};
}

value resume(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  where.client.instance(id).resume(reach_of(given));
  return object{{"id", id}, {"resumed", true}};
}

value set_label(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const std::string name = given.text("name");
  const bool is_removed = given.flag("remove");
  if (is_removed == given.has("value"))
    throw configuration_error(error_kind::invalid_argument,
                              "a label needs a value, or --remove, and not both");
  label_change change{.wanted = {name, {}}, .is_removed = is_removed};
  if (!is_removed)
    change.wanted = typed_label(name, given.text("value"), given.has("type") ? given.text("type") : "text");
  where.client.instance(id).change_label(change);
  object all{{"id", id}, {"label", name}};
  if (!is_removed) all["value"] = change.wanted.value;
  return all;
}

value answer_of_wait(const std::string& id, const instance_status& ended) {
  object all{{"id", id}};
  for (const auto& [name, member] : json_of(ended)) all[name] = member;
  return all;
}

value wait(const session& where, const arguments& given) {
  const std::string id = given.text("id");
  const instance_handle instance = where.client.instance(id);
  const duration limit = given.span("timeout", no_limit);
  return answer_of_wait(id, given.flag("until_exists") ? instance.until_exists().wait(limit, where.taken_back)
                                                       : instance.wait(limit, where.taken_back));
}

void begin_wait(const session& where, const arguments& given, reply<value> done) {
  const std::string id = given.text("id");
  wait_request wanted{.instance = id, .after_custom_status = std::nullopt, .kv_key = std::nullopt};
  wanted.timeout = given.span("timeout", no_limit);
  wanted.taken_back = where.taken_back;
  wanted.if_absent = given.flag("until_exists") ? absent_instance::wait : absent_instance::fail;
  duroxide::detail::begin_wait(*where.client.port(), std::move(wanted),
                               [id, done = std::move(done)](result<instance_status, error_details> ended) {
                                 if (!ended) return done(ended.error());
                                 done(answer_of_wait(id, *ended));
                               });
}

actor_address address_of(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos)
    throw configuration_error(error_kind::invalid_argument,
                              "actor is '" + text + "'; it must be KIND/KEY, as account/ada");
  const std::size_t begin = text.starts_with('@') ? 1 : 0;
  return {text.substr(begin, slash - begin), text.substr(slash + 1)};
}

command_request command_of(const arguments& given) {
  command_request wanted{.receiver = address_of(given.text("actor")),
                         .command = given.text("command"),
                         .input = given.payload("input")};
  wanted.id = given.text("command_id");
  return wanted;
}

value tell(const session& where, const arguments& given) {
  command_request wanted = command_of(given);
  wanted.is_answered = false;
  object all{{"id", wanted.receiver.instance_id()}, {"command", wanted.command}};
  where.client.ask(std::move(wanted));
  return all;
}

command_request question_of(const session& where, const arguments& given) {
  command_request wanted = command_of(given);
  wanted.timeout = given.span("timeout", std::chrono::minutes(1));
  wanted.taken_back = where.taken_back;
  return wanted;
}

value ask(const session& where, const arguments& given) {
  command_request wanted = question_of(where, given);
  object all{{"id", wanted.receiver.instance_id()}, {"command", wanted.command}};
  all["answer"] = json_of_payload(where.client.ask(std::move(wanted)).text());
  return all;
}

void begin_ask(const session& where, const arguments& given, reply<value> done) {
  command_request wanted = question_of(where, given);
  object all{{"id", wanted.receiver.instance_id()}, {"command", wanted.command}};
  duroxide::detail::begin_ask(
      *where.client.port(), std::move(wanted),
      [all = std::move(all), done = std::move(done)](const result<std::string, error_details>& answered) {
        if (!answered) return done(answered.error());
        object whole = all;
        whole["answer"] = json_of_payload(*answered);
        done(value(std::move(whole)));
      });
}

constexpr const char* acting = "Act";

parameter reason_parameter() {
  return {.name = "reason", .help = "why; it is kept with the instance", .otherwise = "none"};
}

std::vector<parameter> start_parameters() {
  return {
      {.name = "orchestration", .given = presence::required, .help = "the name of the orchestration"},
      {.name = "id", .given = presence::required, .help = "the id that the new instance is to have"},
      payload_parameter("input", "its input"),
      {.name = "version",
       .help = "the version of the orchestration",
       .otherwise = "the newest that a node offers"},
      {.name = "delay",
       .type = value_type::span,
       .help = "let so much time pass before it begins",
       .otherwise = "none"},
      {.name = "label", .type = value_type::texts, .help = "a label by which it can be found, as NAME=VALUE"},
      {.name = "if_exists",
       .type = value_type::choice,
       .help = "what to do if there is an instance of this id: leave it alone, fail, or replace one that has "
               "ended",
       .otherwise = "use",
       .choices = {"use", "fail", "replace"}}};
}

std::vector<parameter> command_parameters() {
  return {{.name = "actor", .given = presence::required, .help = "the durable actor, as KIND/KEY"},
          {.name = "command", .given = presence::required, .help = "the name of the command"},
          payload_parameter("input", "the input of the command"),
          {.name = "command_id",
           .help = "send the command under this id: it is applied once, however often it is sent",
           .otherwise = "it is sent once"}};
}

std::vector<operation> actor_operations() {
  return {{.name = "tell",
           .group = acting,
           .summary = "Send a command to a durable actor",
           .details = "It is done when the command is stored; the actor need not have been there before.",
           .example = "account/ada deposit 500",
           .does = effect::changes,
           .needs = store_access::open,
           .parameters = command_parameters(),
           .run = tell},
          {.name = "ask",
           .group = acting,
           .summary = "Send a command to a durable actor and show its answer",
           .details = "A node that has the code of the actor must run. If the time is up, the command may be "
                      "applied all "
                      "the same.",
           .example = "account/ada deposit 500 --timeout 10s",
           .does = effect::changes,
           .needs = store_access::open,
           .parameters = command_parameters() + std::vector{timeout_parameter("1m")},
           .run = ask,
           .begin = begin_ask}};
}

std::vector<operation> message_operations() {
  return {
      {.name = "raise",
       .group = acting,
       .summary = "Raise an external event for an instance",
       .details = "The oldest wait for this event gets it, if there is one at that moment.",
       .example = R"(order-7 approved '{"by": "Grace"}')",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(),
                      {.name = "event", .given = presence::required, .help = "the name of the event"},
                      payload_parameter("payload", "what it says")},
       .run = raise},
      {.name = "enqueue",
       .group = acting,
       .summary = "Put a message into a queue of an instance",
       .details = "It waits there until the instance takes it.",
       .example = R"(order-7 parcels '{"number": 12}')",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(),
                      {.name = "queue", .given = presence::required, .help = "the name of the queue"},
                      payload_parameter("payload", "the message")},
       .run = enqueue},
      {.name = "label",
       .group = acting,
       .summary = "Set a label of an instance, or remove one",
       .details =
           "It takes effect with the next turn of the instance, which must not have ended. The one that is "
           "set last wins, also over what the orchestration sets.",
       .example = "order-7 amount 42.5 --type number",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(),
                      {.name = "name", .given = presence::required, .help = "the name of the label"},
                      {.name = "value", .given = presence::last, .help = "its value"},
                      {.name = "type",
                       .type = value_type::choice,
                       .help = "what the value is; filters compare it with values of this type",
                       .otherwise = "text",
                       .choices = {"text", "number", "bool", "time"}},
                      {.name = "remove", .type = value_type::flag, .help = "the instance has it no more"}},
       .run = set_label}};
}

std::vector<operation> ending_operations() {
  return {
      {.name = "cancel",
       .group = acting,
       .summary = "Cancel an instance, with its activities and sub-orchestrations",
       .details = "It is done when the request is stored; an instance that has ended is left as it is.",
       .example = "order-7 --reason 'ordered twice'",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(), reason_parameter()},
       .run = cancel},
      {.name = "terminate",
       .group = acting,
       .summary = "End an instance as failed, whatever state it is in",
       .details =
           "Its code is not run, so it may be stalled or paused; what it would do at its end is not done. "
           "Its activities and sub-orchestrations end with it. An instance that has ended is left as it is.",
       .example = "order-7 --reason 'its code is lost'",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(), reason_parameter()},
       .run = terminate}};
}

std::vector<operation> pause_operations() {
  const parameter tree{
      .name = "tree", .type = value_type::flag, .help = "the sub-orchestrations that run, too, and theirs"};
  return {
      {.name = "pause",
       .group = acting,
       .summary = "Have an instance make no more turns until it is resumed",
       .details =
           "What came before is worked off; what comes then waits, in its order. Activities that run go on. "
           "It is done when the request is stored; `problems` lists what is paused.",
       .example = "order-7 --reason 'inventory'",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(), reason_parameter(), tree},
       .run = pause},
      {.name = "resume",
       .group = acting,
       .summary = "Let an instance that is paused go on",
       .details = "An instance that is not paused is left as it is; one that is stalled is tried at once.",
       .example = "order-7",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = {instance_parameter(), tree},
       .run = resume}};
}

}  // namespace

std::vector<operation> signal_operations() {
  std::vector<operation> all{
      {.name = "start",
       .group = acting,
       .summary = "Start an instance of an orchestration",
       .details = "It is done when the start is stored. A node that has the code of the orchestration runs "
                  "the instance.",
       .example = R"(Order order-7 '{"customer": "Ada", "amount": 300}')",
       .does = effect::changes,
       .needs = store_access::open,
       .parameters = start_parameters(),
       .run = start},
      {.name = "wait",
       .group = acting,
       .summary = "Wait until an instance has ended, and show how",
       .details = "Nothing is changed, and nothing ends the instance if the time is up.",
       .example = "order-7 --timeout 30s",
       .needs = store_access::open,
       .parameters = {instance_parameter(),
                      timeout_parameter("forever"),
                      {.name = "until_exists",
                       .type = value_type::flag,
                       .help = "wait for the start of an instance that is not there yet, too"}},
       .run = wait,
       .begin = begin_wait}};
  const auto messages = message_operations();
  const auto commands = actor_operations();
  all.insert(all.end(), messages.begin(), messages.end());
  const auto endings = ending_operations();
  const auto pauses = pause_operations();
  all.insert(all.end(), endings.begin(), endings.end());
  all.insert(all.end(), pauses.begin(), pauses.end());
  all.insert(all.end(), commands.begin(), commands.end());
  return all;
}

}  // namespace duroxide::operations
