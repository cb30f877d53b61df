// expect: a durable name consists of letters
// Names are stored for years.
#include "tests/api/misuse/shop.hpp"

constexpr dx::activity<receipt(order)> bad{"Send Email!"};
