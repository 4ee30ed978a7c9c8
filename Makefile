# sqlite_fdw_migrate: builds the extension (PGXS); `make help` lists the targets.

EXTENSION   = sqlite_fdw_migrate
MODULE_big  = $(EXTENSION)
# One place states the version; META.json and CHANGELOG.md are checked against it.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)
SOURCES    := $(sort $(wildcard src/*/*.cpp))
OBJS        = $(SOURCES:src/%.cpp=build/module/%.o)

# The install script is these modules, in this order (the first opens with the \echo ... \quit line).
SQL_MODULES := $(wildcard \
    sql/fdw.sql \
    sql/catalog.sql \
    sql/source.sql \
    sql/uploads.sql \
    sql/archive.sql \
    sql/arguments.sql \
    sql/targets.sql \
    sql/history.sql \
    sql/mapping.sql \
    sql/profile.sql \
    sql/aside.sql \
    sql/existing.sql \
    sql/design.sql \
    sql/plan.sql \
    sql/preflight_target.sql \
    sql/preflight_values.sql \
    sql/preflight_sets.sql \
    sql/preflight_keys.sql \
    sql/damage.sql \
    sql/preflight.sql \
    sql/failures.sql \
    sql/rejects.sql \
    sql/progress.sql \
    sql/evidence.sql \
    sql/orphans.sql \
    sql/unverified.sql \
    sql/load.sql \
    sql/sequences.sql \
    sql/diff_rows.sql \
    sql/diff.sql \
    sql/verify.sql \
    sql/schema_meaning.sql \
    sql/verify_schema.sql \
    sql/migrate.sql \
    sql/failed_runs.sql \
    sql/retry.sql \
    sql/run_key.sql \
    sql/report_data.sql \
    sql/report_html.sql \
    sql/report_page.sql \
    sql/report.sql \
    sql/compare_runs.sql \
    sql/comments_grants.sql)
DATA        = $(wildcard sql/$(EXTENSION)--*--*.sql)
DATA_built  = sql/$(EXTENSION)--$(EXTVERSION).sql

REGRESS      = $(sort $(patsubst test/sql/%.sql,%,$(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=$(EXTENSION)
# pg_regress looks in ./sql before test/sql, so the two must share no name.
CLASH := $(filter $(REGRESS),$(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
$(if $(CLASH),$(error sql/ and test/sql/ both have: $(CLASH)))

PG_CONFIG ?= pg_config
export PG_CONFIG
ifneq ($(origin CXX),default)
export CXX
endif

# ---------------------------------------------------------------------------------------------------------------------
# The commands that bring their own packages and server. They come before PGXS, which a fresh machine does not have.
# ---------------------------------------------------------------------------------------------------------------------
OWN_GOALS = help test test-asan test-frameworks test-report bench demo server test-matrix fuzz unit build/unit/run build/fuzz/% distclean
.PHONY: $(filter-out build/%,$(OWN_GOALS))
.DEFAULT_GOAL := all

help:
	@sed -n 's/^#: //p' $(firstword $(MAKEFILE_LIST))

#: make               builds the extension: no network, no root
#: make install       installs it into the PostgreSQL of PG_CONFIG (default: pg_config)
#: make installcheck  pg_regress against an installed extension and a running server
#: make test          everything, on a private server; installs missing packages first (APT=no: only lists them)
#:                    ONLY=name runs the tests of that name
test:
	@test/tools/packages.sh install test
	@test/tools/group.sh test/tools/run_tests.sh "$(ONLY)"

#: make test-asan     the tests beside a server, whose module is built with AddressSanitizer and UBSan; ONLY="name name"
test-asan:
	@test/tools/packages.sh install test
	@ONLY="$(ONLY)" test/tools/group.sh test/tools/asan.sh

#: make test-frameworks  Alembic, Django and knex run migrations that call run; installs them first (knex by npm)
test-frameworks:
	@test/tools/packages.sh install frameworks
	@test/tools/group.sh test/tools/run_frameworks.sh "$(ONLY)"

#: make test-report   opens the HTML report in headless Chromium; installs it first (SCREENSHOT=path: path.light.png, path.dark.png)
test-report: export SCREENSHOT := $(SCREENSHOT)
test-report:
	@test/tools/packages.sh install report
	@test/tools/group.sh test/tools/run_report.sh

#: make demo          migrates a sample SQLite file on a private server
#:                    DB=/path/app.db your file instead; DB=/path/backup.tar.gz MEMBER=app.db one inside an archive;
#:                    TARGET=first-start.sql into the tables of this dump;
#:                    OUT=app.dump writes a pg_dump of the result, if verified; ARGS="on_error => 'reject'" more arguments
demo: export DB := $(DB)
demo: export MEMBER := $(MEMBER)
demo: export TARGET := $(TARGET)
demo: export OUT := $(OUT)
demo: export ARGS := $(ARGS)
demo:
	@test/tools/packages.sh install demo
	@test/tools/group.sh test/tools/demo.sh

#: make server        a psql inside the private server, with the built extension at hand
server:
	@test/tools/packages.sh install demo
	@test/tools/build.sh
	@test/tools/with_server.sh psql

#: make unit          the tests of the rooms that know no PostgreSQL, under AddressSanitizer and UBSan
unit: build/unit/run
	build/unit/run

#: make fuzz          the fuzzers, FOR=600 seconds each
fuzz:
	@test/tools/packages.sh install test
	@test/tools/group.sh test/tools/fuzz.sh "$(or $(FOR),600)" "$(ONLY)"

#: make bench         our copy against COPY and others: RUNS=5 SETS="narrow lib blob" DIVISOR=1 (100: a hundredth of the rows)
#:                    METHODS="direct|COPY from" only these
bench:
	@test/tools/packages.sh install demo
	@test/tools/build.sh all
	@RUNS="$(RUNS)" SETS="$(SETS)" DIVISOR="$(DIVISOR)" METHODS="$(METHODS)" test/tools/group.sh test/tools/with_server.sh test/bench/bench.sh

#: make test-matrix   make test inside Debian chroots (SUITES="trixie testing"); needs root and debootstrap
test-matrix:
	@ONLY="$(ONLY)" test/tools/group.sh test/tools/matrix.sh $(SUITES)

#: make clean         removes what was built; make distclean the chroots of test-matrix, too
distclean:
	rm -rf --one-file-system build

# The rooms without PostgreSQL, built once more with sanitizers.
PURE_ROOMS    = base sqlite normalize schema archive
PURE_SOURCES := $(foreach room,$(PURE_ROOMS),$(sort $(wildcard src/$(room)/*.cpp)))
UNIT_OBJS    := $(patsubst %.cpp,build/unit/%.o,$(PURE_SOURCES) $(sort $(wildcard test/unit/*.cpp)))
FUZZ_OBJS    := $(patsubst %.cpp,build/fuzz/%.o,$(PURE_SOURCES))
FUZZ_CXX     ?= clang++
# The libraries through pkg-config; fmt as headers, so that the module does not need its library at run time.
LIBRARY_FLAGS  = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags sqlite3 libarchive fmt)) -DFMT_HEADER_ONLY
LIBRARIES      = $(shell pkg-config --libs sqlite3 libarchive)
STRICT_FLAGS   = -std=c++20 -Wall -Wextra -Wno-register
UNIT_FLAGS     = $(STRICT_FLAGS) -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all -Isrc -MMD -MP

build/unit/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	$(CXX) $(UNIT_FLAGS) -fsanitize=address,undefined $(LIBRARY_FLAGS) -c -o $@ $<

build/unit/run: $(UNIT_OBJS)
	$(CXX) -fsanitize=address,undefined -o $@ $^ $(LIBRARIES)

build/fuzz/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	$(FUZZ_CXX) $(UNIT_FLAGS) -fsanitize=fuzzer-no-link,address,undefined $(LIBRARY_FLAGS) -c -o $@ $<

build/fuzz/run_%: build/fuzz/test/fuzz/%.o $(FUZZ_OBJS)
	$(FUZZ_CXX) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBRARIES)

.PRECIOUS: build/unit/%.o build/fuzz/%.o
-include $(wildcard $(UNIT_OBJS:.o=.d) build/fuzz/*/*.d build/fuzz/*/*/*.d)

# ---------------------------------------------------------------------------------------------------------------------
# The extension itself, by PGXS. What is missing is one line, before anything else can fail.
# ---------------------------------------------------------------------------------------------------------------------
ifneq (,$(filter-out $(OWN_GOALS) clean,$(or $(MAKECMDGOALS),all)))
MISSING := $(shell test/tools/packages.sh sentence build)
$(if $(MISSING),$(error $(MISSING)))
endif

PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq (,$(wildcard $(PGXS)))

# C++ has no use for bitcode here, and Debian 12's clang lags behind its g++.
override with_llvm := no
PG_CPPFLAGS = -Isrc -isystem $(shell $(PG_CONFIG) --includedir-server) $(LIBRARY_FLAGS) \
              -DPGDLLEXPORT='__attribute__((visibility("default")))'
PG_CXXFLAGS = $(STRICT_FLAGS) -fvisibility=hidden -fvisibility-inlines-hidden
# SANITIZE=address,undefined, in a folder of its own: test/tools/asan.sh.
SANITIZER_FLAGS = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -O1 -g1)
SHLIB_LINK  = $(SANITIZER_FLAGS) -Wl,--as-needed $(LIBRARIES) -lstdc++ -Wl,--version-script=src/api/exports.map
EXTRA_CLEAN = $(filter-out build/matrix,$(wildcard build/*))

include $(PGXS)
override CXXFLAGS += $(SANITIZER_FLAGS)

# Our own rule instead of PGXS's: dependencies lie beside each object, for two rooms may have files of one name.
$(OBJS): build/module/%.o: src/%.cpp Makefile
	@mkdir -p $(@D)
	$(COMPILE.cc) -MMD -MP -MF $(@:.o=.d) -o $@ $<

-include $(OBJS:.o=.d)

# The converters, and a function that asks the types' own input functions about them: test/server/differential.sh.
build/differential.so: test/server/differential.cpp test/server/generated_cells.hpp $(OBJS)
	$(COMPILE.cc) -o build/differential.o $<
	$(CXX) $(CXXFLAGS) -shared -o $@ build/differential.o $(OBJS) $(SHLIB_LINK)

# The module with a fault planted in HEALTHY, one of its sources: test/server/planted_faults.sh makes the .cpp.
build/fault/%.so: build/fault/%.cpp $(OBJS)
	$(COMPILE.cc) -iquote build/fault/$* -o build/fault/$*.o $<
	$(CXX) $(CXXFLAGS) -shared -o $@ build/fault/$*.o $(filter-out build/module/$(HEALTHY).o,$(OBJS)) $(SHLIB_LINK)

$(DATA_built): $(SQL_MODULES) $(EXTENSION).control Makefile
	cat $(SQL_MODULES) > $@.new
	mv $@.new $@

# The SQLite files that tests read, made from test/data/*.sql; tests find them through \getenv.
SQLITE_FILES ?= $(CURDIR)/build/files
export SQLITE_FILES
installcheck: sqlite_files
.PHONY: sqlite_files
sqlite_files:
	@test/tools/sqlite_files.sh "$(SQLITE_FILES)"

else
clean:
	rm -rf $(filter-out build/matrix,$(wildcard build/*)) results
	rm -f $(EXTENSION).so $(DATA_built) regression.diffs regression.out
endif
