// Small questions to the server's catalogs.
#pragma once

#include <set>
#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

// Names that relations of this schema bear (tables, indexes, sequences, views share one name space). Empty where there
// is no such schema.
std::set<std::string> relation_names(const std::string& schema);

}  // namespace pg
