// Messages that several kinds of actors know. These messages never leave the process.
#pragma once

#include <caf/atom.hpp>

namespace duroxide::internal {

using stop_atom = caf::atom_constant<caf::atom("stop")>;
using wake_atom = caf::atom_constant<caf::atom("wake")>;
using sweep_atom = caf::atom_constant<caf::atom("sweep")>;

}  // namespace duroxide::internal
