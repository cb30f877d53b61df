#include "duroxide/code_location.hpp"

#include "duroxide/detail/mutex.hpp"

#include <set>
#include <string>

namespace duroxide {

namespace {

// Texts that are never freed.
class kept_texts {
public:
  const char* keep(std::string_view text) {
    text = text.substr(0, text.find('\0'));
    const detail::lock_guard lock(mutex_);
    const auto found = texts_.find(text);
    return found != texts_.end() ? found->c_str() : texts_.emplace(text).first->c_str();
  }

private:
  detail::mutex mutex_;
  std::set<std::string, std::less<>> texts_ DUROXIDE_GUARDED_BY(mutex_);
};

kept_texts& kept() {
  static kept_texts* const texts =
      new kept_texts;  // not destroyed: threads may still use it when the process ends
  return *texts;
}

}  // namespace

code_location code_location::make(std::string_view file, std::uint32_t line, std::string_view function) {
  return {kept().keep(file), kept().keep(function), line};
}

}  // namespace duroxide
