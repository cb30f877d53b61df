// Ctrl-C.
#pragma once

namespace duroxide::bench {

// From now on the first Ctrl-C only asks; a second one ends the program.
void listen_for_interrupt();
// Whoever waits for long looks here, and then ends with what has been measured.
bool asked_to_stop();

}  // namespace duroxide::bench
