// Chooses the member of an archive that a source names, and streams it out.
#include "archive/member.hpp"

#include <algorithm>
#include <ctime>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

#include "base/fence.hpp"

namespace archives {

namespace {

using base::Error;
using base::ErrorKind;
using std::literals::string_view_literals::operator""sv;

constexpr size_t most_names = 20;

struct Member {
    Entry entry;
    int64_t position;
};

std::string shown(const std::string& name) { return "\"" + base::excerpt(name, 500) + "\""; }

std::string describe(const Member& member) {
    std::string text = shown(member.entry.name);
    std::string facts;
    if (member.entry.type != EntryType::file) facts = type_name(member.entry.type);
    if (member.entry.size >= 0) facts += (facts.empty() ? "" : ", ") + std::to_string(member.entry.size) + " bytes";
    if (member.entry.has_time) {
        const std::time_t time = member.entry.time;
        std::tm parts{};
        char buffer[32];
        if (::gmtime_r(&time, &parts) != nullptr && std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &parts) != 0)
            facts += (facts.empty() ? "" : ", ") + std::string(buffer);
    }
    return facts.empty() ? text : text + " (" + facts + ")";
}

std::string list(std::vector<Member> members) {
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& a, const Member& b) { return a.entry.name < b.entry.name; });
    std::string text;
    for (size_t i = 0; i < members.size() && i < most_names; ++i) text += (i == 0 ? "" : ", ") + describe(members[i]);
    if (members.size() > most_names) text += " and " + std::to_string(members.size() - most_names) + " more";
    return text + ".";
}

// "b.db" is the end of "a/b.db", not of "ab.db".
bool ends_with_path(const std::string& name, const std::string& end) {
    return name.size() > end.size() && name.ends_with(end) && name[name.size() - end.size() - 1] == '/';
}

std::string plain(std::string member) {
    while (member.starts_with("./") || member.starts_with("/")) member.erase(0, member[0] == '.' ? 2 : 1);
    return member;
}

bool is_sqlite(Reader& reader) {
    constexpr std::string_view magic = "SQLite format 3\0"sv;
    char begin[16];
    size_t have = 0;
    while (have < sizeof begin) {
        const size_t n = reader.read(begin + have, sizeof begin - have);
        if (n == 0) break;
        have += n;
    }
    return std::string_view(begin, have) == magic;
}

// What one pass over the archive tells. The names of all others are not kept: there may be millions.
struct Survey {
    std::vector<Member> exact, ending, sqlite;
    std::vector<Member> companions;  // every -wal and -journal
    int64_t entries = 0;
    bool single = false;
};

Survey look(Input& input, const Limits& limits, bool (*should_stop)(), const std::string& member) {
    Survey survey;
    Reader reader(input, limits, should_stop);
    while (reader.next()) {
        ++survey.entries;
        survey.single = reader.single();
        const Entry& entry = reader.entry();
        const Member found{entry, reader.position()};
        if (!member.empty() && entry.name == member) survey.exact.push_back(found);
        if (!member.empty() && ends_with_path(entry.name, member)) survey.ending.push_back(found);
        if (entry.type != EntryType::file) continue;
        if (entry.name.ends_with("-wal") || entry.name.ends_with("-journal")) {
            survey.companions.push_back(found);
        } else if (!entry.encrypted && (entry.size < 0 || entry.size >= 100) && is_sqlite(reader)) {
            survey.sqlite.push_back(found);
        }
        if (survey.single) break;  // nothing follows, and to find that out would unpack it all
    }
    return survey;
}

[[noreturn]] void ambiguous(const Input& input, const std::string& what, const std::vector<Member>& members) {
    throw Error(ErrorKind::invalid_argument, "archive " + shown(input.name()) + " has " + std::to_string(members.size()) + " " + what,
                list(members), "Name the one you mean: a path as '" + base::excerpt(input.name(), 300) +
                    "!/member', or a foreign server with the options archive and database.");
}

void check_is_file(const Input& input, const Member& member) {
    if (member.entry.type == EntryType::file) return;
    throw Error(ErrorKind::invalid_argument,
                "member " + shown(member.entry.name) + " of " + shown(input.name()) + " is not a regular file: " +
                    std::string(type_name(member.entry.type)) +
                    (member.entry.link.empty() ? "" : " to " + shown(member.entry.link)),
                {}, "Links are not followed. Name the file that it points to.");
}

