# cotnoise: `make` or `make help` lists the targets.

VARIANT ?= release
# One binary for every processor of its kind: all but the kernels is compiled for the oldest (or for ARCH), the kernels
# once for each level, of which the program takes the highest that the processor can run.
MACHINE := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
ifeq ($(MACHINE),aarch64)
ARCH    ?= armv8-a
LEVELS  := neon
LEVEL_ARCH_neon := armv8-a
else
ARCH    ?= x86-64
LEVELS  := v3 v4
LEVEL_ARCH_v3 := x86-64-v3
LEVEL_ARCH_v4 := x86-64-v4
endif
PREFIX  ?= /usr/local
VERSION := 0.2.0
BUILD   := build/$(VARIANT)
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

# What runs a sweep and its report, and what the tests need besides.
RUN_PACKAGES := libopenblas-dev libjansson-dev libyaml-dev libxxhash-dev gnuplot-nox fonts-dejavu-core
PACKAGES := $(RUN_PACKAGES) libcmocka-dev libpcg-cpp-dev g++ python3

# A library is where pkg-config says, which finds a prefix of one's own through PKG_CONFIG_PATH (conda's, say); one that
# pkg-config does not know, or has not been asked for, is where the compiler looks by itself. What is linked in a folder
# that the system does not search is searched at run time, too. Of OpenBLAS that is all: it is loaded when it is needed.
PKG_CONFIG ?= $(if $(filter $(MACHINE),$(shell uname -m)),pkg-config,$(CC:gcc=pkg-config))
ask = $(shell $(PKG_CONFIG) --exists $(2) 2>/dev/null && $(PKG_CONFIG) $(1) $(2))
MODULES := jansson yaml-0.1 libxxhash cmocka
PREFIX_CPPFLAGS := $(sort $(foreach module,$(MODULES),$(call ask,--cflags,$(module))))
PREFIX_FOLDERS := $(sort $(patsubst -L%,%,$(foreach module,$(MODULES) openblas,$(call ask,--libs-only-L,$(module)))))
PREFIX_FOLDERS := $(filter-out /usr/lib/%,$(PREFIX_FOLDERS))
PREFIX_LDFLAGS := $(PREFIX_FOLDERS:%=-L%) $(PREFIX_FOLDERS:%=-Wl,-rpath,%)

# --- what is built ------------------------------------------------------------------------------

