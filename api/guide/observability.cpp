// The program of the page observability.md.
#include "guide/support.hpp"
#include <boost/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <latch>
#include <mutex>

using namespace std::chrono_literals;
namespace dx = duroxide;
using guide::expect;

constexpr dx::activity<int(int)> import_rows{"import_rows"};
constexpr dx::orchestration<int(int)> import_all{"ImportAll"};
constexpr dx::orchestration<int(int)> audit{"Audit"};

std::latch imported(1);
std::latch seen(1);

// [traces]
int run_import(dx::activity_context& context, int rows) {
  context.trace_info("importing " + std::to_string(rows) + " rows");
  context.heartbeat("half of " + std::to_string(rows));
  imported.count_down();  // stands for work that takes long
  seen.wait();
  return rows;
}

dx::task<int> run_import_all(dx::orchestration_context ctx, int rows) {
  ctx.trace_info("begins");
  int done = co_await ctx.schedule_activity(import_rows, rows);
  ctx.trace_warn("done with " + std::to_string(done));
  co_return done;
}
// [end]

// [loggers]
// Before the runtime starts. Anything that spdlog can write to: files, syslog, your own sink.
void send_traces_to(std::ostream& out) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
  for (const char* name : {"duroxide::orchestration", "duroxide::activity"}) {
    auto logger = std::make_shared<spdlog::logger>(name, sink);
    logger->set_pattern("%n %l: %v");
    spdlog::register_logger(logger);
  }
}
// [end]

// [hook]
std::string to_json(const dx::log_record& record) {
  boost::json::object line;
  line["level"] = boost::json::string(to_string(record.level));
  line["logger"] = record.logger;
  line["text"] = record.text;
  for (const dx::log_field& field : record.fields)
    line[field.name] =
        std::visit([](const auto& value) { return boost::json::value_from(value); }, field.value);
  return boost::json::serialize(line);
}

// While it lives, all that is logged is a line of JSON.
class json_log {
public:
  explicit json_log(std::ostream& out) : out_(out) {}

private:
  void write(const dx::log_record& record) {
    const std::string line = to_json(record);
    const std::lock_guard lock(mutex_);  // several threads log at once
    out_ << line << '\n';
  }

  std::ostream& out_;
  std::mutex mutex_;
  // The last member, so that nobody is in the hook when the others go.
  dx::scoped_log_hook hook_{[this](const dx::log_record& record) { write(record); }, dx::trace_level::info};
};
// [end]

// [activities]
std::string what_it_does(dx::client client, const std::string& instance) {
  std::string text;
  for (const dx::activity_state& each : client.instance(instance).activities())
    text += each.name + ", attempt " + std::to_string(each.attempt) + ": " + each.progress.value_or("silent");
  return text;
}
// [end]

// [metrics]
void check_metrics(const dx::runtime& runtime) {
  dx::metrics_snapshot now = runtime.metrics();
  dx::orchestration_metrics imports = now.orchestration("ImportAll");  // summed over its versions
  expect(imports.started, 1U);
  expect(imports.completed, 1U);
  expect(imports.failed(), 0U);
  expect(now.activity("import_rows").succeeded, 1U);
  expect(now.activity("import_rows").duration.count, 1U);
  expect(now.store_errors, 0U);
}
// [end]

// [prometheus]
std::string answer_to_a_scrape(const dx::runtime& runtime) {
  return to_prometheus(runtime.metrics());  // Content-Type: text/plain; version=0.0.4
}
// [end]

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

dx::task<int> run_audit(dx::orchestration_context ctx, int rows) {
  ctx.trace_debug("looks");
  if (rows == 0) ctx.trace_warn("nothing to look at");
  co_return rows;
}

void check_hook() {
  std::ostringstream out;
  {
    json_log log(out);
    dx::runtime runtime(dx::sqlite_provider::open_in_memory());
    runtime.register_orchestration(audit, run_audit);
    runtime.start();
    expect(runtime.client().start(audit, "a", 0).result(30s), 0);
  }
  expect(contains(out.str(),
                  R"({"level":"warn","logger":"duroxide::orchestration","text":"nothing to look at",)"
                  R"("instance":"a","execution":1,"orchestration":"Audit","version":"1.0.0"})"));
  expect(!contains(out.str(), "looks"));
}

int main() {
  std::ostringstream log;
  send_traces_to(log);
  {
    dx::runtime runtime(dx::sqlite_provider::open_in_memory());
    runtime.register_activity(import_rows, run_import);
    runtime.register_orchestration(import_all, run_import_all);
    runtime.start();
    dx::client client = runtime.client();
    client.start(import_all, "i", 500);
    imported.wait();
    std::string doing = what_it_does(client, "i");
    while (contains(doing, "silent")) doing = what_it_does(client, "i");
    expect(doing, "import_rows, attempt 1: half of 500");
    seen.count_down();
    expect(client.instance(import_all, "i").result(30s), 500);
    check_metrics(runtime);
    expect(contains(answer_to_a_scrape(runtime),
                    "duroxide_orchestration_starts_total{orchestration=\"ImportAll\","
                    "version=\"1.0.0\"} 1\n"));
  }
  std::string text = log.str();
  expect(contains(text, "duroxide::orchestration info: begins instance_id=i execution_id=1 "
                        "orchestration_name=ImportAll orchestration_version=1.0.0\n"));
  expect(contains(text, "duroxide::orchestration warning: done with 500 instance_id=i"));
  expect(contains(text, "duroxide::activity info: importing 500 rows instance_id=i"));
  spdlog::drop_all();
  check_hook();
}
