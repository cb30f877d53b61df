#include "api/python/native/notifying_port.hpp"

#include <utility>

namespace duroxide::python {

namespace {

class notifying final : public client_port {
public:
  notifying(std::shared_ptr<client_port> port, std::function<void()> answered)
      : port_(std::move(port)), answered_(std::move(answered)) {}

  void start(start_request what, reply<start_result> done) override {
    port_->start(std::move(what), noticed(std::move(done)));
  }
  void post(message what, reply<std::monostate> done) override {
    port_->post(std::move(what), noticed(std::move(done)));
  }
  void ask(command_request what, reply<std::string> done) override {
    port_->ask(std::move(what), noticed(std::move(done)));
  }
  void query(query_request what, reply<std::string> done) override {
    port_->query(std::move(what), noticed(std::move(done)));
  }
  void status(std::string instance, reply<instance_status> done) override {
    port_->status(std::move(instance), noticed(std::move(done)));
  }
  void wait(wait_request what, reply<instance_status> done) override {
    port_->wait(std::move(what), noticed(std::move(done)));
  }
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override {
    port_->kv(std::move(instance), std::move(key), noticed(std::move(done)));
  }
  void activities(std::string instance, reply<std::vector<activity_state>> done) override {
    port_->activities(std::move(instance), noticed(std::move(done)));
  }
  std::shared_ptr<provider> store() const override { return port_->store(); }

private:
  template <class T> reply<T> noticed(reply<T> done) const {
    return [done = std::move(done), then = answered_](result<T, error_details> answer) {
      done(std::move(answer));
      then();
    };
  }

  std::shared_ptr<client_port> port_;
  std::function<void()> answered_;
};

}  // namespace

std::shared_ptr<client_port> notifying_port(std::shared_ptr<client_port> port,
                                            std::function<void()> answered) {
  return std::make_shared<notifying>(std::move(port), std::move(answered));
}

}  // namespace duroxide::python
