#include "api/cli/command.hpp"

#include "duroxide/detail/exception_text.hpp"
#include "duroxide/log.hpp"
#include "duroxide/options.hpp"
#include "api/cli/command_line.hpp"
#include "api/cli/completion.hpp"
#include "api/cli/failures.hpp"
#include "api/cli/help.hpp"
#include "api/cli/serving.hpp"
#include "api/cli/store_address.hpp"
#include "api/cli/usage.hpp"
#include "api/cli/views.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <sstream>
#include <thread>
#include <utility>

namespace duroxide::cli {

namespace {

using operations::operation;

void complain(std::ostream& complaints, const std::string& what, const std::string& hint) {
  complaints << "duroxide: " << printable_lines(what, 2) << "\n";
  if (!hint.empty()) complaints << "  " << hint << "\n";
}

bool is_machine_readable(output_format output) {
  return output == output_format::json || output == output_format::jsonl;
}

// A failure is an object of its own on the standard error, if the answer would have been one.
void complain(std::ostream& complaints, const error_details& failure, output_format output) {
  if (!is_machine_readable(output)) return complain(complaints, failure.message, advice_for(failure));
  boost::json::object all{{"kind", to_string(failure.kind)}, {"message", failure.message}};
  complaints << boost::json::serialize(boost::json::object{{"error", std::move(all)}}) << "\n";
}

int code_for(const operation& verb, const error_details& failure) {
  const int code = exit_code_of(failure);
  // A file that is not there, or that cannot be taken, is not a wrong command line.
  return code == exit_usage && takes_file(verb) ? exit_failed : code;
}

// How many things an operation would destroy, if it can tell.
std::string extent_of(const command_line& line, const operations::session& session) {
  const auto is_trial = [](const operations::parameter& each) { return each.name == "dry_run"; };
  if (line.given.size() > 1) return " (" + std::to_string(line.given.size()) + " ids)";
  if (std::ranges::none_of(line.verb->parameters, is_trial)) return {};
  boost::json::object given = line.given.at(0);
  given["dry_run"] = true;
  const auto found = operations::run(*line.verb, session, std::move(given));
  return " (" + std::to_string(found.at("instances").as_array().size()) + " now)";
}

// Whether it is agreed that something is destroyed.
bool agrees(const command_line& line, const operations::session& session, const streams& with) {
  if (line.is_agreed || line.verb->does != operations::effect::destroys || line.given.empty()) return true;
  if (line.given.size() == 1 && line.given[0].contains("dry_run")) return true;
  if (!can_ask()) {
    complain(with.complaints, "'" + line.verb->name + "' asks before it deletes, and nobody can answer here",
             "Add --yes if you mean it.");
    return false;
  }
  with.complaints << line.verb->summary << extent_of(line, session) << "? [y/N] " << std::flush;
  std::string answer;
  std::getline(with.input, answer);
  if (answer == "y" || answer == "Y" || answer == "yes") return true;
  with.complaints << "Nothing was deleted.\n";
  return false;
}

// Runs an operation once for each of its ids. A failure does not keep the others from their turn.
class runner {
public:
  runner(const command_line& line, const streams& with)
      : line_(line), with_(with), terminal_(standard_output(line.colour)) {}

  int run(const operations::session& session) {
    for (const auto& given : line_.given) {
      try {
        show(operations::run(*line_.verb, session, given));
      } catch (const duroxide::error& e) {
        complain(with_.complaints, e.details(), line_.output);
        keep(code_for(*line_.verb, e.details()));
      }
    }
    if (!answers_.empty()) with_.output << boost::json::serialize(answers_) << "\n";
    return code_;
  }

private:
  void show(const boost::json::value& answer) {
    keep(cli::exit_code_of(line_.verb->name, answer));
    switch (line_.output) {
    case output_format::table: with_.output << view_of(line_.verb->name, answer, terminal_); break;
    case output_format::ids: with_.output << ids_of(answer); break;
    case output_format::jsonl: show_lines(answer); break;
    case output_format::json:
      if (line_.given.size() == 1)
        with_.output << boost::json::serialize(answer) << "\n";
      else
        answers_.push_back(answer);
    }
  }

