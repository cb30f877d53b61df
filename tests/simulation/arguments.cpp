#include "tests/simulation/arguments.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace duroxide::simulation {

namespace {

constexpr double most_minutes = 60.0 * 24 * 365;

template <class Number> std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [behind, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || behind != end) return std::nullopt;
  return number;
}

std::uint64_t whole_number(const std::string& name, const std::string& value) {
  if (const auto number = number_in<std::uint64_t>(value)) return *number;
  throw std::invalid_argument(name + " needs a whole number that is not negative, not '" + value + "'");
}

double minutes_in(const std::string& value) {
  const auto number = number_in<double>(value);
  if (!number || !std::isfinite(*number) || *number <= 0 || *number > most_minutes)
    throw std::invalid_argument("--minutes needs a positive number, at most a year of them, not '" + value +
                                "'");
  return *number;
}

void require_writable(const std::string& name, const std::string& file) {
  if (!file.empty() && !std::ofstream(file, std::ios::app))
    throw std::invalid_argument(name + ": '" + file + "' cannot be written");
}

void take(arguments& given, const std::string& name, const std::string& value) {
  if (name == "--seed")
    given.seed = whole_number(name, value);
  else if (name == "--seeds")
    given.seeds = whole_number(name, value);
  else if (name == "--minutes")
    given.minutes = minutes_in(value);
  else if (name == "--from")
    given.from = whole_number(name, value);
  else if (value.empty())
    throw std::invalid_argument(name + " needs the name of a file");
  else
    (name == "--log" ? given.log_file : given.report_file) = value;
}

bool is_known(const std::string& name) {
  return name == "--seed" || name == "--seeds" || name == "--minutes" || name == "--from" ||
         name == "--log" || name == "--report";
}

void check(const arguments& given) {
  if (int{given.seed.has_value()} + int{given.seeds.has_value()} + int{given.minutes.has_value()} != 1)
    throw std::invalid_argument("say one of --seed, --seeds and --minutes");
  if (given.seeds == 0) throw std::invalid_argument("--seeds 0 simulates nothing");
  if (given.seed && given.from) throw std::invalid_argument("--from goes with --seeds or --minutes");
  if (!given.seed && !given.log_file.empty()) throw std::invalid_argument("--log goes with --seed only");
  require_writable("--log", given.log_file);
  require_writable("--report", given.report_file);
}

}  // namespace

const char* usage() {
  return "duroxide_simulate: runs the whole engine in one thread, under a clock of its own and with faults\n"
         "from a seed, and checks what must hold.\n\n"
         "  --seed S        one simulation\n"
         "  --seeds N       N simulations, from seed --from (1)\n"
         "  --minutes T     as many as fit into T minutes, from a random seed or --from\n"
         "  --from S        the first seed\n"
         "  --log FILE      with --seed: all that happens, a line each\n"
         "  --report FILE   the figures, as Markdown\n"
         "  --help          this\n\n"
         "The exit code is 0 if everything held, 1 if not, 2 if it was called wrongly.\n";
}

arguments parse(int count, const char* const* words) {
  arguments given;
  for (int i = 1; i < count; ++i) {
    const std::string name = words[i];
    if (name == "--help") {
      given.help = true;
      return given;
    }
    if (!is_known(name)) throw std::invalid_argument("'" + name + "' is unknown");
    if (i + 1 == count) throw std::invalid_argument(name + " needs a value");
    take(given, name, words[++i]);
  }
  check(given);
  return given;
}

}  // namespace duroxide::simulation
