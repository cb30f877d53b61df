// The whole public interface, except the part for actor systems: "duroxide/caf.hpp".
#pragma once

#include "duroxide/activity_task.hpp"
#include "duroxide/admin.hpp"
#include "duroxide/client.hpp"
#include "duroxide/combinators.hpp"
#include "duroxide/contracts.hpp"
#include "duroxide/errors.hpp"
#include "duroxide/options.hpp"
#include "duroxide/orchestration_context.hpp"
#include "duroxide/postgres_provider.hpp"
#include "duroxide/registry.hpp"
#include "duroxide/result.hpp"
#include "duroxide/retry.hpp"
#include "duroxide/runtime.hpp"
#include "duroxide/semantic_version.hpp"
#include "duroxide/sqlite_provider.hpp"
#include "duroxide/task.hpp"
