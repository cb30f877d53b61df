// Many activities side by side, joined.
#include <duroxide/duroxide.hpp>

#include <iostream>
#include <numeric>

using namespace std::chrono_literals;
namespace dx = duroxide;

constexpr dx::activity<int(int)> square{"square"};
constexpr dx::orchestration<int(int)> sum_of_squares{"SumOfSquares"};

dx::task<int> run_sum_of_squares(dx::orchestration_context ctx, int n) {
  std::vector<dx::activity_call<int>> calls;
  for (int i = 1; i <= n; ++i) calls.push_back(ctx.schedule_activity(square, i));
  auto squares = co_await dx::all(std::move(calls));
  co_return std::accumulate(squares.begin(), squares.end(), 0);
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:fan_out.db")};
  runtime.register_activity(square, [](dx::activity_context&, int n) { return n * n; });
  runtime.register_orchestration(sum_of_squares, run_sum_of_squares);
  runtime.start();

  dx::client client = runtime.client();
  std::cout << "1 + 4 + 9 + ... + 10000 = " << client.start(sum_of_squares, "squares-1", 100).result(30s)
            << '\n';
}
