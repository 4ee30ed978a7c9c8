// Views: translated in the order in which they read each other; what cannot be translated is reported with its text.
#include <algorithm>

#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

struct Pending {
    const sqlite::Table* source = nullptr;
    std::string why;
};

// A dollar quote that does not occur in the text.
std::string dollar_tag(const std::string& text) {
    std::string tag = "$view$";
    for (int i = 1; text.find(tag) != std::string::npos; ++i)
        tag = "$view" + std::to_string(i) + "$";
    return tag;
}

// The columns of the view as SQLite names them, in PostgreSQL's quotes; "" where SQLite cannot read the view.
std::string column_names(const Draft& draft, const sqlite::Table& source, std::vector<Field>& fields) {
    if (!source.problem.empty() || source.columns.size() != fields.size()) return {};
    std::set<std::string> taken;
    std::string list;
    for (size_t i = 0; i < fields.size(); ++i) {
        fields[i].name = source.columns[i].name;
        fields[i].target = unique_name(styled(fields[i].name, draft.request.style), taken);
        list += (list.empty() ? "" : ", ") + quote_name(fields[i].target);
    }
    return " (" + list + ")";
}

}  // namespace

void write_views(Draft& draft, const std::vector<sqlite::Table>& objects) {
    std::vector<Pending> pending;
    for (const sqlite::Table& object : objects) {
        if (object.kind == sqlite::TableKind::view) pending.push_back({&object, ""});
    }
    std::vector<Relation> made;
    made.reserve(pending.size());  // pointers into it are handed out
    std::vector<const Relation*> relations;
    std::vector<std::string> qualified;
    for (const DraftTable& table : draft.tables) {
        relations.push_back(&table.relation);
        qualified.push_back(table.qualified);
    }
    // A view over another one waits for it.
    for (bool again = true; again;) {
        again = false;
        for (Pending& place : pending) {
            if (place.source == nullptr) continue;
            const sqlite::Table& source = *place.source;
            TranslatedView view = translate_view(source.sql, relations, qualified);
            place.why = view.why;
            if (view.sql.empty()) continue;
            std::string wanted = styled(source.name, draft.request.style);
            auto renamed = draft.request.renames.find(source.name);
            if (renamed != draft.request.renames.end()) wanted = renamed->second;
            const std::string name = unique_name(wanted, draft.taken), object = draft.qualify(name);
            const std::string create =
                "CREATE VIEW " + object + column_names(draft, source, view.fields) + " AS\n        " + view.sql;
            const std::string tag = dollar_tag(create + object);
            std::string note = view.note;
            if (name != source.name)
                note += (note.empty() ? "" : "; ") + ("named " + quote_name(source.name) + " in SQLite");
            // What the server refuses is said, and ends nothing.
            draft.statements.push_back({Action::view, source.name, object,
                                        "DO " + tag + "\nBEGIN\n    " + create + ";\nEXCEPTION WHEN OTHERS THEN\n" +
                                            "    RAISE WARNING 'sqlite_migrate: view % is not created: %', " +
                                            quote_literal(object) + ", SQLERRM;\nEND\n" + tag,
                                        note});
            made.push_back({source.name, name, view.fields, ""});
            relations.push_back(&made.back());
            qualified.push_back(object);
            place.source = nullptr;
            again = true;
        }
    }
    for (const Pending& place : pending) {
        if (place.source == nullptr) continue;
        const sqlite::Table& source = *place.source;
        draft.report(source.name, "view " + quote_name(source.name),
                     "not carried: " + place.why +
                         (source.problem.empty() ? "" : "; SQLite cannot read it: " + source.problem) + ". " +
                         one_line(source.sql));
    }
}

}  // namespace schema