  // The rows of an answer that is a list, each a line; else the answer. What explains an instance is more than a list.
  void show_lines(const boost::json::value& answer) {
    const bool is_list = !answer.as_object().contains("inbox");
    for (const char* name : {"instances", "events", "executions", "activities", "waits", "spans", "groups",
                             "nodes", "problems", "differences"})
      if (const auto* rows = answer.as_object().if_contains(name); is_list && rows && rows->is_array()) {
        for (const auto& row : rows->get_array()) with_.output << boost::json::serialize(row) << "\n";
        return;
      }
    with_.output << boost::json::serialize(answer) << "\n";
  }

  void keep(int code) {
    if (code_ == exit_done) code_ = code;
  }

  const command_line& line_;
  const streams& with_;
  terminal terminal_;
  boost::json::array answers_;
  int code_ = exit_done;
};

// Shows the answer again and again, until it is a failure.
int watch(const command_line& line, const operations::session& session, const streams& with) {
  const bool has_screen = standard_output(line.colour).width != 0;
  for (;;) {
    std::ostringstream answer;
    const int code = runner(line, {with.input, answer, with.complaints}).run(session);
    // Written at once, and over what stands there, so that nothing flickers.
    with.output << (has_screen ? "\x1b[H\x1b[J" : "") << answer.str() << std::flush;
    if (code != exit_done || !with.output) return code;
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }
}

int run_operation(const command_line& line, const streams& with) {
  const std::string url = store_address(line.store);
  try {
    const operations::session session = operations::open_session(open_for(*line.verb, url));
    if (!agrees(line, session, with)) return exit_denied;
    return line.is_watched ? watch(line, session, with) : runner(line, with).run(session);
  } catch (const duroxide::error& e) {
    complain(with.complaints, e.details(), line.output);
    return exit_code_of(e.details());
  }
}

std::string help_for(const command_line& line, const terminal& to) {
  if (is_machine_readable(line.output)) return boost::json::serialize(help_as_json()) + "\n";
  const common_option* own = line.own_verb == "help" ? nullptr : find_own_verb(line.own_verb);
  if (own) return help_of_own(*own, to);
  return line.verb ? help_of(*line.verb, to) : help_of_all(to);
}

int run_line(const command_line& line, const streams& with) {
  const terminal to = standard_output(line.colour);
  switch (line.what) {
  case action::help: with.output << help_for(line, to); break;
  case action::version: with.output << runtime_options{}.build_id << "\n"; break;
  case action::completion: with.output << bash_completion(); break;
  case action::manual: with.output << manual_page(); break;
  case action::serve: return serve(line, with.output, with.complaints);
  case action::token: return make_token(line, with.output);
  case action::run: return run_operation(line, with);
  }
  return exit_done;
}

// Warnings of the library are for people; the standard output is for answers.
scoped_log_hook log_to(std::ostream& complaints) {
  return scoped_log_hook([&complaints](const log_record& record) { complaints << record.text << "\n"; },
                         trace_level::error);
}

}  // namespace

int run_command(const std::vector<std::string>& words, const streams& with) {
  try {
    const auto log = log_to(with.complaints);
    const int code = run_line(parse(words, with.input), with);
    with.output.flush();
    if (with.output) return code;
    complain(with.complaints, "the answer cannot be written to the standard output", "");
    return exit_failed;
  } catch (const usage_error& e) {
    complain(with.complaints, e.what(), e.hint());
    return exit_usage;
  } catch (const duroxide::error& e) {
    complain(with.complaints, e.details(), output_format::table);
    return exit_code_of(e.details());
  } catch (const std::exception& e) {
    complain(with.complaints, duroxide::detail::text_of(e), "");
    return exit_failed;
  }
}

}  // namespace duroxide::cli
