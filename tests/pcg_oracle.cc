// Prints the first N outputs of the PCG authors' own pcg32(seed, stream): the reference for test_pcg.c.
#include <cstdio>
#include <cstdlib>
#include <pcg_random.hpp>

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    pcg32 generator(std::strtoull(argv[1], nullptr, 10), std::strtoull(argv[2], nullptr, 10));
    for (long n = std::strtol(argv[3], nullptr, 10); n > 0; n--) std::printf("%08x\n", static_cast<unsigned>(generator()));
}
