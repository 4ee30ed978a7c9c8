// The words that may stand in a date or time, in the server's own spellings.
#include "normalize/time_words.hpp"

#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

struct Entry {
    std::string_view word;
    TimeWordKind kind;
    int value;
};

// Few and read rarely: a list, not a hash.
constexpr Entry entries[] = {
    {"t", TimeWordKind::separator, 0},
    {"z", TimeWordKind::utc, 0},
    {"utc", TimeWordKind::utc, 0},
    {"gmt", TimeWordKind::utc, 0},
    {"ut", TimeWordKind::utc, 0},
    {"zulu", TimeWordKind::utc, 0},
    {"am", TimeWordKind::half_day, 1},
    {"pm", TimeWordKind::half_day, 2},
    {"ad", TimeWordKind::era, 1},
    {"bc", TimeWordKind::era, 2},
    {"jan", TimeWordKind::month, 1},
    {"feb", TimeWordKind::month, 2},
    {"mar", TimeWordKind::month, 3},
    {"apr", TimeWordKind::month, 4},
    {"may", TimeWordKind::month, 5},
    {"jun", TimeWordKind::month, 6},
    {"jul", TimeWordKind::month, 7},
    {"aug", TimeWordKind::month, 8},
    {"sep", TimeWordKind::month, 9},
    {"sept", TimeWordKind::month, 9},
    {"oct", TimeWordKind::month, 10},
    {"nov", TimeWordKind::month, 11},
    {"dec", TimeWordKind::month, 12},
    {"january", TimeWordKind::month, 1},
    {"february", TimeWordKind::month, 2},
    {"march", TimeWordKind::month, 3},
    {"april", TimeWordKind::month, 4},
    {"june", TimeWordKind::month, 6},
    {"july", TimeWordKind::month, 7},
    {"august", TimeWordKind::month, 8},
    {"september", TimeWordKind::month, 9},
    {"october", TimeWordKind::month, 10},
    {"november", TimeWordKind::month, 11},
    {"december", TimeWordKind::month, 12},
    {"mon", TimeWordKind::weekday, 1},
    {"tue", TimeWordKind::weekday, 2},
    {"tues", TimeWordKind::weekday, 2},
    {"wed", TimeWordKind::weekday, 3},
    {"weds", TimeWordKind::weekday, 3},
    {"thu", TimeWordKind::weekday, 4},
    {"thur", TimeWordKind::weekday, 4},
    {"thurs", TimeWordKind::weekday, 4},
    {"fri", TimeWordKind::weekday, 5},
    {"sat", TimeWordKind::weekday, 6},
    {"sun", TimeWordKind::weekday, 7},
    {"monday", TimeWordKind::weekday, 1},
    {"tuesday", TimeWordKind::weekday, 2},
    {"wednesday", TimeWordKind::weekday, 3},
    {"thursday", TimeWordKind::weekday, 4},
    {"friday", TimeWordKind::weekday, 5},
    {"saturday", TimeWordKind::weekday, 6},
    {"sunday", TimeWordKind::weekday, 7},
    {"now", TimeWordKind::evaluated, 0},
    {"today", TimeWordKind::evaluated, 0},
    {"tomorrow", TimeWordKind::evaluated, 0},
    {"yesterday", TimeWordKind::evaluated, 0},
    {"allballs", TimeWordKind::evaluated, 0},
    // The server has a meaning for them, and it is not that of a zone's name: "10:00+02 epoch" is 1970 to it.
    {"epoch", TimeWordKind::misplaced, 0},
    {"infinity", TimeWordKind::misplaced, 0},
    {"dow", TimeWordKind::misplaced, 0},
    {"doy", TimeWordKind::misplaced, 0},
    {"dst", TimeWordKind::misplaced, 0},
    {"isodow", TimeWordKind::misplaced, 0},
    {"isoyear", TimeWordKind::misplaced, 0},
    {"julian", TimeWordKind::misplaced, 0},
};

}  // namespace

TimeWord time_word(std::string_view word) {
    for (const Entry& entry : entries) {
        if (equals_word(word, entry.word)) return {entry.kind, entry.value};
    }
    return {};
}

}  // namespace normalize