# Tasks of the user's own are compiled from a folder outside, TASKS_DIR, as ours are from tasks/. Their tests are there too.
TASKS_DIR ?=
OWN := $(patsubst %/.,%,$(wildcard $(TASKS_DIR:%=%/.)))
ifneq ($(filter-out 0-0 1-1,$(words $(TASKS_DIR))-$(words $(OWN))),)
$(error TASKS_DIR=$(TASKS_DIR): must be a folder that is there, with no blank in its path)
endif
OWN := $(abspath $(OWN))
OWN_TESTS := $(if $(OWN),$(sort $(wildcard $(OWN)/test_*.c)))
OWN_TASKS := $(if $(OWN),$(sort $(filter-out $(OWN_TESTS),$(wildcard $(OWN)/*.c))))
TASKS    := $(sort $(wildcard tasks/*.c)) $(OWN_TASKS)
NOISES   := $(sort $(wildcard noise/*.c))
KERNELS  := $(sort $(wildcard src/nn/kernels/*.c))
SOURCES  := $(sort $(wildcard src/*/*.c)) $(TASKS) $(NOISES)
KERNEL_OBJECTS := $(foreach level,$(LEVELS),$(KERNELS:.c=.$(level).o))
OBJECTS  := $(SOURCES:%.c=$(BUILD)/%.o) $(KERNEL_OBJECTS:%=$(BUILD)/%) $(BUILD)/generated/lists.o
LIBRARY  := $(BUILD)/libcotnoise.a
HEADERS  := $(wildcard src/*/*.h src/*/*/*.h tasks/*.h noise/*.h tests/*.h)
TESTS    := $(sort $(wildcard tests/test_*.c)) $(OWN_TESTS)
# The kernels once more in double precision, for exact gradient checks.
DOUBLE   := $(patsubst %.c,$(BUILD)/double/%.o,$(sort $(wildcard src/nn/*.c src/base/*.c))) \
            $(KERNEL_OBJECTS:%=$(BUILD)/double/%)
DOUBLE_TESTS := $(sort $(wildcard tests/double/test_*.c))

WARNINGS := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wno-overlength-strings
CFLAGS_release  := -O3 -g
CFLAGS_debug    := -O0 -g3
CFLAGS_san      := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan     := -O1 -g -fsanitize=thread
CFLAGS_valgrind := -O1 -g
ifeq ($(CFLAGS_$(VARIANT)),)
$(error VARIANT=$(VARIANT): allowed are release, debug, san, tsan, valgrind)
endif
# CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS are the user's, wherever they are set; what the sources cannot do without stands
# apart from them.
OUR_CPPFLAGS := -I. -Isrc -DCOTNOISE_VERSION='"$(VERSION)"'
ALL_CPPFLAGS = $(OUR_CPPFLAGS) $(PREFIX_CPPFLAGS) $(CPPFLAGS)
ALL_LDFLAGS = $(PREFIX_LDFLAGS) $(LDFLAGS)
# Results have the same bits everywhere: the compiler joins no multiplication with an addition by itself.
ALL_CFLAGS = -std=gnu17 -pthread -ffp-contract=off $(WARNINGS) $(CFLAGS_$(VARIANT)) $(CFLAGS)
ALL_LDLIBS = -ljansson -lyaml -lxxhash -lm $(LDLIBS)
ARCH_FLAGS = -march=$(ARCH)
# No errno: square roots are instructions. (Kernels are always optimised: without it, a tile is thousands of times in
# memory.)
LEVEL_FLAGS = -march=$(LEVEL_ARCH_$(1)) -DLEVEL=$(1) -fno-math-errno $(KERNEL_CFLAGS)

# Commands are shown by what they do; V=1 shows them as they are, and make -s nothing.
ifeq ($(V),1)
say =
else ifneq ($(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @
else
say = @echo '  $(1)  $(patsubst build/%,%,$@)' &&
endif

.PHONY: help
help: ## list the targets
	@echo "cotnoise $(VERSION): how much noise in chain-of-thought training data can a model take?"
	@echo
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 28
	@echo
	@echo "  VARIANT=release|debug|san|tsan|valgrind (now $(VARIANT)), ARCH=x86-64|native|..., CC=gcc|clang"

.PHONY: build
build: $(BUILD)/cotnoise ## compile build/cotnoise

$(LIBRARY): $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))
	@rm -f $@
	$(call say,AR  )$(AR) rcs $@ $^

$(BUILD)/cotnoise: $(BUILD)/src/cli/main.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@
ifeq ($(BUILD),build/release)
	@ln -sf release/cotnoise build/cotnoise
endif

# A task or a noise is in the program because its file is in the folder, and gone when the file is.
TASK_NAMES  := $(sort $(notdir $(TASKS:.c=)))
NOISE_NAMES := $(notdir $(NOISES:.c=))
$(BUILD)/generated/lists.c: FORCE
	@mkdir -p $(@D)
	@tests/check_added.sh '$(TASKS)' '$(NOISES)'
	@{ echo '#include "tasks/tasks.h"'; echo '#include "noise/noises.h"'; \
	   for f in $(TASK_NAMES); do echo "extern const struct task task_$$f;"; done; \
	   for f in $(NOISE_NAMES); do echo "extern const struct noise noise_$$f;"; done; \
	   echo 'const struct task *const task_list[] = {'; \
	   for f in $(TASK_NAMES); do echo "    &task_$$f,"; done; echo '    0};'; \
	   echo 'const struct noise *const noise_list[] = {'; \
	   for f in $(NOISE_NAMES); do echo "    &noise_$$f,"; done; echo '    0};'; \
	   echo '_Static_assert($(words $(TASK_NAMES)) <= TASKS_MAX, "more tasks than TASKS_MAX of src/trace/task.h");'; \
	   echo '_Static_assert($(words $(NOISES)) <= NOISE_KINDS_MAX, "more noises than NOISE_KINDS_MAX of src/trace/noise.h");'; \
	 } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# Kept, so that a change of the sources links the tests again and does not compile them.
.PRECIOUS: $(BUILD)/%.o $(BUILD)/double/%.o
define level_rules
$(BUILD)/%.$(1).o: %.c $(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call say,CC  )$$(CC) $$(ALL_CPPFLAGS) $$(ALL_CFLAGS) $$(call LEVEL_FLAGS,$(1)) -MMD -MP -c $$< -o $$@
$(BUILD)/double/%.$(1).o: %.c $(BUILD)/flags
	@mkdir -p $$(@D)
	$$(call say,CC  )$$(CC) $$(ALL_CPPFLAGS) -DNN_DOUBLE=1 $$(ALL_CFLAGS) $$(call LEVEL_FLAGS,$(1)) -MMD -MP -c $$< -o $$@
endef
$(foreach level,$(LEVELS),$(eval $(call level_rules,$(level))))
$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ARCH_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/generated/lists.o: $(BUILD)/generated/lists.c $(BUILD)/flags
	$(call say,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ARCH_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/double/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) $(ALL_CPPFLAGS) -DNN_DOUBLE=1 $(ALL_CFLAGS) $(ARCH_FLAGS) -MMD -MP -c $< -o $@

# The commit is known to one object, which is made again when it changes. It is "dirty" when anything that the
# program is made from is not committed, files that git does not know yet included.
COMMIT := $(shell git describe --always --abbrev=12 2>/dev/null || echo unknown)$(if $(OWN_TASKS)$(shell \
            git status --porcelain --untracked-files=all -- src tasks noise Makefile 2>/dev/null),-dirty)
$(BUILD)/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' > $@
$(BUILD)/src/record/machine.o: $(BUILD)/commit
$(BUILD)/src/record/machine.o: private OUR_CPPFLAGS += -DCOTNOISE_COMMIT='"$(COMMIT)"'

# Everything is rebuilt when the compiler or its flags change.
ALL_FLAGS = $(subst ','\'',$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ARCH_FLAGS) \
              $(foreach l,$(LEVELS),$(call LEVEL_FLAGS,$(l))) $(ALL_LDFLAGS) $(ALL_LDLIBS))
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(ALL_FLAGS)' | cmp -s - $@ || echo '$(ALL_FLAGS)' > $@
.PHONY: FORCE
FORCE:

# --- tests --------------------------------------------------------------------------------------

TEST_PROGRAMS := $(TESTS:%.c=$(BUILD)/%) $(DOUBLE_TESTS:%.c=$(BUILD)/%)

SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))

$(TESTS:%.c=$(BUILD)/%): %: %.o $(SUPPORT) $(LIBRARY)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(filter %.o,$^) $(LIBRARY) $(ALL_LDLIBS) -lcmocka -o $@

# Checks of the kernels are in several files, and the functions that are in a header alone are compiled for each level.
VECTOR_FUNCTIONS := tests/kernels/vector_functions.c
$(BUILD)/tests/test_kernels: $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(VECTOR_FUNCTIONS),$(sort \
                               $(wildcard tests/kernels/*.c))))
$(BUILD)/tests/test_vector_math: $(foreach level,$(LEVELS),$(BUILD)/$(VECTOR_FUNCTIONS:.c=.$(level).o))
$(BUILD)/tests/test_vector_math.o: private OUR_CPPFLAGS += -DLEVELS='$(foreach level,$(LEVELS),X($(level)))'

$(BUILD)/libdouble.a: $(DOUBLE)
	@rm -f $@
	$(call say,AR  )$(AR) rcs $@ $^

$(BUILD)/tests/double/test_%: $(BUILD)/double/tests/double/test_%.o $(BUILD)/libdouble.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -lcmocka -o $@

# Each tests/fuzz/fuzz_X.c is a libFuzzer target, with inputs worth keeping in tests/fuzz/corpus/X. Everybody's
# compiler can replay those; clang searches for more. No byte from outside comes to the kernels, and clang takes
# twenty minutes to instrument them: they are left as they are.
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 60
$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(LIBRARY)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@

.PHONY: fuzz
fuzz: deps ## search for inputs that break a reader: FUZZ_SECONDS=60 each, FUZZ="spec jsonl ..." for some
	@tests/install_packages.sh clang libclang-rt-dev
	@$(MAKE) --no-print-directory -j$(JOBS) CC=clang VARIANT=san BUILD=build/fuzz CFLAGS=-fsanitize=fuzzer-no-link \
	    KERNEL_CFLAGS=-fno-sanitize=address,undefined,fuzzer-no-link \
	    $(FUZZ:%=build/fuzz/tests/fuzz/fuzz_%)
	@for f in $(FUZZ); do mkdir -p build/fuzz/corpus/$$f; printf 'fuzz %s: ' $$f; \
	    ASAN_OPTIONS=allocator_may_return_null=1 build/fuzz/tests/fuzz/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) \
	        -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024 -artifact_prefix=build/fuzz/$$f- -print_final_stats=1 \
	        build/fuzz/corpus/$$f $$(ls -d tests/fuzz/corpus/$$f 2>/dev/null) >build/fuzz/$$f.log 2>&1 || \
	        { echo; tail -n 50 build/fuzz/$$f.log; exit 1; }; \
	    sed -n 's/^stat::number_of_executed_units: */inputs without a finding: /p' build/fuzz/$$f.log; done

# The program with one line of a task (the choice between equals) and of a noise changed: the first definition of
# a symbol wins over the library's.
# A copy that sed left as it was is no copy.
.DELETE_ON_ERROR:
CHANGED := $(BUILD)/tests/changed
$(CHANGED)/sort.c: tasks/sort.c
	@mkdir -p $(@D)
	@sed 's/least\].number) < 0/least].number) <= 0/' $< > $@ && ! cmp -s $< $@
$(CHANGED)/digit.c: noise/digit.c
	@mkdir -p $(@D)
	@sed 's/corruption_draw(draft, i, sites);/& token ^= 1;/' $< > $@ && ! cmp -s $< $@
$(CHANGED)/sort.o $(CHANGED)/digit.o: %.o: %.c $(BUILD)/flags
	$(call say,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(CHANGED)/sort $(CHANGED)/digit: %: %.o $(BUILD)/src/cli/main.o $(LIBRARY)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@
$(BUILD)/tests/test_identity_cli: | $(CHANGED)/sort $(CHANGED)/digit
$(BUILD)/tests/test_identity_cli.o: private OUR_CPPFLAGS += -DCHANGED='"$(CHANGED)"'

# gcc 12 ends with an internal error where it vectorizes the sums of some tests for AArch64.
ifeq ($(MACHINE),aarch64)
$(BUILD)/tests/%.o: private CFLAGS += -fno-tree-vectorize
endif

-include $(shell find build '$(BUILD)' -path build/mutants -prune -o -name '*.d' -print 2>/dev/null | sort -u)

# The authors' own PCG, to hold ours against.
$(BUILD)/tests/pcg_oracle: tests/pcg_oracle.cc
	@mkdir -p $(@D)
	$(call say,CXX )$(CXX) -O1 -Wall -Wextra -Werror $< -o $@
$(BUILD)/tests/test_pcg: | $(BUILD)/tests/pcg_oracle
$(BUILD)/tests/test_pcg.o: private OUR_CPPFLAGS += -DPCG_ORACLE='"$(BUILD)/tests/pcg_oracle"'

# What makes calls fail on demand, preloaded into the program under test.
$(BUILD)/tests/faults/%.so: tests/faults/%.c tests/faults/caller.c tests/faults/caller.h $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC  )$(CC) -std=gnu17 -O1 -g -I. $(WARNINGS) -shared -fPIC $(filter %.c,$^) -ldl -o $@
$(BUILD)/tests/test_allocation: | $(BUILD)/tests/faults/allocation.so
$(BUILD)/tests/test_faults: | $(BUILD)/tests/faults/system.so
$(BUILD)/tests/test_allocation.o $(BUILD)/tests/test_faults.o: private OUR_CPPFLAGS += -DFAULTS='"$(BUILD)/tests/faults"'
$(BUILD)/tests/test_claim: | $(BUILD)/tests/faults/no_flock.so
$(BUILD)/tests/test_claim.o: private OUR_CPPFLAGS += -DNO_FLOCK='"$(abspath $(BUILD)/tests/faults/no_flock.so)"'

.PHONY: check
check: deps ## install what is missing, build, run every test
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) run-tests
.PHONY: run-tests
run-tests: $(BUILD)/cotnoise $(TEST_PROGRAMS) $(FUZZ:%=$(BUILD)/tests/fuzz/replay_%)
	@TASKS_DIR='$(OWN)' tests/run.sh $(BUILD)/cotnoise $(TEST_PROGRAMS)
	@set -e; for f in $(notdir $(wildcard $(FUZZ:%=tests/fuzz/corpus/%))); do printf 'replay %s: ' $$f; \
	    ASAN_OPTIONS=allocator_may_return_null=1 $(EMULATOR) $(BUILD)/tests/fuzz/replay_$$f tests/fuzz/corpus/$$f; done

# --- adding a task or a noise -------------------------------------------------------------------

.PHONY: new-task new-noise
new-task: ## write a task to start from: make new-task NAME=digit_sum, of KIND=number or another
	@tests/new.sh task '$(NAME)' '$(KIND)' '$(OWN)'
new-noise: ## write a noise to start from: make new-noise NAME=digit_up
	@tests/new.sh noise '$(NAME)'

# What is tested of every task, its golden traces and its own test; GOLDEN=write writes the golden traces anew.
TEST_OF_ONE = $(or $(filter %/test_$(1)_$(NAME).c,$(TESTS)),$(2))
TASK_TESTS  = $(patsubst %.c,$(BUILD)/%,tests/test_golden.c tests/test_each_task.c $(call TEST_OF_ONE,task,tests/test_tasks.c))
NOISE_TESTS = $(patsubst %.c,$(BUILD)/%,tests/test_noise.c $(call TEST_OF_ONE,noise,tests/test_noise_values.c))
.PHONY: test-task test-noise test-one
test-task: deps ## build, and test one task in seconds: make test-task NAME=digit_sum
	$(if $(filter $(NAME),$(TASK_NAMES)),,$(error NAME=$(NAME): must be one of $(TASK_NAMES)))
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) test-one ONE='$(TASK_TESTS)'
test-noise: deps ## build, and test one noise in seconds: make test-noise NAME=digit_up
	$(if $(filter $(NAME),$(NOISE_NAMES)),,$(error NAME=$(NAME): must be one of $(NOISE_NAMES)))
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) test-one ONE='$(NOISE_TESTS)'
test-one: $(BUILD)/cotnoise $(ONE)
	@COTNOISE_TASK='$(NAME)' TASKS_DIR='$(OWN)' tests/run.sh $(BUILD)/cotnoise $(ONE)

