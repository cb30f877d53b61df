#include "api/cli/json_text.hpp"

#include "api/cli/terminal.hpp"

namespace duroxide::cli {

namespace {

// Items between brackets, each in a line of its own.
class block {
public:
  block(char open, std::size_t indent) : text_(1, open), indent_(indent) {}

  void add(const std::string& item) {
    text_ += (text_.size() > 1 ? "," : "") + ("\n" + std::string(indent_ + 2, ' ')) + item;
  }
  std::string end(char close) const { return text_ + "\n" + std::string(indent_, ' ') + close; }

private:
  std::string text_;
  std::size_t indent_;
};

}  // namespace

std::string compact(const boost::json::value& what) { return boost::json::serialize(what); }

std::string pretty(const boost::json::value& what, std::size_t indent, std::size_t width) {
  const std::string line = printable(compact(what));
  const bool is_flat = !what.is_object() && !what.is_array();
  // Far to the right there is no room for lines that say anything.
  if (is_flat || indent + columns_of(line) <= width || indent > width / 2) return line;
  if (const auto* object = what.if_object()) {
    block lines('{', indent);
    for (const auto& [name, member] : *object) {
      const std::string start = printable(boost::json::serialize(name)) + ": ";
      lines.add(start + pretty(member, indent + 2, width));
    }
    return lines.end('}');
  }
  block lines('[', indent);
  for (const auto& member : what.get_array()) lines.add(pretty(member, indent + 2, width));
  return lines.end(']');
}

std::string plain(const boost::json::value& what) {
  if (const auto* text = what.if_string()) return printable(std::string_view(text->data(), text->size()));
  return what.is_null() ? "" : printable(compact(what));
}

}  // namespace duroxide::cli
