// The extension module duroxide._native; _native.pyi says what it offers to the Python half of the package.
#include "api/python/native/activities.hpp"
#include "api/python/native/admin.hpp"
#include "api/python/native/client.hpp"
#include "api/python/native/failures.hpp"
#include "api/python/native/handlers.hpp"
#include "api/python/native/live_activity.hpp"
#include "api/python/native/live_orchestration.hpp"
#include "api/python/native/log_queue.hpp"
#include "api/python/native/loop_queue.hpp"
#include "api/python/native/package.hpp"
#include "api/python/native/runtimes.hpp"
#include "api/python/native/store.hpp"
#include "api/python/native/testing.hpp"

PYBIND11_MODULE(_native, module) {
  using namespace duroxide::python;
  translate_exceptions();
  bind_package(module);
  bind_store(module);
  bind_loop_queue(module);
  bind_log_queue(module);
  bind_admin(module);
  bind_client(module);
  bind_live_orchestration(module);
  bind_live_activity(module);
  bind_activities(module);
  bind_handlers(module);
  bind_runtime(module);
  bind_testing(module);
}