[[noreturn]] void missing(const Input& input, const std::string& member, const Survey& survey) {
    const std::string name = shown(input.name());
    if (member.empty())
        throw Error(ErrorKind::undefined_file,
                    survey.single ? "what " + name + " unpacks to is no SQLite file"
                                  : "archive " + name + " holds no SQLite file",
                    std::to_string(survey.entries) + (survey.entries == 1 ? " entry was" : " entries were") + " looked at.",
                    "A SQLite file begins with the words \"SQLite format 3\"; an encrypted one does not.");
    throw Error(ErrorKind::undefined_file, "archive " + name + " has no member " + shown(member),
                survey.sqlite.empty() ? "It holds no SQLite file." : "Its SQLite files: " + list(survey.sqlite),
                "The names: SELECT * FROM sqlite_migrate.archive_entries('" + base::excerpt(input.name(), 300) + "');");
}

const Member& the_one(const Input& input, const std::string& member, const Survey& survey) {
    const std::vector<Member>& found = member.empty() ? survey.sqlite : !survey.exact.empty() ? survey.exact : survey.ending;
    if (found.empty()) missing(input, member, survey);
    if (found.size() > 1)
        ambiguous(input, member.empty() ? "SQLite files" : "members that " + shown(member) + " may mean", found);
    check_is_file(input, found[0]);
    return found[0];
}

}  // namespace

Choice choose_database(Input& input, const Limits& limits, bool (*should_stop)(), const std::string& member) {
    const Survey survey = look(input, limits, should_stop, plain(member));
    const std::string wanted = plain(member);
    const Member& chosen = the_one(input, wanted, survey);
    Choice choice{survey.single ? "" : chosen.entry.name, chosen.position, -1, chosen.entry.size};
    for (const Member& companion : survey.companions) {
        if (companion.entry.name == chosen.entry.name + "-wal" && companion.entry.size != 0) {
            if (choice.wal >= 0)
                throw Error(ErrorKind::invalid_argument, "archive " + shown(input.name()) + " has two members " +
                                                             shown(companion.entry.name));
            choice.wal = companion.position;
        }
        // To play it back SQLite would open and remove files that the journal itself names: not for an untrusted one.
        if (companion.entry.name == chosen.entry.name + "-journal" && companion.entry.size != 0)
            throw Error(ErrorKind::unsupported, "member " + shown(chosen.entry.name) + " of " + shown(input.name()) +
                                                    " was copied in the middle of a change: " +
                                                    shown(companion.entry.name) + " lies beside it", {},
                        "Unpack both into one folder, let SQLite take the change back (sqlite3 FILE 'PRAGMA "
                        "schema_version'), and give the path of the file.");
    }
    return choice;
}

Choice choose_file(Input& input, const Limits& limits, bool (*should_stop)(), const std::string& member) {
    Survey survey;
    Reader reader(input, limits, should_stop);
    const std::string name = plain(member);
    while (reader.next()) {
        ++survey.entries;
        if (reader.entry().name == name) survey.exact.push_back({reader.entry(), reader.position()});
        if (reader.single()) break;
    }
    if (survey.exact.empty())
        throw Error(ErrorKind::undefined_file, "archive " + shown(input.name()) + " has no member " + shown(member), {},
                    "The names: SELECT * FROM sqlite_migrate.archive_entries('" + base::excerpt(input.name(), 300) + "');");
    if (survey.exact.size() > 1) ambiguous(input, "members " + shown(member), survey.exact);
    check_is_file(input, survey.exact[0]);
    return {name, survey.exact[0].position, -1, survey.exact[0].entry.size};
}

void extract(Input& input, const Limits& limits, bool (*should_stop)(), const Choice& choice, const Sink& file,
             const Sink& wal) {
    Reader reader(input, limits, should_stop);
    std::vector<char> buffer(131072);
    int64_t total = 0, found = 0;
    const int64_t wanted = choice.wal < 0 ? 1 : 2;
    while (found < wanted && reader.next()) {
        const int64_t at = reader.position();
        if (at != choice.position && at != choice.wal) continue;
        if (reader.entry().type != EntryType::file) break;
        ++found;
        for (;;) {
            const size_t n = reader.read(buffer.data(), buffer.size());
            if (n == 0) break;
            total += static_cast<int64_t>(n);
            if (total > limits.max_bytes)
                throw Error(ErrorKind::limit, "member " + shown(choice.name) + " of " + shown(input.name()) +
                                                  " unpacks to more than " + std::to_string(limits.max_bytes) + " bytes", {},
                            "A foreign server can allow more: OPTIONS (archive_max_size …).");
            (at == choice.position ? file : wal)(buffer.data(), n);
        }
    }
    if (found < wanted)
        throw Error(ErrorKind::busy, "archive " + shown(input.name()) + " has changed while it was read", {}, "Try again.");
}

}  // namespace archives
