// Looking at a path before anything is written there.
#pragma once

#include <string>

namespace duroxide::persistence::sqlite {

// Throws store_failure unless `path`, which is absolute, may become or already is a database of ours:
// store_unavailable for a path that no file can have, store_incompatible for a file that belongs to somebody
// else. Neither the file nor its folder is changed.
void require_ours_or_empty(const std::string& path);

}  // namespace duroxide::persistence::sqlite