.PHONY: mutants mutants-some
MUTANTS_RUN = programs=$$(tests/mutants/run.py --programs $(1)) && \
    $(MAKE) -s --no-print-directory -j$(JOBS) VARIANT=release $$programs && tests/mutants/run.py --jobs $(JOBS) $(1)
mutants: deps ## break one line at a time, in a copy: a test must notice (MUTANTS="a b" for some)
	@$(call MUTANTS_RUN,$(MUTANTS))
mutants-some: deps ## the same with six of them, others for every commit
	@$(call MUTANTS_RUN,--some 6)

.PHONY: check-slurm
check-slurm: deps ## sweeps through a real Slurm, which the test starts and stops (installs it)
	@tests/install_packages.sh slurm-wlm munge
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build
	@tests/slurm/check.sh $(BUILD)/cotnoise

# npm comes with Node.js from elsewhere, and as a package of its own from Debian.
.PHONY: check-huggingface
check-huggingface: deps ## checkpoints in Hugging Face's own JavaScript and Rust (npm), and Python where it is: ids, texts, what a model writes
	@command -v npm >/dev/null || tests/install_packages.sh nodejs npm
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build
	@tests/huggingface/check.sh $(BUILD)/cotnoise || [ $$? -eq 77 ]

.PHONY: check-installed
check-installed: deps ## built against a prefix of libraries, installed without root, used: sweep, man pages, completion, recipes (installs zsh, snakemake)
	@tests/install_packages.sh pkg-config man-db mandoc zsh snakemake python3-yaml
	@tests/install/check.sh

