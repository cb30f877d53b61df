#include <duroxide/duroxide.hpp>
#include <duroxide/http.hpp>

#include <iostream>

namespace dx = duroxide;

int main() {
  dx::runtime runtime{dx::sqlite_provider::open_in_memory()};
  runtime.start();
  dx::http::server door(runtime.client());
  std::cout << door.url() << '\n';
  door.stop();
  return door.port() == 0 ? 1 : 0;
}
