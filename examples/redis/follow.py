"""Follows the syncs of fgd-sync in Redis: every event at least once, also after this program or Redis was away.

    python follow.py redis://localhost:6379/0 [--once]

Each program that follows has a consumer group of its own; several processes of one program share a group and split the
events between them. An event that was handled but not acknowledged comes again: know it by its `event_id`.
"""

import json
import socket
import sys
import time

import redis

STREAM, GROUP = "fgd:events", "follow-example"
ABANDONED = 60_000  # milliseconds after which another process takes over what one did not acknowledge


def main(url: str, once: bool) -> None:
    me, seen = socket.gethostname(), set()
    client = redis.Redis.from_url(url, decode_responses=True)
    while True:
        try:
            make_group(client)
            _, left_by_others, _ = client.xautoclaim(STREAM, GROUP, me, 0 if once else ABANDONED)
            new = client.xreadgroup(GROUP, me, {STREAM: ">"}, count=100, block=None if once else 5000)
            for number, fields in [*left_by_others, *entries(new)]:
                if fields["event_id"] not in seen:
                    handle(json.loads(fields["event"]))
                    seen.add(fields["event_id"])
                client.xack(STREAM, GROUP, number)
            if once:
                return
        except redis.ConnectionError as error:
            print(f"Redis is away: {error}", file=sys.stderr)
            time.sleep(5)


def make_group(client):
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def entries(answer):
    """The entries of the one stream, whichever form this version of the client gives them."""
    streams = answer.values() if isinstance(answer, dict) else [chunk for _, chunk in answer or []]
    return [entry for chunk in streams for entry in (chunk[0] if chunk and isinstance(chunk[0], list) else chunk)]


def handle(event):
    """Replace this by what you want to do."""
    print(event["timestamp"], event["fabric"], event["event_type"], event["payload"].get("to", ""))


if __name__ == "__main__":
    main(sys.argv[1], "--once" in sys.argv)
