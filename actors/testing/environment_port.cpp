#include "actors/testing/environment_port.hpp"

#include "duroxide/command_id.hpp"
#include "actors/durable_actor/commands.hpp"
#include "actors/testing/waits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace duroxide::internal {

environment_port::environment_port(std::shared_ptr<provider> store, std::function<void(steady_time)> wake_at,
                                   actor_lookup find_actor)
    : store_(std::move(store)), direct_(store_), wake_at_(std::move(wake_at)),
      find_actor_(std::move(find_actor)), watch_(store_->watch(watch_scope::everything).value()) {
  watch_->call([this] { changed_ = true; });
}

void environment_port::wait(wait_request what, reply<instance_status> done) {
  done = explaining(what.instance, std::move(done));
  wake_at_(steady_in(what.timeout));
  const std::string instance = what.instance;
  const auto waiter = waiters_.add(std::move(what), std::move(done));
  waiters_.look_found(waiter, store_->status(instance).value(), false);
  waiters_.on_taking_back(waiter, [this, waiter] { taken_back_.push_back(waiter); });
  changed_ = true;
  look();
}

void environment_port::ask(command_request what, reply<std::string> done) {
  if (what.id.empty() && what.is_answered) what.id = new_command_id();
  if (auto stored = command_in(*store_, what); !stored) return done(stored.error());
  if (!what.is_answered) return done(std::string("null"));
  wake_at_(steady_in(what.timeout));
  answers_.add(what, std::move(done), [this] { changed_ = true; });
  changed_ = true;
  look();
}

void environment_port::query(query_request what, reply<std::string> done) {
  done(answer_in(*store_, find_actor_(what.receiver.kind()), what));
}

reply<instance_status> environment_port::explaining(std::string instance, reply<instance_status> done) const {
  return [store = store_, instance = std::move(instance),
          done = std::move(done)](result<instance_status, error_details> answer) {
    if (answer || answer.error().kind != error_kind::timed_out) return done(std::move(answer));
    if (store->status(instance).value().status == runtime_status::not_found) return done(std::move(answer));
    error_details late = answer.error();
    late.message += ", and waits for " + waits_of(*store, instance);
    done(std::move(late));
  };
}

void environment_port::look() {
  for (const waiter_list::number each : std::exchange(taken_back_, {})) waiters_.taken_back(each);
  if (std::exchange(changed_, false)) {
    for (const auto& [number, what] : waiters_.for_start()) look_at(number, what);
    std::vector<waiter_list::number> numbers;
    std::vector<awaited_instance> waits;
    for (auto& [number, what] : waiters_.all_others()) {
      numbers.push_back(number);
      waits.push_back(std::move(what));
    }
    const auto over = store_->satisfied_waits(waits).value();
    for (const std::size_t index : over) look_at(numbers[index], waits[index]);
    for (const auto& [which, answer] : answers_in(*store_, answers_.all()))
      answers_.answered(which, answer)();
  }
  for (const auto& tell : answers_.over(steady_now())) tell();
  waiters_.expire(steady_now());
}

void environment_port::look_at(waiter_list::number waiter, const awaited_instance& what) {
  const bool has_key = what.kv_key && !store_->kv(what.instance, what.kv_key).value().empty();
  waiters_.look_found(waiter, store_->status(what.instance).value(), has_key);
}

}  // namespace duroxide::internal
