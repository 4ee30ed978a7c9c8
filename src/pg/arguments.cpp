// Reads a function's arguments as C++ values, and makes its results.
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pg/guard.hpp"
#include "pg/arguments.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
}

namespace pg {
namespace {

struct Elements {
    Datum* values;
    bool* nulls;
    int count;
};

Elements array_elements(FunctionCallInfo call, int index, Oid type, int length, bool by_value, char align) {
    if (call->args[index].isnull) return {nullptr, nullptr, 0};
    Datum given = call->args[index].value;
    return pg_call([=] {
        Elements e{};
        deconstruct_array(DatumGetArrayTypeP(given), type, length, by_value, align, &e.values, &e.nulls, &e.count);
        return e;
    });
}

void refuse_null_element(const Elements& e, int i) {
    if (e.nulls[i]) throw base::Error(base::ErrorKind::invalid_argument, "an array argument holds a NULL element");
}

}  // namespace

Datum text_datum(const char* utf8, size_t size) {
    // Verifies even where nothing is to be converted.
    char* converted = pg_any_to_server(utf8, static_cast<int>(size), PG_UTF8);
    return PointerGetDatum(converted == utf8 ? cstring_to_text_with_len(utf8, static_cast<int>(size))
                                             : cstring_to_text(converted));
}

char* utf8_of(Datum value) {
    char* given = TextDatumGetCString(value);
    return pg_server_to_any(given, static_cast<int>(strlen(given)), PG_UTF8);
}

Datum required_argument(FunctionCallInfo call, int index) {
    if (!call->args[index].isnull) return call->args[index].value;
    base::Error error(base::ErrorKind::invalid_argument, "argument " + std::to_string(index + 1) + " must not be NULL");
    error.sqlstate = "22004";
    throw error;
}

std::string text_argument(FunctionCallInfo call, int index) {
    Datum given = required_argument(call, index);
    return pg_call([given]() -> const char* { return utf8_of(given); });
}

std::vector<std::string> text_array_argument(FunctionCallInfo call, int index) {
    Elements e = array_elements(call, index, TEXTOID, -1, false, TYPALIGN_INT);
    std::vector<std::string> result;
    for (int i = 0; i < e.count; ++i) {
        refuse_null_element(e, i);
        Datum element = e.values[i];
        result.emplace_back(pg_call([element]() -> const char* { return utf8_of(element); }));
    }
    return result;
}

std::vector<Oid> oid_array_argument(FunctionCallInfo call, int index) {
    Elements e = array_elements(call, index, OIDOID, sizeof(Oid), true, TYPALIGN_INT);
    std::vector<Oid> result;
    for (int i = 0; i < e.count; ++i) {
        refuse_null_element(e, i);
        result.push_back(DatumGetObjectId(e.values[i]));
    }
    return result;
}

std::string jsonb_text(Datum jsonb, const char* key) {
    const char* text = pg_call([=]() -> const char* {
        Jsonb* object = DatumGetJsonbP(jsonb);
        if (!JB_ROOT_IS_OBJECT(object)) return nullptr;
        JsonbValue buffer;
        JsonbValue* value = getKeyJsonValueFromContainer(&object->root, key, static_cast<int>(strlen(key)), &buffer);
        if (value == nullptr || value->type != jbvString) return nullptr;
        return pnstrdup(value->val.string.val, value->val.string.len);
    });
    return text == nullptr ? std::string() : std::string(text);
}

std::map<std::string, std::vector<std::string>> jsonb_lists(Datum jsonb, const char* key) {
    std::map<std::string, std::vector<std::string>> result;
    JsonbContainer* object = pg_call([=]() -> JsonbContainer* {
        Jsonb* whole = DatumGetJsonbP(jsonb);
        if (!JB_ROOT_IS_OBJECT(whole)) return nullptr;
        auto* found = static_cast<JsonbValue*>(palloc(sizeof(JsonbValue)));
        found = getKeyJsonValueFromContainer(&whole->root, key, static_cast<int>(strlen(key)), found);
        return found == nullptr || found->type != jbvBinary ? nullptr : found->val.binary.data;
    });
    if (object == nullptr) return result;
    JsonbIterator* iterator = pg_call([object] { return JsonbIteratorInit(object); });
    JsonbValue item;
    std::string member;
    while (true) {
        JsonbIteratorToken token = pg_call([&] { return JsonbIteratorNext(&iterator, &item, false); });
        if (token == WJB_DONE) return result;
        if (token == WJB_KEY) member.assign(item.val.string.val, item.val.string.len);
        if (token != WJB_VALUE && token != WJB_ELEM) continue;
        if (item.type != jbvString)
            throw base::Error(base::ErrorKind::invalid_argument, "the value of \"" + member + "\" is no string");
        result[member].emplace_back(item.val.string.val, item.val.string.len);
    }
}

std::map<std::string, std::string> jsonb_strings(FunctionCallInfo call, int index) {
    std::map<std::string, std::string> result;
    if (call->args[index].isnull) return result;
    Datum given = call->args[index].value;
    JsonbContainer* object = pg_call([given] { return &DatumGetJsonbP(given)->root; });
    JsonbIterator* iterator = pg_call([object] { return JsonbIteratorInit(object); });
    JsonbValue item;
    std::string key;
    while (true) {
        JsonbIteratorToken token = pg_call([&] { return JsonbIteratorNext(&iterator, &item, true); });
        if (token == WJB_DONE) return result;
        if (token == WJB_KEY) key.assign(item.val.string.val, item.val.string.len);
        if (token != WJB_VALUE) continue;
        if (item.type != jbvString)
            throw base::Error(base::ErrorKind::invalid_argument, "the value of \"" + key + "\" is not a string");
        result[key].assign(item.val.string.val, item.val.string.len);
    }
}

Datum text_result(const std::string& text) {
    return pg_call([&text] { return text_datum(text.data(), text.size()); });
}

Datum jsonb_result(const std::string& json) {
    return pg_call([&json] { 
        char* converted = pg_any_to_server(json.c_str(), static_cast<int>(json.size()), PG_UTF8);
        return DirectFunctionCall1(jsonb_in, CStringGetDatum(converted));
    });
}

}  // namespace pg
