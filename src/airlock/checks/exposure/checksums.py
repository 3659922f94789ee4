"""Check digits: of cards, of bank accounts and of Aadhaar numbers."""

from __future__ import annotations

_D5 = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
"""The multiplication of the dihedral group of ten elements."""
_SHUFFLE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_BASE = 97


def luhn(digits: str) -> bool:
    """Whether the last digit is the one that ISO/IEC 7812 asks for."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) << (place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of its digits
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """Whether the last digit is Verhoeff's."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        moved = int(digit)
        for _ in range(place % 8):
            moved = _SHUFFLE[moved]
        check = _D5[check][moved]
    return check == 0


def mod97(account: str) -> bool:
    """Whether letters and digits of an IBAN leave 1 (ISO 7064)."""
    moved = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % _BASE == 1
