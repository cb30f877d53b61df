#include "duroxide/metrics.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace duroxide {

namespace {

void add(duration_histogram& sum, const duration_histogram& more) {
  sum.count += more.count;
  sum.sum_in_seconds += more.sum_in_seconds;
  for (std::size_t i = 0; i < sum.at_most.size(); ++i) sum.at_most[i] += more.at_most[i];
}

using label_list = std::vector<std::pair<std::string, std::string>>;

// One exposition: families of samples, each with its help and type before it.
class exposition {
public:
  std::string text;

  void family(const std::string& name, const char* type, const char* help) {
    text += "# HELP duroxide_" + name + " " + help + "\n# TYPE duroxide_" + name + " " + type + "\n";
  }
  template <class Number> void sample(const std::string& name, const label_list& labels, Number value) {
    text += "duroxide_" + name + in_braces(labels) + " " + number(value) + "\n";
  }
  void histogram(const std::string& name, const label_list& labels, const duration_histogram& observed) {
    for (std::size_t i = 0; i < observed.at_most.size(); ++i)
      bucket(name, labels, number(duration_histogram::limits_in_seconds[i]), observed.at_most[i]);
    bucket(name, labels, "+Inf", observed.count);
    sample(name + "_sum", labels, observed.sum_in_seconds);
    sample(name + "_count", labels, observed.count);
  }

private:
  void bucket(const std::string& name, label_list labels, std::string limit, std::uint64_t count) {
    labels.emplace_back("le", std::move(limit));
    sample(name + "_bucket", labels, count);
  }
  static std::string number(std::uint64_t value) { return std::to_string(value); }
  static std::string number(double value) {
    std::array<char, 32> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 9).ptr;
    return {digits.data(), end};
  }
  static std::string in_braces(const label_list& labels) {
    if (labels.empty()) return {};
    std::string all;
    for (const auto& [name, value] : labels)
      all += (all.empty() ? "{" : ",") + name + "=\"" + escaped(value) + "\"";
    return all + "}";
  }
  static std::string escaped(const std::string& value) {
    std::string safe;
    for (char c : value) {
      if (c == '\\' || c == '"') safe += '\\';
      safe += c == '\n' ? std::string("\\n") : std::string(1, c);
    }
    return safe;
  }
};

label_list labels_of(const orchestration_metrics& counted) {
  return {{"orchestration", counted.name}, {"version", counted.version}};
}

