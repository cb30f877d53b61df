// duroxide::testing: means to test workflows with. Link duroxide::testing.
#pragma once

#include "duroxide/testing/crash_everywhere.hpp"
#include "duroxide/testing/environment.hpp"
#include "duroxide/testing/replay.hpp"
