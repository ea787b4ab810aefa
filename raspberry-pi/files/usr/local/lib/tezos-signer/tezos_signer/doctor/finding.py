"""What signer-doctor reports."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from tezos_signer.signer_checks import Unhealthy


class Finding(NamedTuple):
    """The state of one link."""

    link: str
    state: Literal["ok", "warning", "fault"]
    text: str
    """Follows the link's name and a colon."""
    remedy: str = ""
    """What to do about it. Empty if the state is ok."""

    def as_json(self) -> dict[str, str]:
        """The finding as `--json` prints it."""
        values = {"link": self.link, "state": self.state, "finding": self.text}
        return {**values, "do": self.remedy} if self.remedy else values


def ok(link: str, text: str) -> Finding:
    """The link works."""
    return Finding(link, "ok", text)


def warning(link: str, text: str, remedy: str) -> Finding:
    """Signing works all the same."""
    return Finding(link, "warning", text, remedy)


def fault(link: str, text: str, remedy: str) -> Finding:
    """Signing fails, or has lost a path or a protection."""
    return Finding(link, "fault", text, remedy)


def finding_of(link: str, check: Callable[[], None], text_if_ok: str, remedy: str) -> Finding:
    """Runs one of the health endpoint's checks."""
    try:
        check()
    except Unhealthy as reason:
        return fault(link, str(reason), remedy)
    return ok(link, text_if_ok)