.PHONY: check-trainers
check-trainers: deps ## the examples of --trainer: PyTorch for real (installs it), Hugging Face against a stub
	@tests/install_packages.sh python3-torch
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build
	@tests/trainers/check.sh $(BUILD)/cotnoise

.PHONY: check-rollouts
check-rollouts: deps ## log-probabilities of a million tokens drawn: scoring and training find the same bits
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(BUILD)/tests/test_rollouts
	@COTNOISE_TOKENS=1000000 tests/run.sh $(BUILD)/cotnoise $(BUILD)/tests/test_rollouts

# Processors that are not there, by emulation. QUICK=1 leaves out training all models of test_same_bits, minutes.
.PHONY: check-old-processors
check-old-processors: deps ## emulated x86-64 processors: one that cannot train, one with AVX2 only (same bits)
	@tests/install_packages.sh qemu-user
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(if $(QUICK),,$(BUILD)/tests/test_same_bits)
	@tests/emulated/old_processor.sh $(BUILD)/cotnoise $(if $(QUICK),,$(BUILD)/tests/test_same_bits)

# The test suite compiled for AArch64. Left out is what an emulator of the program alone cannot do: test_allocation,
# test_faults and test_claim preload a library, test_array's job finds the program by its own path, test_identity_cli
# starts changed programs, test_experiments moves the program, test_new builds some, test_rehearsal wants to know that ten seconds are enough,
# test_address_space that the emulator takes no room for itself. So is what takes 4 minutes and more there, each: test_cli
# and test_cli_sweep train for long or stop by the clock, test_cli_profile, test_profile_estimate and test_analysis read thousands of
# samples, test_nn_speed multiplies 2048 x 2048 matrices.
AARCH64_LEFT_OUT := test_allocation test_faults test_claim test_address_space test_array test_experiments test_identity_cli test_rehearsal \
                    test_new test_cli test_cli_sweep test_cli_profile test_profile_estimate test_analysis test_nn_speed
