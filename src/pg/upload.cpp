// Files that this connection has brought: attached under a name, private to the connection and to the role.
#include "pg/upload.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/temp_file.hpp"

extern "C" {
#include "postgres.h"

#include "fmgr.h"
#include "foreign/foreign.h"
#include "libpq/be-fsstubs.h"
#include "libpq/libpq-fs.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
}

#include "pg/compat.hpp"

namespace pg {
namespace {

using base::Error;
using base::ErrorKind;

// Never destroyed: at the end of the process the server has removed its temporary files before static objects go.
std::vector<std::shared_ptr<Upload>>& uploads() {
    static auto& list = *new std::vector<std::shared_ptr<Upload>>;
    return list;
}

std::string shown(const std::string& name) { return "\"" + base::excerpt(name, 200) + "\""; }

void check_name(const std::string& name) {
    if (name.empty() || name[0] == '/' || name.rfind("file:", 0) == 0 || name.find("!/") != std::string::npos ||
        name.find('\n') != std::string::npos)
        throw Error(ErrorKind::invalid_argument, fmt::format("{} cannot be the name of an upload", shown(name)),
                    "A name that begins with a slash is a path, one with \"!/\" is a member of an archive.",
                    "Choose a plain name, such as the application's.");
    for (const auto& upload : uploads()) {
        if (upload->name != name) continue;
        Error error(ErrorKind::invalid_argument, fmt::format("an upload {} is attached already", shown(name)), {},
                    fmt::format("SELECT sqlite_migrate.detach('{}')", base::excerpt(name, 200)));
        error.sqlstate = "42710";
        throw error;
    }
    if (pg_call([&name] { return GetForeignServerByName(name.c_str(), true) != nullptr; }))
        throw Error(ErrorKind::invalid_argument, fmt::format("{} is the name of a foreign server", shown(name)),
                    "A source is named by either, and one name cannot be both.", "Attach it under another name.");
}

int64_t keep(const std::string& name, std::shared_ptr<TempFile> file) {
    int64_t size = file->size();
    if (size == 0)
        throw Error(ErrorKind::invalid_argument, fmt::format("there is nothing to attach as {}: it has 0 bytes", shown(name)));
    uploads().push_back(std::make_shared<Upload>(Upload{name, GetUserId(), std::move(file)}));
    return size;
}

// Through the functions that SQL has: lo_open asks for the right to read, and what a transaction leaves open is closed at its
// end, after an error, too.
class LargeObject {
   public:
    explicit LargeObject(Oid id)
        : descriptor_(pg_call([id] {
              return DatumGetInt32(DirectFunctionCall2(be_lo_open, ObjectIdGetDatum(id), Int32GetDatum(INV_READ)));
          })) {}
    int read(char* to, int size) {
        return pg_call([this, to, size] {
            CHECK_FOR_INTERRUPTS();
            return lo_read(descriptor_, to, size);
        });
    }
    void close() {
        pg_call([this] { DirectFunctionCall1(be_lo_close, Int32GetDatum(descriptor_)); });
    }

   private:
    int descriptor_;
};

}  // namespace

int64_t attach_bytes(const std::string& name, uintptr_t bytea_datum) {
    check_name(name);
    auto file = std::make_shared<TempFile>();
    auto* data = pg_call([bytea_datum] { return DatumGetByteaPP(static_cast<Datum>(bytea_datum)); });
    file->append(VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data));
    return keep(name, std::move(file));
}

int64_t attach_large_object(const std::string& name, Oid large_object) {
    check_name(name);
    auto file = std::make_shared<TempFile>();
    LargeObject object(large_object);
    std::vector<char> buffer(1 << 18);
    for (;;) {
        int n = object.read(buffer.data(), static_cast<int>(buffer.size()));
        if (n <= 0) break;
        file->append(buffer.data(), static_cast<size_t>(n));
    }
    object.close();
    return keep(name, std::move(file));
}

std::shared_ptr<const Upload> find_upload(const std::string& name) {
    for (const auto& upload : uploads()) {
        if (upload->name != name) continue;
        if (upload->role != GetUserId())
            throw Error(ErrorKind::access_denied, fmt::format("upload {} belongs to another role", shown(name)),
                        "An upload serves the role that attached it alone.", "RESET ROLE, or attach it again.");
        return upload;
    }
    return nullptr;
}

std::string detach(const std::string& name) {
    std::shared_ptr<const Upload> upload = find_upload(name);
    if (!upload)
        throw Error(ErrorKind::undefined_object, fmt::format("there is no upload {} in this connection", shown(name)));
    std::erase_if(uploads(), [&upload](const auto& other) { return other == upload; });
    return upload->file->path();
}

}  // namespace pg
