// Opening a database in the child of a fork.
#pragma once

namespace duroxide::persistence::sqlite {

// Comes before SQLite is called. What SQLite remembers of the files that are open in this process (which
// locks it holds on them, for all connections together) is not true in the child of a fork, where the locks
// are not: a connection that is opened there must not build on it. So files have another device number there,
// as far as SQLite sees, and are new to it. Until then no fork may take place while a thread holds one of the
// mutexes that every connection needs, since it would stay locked in the child.
void prepare_for_forks();

}  // namespace duroxide::persistence::sqlite