AARCH64_PACKAGES := $(patsubst %,%:arm64,libopenblas-dev libjansson-dev libyaml-dev libxxhash-dev libcmocka-dev)
.PHONY: check-aarch64
check-aarch64: deps ## the tests on an emulated AArch64 processor, but for some long ones (installs a cross compiler)
	@tests/install_packages.sh qemu-user gcc-aarch64-linux-gnu $(AARCH64_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) CC=aarch64-linux-gnu-gcc BUILD=build/aarch64 EMULATOR=qemu-aarch64 \
	    TESTS='$(filter-out $(AARCH64_LEFT_OUT:%=tests/%.c),$(TESTS))' run-tests

.PHONY: check-long
check-long: deps ## a sweep killed 20 times, each way of reinforcement learning 20 times, a disk that fills up: minutes instead of the seconds of check
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(BUILD)/tests/test_reinforce_runs
	@tests/sweep/killed.sh $(BUILD)/cotnoise 20
	@COTNOISE=$(BUILD)/cotnoise COTNOISE_MOMENTS=10 OPENBLAS_NUM_THREADS=1 $(BUILD)/tests/test_reinforce_runs
	@tests/sweep/full_disk.sh $(BUILD)/cotnoise

.PHONY: check-allocation
check-allocation: deps ## every allocation of every command fails once: an hour instead of the seconds of check
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(BUILD)/tests/test_allocation
	@COTNOISE=$(BUILD)/cotnoise COTNOISE_ALLOCATIONS=all $(BUILD)/tests/test_allocation

