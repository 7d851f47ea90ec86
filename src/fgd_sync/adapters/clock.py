"""The computer's clock behind the port `Clock`, and ids that nobody else has."""

import os
import time
from functools import lru_cache


def new_id() -> str:
    """A new random UUID (RFC 9562, version 4); the module `uuid` takes longer to import than all that it is for."""
    chosen = os.urandom(16)
    digits, variant = chosen.hex(), "89ab"[chosen[8] % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


class SystemClock:
    """Real time."""

    def now(self) -> str:
        """The time in UTC, RFC 3339, to the second."""
        return _in_words(int(time.time()))

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Do nothing for a while."""
        time.sleep(seconds)


@lru_cache(maxsize=1)
def _in_words(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
