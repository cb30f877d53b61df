#include "tests/chaos/fleet.hpp"

#include "tests/examples/program.hpp"

#include <stdexcept>
#include <utility>

namespace duroxide::chaos {

fleet::fleet(settings given) : given_(std::move(given)), nodes_(given_.places) {
  for (std::size_t place = 0; place < size(); ++place) start(place);
}

void fleet::start(std::size_t place) {
  start_without_waiting(place);
  nodes_[place]->await_ready();
}

void fleet::start_without_waiting(std::size_t place) {
  const std::string name = "node-" + std::to_string(++started_);
  nodes_[place] = std::make_unique<cluster_tests::node_process>(
      cluster_tests::node_arguments{given_.store, name, given_.folder, given_.options});
}

void fleet::kill(std::size_t place) {
  const moment from = now();
  nodes_[place]->kill();
  troubles_.push_back({nodes_[place]->name(), "killed", from, now()});
  start(place);
}

void fleet::replace(std::size_t place) {
  const moment from = now();
  nodes_[place]->stop();
  troubles_.push_back({nodes_[place]->name(), "stopped", from, now(), false});
  start(place);
}

void fleet::pause(std::size_t place, const std::function<void()>& is_enough) {
  const moment from = now();
  nodes_[place]->pause();
  is_enough();
  nodes_[place]->resume();
  troubles_.push_back({nodes_[place]->name(), "paused", from, now()});
}

void fleet::trouble_all(const std::string& kind, const std::function<void()>& trouble) {
  const moment from = now();
  trouble();
  troubles_.push_back({"", kind, from, now()});
}

void fleet::check() {
  for (const auto& each : nodes_)
    if (each->has_ended())
      throw std::runtime_error(each->name() + " has ended by itself: " +
                               testing_support::read_file(given_.folder + "/" + each->name() + ".log"));
}

void fleet::start_ended() {
  for (std::size_t place = 0; place < size(); ++place)
    if (nodes_[place]->has_ended()) start_without_waiting(place);
}

void fleet::stop() {
  for (const auto& each : nodes_) each->stop();
}

}  // namespace duroxide::chaos
