#include "actors/loader.hpp"

#include <algorithm>
#include <limits>

namespace duroxide::internal {

namespace {

constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();

template <class Line> std::uint64_t first_in(const Line& line) {
  return line.empty() ? none : line.front().first;
}

}  // namespace

loader::loader(caf::actor_config& config, std::vector<caf::actor> readers)
    : event_based_actor(config), readers_(std::move(readers)), free_(readers_) {}

caf::behavior loader::make_behavior() {
  return {
      [this](load_request& request) {
        loads_.emplace_back(++last_number_, load_for{std::move(request.instance),
                                                     caf::actor_cast<caf::actor>(current_sender()), 1});
        hand_out();
      },
      [this](load_for& again) {
        loads_.emplace_back(++last_number_, std::move(again));
        hand_out();
      },
      [this](queue_request& request) {
        pages_.emplace_back(++last_number_,
                            page_for{std::move(request), caf::actor_cast<caf::actor>(current_sender()), 1});
        hand_out();
      },
      [this](page_for& again) {
        pages_.emplace_back(++last_number_, std::move(again));
        hand_out();
      },
      [this](ask_store& request) {
        questions_.emplace_back(++last_number_, std::move(request));
        hand_out();
      },
      [this](free_atom) {
        free_.push_back(caf::actor_cast<caf::actor>(current_sender()));
        hand_out();
      },
  };
}

void loader::on_exit() {
  readers_.clear();
  free_.clear();
  loads_.clear();
  pages_.clear();
  questions_.clear();
}

void loader::hand_out() {
  std::erase_if(free_, [this](const caf::actor& reader) { return hand_to(reader); });
}

// False: there is nothing for it.
bool loader::hand_to(const caf::actor& reader) {
  const bool reads = !is_for_questions(reader);
  const std::uint64_t load = reads ? first_in(loads_) : none;
  const std::uint64_t page = reads ? first_in(pages_) : none;
  const std::uint64_t first = std::min({first_in(questions_), load, page});
  if (first == none) return false;
  if (first == load)
    hand_to(reader, loads_);
  else if (first == page)
    hand_to(reader, pages_);
  else
    hand_to(reader, questions_);
  return true;
}

template <class Request> void loader::hand_to(const caf::actor& reader, line<Request>& from) {
  send(reader, std::move(from.front().second));
  from.pop_front();
}

}  // namespace duroxide::internal
