#!/usr/bin/env bash
# What action.yml runs: one check, told as annotations, SARIF, a step summary and one comment.
# The formats after the first one cost little, since what was proved is kept.
set -uo pipefail

marker="<!-- airlock check -->"
longest=65536 # characters that a comment on GitHub may have

arguments=()
[ -n "${INPUT_SINCE:-}" ] && arguments+=(--since "$INPUT_SINCE")
# Words are split on purpose: this is a list of arguments.
# shellcheck disable=SC2206
[ -n "${INPUT_ARGUMENTS:-}" ] && arguments+=(${INPUT_ARGUMENTS})

told() {
    airlock -C "${INPUT_DIRECTORY:-.}" check ${arguments[@]+"${arguments[@]}"} --format "$1"
}

told github
code=$?

folder=$(mktemp -d) || exit 2
told sarif >"$folder/airlock.sarif" 2>/dev/null
told markdown >"$folder/comment.md" 2>/dev/null
[ -s "$folder/airlock.sarif" ] && echo "sarif=$folder/airlock.sarif" >>"${GITHUB_OUTPUT:-/dev/null}"
cat "$folder/comment.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

# One comment that is kept up to date. A token that may not write it costs the comment alone.
comment() {
    local place="repos/$GITHUB_REPOSITORY/issues" body="$folder/body.md" known
    { echo "$marker"; cat "$folder/comment.md"; } | head -c "$longest" >"$body"
    known=$(gh api --paginate "$place/$PULL_REQUEST/comments" \
        --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1) || return
    if [ -n "$known" ]; then
        gh api --silent --method PATCH "$place/comments/$known" --field "body=@$body"
    else
        gh api --silent --method POST "$place/$PULL_REQUEST/comments" --field "body=@$body"
    fi
}
if [ "${INPUT_COMMENT:-true}" = true ] && [ -n "${PULL_REQUEST:-}" ] && [ -s "$folder/comment.md" ]; then
    comment || echo "::notice::Airlock could not write its comment on the pull request"
fi

exit "$code"
