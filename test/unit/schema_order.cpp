// Tests of schema/order.hpp: parents before children, cycles together.
#include <doctest/doctest.h>

#include "schema/order.hpp"

using schema::parents_first;
using schema::Reference;
using Groups = std::vector<std::vector<std::string>>;

TEST_CASE("without references the order stays") {
    CHECK(parents_first({"b", "a", "c"}, {}) == Groups{{"b"}, {"a"}, {"c"}});
    CHECK(parents_first(std::vector<std::string>{}, {}).empty());
}

TEST_CASE("a parent comes before its children, a reference to itself is no cycle of several") {
    CHECK(parents_first({"child", "parent", "other"}, {{"child", "parent"}, {"child", "child"}}) ==
          Groups{{"parent"}, {"child"}, {"other"}});
    CHECK(parents_first({"a", "b", "c", "d"}, {{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}}) ==
          Groups{{"d"}, {"c"}, {"b"}, {"a"}});
}

TEST_CASE("a cycle is one group, in the order of the names, between its parents and its children") {
    const auto groups =
        parents_first({"x", "a", "b", "c", "y"}, {{"a", "b"}, {"b", "c"}, {"c", "a"}, {"c", "y"}, {"x", "b"}});
    CHECK(groups == Groups{{"y"}, {"a", "b", "c"}, {"x"}});
}

TEST_CASE("two cycles that share a table are one; unknown names are ignored") {
    CHECK(parents_first({"a", "b", "c"},
                        {{"a", "b"}, {"b", "a"}, {"b", "c"}, {"c", "b"}, {"a", "gone"}, {"gone", "a"}}) ==
          Groups{{"a", "b", "c"}});
}

TEST_CASE("a chain of a hundred thousand tables needs no C stack") {
    std::vector<std::string> names;
    std::vector<Reference> references;
    for (int i = 0; i < 100000; ++i) {
        names.push_back("t" + std::to_string(i));
        if (i > 0) references.push_back({names[static_cast<size_t>(i) - 1], names.back()});
    }
    const auto groups = parents_first(names, references);
    REQUIRE(groups.size() == 100000);
    CHECK(groups.front().front() == "t99999");
    CHECK(groups.back().front() == "t0");
}

TEST_CASE("tables are matched as SQLite does, without case") {
    std::vector<sqlite::Table> tables(2);
    tables[0].name = "Child";
    tables[1].name = "Parent";
    tables[0].foreign_keys.resize(1);
    tables[0].foreign_keys[0].parent = "PARENT";
    CHECK(parents_first(tables) == Groups{{"Parent"}, {"Child"}});
}
