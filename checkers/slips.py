"""What is wrong in a pack, for its author: file, line, key and a Chinese sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing wrong in a pack: where and what, in Chinese. ``line`` counts from 1."""

    path: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.key}：{self.message}".replace(" ：", "：", 1)


class PackError(Exception):
    """A pack that cannot be used; ``slips`` says everything that is wrong with it at once."""

    def __init__(self, slips: list[Slip]) -> None:
        super().__init__("\n".join(str(slip) for slip in slips))
        self.slips = slips
