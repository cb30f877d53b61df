// Several processes, one store: nodes run orders, a client starts them and waits. Nodes may come, go and be
// killed at any time. On PostgreSQL they share the orchestrations; on an SQLite file one of them has all, and
// the others run activities and stand by.
#include <duroxide/duroxide.hpp>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <thread>

using namespace std::chrono_literals;
namespace dx = duroxide;

// -- the orders ---------------------------------------------------------------

struct order {
  int number = 0;
  std::string customer;
};
BOOST_DESCRIBE_STRUCT(order, (), (number, customer))

// What an activity made of its input, and who ran it.
struct step {
  int value = 0;
  std::string node;
  std::string process;
};
BOOST_DESCRIBE_STRUCT(step, (), (value, node, process))

struct receipt {
  int total = 0;
  std::vector<step> steps;
};
BOOST_DESCRIBE_STRUCT(receipt, (), (total, steps))

constexpr dx::activity<step(int)> look_up_price{"look_up_price"};
constexpr dx::activity<step(int)> add_tax{"add_tax"};
constexpr dx::activity<step(int)> add_postage{"add_postage"};
constexpr dx::orchestration<receipt(order)> bill{"Bill"};

dx::task<receipt> run_bill(dx::orchestration_context ctx, order placed) {
  step price = co_await ctx.schedule_activity(look_up_price, placed.number);
  // All that concerns one customer is done on one node, as long as it lives: it has the customer's account at
  // hand.
  step taxed = co_await ctx.schedule_activity(add_tax, price.value).on_session(placed.customer);
  step whole = co_await ctx.schedule_activity(add_postage, taxed.value);
  receipt done{whole.value, {price, taxed, whole}};
  co_return done;
}

int price_of(int number) { return 100 * number; }
int with_tax(int price) { return price + price / 5; }
int with_postage(int price) { return price + 7; }

// -- a node -------------------------------------------------------------------

void register_all(dx::runtime& runtime, const std::string& node) {
  auto work = [node](int (*made_of)(int)) {
    return [node, made_of](dx::activity_context& context, int value) {
      context.wait_for_cancellation(20ms);              // stands for what takes time
      const std::string& worker = context.worker_id();  // HOST:PROCESS/WORKER
      return step{made_of(value), node, worker.substr(0, worker.find('/'))};
    };
  };
  runtime.register_activity(look_up_price, work(price_of));
  runtime.register_activity(add_tax, work(with_tax));
  runtime.register_activity(add_postage, work(with_postage));
  runtime.register_orchestration(bill, run_bill);
}

// Runs until it is asked to stop, by Ctrl-C or by whoever manages it. Then it finishes what it has in its
// hands, and leaves its shards to the others.
int run_node(const std::string& url, const std::string& name) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // before there are threads, which then do so too

  dx::runtime runtime{dx::open_store(url)};
  register_all(runtime, name);
  runtime.start();
  std::cout << name << " runs" << std::endl;
  int received = 0;
  sigwait(&stop, &received);
  runtime.shutdown();
  return 0;
}

// -- a client -----------------------------------------------------------------

struct share {
  std::string node = "(no activity yet)";
  int activities = 0;
  std::string shards = "gone";
};

// `ran`: by process. It is completed by who lives now, and what they own.
void print_table(std::map<std::string, share> ran, const dx::admin& admin) {
  for (const dx::node_info& each : admin.list_nodes(0))
    ran[each.name].shards = std::to_string(each.shards.size());
  auto row = [](const auto& node, const auto& process, const auto& activities, const auto& shards) {
    std::cout << std::left << std::setw(20) << node << ' ' << std::setw(28) << process << std::right
              << std::setw(11) << activities << std::setw(7) << shards << '\n';
  };
  row("node", "process", "activities", "shards");
  for (const auto& [process, share] : ran) row(share.node, process, share.activities, share.shards);
}

