#include "api/python/native/nearest_port.hpp"

#include <utility>

namespace duroxide::python {

namespace {

bool store_can_do_it(const error_details& why) {
  return why.kind == error_kind::runtime_stopped || why.kind == error_kind::not_registered;
}

class nearest final : public client_port {
public:
  explicit nearest(std::shared_ptr<python::store> opened) : store_(std::move(opened)) {}

  void start(start_request what, reply<start_result> done) override {
    through_nearest<start_result>(std::move(done),
                                  [what = std::move(what)](client_port& port, reply<start_result> then) {
                                    port.start(what, std::move(then));
                                  });
  }
  void post(message what, reply<std::monostate> done) override {
    through_nearest<std::monostate>(std::move(done),
                                    [what = std::move(what)](client_port& port, reply<std::monostate> then) {
                                      port.post(what, std::move(then));
                                    });
  }
  void ask(command_request what, reply<std::string> done) override {
    through_nearest<std::string>(std::move(done),
                                 [what = std::move(what)](client_port& port, reply<std::string> then) {
                                   port.ask(what, std::move(then));
                                 });
  }
  void query(query_request what, reply<std::string> done) override {
    through_nearest<std::string>(std::move(done),
                                 [what = std::move(what)](client_port& port, reply<std::string> then) {
                                   port.query(what, std::move(then));
                                 });
  }
  void status(std::string instance, reply<instance_status> done) override {
    through_nearest<instance_status>(
        std::move(done), [instance = std::move(instance)](client_port& port, reply<instance_status> then) {
          port.status(instance, std::move(then));
        });
  }
  void wait(wait_request what, reply<instance_status> done) override {
    through_nearest<instance_status>(
        std::move(done), [what = std::move(what)](client_port& port, reply<instance_status> then) {
          port.wait(what, std::move(then));
        });
  }
  void kv(std::string instance, std::optional<std::string> key, reply<std::vector<kv_entry>> done) override {
    using entries = std::vector<kv_entry>;
    through_nearest<entries>(std::move(done), [instance = std::move(instance),
                                               key = std::move(key)](client_port& port, reply<entries> then) {
      port.kv(instance, key, std::move(then));
    });
  }
  void activities(std::string instance, reply<std::vector<activity_state>> done) override {
    using states = std::vector<activity_state>;
    through_nearest<states>(std::move(done),
                            [instance = std::move(instance)](client_port& port, reply<states> then) {
                              port.activities(instance, std::move(then));
                            });
  }
  std::shared_ptr<provider> store() const override { return store_->opened(); }

private:
  template <class T, class Operation> void through_nearest(reply<T> done, Operation operation) {
    const auto runtime_here = store_->serving_port();
    if (!runtime_here) return operation(*store_->store_port(), std::move(done));
    auto answered = [opened = store_, done = std::move(done), operation](result<T, error_details> answer) {
      if (!answer && store_can_do_it(answer.error()))
        operation(*opened->store_port(), done);
      else
        done(std::move(answer));
    };
    operation(*runtime_here, std::move(answered));
  }

  std::shared_ptr<python::store> store_;
};

}  // namespace

std::shared_ptr<client_port> nearest_port(std::shared_ptr<store> opened) {
  return std::make_shared<nearest>(std::move(opened));
}

}  // namespace duroxide::python
