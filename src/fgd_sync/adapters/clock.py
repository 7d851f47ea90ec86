"""The computer's clock behind the port `Clock`."""

import time


class SystemClock:
    """Real time."""

    def now(self) -> str:
        """The time in UTC, RFC 3339, to the second."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Do nothing for a while."""
        time.sleep(seconds)
