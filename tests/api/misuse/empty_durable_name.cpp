// expect: a durable name may not be empty
// Names are stored for years.
#include "tests/api/misuse/shop.hpp"

constexpr dx::event<int> bad{""};
