// A reader of libarchive that is freed with its scope.
#pragma once

#include <archive.h>

#include "base/error.hpp"

// libarchive has the name "archive" in the global namespace, so this room is "archives".
namespace archives {

class ReadHandle {
   public:
    ReadHandle() : archive_(archive_read_new()) {
        if (archive_ == nullptr) throw base::Error(base::ErrorKind::out_of_memory, "out of memory");
    }
    ~ReadHandle() { archive_read_free(archive_); }
    ReadHandle(const ReadHandle&) = delete;
    ReadHandle& operator=(const ReadHandle&) = delete;

    operator struct archive*() const { return archive_; }

   private:
    struct archive* archive_;
};

}  // namespace archives