.PHONY: check-faults
check-faults: deps ## every write, rename, fork ... of a small sweep fails or is interrupted: an hour or two instead of seconds
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(BUILD)/tests/test_faults
	@COTNOISE=$(BUILD)/cotnoise COTNOISE_FAULTS=1 $(BUILD)/tests/test_faults

.PHONY: check-functions
check-functions: deps ## the errors of exp, erf and log over all floats: minutes instead of the seconds of check
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) $(BUILD)/tests/test_vector_math $(BUILD)/tests/test_portable
	@COTNOISE_FUNCTIONS=all $(BUILD)/tests/test_vector_math
	@COTNOISE_FUNCTIONS=all $(BUILD)/tests/test_portable

.PHONY: coverage
coverage: deps ## simulated sweeps of known thresholds: the table of docs/statistics.md, minutes
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) $(BUILD)/tests/test_coverage
	@COTNOISE_COVERAGE=all $(BUILD)/tests/test_coverage

.PHONY: styles
styles: deps ## completions in ten styles, graded strictly and leniently: the table of docs/grading.md, seconds
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build $(BUILD)/tests/test_grade_styles
	@COTNOISE=$(BUILD)/cotnoise COTNOISE_STYLES=print $(BUILD)/tests/test_grade_styles

.PHONY: check-profile
check-profile: deps ## the profiler on data of known noise: every estimate and label, minutes
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=$(VARIANT) build
	@tests/profile/known_noise.py $(BUILD)/cotnoise

