# Completion of cotnoise for bash. What may be typed next is the program's to say (`cotnoise help --words`): this
# only hands it the words and offers what it answers. `make install` puts this where bash-completion looks for it;
# without that: source docs/completion/cotnoise.bash
_cotnoise() {
    local program=${1/#\~/$HOME} line=${COMP_LINE:0:COMP_POINT} words word kept candidate
    COMPREPLY=()
    line=${line#*"$1"}
    read -ra words <<<"$line"
    [[ -z $line || $line == *[[:space:]] ]] && words+=("")
    word=${words[${#words[@]} - 1]}
    # Readline replaces only what stands behind the last = or :, where these end words.
    kept=${COMP_WORDS[COMP_CWORD]}
    [[ $kept == [=:] ]] && kept=
    kept=${word%"$kept"}
    while IFS=$'\t' read -r candidate _; do
        case $candidate in
        :files | :directories)
            local kind=-f name=${word#*=}
            [[ $candidate == :files ]] || kind=-d
            [[ $kept == *=* ]] || name=$word
            compopt -o filenames 2>/dev/null
            while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen "$kind" -- "$name")
            ;;
        *)
            [[ $candidate == *[=.] ]] && compopt -o nospace 2>/dev/null
            COMPREPLY+=("${candidate#"$kept"}")
            ;;
        esac
    done < <("$program" help --words "${words[@]}" 2>/dev/null)
}
complete -F _cotnoise cotnoise
