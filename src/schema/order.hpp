// Orders tables by their foreign keys: parents first, cycles as one group.
#pragma once

#include <string>
#include <vector>

#include "sqlite/catalog.hpp"

namespace schema {

struct Reference {
    std::string child, parent;
};

// Strongly connected components, each after all that it refers to. A component of more than one name is a cycle; its
// members, and components that do not depend on each other, keep the order of `names`. Other names are ignored.
std::vector<std::vector<std::string>> parents_first(const std::vector<std::string>& names,
                                                    const std::vector<Reference>& references);

// The same for tables by the foreign keys that they declare; names are matched as SQLite does, without case.
std::vector<std::vector<std::string>> parents_first(const std::vector<sqlite::Table>& tables);

}  // namespace schema