label_list with(label_list labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

void expose_orchestrations(exposition& out, const std::vector<orchestration_metrics>& all) {
  out.family("orchestration_starts_total", "counter", "Executions begun.");
  for (const auto& each : all) out.sample("orchestration_starts_total", labels_of(each), each.started);
  out.family("orchestration_endings_total", "counter", "Executions ended, by how.");
  for (const auto& each : all) {
    auto ended = [&](const char* how, std::uint64_t count) {
      out.sample("orchestration_endings_total", with(labels_of(each), "outcome", how), count);
    };
    ended("completed", each.completed);
    ended("failed_application", each.failed_application);
    ended("failed_configuration", each.failed_configuration);
    ended("failed_infrastructure", each.failed_infrastructure);
    ended("failed_poison", each.failed_poison);
    ended("cancelled", each.cancelled);
    ended("continued_as_new", each.continued_as_new);
  }
  out.family("orchestration_turns_total", "counter", "Turns committed.");
  for (const auto& each : all) out.sample("orchestration_turns_total", labels_of(each), each.turns);
  out.family("orchestration_events_total", "counter", "History events committed.");
  for (const auto& each : all) out.sample("orchestration_events_total", labels_of(each), each.events);
  out.family("sub_orchestrations_total", "counter", "Sub-orchestrations scheduled.");
  for (const auto& each : all)
    out.sample("sub_orchestrations_total", labels_of(each), each.sub_orchestrations);
  out.family("long_turns_total", "counter", "Turns that took longer than long_turn.");
  for (const auto& each : all) out.sample("long_turns_total", labels_of(each), each.long_turns);
  out.family("orchestration_duration_seconds", "histogram", "From the start of an instance to its end.");
  for (const auto& each : all)
    out.histogram("orchestration_duration_seconds", labels_of(each), each.duration);
}

void expose_activities(exposition& out, const std::vector<activity_metrics>& all) {
  out.family("activity_runs_total", "counter", "Activities run here, by outcome.");
  for (const auto& each : all) {
    auto ended = [&](const char* how, std::uint64_t count) {
      out.sample("activity_runs_total", {{"activity", each.name}, {"outcome", how}}, count);
    };
    ended("succeeded", each.succeeded);
    ended("failed", each.failed);
    ended("cancelled", each.cancelled);
    ended("poisoned", each.poisoned);
  }
  out.family("activity_retries_total", "counter", "Runs that repeat an attempt that failed.");
  for (const auto& each : all) out.sample("activity_retries_total", {{"activity", each.name}}, each.retries);
  out.family("activity_duration_seconds", "histogram", "Time that a run took.");
  for (const auto& each : all)
    out.histogram("activity_duration_seconds", {{"activity", each.name}}, each.duration);
}

void expose_runtime(exposition& out, const metrics_snapshot& now) {
  auto one = [&](const char* name, const char* type, const char* help, std::uint64_t value) {
    out.family(name, type, help);
    out.sample(name, {}, value);
  };
  one("resident_instances", "gauge", "Instances in memory.", now.resident_instances);
  one("queued_activities", "gauge", "Activities that wait here for a worker, or for others to end.",
      now.queued_activities);
  one("running_activities", "gauge", "Activities that run on workers here.", now.running_activities);
  one("running_asynchronous_activities", "gauge", "Activities that run here without a worker.",
      now.running_asynchronous_activities);
  one("waiting_starts", "gauge", "First turns of instances that wait for a commit.", now.waiting_starts);
  one("waiting_turns", "gauge", "Other turns that do.", now.waiting_turns);
  one("commits_total", "counter", "Transactions of the journal.", now.commits);
  one("committed_turns_total", "counter", "Turns that they committed.", now.committed_turns);
  one("store_errors_total", "counter", "Transactions that failed.", now.store_errors);
  out.family("commit_duration_seconds", "histogram", "Time that a transaction took.");
  out.histogram("commit_duration_seconds", {}, now.commit_duration);
}

}  // namespace

orchestration_metrics metrics_snapshot::orchestration(const std::string& name) const {
  orchestration_metrics sum;
  sum.name = name;
  for (const auto& each : orchestrations) {
    if (each.name != name) continue;
    sum.version += (sum.version.empty() ? "" : ", ") + each.version;
    sum.started += each.started;
    sum.completed += each.completed;
    sum.failed_application += each.failed_application;
    sum.failed_configuration += each.failed_configuration;
    sum.failed_infrastructure += each.failed_infrastructure;
    sum.failed_poison += each.failed_poison;
    sum.cancelled += each.cancelled;
    sum.continued_as_new += each.continued_as_new;
    sum.turns += each.turns;
    sum.events += each.events;
    sum.sub_orchestrations += each.sub_orchestrations;
    sum.long_turns += each.long_turns;
    add(sum.duration, each.duration);
  }
  return sum;
}

activity_metrics metrics_snapshot::activity(const std::string& name) const {
  for (const auto& each : activities)
    if (each.name == name) return each;
  activity_metrics none;
  none.name = name;
  return none;
}

std::string to_prometheus(const metrics_snapshot& snapshot) {
  exposition out;
  expose_orchestrations(out, snapshot.orchestrations);
  expose_activities(out, snapshot.activities);
  expose_runtime(out, snapshot);
  return std::move(out.text);
}

}  // namespace duroxide
