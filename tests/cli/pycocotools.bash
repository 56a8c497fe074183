# shellcheck shell=bash
# pycocotools, where some Python has it: load this into a .bats file.

# with_pycocotools: python3 is the first of PATH that has pycocotools, or the test is skipped.
with_pycocotools() {
    local python
    while IFS= read -r python; do
        if "$python" -c 'import pycocotools' 2>/dev/null; then
            PATH=${python%/*}:$PATH
            return
        fi
    done < <(type -ap python3)
    skip "no python3 has pycocotools"
}