.PHONY: san tsan valgrind
san: ## the whole test suite under the address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory VARIANT=san check
tsan: ## the tests that use threads under the thread sanitizer
	@$(MAKE) --no-print-directory VARIANT=tsan check
valgrind: deps ## the short commands on something small under valgrind
	@tests/install_packages.sh valgrind
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=valgrind build
	@tests/valgrind.sh build/valgrind/cotnoise

# --- checks of the source -----------------------------------------------------------------------

FORMATTED = $(wildcard src/*/*.[ch] src/*/*/*.[ch] tasks/*.[ch] noise/*.[ch] tests/*.[ch] tests/*/*.[ch])

.PHONY: lint
lint: $(BUILD)/cotnoise ## formatting, floors, names, cppcheck, compilation with the other compiler
	@tests/install_packages.sh clang-format cppcheck
	@clang-format --dry-run -Werror $(FORMATTED)
	@tests/check_floors.sh
	@tests/check_names.sh $(BUILD)
	$(if $(filter x86-64,$(ARCH)),@tests/check_instructions.sh $(BUILD))
	@cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr \
	    --suppressions-list=tests/cppcheck.suppressions -I. -Isrc -DCOTNOISE_VERSION='"x"' \
	    -D__x86_64__ -DLEVEL=v3 -D__AVX2__ -D__FMA__ \
	    -j$(JOBS) src tasks noise
	@! command -v clang >/dev/null || $(MAKE) --no-print-directory -j$(JOBS) CC=clang BUILD=build/clang build/clang/cotnoise
	@echo "lint: clean"

.PHONY: format
format: ## clang-format every source in place
	clang-format -i $(FORMATTED)

# --- installing and running ---------------------------------------------------------------------

.PHONY: deps run-deps
INSTALL_PACKAGES = CC='$(CC)' CPPFLAGS='$(filter -I%,$(PREFIX_CPPFLAGS) $(CPPFLAGS))' CXX='$(CXX)' tests/install_packages.sh
deps: ## install what is missing with apt (as root, or with sudo); where all is found, nothing is asked for
	@$(INSTALL_PACKAGES) $(PACKAGES)
run-deps:
	@$(INSTALL_PACKAGES) $(RUN_PACKAGES)

.PHONY: quickstart
quickstart: run-deps ## build, then sweep experiments/quickstart.yaml: noise against accuracy in minutes
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=release build
	@build/cotnoise sweep experiments/quickstart.yaml -j $(JOBS)

