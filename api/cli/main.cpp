// The program `duroxide`.
#include "api/cli/command.hpp"

#include <iostream>

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  return duroxide::cli::run_command({argv + 1, argv + argc}, {std::cin, std::cout, std::cerr});
}