// Starts orders and waits for them; calls `meanwhile` each time that one is done, with how many are. Gives
// the summary.
std::string drive(const std::string& url, int count, const std::function<void(int)>& meanwhile) {
  const auto store = dx::open_store(url);
  dx::client client{store};  // there is no runtime in this process
  const std::string batch =
      "order-" + std::to_string(std::time(nullptr)) + "-" + std::to_string(getpid()) + "-";
  for (int i = 1; i <= count; ++i)
    client.start(bill, batch + std::to_string(i), order{i, "customer-" + std::to_string(i % 10)});

  std::map<std::string, share> ran;
  int right = 0;
  for (int i = 1; i <= count; ++i) {
    const receipt done = client.instance(bill, batch + std::to_string(i)).result(5min);
    if (done.total == with_postage(with_tax(price_of(i)))) ++right;
    for (const step& each : done.steps) {
      ran[each.process].node = each.node;
      ++ran[each.process].activities;
    }
    meanwhile(i);
  }
  print_table(ran, dx::admin{store});
  if (right != count) throw std::runtime_error(std::to_string(count - right) + " results are wrong");
  return std::to_string(right) + " of " + std::to_string(count) + " orders done, every result right";
}

// -- the demonstration: nodes as a service manager would run them --------------

class node_process {
public:
  // Starts this program as a node, and waits until it is a member of the store.
  node_process(const std::string& url, const std::string& name) : name_(name), process_(fork()) {
    if (process_ < 0) throw std::runtime_error("no process can be started");
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);  // does not outlive the demonstration
      execl("/proc/self/exe", "cluster", url.c_str(), "node", name.c_str(), nullptr);
      _exit(127);
    }
    const dx::admin admin{dx::open_store(url)};
    while (!is_member(admin)) {
      if (waitpid(process_, nullptr, WNOHANG) != 0)
        throw std::runtime_error("node " + name + " did not start");
      std::this_thread::sleep_for(50ms);
    }
  }
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  ~node_process() { end(SIGTERM); }

  const std::string& name() const { return name_; }

  void end(int signal) {
    if (process_ == 0) return;
    kill(process_, signal);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }

private:
  bool is_member(const dx::admin& admin) const {
    const auto nodes = admin.list_nodes(0);
    return std::ranges::any_of(
        nodes, [this](const auto& each) { return each.name.ends_with(":" + std::to_string(process_)); });
  }

  std::string name_;
  pid_t process_;
};

int run_demo(const std::string& url) {
  std::string summary;
  {
    node_process north(url, "north");
    node_process south(url, "south");
    node_process west(url, "west");
    std::unique_ptr<node_process> east;
    std::cout << "starting 120 orders" << std::endl;
    summary = drive(url, 120, [&](int done) {
      if (done != 12) return;
      std::cout << "12 orders are done: " << north.name()
                << " is killed with kill -9, and another node started" << std::endl;
      north.end(SIGKILL);
      east = std::make_unique<node_process>(url, "east");
    });
  }
  std::cout << summary << std::endl;
  return 0;
}

// -- the command line ---------------------------------------------------------

int usage() {
  std::cerr
      << "cluster STORE node NAME      runs a node, until SIGTERM or SIGINT\n"
         "cluster STORE drive [COUNT]  starts so many orders (100), waits for them, and shows who did what\n"
         "cluster STORE demo           starts three nodes, drives, kills one on the way, starts another\n"
         "\n"
         "STORE: postgresql://USER@HOST/DATABASE, or sqlite:FILE (processes of one machine only)\n";
  return 2;
}

// 0: it is no number of orders.
int number_of(const std::string& text) {
  int number = 0;
  const auto end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  return failed == std::errc() && rest == end && number > 0 ? number : 0;
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2 || arguments.size() > 3) return usage();
  const std::string& url = arguments[0];
  const std::string& command = arguments[1];
  const bool has_third = arguments.size() == 3;
  if (url == "sqlite::memory:") return usage();  // no other process could see it
  if (command == "node" && has_third) return run_node(url, arguments[2]);
  if (command == "demo" && !has_third) return run_demo(url);
  const int count = has_third ? number_of(arguments[2]) : 100;
  if (command != "drive" || count == 0) return usage();
  std::cout << drive(url, count, [](int) {}) << '\n';
  return 0;
}

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const dx::configuration_error& e) {
    std::cerr << "cluster: " << e.what() << '\n';
    return usage();
  } catch (const std::exception& e) {
    std::cerr << "cluster: " << e.what() << '\n';
    return 1;
  }
}