# In the order in which they are worth waiting for.
EXPERIMENTS := add-sort add-4 contaminated aim-add boolean-10 sort-8 median-7 gcd-2 graph-6 reverse-string \
               mul-2 size-add near-add near-sort near-gcd near-median near-string near-boolean pretrained repair half-parent \
               rl-options rl-parents rl-noise rl-epochs rl-refine rl-temperature rl-countdown price-sort price-add fixed-sort \
               mixes-sort heldout-sort mixes-median heldout-median mixes-sort-2 heldout-sort-2 mixes-median-2 heldout-median-2 \
               heldout-sort-3 heldout-median-3 heldout-sort-4 heldout-median-4 \
               mixes-sort-3 heldout-sort-5 mixes-median-3 heldout-median-5 \
               mixes-sort-4 heldout-sort-6 mixes-median-4 heldout-median-6
.PHONY: reproduce reproduce-fast
reproduce: run-deps ## build, then run the experiments one after the other (some fourteen hours on two cores; resumes)
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=release build
	@experiments/reproduce.sh $(JOBS) $(EXPERIMENTS)
reproduce-fast: run-deps ## build, then the README's figure alone: static and dynamic noise on addition and sorting
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=release build
	@experiments/reproduce.sh $(JOBS) add-sort

.PHONY: bench
bench: ## measure speed: traces, training, decoding
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=release run-bench
.PHONY: run-bench
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(wildcard tests/bench/*.c))
run-bench: $(BUILD)/cotnoise $(BUILD)/tests/test_kernels $(BENCHES)
	@for preset in small base; do $(BUILD)/cotnoise bench --preset $$preset || exit 1; echo; done
	@tests/bench/scaling.sh $(BUILD)/cotnoise
	@echo "== kernels"; $(BUILD)/tests/test_kernels --bench
	@set -e; for bench in $(BENCHES); do echo "== $$(basename $$bench)"; $$bench; done
	@echo "== python_add"; tests/bench/python_add.py $(BUILD)/cotnoise $(BUILD)/tests/bench/bench_trace

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(LIBRARY)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@

# All that install puts somewhere: WHAT:WHERE under PREFIX. uninstall takes these away and nothing else.
COMMANDS := $(shell sed -n 's/^    {"\([a-z]*\)", cli_.*/\1/p' src/cli/main.c)
PAGES    := cotnoise.1 $(COMMANDS:%=cotnoise-%.1)
OWN_SHARE := share/cotnoise
INSTALLED := $(BUILD)/cotnoise:bin/cotnoise \
             $(foreach file,$(wildcard experiments/*.yaml experiments/trainers/*),$(file):$(OWN_SHARE)/$(file)) \
             $(foreach page,$(PAGES),$(BUILD)/man/$(page):share/man/man1/$(page)) \
             docs/completion/cotnoise.bash:share/bash-completion/completions/cotnoise \
             docs/completion/_cotnoise:share/zsh/site-functions/_cotnoise

$(PAGES:%=$(BUILD)/man/%): $(BUILD)/man/cotnoise%.1: $(BUILD)/cotnoise
	@mkdir -p $(@D)
	$(call say,MAN )$(EMULATOR) $(BUILD)/cotnoise help --man $(*:-%=%) > $@

.PHONY: install uninstall
install: $(BUILD)/cotnoise $(PAGES:%=$(BUILD)/man/%) ## install to PREFIX (default /usr/local): program, experiments, man pages, completion
	@set -e; for file in $(INSTALLED); do what=$${file%:*}; case $$what in */cotnoise) mode=755;; *) mode=644;; esac; \
	    install -D -m $$mode "$$what" "$(DESTDIR)$(PREFIX)/$${file##*:}"; done
	@echo "installed $(words $(INSTALLED)) files in $(DESTDIR)$(PREFIX)"
uninstall: ## take away from PREFIX what install put there
	@set -e; for file in $(INSTALLED); do rm -f "$(DESTDIR)$(PREFIX)/$${file##*:}"; done
	@for folder in $(OWN_SHARE)/experiments/trainers $(OWN_SHARE)/experiments $(OWN_SHARE); do \
	    rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(PREFIX)/$$folder" 2>/dev/null || true; done

.PHONY: clean
clean: ## remove build/
	rm -rf build
