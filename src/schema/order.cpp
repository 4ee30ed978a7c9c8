// Orders tables by their foreign keys: parents first, cycles as one group.
#include "schema/order.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr int unseen = -1;

// Tarjan's algorithm with a stack of its own: a file may chain any number of tables, the C stack is short.
class Components {
   public:
    explicit Components(const std::vector<std::vector<int>>& parents)
        : parents_(parents), index_(parents.size(), unseen), low_(parents.size(), 0), open_(parents.size(), false) {
        for (int node = 0; node < static_cast<int>(parents.size()); ++node) {
            if (index_[node] == unseen) visit(node);
        }
    }

    std::vector<std::vector<int>> found;

   private:
    struct Frame {
        int node;
        size_t next;  // which parent comes next
    };

    void enter(int node) {
        index_[node] = low_[node] = clock_++;
        open_[node] = true;
        path_.push_back(node);
        frames_.push_back({node, 0});
    }

    void visit(int root) {
        enter(root);
        while (!frames_.empty()) {
            Frame& frame = frames_.back();
            int node = frame.node;
            if (frame.next < parents_[node].size()) {
                int parent = parents_[node][frame.next++];
                if (index_[parent] == unseen) {
                    enter(parent);
                } else if (open_[parent]) {
                    low_[node] = std::min(low_[node], index_[parent]);
                }
                continue;
            }
            frames_.pop_back();
            if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
            if (low_[node] == index_[node]) close(node);
        }
    }

    // A component ends when all that its members refer to has ended before it: parents come out first.
    void close(int root) {
        std::vector<int> component;
        int node;
        do {
            node = path_.back();
            path_.pop_back();
            open_[node] = false;
            component.push_back(node);
        } while (node != root);
        std::sort(component.begin(), component.end());
        found.push_back(std::move(component));
    }

    const std::vector<std::vector<int>>& parents_;
    std::vector<int> index_, low_, path_;
    std::vector<bool> open_;
    std::vector<Frame> frames_;
    int clock_ = 0;
};

}  // namespace

std::vector<std::vector<std::string>> parents_first(const std::vector<std::string>& names,
                                                    const std::vector<Reference>& references) {
    std::map<std::string, int> position;
    for (size_t i = 0; i < names.size(); ++i)
        position.emplace(names[i], static_cast<int>(i));
    std::vector<std::vector<int>> parents(names.size());
    for (const Reference& reference : references) {
        auto child = position.find(reference.child);
        auto parent = position.find(reference.parent);
        if (child != position.end() && parent != position.end()) parents[child->second].push_back(parent->second);
    }
    for (std::vector<int>& list : parents)
        std::sort(list.begin(), list.end());

    std::vector<std::vector<std::string>> ordered;
    for (const std::vector<int>& component : Components(parents).found) {
        std::vector<std::string> group;
        for (int node : component)
            group.push_back(names[node]);
        ordered.push_back(std::move(group));
    }
    return ordered;
}

std::vector<std::vector<std::string>> parents_first(const std::vector<sqlite::Table>& tables) {
    std::vector<std::string> names;
    std::map<std::string, std::string> written;  // folded name -> name
    for (const sqlite::Table& table : tables) {
        names.push_back(table.name);
        written.emplace(base::lower_ascii(table.name), table.name);
    }
    std::vector<Reference> references;
    for (const sqlite::Table& table : tables) {
        for (const sqlite::ForeignKey& key : table.foreign_keys) {
            auto parent = written.find(base::lower_ascii(key.parent));
            if (parent != written.end()) references.push_back({table.name, parent->second});
        }
    }
    return parents_first(names, references);
}

}  // namespace schema
