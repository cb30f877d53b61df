// duroxide_bench: one workload on one store, checked and measured.
#include "bench/run_main.hpp"

int main(int argc, char** argv) { return duroxide::bench::run_main(argc, argv); }
