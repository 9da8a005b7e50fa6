"""The client, a process of its own: sends prepared requests over kept connections and times each.

Reads one JSON plan from standard input: ``port``, ``requests`` (each the raw bytes of a request, latin-1), ``at_once``
(connections) and ``every_s`` (0: as fast as they are answered; else each connection rests so long between two). Writes
one JSON line: milliseconds of each answer, statuses, and the seconds it took.
"""

import asyncio
import json
import random
import sys
import time


async def answer(reader: asyncio.StreamReader) -> int:
    """Read one whole answer; return its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
    if "content-length" in fields:
        await reader.readexactly(int(fields["content-length"]))
    else:  # chunked
        while size := int((await reader.readline()).strip(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    return int(head.split(" ", 2)[1])


async def connection(port: int, requests: list[bytes], every_s: float, begin: asyncio.Event, found: list) -> None:
    """Send ``requests`` one after the other; a connection the server closed is opened again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await begin.wait()
    if every_s:
        await asyncio.sleep(random.random() * every_s)  # nobody presses play on the same beat
    for number, request in enumerate(requests):
        started = time.perf_counter()
        for attempt in (1, 2):
            try:
                writer.write(request)
                status = await answer(reader)
                break
            except (ConnectionError, asyncio.IncompleteReadError):
                if attempt == 2:
                    status = 0
                    break
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        taken = time.perf_counter() - started
        found.append((taken * 1000, status))
        if every_s and number + 1 < len(requests):
            await asyncio.sleep(max(0, every_s - taken))
    writer.close()


async def main() -> None:
    plan = json.load(sys.stdin)
    requests = [request.encode("latin-1") for request in plan["requests"]]
    shares = [requests[n :: plan["at_once"]] for n in range(plan["at_once"])]
    begin, found = asyncio.Event(), []
    tasks = [
        asyncio.create_task(connection(plan["port"], share, plan["every_s"], begin, found)) for share in shares if share
    ]
    await asyncio.sleep(0.5)  # until all are connected
    started = time.perf_counter()
    begin.set()
    await asyncio.gather(*tasks)
    seconds = time.perf_counter() - started
    print(json.dumps({"ms": [ms for ms, _ in found], "statuses": [status for _, status in found], "seconds": seconds}))


asyncio.run(main())
