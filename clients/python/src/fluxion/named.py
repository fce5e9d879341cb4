"""Enums of the protocol as Python's. Knows none of them."""

from __future__ import annotations

import enum
from typing import Optional, TypeVar


class Named(enum.IntEnum):
    """An enum whose members are also known by their names, in lower case or upper, and are printed so."""

    @classmethod
    def _missing_(cls, value: object) -> Optional[Named]:
        if not isinstance(value, str):
            return None
        found = cls.__members__.get(value.strip().upper().replace("-", "_"))
        if found is None:
            known = ", ".join(str(each) for each in cls if each.name != "UNSPECIFIED")
            raise ValueError(f"unknown {cls.__name__} {value!r}: expected one of {known}")
        return found

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


_Enum = TypeVar("_Enum", bound=Named)


def member(kind: type[_Enum], number: int) -> _Enum:
    """The member of a number; UNSPECIFIED for one that a newer server knows."""
    return kind(number if number in kind._value2member_map_ else 0)
