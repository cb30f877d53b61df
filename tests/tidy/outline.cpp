#include "tests/tidy/outline.hpp"

#include "tests/tidy/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tidy {

namespace {

template <std::size_t N> bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 4> starts_an_expression{"return", "co_return", "co_await", "co_yield"};
constexpr std::array<std::string_view, 5> follows_parameters{"const", "noexcept", "override", "final",
                                                             "mutable"};
constexpr std::array<std::string_view, 4> precedes_a_block{"else", "try", "do", "requires"};
constexpr std::array<std::string_view, 6> names_a_scope{"namespace", "class", "struct",
                                                        "enum",      "union", "extern"};
constexpr std::array<std::string_view, 3> labels_members{"public", "protected", "private"};

std::string_view trimmed_before(std::string_view text, std::size_t end) {
  return trimmed(text.substr(0, end));
}

// The place of the bracket that the last character of this text closes, or npos.
std::size_t opening_of(std::string_view text, char open, char close) {
  std::size_t depth = 0;
  for (auto place = text.size(); place-- > 0;) {
    if (text[place] == close) ++depth;
    if (text[place] == open && --depth == 0) return place;
  }
  return text.npos;
}

bool is_balanced(std::string_view text) {
  return std::count(text.begin(), text.end(), '(') == std::count(text.begin(), text.end(), ')');
}

// `auto f(x) -> T` becomes `auto f(x)`, and `p->q` stays as it is.
std::string_view without_trailing_return(std::string_view head) {
  const auto arrow = head.rfind("->");
  if (arrow == head.npos) return head;
  const auto type = head.substr(arrow + 2);
  if (type.find_first_of("=;") != type.npos || !is_balanced(type)) return head;
  const auto rest = trimmed_before(head, arrow);
  const bool parameters = rest.ends_with(')') || rest.ends_with(']');
  return parameters || is_one_of(last_word(rest), follows_parameters) ? rest : head;
}

std::string_view without_attribute(std::string_view head) {
  if (!head.ends_with("]]")) return head;
  const auto open = head.rfind("[[");
  return open == head.npos ? head : trimmed_before(head, open);
}

std::string_view without_specifiers(std::string_view head) {
  head = without_attribute(without_trailing_return(trimmed(head)));
  for (;;) {
    const auto word = last_word(head);
    if (is_one_of(word, follows_parameters)) {
      head = trimmed_before(head, head.size() - word.size());
    } else if (head.ends_with('&')) {
      head = trimmed_before(head, head.size() - 1);
    } else {
      return head;
    }
  }
}

bool heads_a_lambda(std::string_view head) {
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'<', '>'}}) {
    if (!head.ends_with(close)) continue;
    const auto place = opening_of(head, open, close);
    if (place == head.npos) return false;
    head = trimmed_before(head, place);
  }
  if (!head.ends_with(']')) return false;
  const auto bracket = opening_of(head, '[', ']');
  return bracket != head.npos && opens_lambda(head, bracket);
}

bool heads_a_scope(std::string_view head) {
  return std::any_of(names_a_scope.begin(), names_a_scope.end(), [&](std::string_view word) {
    const auto place = find_word(head, word);
    return place != head.npos &&
           head.find('=', head.rfind('>') == head.npos ? place : head.rfind('>')) == head.npos;
  });
}

bool heads_a_block(std::string_view head) {
  if (head.empty() || is_one_of(last_word(head), precedes_a_block)) return true;
  return std::string_view(")}:").find(head.back()) != std::string_view::npos;
}

enum class brace { initializer, lambda, function, block };

struct platform {
  bool in_expression;
  bool in_function;
};

brace kind_of(std::string_view head, platform where) {
  const auto bare = without_specifiers(head);
  if (heads_a_lambda(bare)) return brace::lambda;
  if (where.in_expression) return brace::initializer;
  const bool constrained = has_word(bare, "requires") && bare.find('(') != bare.npos;
  const bool callable = constrained || bare.ends_with(')') || bare.ends_with('}');
  if (callable && !where.in_function) return brace::function;
  return heads_a_block(bare) || heads_a_scope(bare) ? brace::block : brace::initializer;
}

