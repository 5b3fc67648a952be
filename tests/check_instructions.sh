#!/bin/sh
# Only kernels may hold instructions that the oldest x86-64 processor lacks: all else runs everywhere.
#
# tzcnt is not among those looked for, since the oldest executes it as bsf, which is what compilers mean by it.
set -u
objects=${1:?usage: check_instructions.sh OBJECTS, the folder with compiled src/, tasks/ and noise/ for x86-64}
newer='v[a-z0-9]+|andn|bextr|bls(i|r|msk)|bzhi|lzcnt|mulx|pdep|pext|rorx|sarx|shlx|shrx|movbe|crc32|popcnt'
newer="$newer|k(mov|and|or|xor|not|test|unpck)[a-z]*|xgetbv|aes[a-z]+|pclmul[a-z]*"
newer="$newer|h(add|sub)p[sd]|addsubp[sd]|movddup|movs[hl]dup|lddqu|ph(add|sub)s?[wd]|pshufb|palignr|pabs[bwd]|psign[bwd]"
newer="$newer|pmaddubsw|pmulhrsw|p?blendv?[bwpsd]+|ptest|round[ps][sd]|dpp[sd]|insertps|extractps|p(insr|extr)[bdq]"
newer="$newer|pmov[sz]x[bwdq]+|p(min|max)(sb|sd|uw|ud)|pmull?d[q]?|pcmp(eq|gt)q|pcmp[ei]str[im]|mpsadbw|phminposuw|packusdw"
# Names, mnemonics of each object, and of the kernels' to see that the search finds what is there.
mnemonics() { xargs objdump -d --no-show-raw-insn | awk -F'\t' '/file format/ { file = $1 } NF > 1 { split($2, w, " "); print w[1], file }' | sort -u; }
# Of the sources that there are: the folder may hold objects of others, from before.
found=$(for source in src/*/*.c tasks/*.c noise/*.c; do echo "$objects/${source%.c}.o"; done | mnemonics | grep -E "^($newer) ")
if [ -n "$found" ]; then
    echo "instructions that the oldest processor lacks, outside src/nn/kernels/:"
    echo "$found"
    exit 1
fi
for level in v3 v4; do
    find "$objects/src/nn/kernels" -name "*.$level.o" | mnemonics | grep -qE "^($newer) " ||
        { echo "no kernel of level $level is compiled for it in $objects"; exit 1; }
done
