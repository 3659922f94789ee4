"""SQL cut by Postgres's lexical rules (PostgreSQL manual, 4.1), without a parser.

`tokens` yields every token of a text, `cuts` the runs that a file is made of. Neither fails: what
Postgres could not tokenise (an unterminated literal) is one token up to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from airlock.model.script import PieceKind


class Token(StrEnum):
    """What a token is; the values are the group names of `_TOKEN`."""

    COMMENT = "comment"
    """`-- …` up to the line end, or `/* … */`, nested."""
    STRING = "string"
    """`'…'`, also with a prefix `B`, `X`, `N` or `U&`."""
    ESCAPED = "escaped"
    """`E'…'`, with its continuations on further lines."""
    DOLLAR = "dollar"
    """`$tag$…$tag$`."""
    NAME = "name"
    """`"…"`, also with the prefix `U&`."""
    WORD = "word"
    """A keyword or an identifier without quotes."""
    NUMBER = "number"
    PARAMETER = "parameter"
    OPERATOR = "operator"
    MARK = "mark"
    """Punctuation."""
    OPEN = "open"
    """A literal, quoted name or comment that nothing closes; it runs to the end of the text."""
    OTHER = "other"
    """Any other character, such as a backslash."""


BOM = "\ufeff"

_SPACE = " \t\r\n\f\v"
# Letters, `_` and all beyond ASCII; said by what they are not, since Python takes milliseconds to
# compile a class that reaches beyond 16 bits.
_LETTER = r"[^\x00-@\[-\^`{-\x7f]"
_LETTER_OR_DIGIT = r"[^\x00-/:-@\[-\^`{-\x7f]"
_IN_WORD = r"[^\x00-\#%-/:-@\[-\^`{-\x7f]"
"""The same, and `$`."""
_NEUTRAL = r"[\x00-!\#%&*-,.:<-@\[\]\^`{-\x7f]"
"""None of these, and none of `'"$;()-/` and the backslash."""
# A literal that nothing closes must not match as a shorter one: hence the `(?!')` behind each.
# Possessive quantifiers stand on single characters alone: on groups that hold alternatives they
# match wrongly before Python 3.11.5 (python/cpython#106052).
_ALTERNATIVES = rf"""
    (?P<plain>{_LETTER}{_IN_WORD}*+(?!['"&]))
    |(?P<mark>::|:=|\.\.|\.(?![0-9])|[;,()\[\]:])
    |(?P<comment>--[^\r\n]*)
    |(?P<escaped>[eE]'[^'\\]*+(?:(?:''|\\[\s\S])[^'\\]*+)*'(?!')
        (?:(?:[ \t\f\v]|--[^\r\n]*+)*[\r\n](?:[ \t\r\n\f\v]|--[^\r\n]*+[\r\n])*
           '[^'\\]*+(?:(?:''|\\[\s\S])[^'\\]*+)*'(?!'))*)
    |(?P<string>(?:[bBxXnN]|[uU]&)?'[^']*+(?:''[^']*+)*'(?!'))
    |(?P<name>(?:[uU]&)?"[^"]*+(?:""[^"]*+)*"(?!"))
    |(?P<open>(?:[eEbBxXnN]|[uU]&)?'|(?:[uU]&)?"|/\*)
    |(?P<word>{_LETTER}{_IN_WORD}*)
    |(?P<number>(?:[0-9][0-9_]*(?:\.(?!\.)[0-9_]*)?|\.[0-9][0-9_]*)
        (?:[eE][+-]?[0-9][0-9_]*)?[A-Za-z0-9_]*)
    |(?P<dollar>\$(?:{_LETTER}{_LETTER_OR_DIGIT}*)?\$)
    |(?P<parameter>\$[0-9]+)
    |(?P<operator>(?:(?!--|/\*)[~!@\#^&|`?+\-*/%<>=])+)
    |(?P<other>[\s\S])
"""
_TOKEN = re.compile(rf"[ \t\r\n\f\v]*+(?:{_ALTERNATIVES})", re.VERBOSE)
# Words, numbers, operators and what else neither opens, closes nor ends anything.
_PLAIN = re.compile(
    rf"""
    (?:{_NEUTRAL}++|{_LETTER_OR_DIGIT}{_IN_WORD}*+(?!['"&])|-(?!-)|/(?!\*))*
    """,
    re.VERBOSE,
)
_KINDS = {
    index: Token.WORD if name == "plain" else Token(name)
    for name, index in _TOKEN.groupindex.items()
}
_NESTING = re.compile(r"/\*|\*/")
_GAP = r"(?:[ \t\r\n\f\v]|--[^\r\n]*+|/\*(?:(?!\*/)[\s\S])*\*/)+"
_ROUTINE = re.compile(rf"create{_GAP}(or{_GAP}replace{_GAP})?(function|procedure)\b", re.IGNORECASE)
_DEPTH = {"(": 1, ")": -1}
_REST_OF_LINE = re.compile(r"(?:[ \t\r\f\v]|--[^\n]*+)*(?:\n|\Z)")
_END_OF_ROWS = re.compile(r"^\\\.\r?(?:\n|\Z)", re.MULTILINE)
_COPY_COMMAND = re.compile(r"\\copy\b.*\bfrom\s+p?stdin\b", re.IGNORECASE)
_CLIENT = frozenset({"stdin", "stdout"})
"""The grammar takes either word for the client's side of a COPY."""


def tokens(
    text: str, start: int = 0, *, landmarks: bool = False
) -> Iterator[tuple[Token, int, int]]:
    """Yield each token from `start` on as kind, start and end in characters; space lies between.

    With `landmarks` runs of what neither opens, closes nor ends anything are passed over.
    """
    match_at = _landmark_at if landmarks else _TOKEN.match
    position, end_of_text = start, len(text)
    while match := match_at(text, position):
        index = match.lastindex
        assert index is not None, "one of the alternatives matched"
        kind = _KINDS[index]
        begin, position = match.span(index)
        if kind is Token.DOLLAR:
            close = text.find(text[begin:position], position)
            position = close + position - begin if close >= 0 else end_of_text
            kind = kind if close >= 0 else Token.OPEN
        elif kind is Token.OPEN:
            close = _comment_end(text, begin) if text.startswith("/*", begin) else -1
            position = close if close >= 0 else end_of_text
            kind = Token.COMMENT if close >= 0 else kind
        yield kind, begin, position


def _landmark_at(text: str, position: int) -> re.Match[str] | None:
    run = _PLAIN.match(text, position)
    return _TOKEN.match(text, run.end() if run else position)


def _comment_end(text: str, start: int) -> int:
    """Return the end of the nested comment that begins at `start`, or -1."""
    depth = 0
    for match in _NESTING.finditer(text, start):
        depth += 1 if match.group() == "/*" else -1
        if depth == 0:
            return match.end()
    return -1


@dataclass(frozen=True, slots=True)
class _Cut:
    """A statement or a meta-command, and where the search goes on."""

    kind: PieceKind
    start: int
    end: int
    resume: int
    rows: bool = False
    """Whether psql would read the lines that follow as rows."""
    torn: bool = False
    """Whether the statement ends inside a parenthesis, since nothing closes it."""


def cuts(text: str) -> Iterator[tuple[PieceKind, int, int]]:
    """Yield the statements, rows and meta-commands of a file; between them are gaps.

    A semicolon ends a statement outside of parentheses and of `BEGIN ATOMIC … END`, as in psql.
    Where nothing closes a parenthesis, its statement ends at the first semicolon after all, and
    so does every later one: the server refuses the file at that statement anyway.
    """
    position, nesting = len(BOM) if text.startswith(BOM) else 0, True
    while cut := _next_cut(text, position, nesting=nesting):
        yield cut.kind, cut.start, cut.end
        position, nesting = cut.resume, nesting and not cut.torn
        blank = _REST_OF_LINE.match(text, position) if cut.rows else None
        if blank and blank.end() < len(text):
            end = _END_OF_ROWS.search(text, blank.end())
            position = end.end() if end else len(text)
            yield PieceKind.COPY_DATA, blank.end(), position


def rows(data: str) -> str:
    r"""Return the rows of a run of COPY data, without the line `\.` that ends them."""
    end = _END_OF_ROWS.search(data)
    return data[: end.start()] if end else data


def words(text: str, start: int = 0) -> Iterator[str]:
    """Yield the unquoted words from `start` on, in lower case."""
    for kind, begin, end in tokens(text, start):
        if kind is Token.WORD:
            yield text[begin:end].lower()


def reads_client(statement: str) -> bool:
    """Whether a statement is a COPY that takes its rows from the client."""
    return statement[:4].lower() == "copy" and any(
        word == "from" and source in _CLIENT for word, source in pairwise(words(statement))
    )


def _next_cut(text: str, position: int, *, nesting: bool) -> _Cut | None:
    """Return the next statement or meta-command at or after `position`."""
    for kind, begin, _ in tokens(text, position):
        if text[begin] == "\\":
            return _meta(text, begin)
        if kind is not Token.COMMENT and text[begin] != ";":
            return _statement(text, begin, nesting=nesting)
    return None


def _statement(text: str, start: int, *, nesting: bool) -> _Cut:
    """Return the statement whose first token is at `start`."""
    before = end = start  # the bounds of the last token, or of the run that was jumped over
    depth = blocks = 0  # open parentheses; open BEGIN ATOMIC and CASE
    routine = _ROUTINE.match(text, start) is not None  # its body may hold semicolons
    inner: _Cut | None = None
    position = start
    for kind, begin, stop in tokens(text, start, landmarks=not routine):
        if jumped := text[position:begin].rstrip(_SPACE):
            before, end = position, position + len(jumped)
        position = stop
        if kind is Token.COMMENT:
            continue
        if kind is Token.MARK:
            if text[begin] == ";":
                torn = depth > 0 or blocks > 0
                if not torn or not nesting:
                    rows_follow = reads_client(text[start:end])
                    return _Cut(PieceKind.STATEMENT, start, end, stop, rows=rows_follow)
                inner = inner or _Cut(PieceKind.STATEMENT, start, end, stop, torn=True)
            depth = max(depth + _DEPTH.get(text[begin], 0), 0)
        elif routine and depth == 0 and kind is Token.WORD:
            blocks += _opened(text[before:end].lower(), text[begin:stop].lower(), blocks)
        before, end = begin, stop
    if inner and (depth or blocks):
        return inner
    end = max(end, position + len(text[position:].rstrip(_SPACE)))
    return _Cut(PieceKind.STATEMENT, start, end, len(text))


def _opened(previous: str, word: str, blocks: int) -> int:
    """Return by how much a word outside of parentheses changes the number of open blocks.

    After a dot a keyword is a column's name, and after AS a label.
    """
    if word == "atomic":
        return int(previous == "begin")
    if not blocks or previous in (".", "as"):
        return 0
    return {"case": 1, "end": -1}.get(word, 0)


def _meta(text: str, start: int) -> _Cut:
    """Return the meta-command at `start`; it takes its whole line."""
    newline = text.find("\n", start)
    end = len(text) if newline < 0 else newline
    line = text[start:end].rstrip("\r")
    rows_follow = _COPY_COMMAND.match(line) is not None
    return _Cut(PieceKind.META, start, start + len(line), end, rows=rows_follow)