std::string name_of(std::string_view head) {
  const auto end = trimmed_before(head, std::min(head.find('('), head.size()));
  auto first = end.size();
  while (first > 0 && (is_word_character(end[first - 1]) || end[first - 1] == ':' || end[first - 1] == '~'))
    --first;
  return std::string(end.substr(first));
}

class reader {
public:
  outline read(std::string_view code) && {
    for (const char c : code) {
      take(c);
      if (c == '\n') ++line_;
    }
    while (frames_.size() > 1) close_frame();
    end_statement();
    return std::move(result_);
  }

private:
  // What stands between two braces that enclose statements.
  struct frame {
    statement current;
    std::string brackets;  // that are open in the current statement
    brace opened_as = brace::block;
    bool in_function = false;
    std::optional<function> starts;
  };

  frame& top() { return frames_.back(); }

  void take(char c) {
    auto& open = top().brackets;
    if (c == '{') return open_brace();
    if (c == '}') return close_brace();
    if (c == ';' && open.empty()) return end_statement();
    if (c == '(' || c == '[') open += c;
    if ((c == ')' || c == ']') && !open.empty() && open.back() != '{') open.pop_back();
    append(c);
    if (c == ':' &&
        is_one_of(trimmed_before(top().current.text, top().current.text.size() - 1), labels_members))
      top().current = {};
  }

  void append(char c) {
    auto& current = top().current;
    if (current.text.empty() && trimmed({&c, 1}).empty()) return;
    if (current.text.empty()) current.line = line_;
    current.text += c;
  }

  void open_brace() {
    const auto kind = kind_of(top().current.text, {!top().brackets.empty(), top().in_function});
    if (kind == brace::initializer) {
      append('{');
      top().brackets += '{';
      return;
    }
    frame inner;
    inner.opened_as = kind;
    inner.in_function = top().in_function || kind != brace::block;
    if (inner.in_function && !top().in_function) {
      const auto& head = top().current;
      const auto name = kind == brace::lambda ? "lambda" : name_of(head.text);
      inner.starts = function{name, head.line, 0};
    }
    if (kind == brace::lambda) {
      append('{');
    } else {
      end_statement();
    }
    frames_.push_back(std::move(inner));
  }

  void close_brace() {
    auto& open = top().brackets;
    while (!open.empty() && open.back() != '{') open.pop_back();
    if (!open.empty()) {
      open.pop_back();
      append('}');
    } else if (frames_.size() > 1) {
      close_frame();
    }
  }

  void close_frame() {
    end_statement();
    auto closed = std::move(frames_.back());
    frames_.pop_back();
    if (closed.starts) {
      closed.starts->lines = line_ - closed.starts->line + 1;
      result_.functions.push_back(std::move(*closed.starts));
    }
    if (closed.opened_as == brace::lambda) append('}');
  }

  void end_statement() {
    auto& ended = top();
    if (!ended.current.text.empty())
      result_.statements.push_back({ended.current.line, std::string(trimmed(ended.current.text))});
    ended.current = {};
    ended.brackets.clear();
  }

  std::vector<frame> frames_ = std::vector<frame>(1);
  std::size_t line_ = 1;
  outline result_;
};

}  // namespace

outline outline_of(std::string_view text) {
  return reader{}.read(without_directives(code_only(std::string(text))));
}

bool opens_binding(std::string_view code, std::size_t bracket) {
  auto before = trimmed_before(code, bracket);
  while (before.ends_with('&')) before.remove_suffix(1);
  return last_word(trimmed(before)) == "auto";
}

bool opens_lambda(std::string_view code, std::size_t bracket) {
  if (opens_binding(code, bracket) || code.substr(bracket, 2) == "[[") return false;
  const auto before = trimmed_before(code, bracket);
  const auto word = last_word(before);
  if (!word.empty()) return is_one_of(word, starts_an_expression);
  return before.empty() || std::string_view(")][").find(before.back()) == std::string_view::npos;
}

}  // namespace tidy
