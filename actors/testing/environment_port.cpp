#include "actors/testing/environment_port.hpp"

#include "actors/testing/waits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace duroxide::internal {

environment_port::environment_port(std::shared_ptr<provider> store, std::function<void(steady_time)> wake_at)
    : store_(std::move(store)), direct_(store_), wake_at_(std::move(wake_at)),
      watch_(store_->watch(watch_scope::everything).value()) {
  watch_->call([this] { changed_ = true; });
}

void environment_port::wait(wait_request what, reply<instance_status> done) {
  auto status = store_->status(what.instance);
  if (status && status->status == runtime_status::not_found)
    return done(error_details{error_category::application,
                              error_kind::instance_not_found,
                              "there is no instance '" + what.instance + "' to wait for; start it first",
                              {}});
  const steady_time deadline = steady_now() + std::min<duration>(what.timeout, std::chrono::years(100));
  wake_at_(deadline);
  done = explaining(what.instance, std::move(done));
  waiters_.add(std::move(what), std::move(done), deadline);
  changed_ = true;
  look();
}

reply<instance_status> environment_port::explaining(std::string instance, reply<instance_status> done) const {
  return [store = store_, instance = std::move(instance),
          done = std::move(done)](result<instance_status, error_details> answer) {
    if (answer || answer.error().kind != error_kind::timed_out) return done(std::move(answer));
    error_details late = answer.error();
    late.message += ", and waits for " + waits_of(*store, instance);
    done(std::move(late));
  };
}

void environment_port::look() {
  if (std::exchange(changed_, false)) {
    std::vector<std::uint64_t> numbers;
    std::vector<awaited_instance> waits;
    for (auto& [number, what] : waiters_.all()) {
      numbers.push_back(number);
      waits.push_back(std::move(what));
    }
    const auto over = store_->come_true(waits).value();
    for (const std::size_t at : over)
      waiters_.answer_one(numbers[at], store_->status(waits[at].instance).value());
  }
  waiters_.expire(steady_now());
}

}  // namespace duroxide::internal
