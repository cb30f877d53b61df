// A saga: when a step fails, what was done before is undone. C++ allows no co_await in a catch handler, so
// the failure is taken as a value.
#include <duroxide/duroxide.hpp>

#include <iostream>

using namespace std::chrono_literals;
namespace dx = duroxide;

struct trip {
  std::string city;
  int price = 0;
};
BOOST_DESCRIBE_STRUCT(trip, (), (city, price))

constexpr dx::activity<std::string(trip)> book_hotel{"book_hotel"};
constexpr dx::activity<std::string(trip)> charge_card{"charge_card"};
constexpr dx::activity<std::string(std::string)> cancel_hotel{"cancel_hotel"};
constexpr dx::orchestration<std::string(trip)> book_trip{"BookTrip"};

dx::task<std::string> run_book_trip(dx::orchestration_context ctx, trip wanted) {
  std::string hotel = co_await ctx.schedule_activity(book_hotel, wanted);
  auto paid = co_await dx::settle(ctx.schedule_activity(charge_card, wanted));
  if (paid) co_return hotel + ", " + *paid;
  std::string undone = co_await ctx.schedule_activity(cancel_hotel, hotel);
  co_return undone + " because " + paid.error().message();
}

int main(int argc, char** argv) {
  dx::runtime runtime{dx::open_store(argc > 1 ? argv[1] : "sqlite:saga.db")};
  runtime.register_activity(book_hotel, [](dx::activity_context&, trip t) { return "hotel in " + t.city; });
  runtime.register_activity(charge_card, [](dx::activity_context&, trip t) -> std::string {
    if (t.price > 1000) throw std::runtime_error("the card was declined");
    return "paid " + std::to_string(t.price);
  });
  runtime.register_activity(cancel_hotel,
                            [](dx::activity_context&, std::string hotel) { return "gave up " + hotel; });
  runtime.register_orchestration(book_trip, run_book_trip);
  runtime.start();

  dx::client client = runtime.client();
  auto cheap = client.start(book_trip, "cheap", trip{"Lisbon", 400});
  auto dear = client.start(book_trip, "dear", trip{"Monaco", 4000});
  std::cout << "cheap: " << cheap.result(30s) << '\n';
  std::cout << "dear: " << dear.result(30s) << '\n';
}
