// expect: CAF cannot carry this type: write an inspect function for it
// One line says which type CAF does not know.
#include <duroxide/caf/message_types.hpp>

#include <memory>

struct unknown {
  std::unique_ptr<int> value;
};

void use() { duroxide::detail::require_message_type<unknown>(); }
