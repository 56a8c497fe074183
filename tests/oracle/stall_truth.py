"""What response times must be against "fixed:DELAY,stall=LENGTH/PERIOD": computed, not measured.

The rules are those of odbench-serve(1) and nothing here is shared with the programs. Time stands
still for every request while a stall lasts; the first begins one period after the model's first
request. The server is parallel: any number of requests is in at once, none waits for another. The
client is first in, first out over its connections: request i leaves at its planned time or when the
first connection is free again, whichever is later; its response time counts from the plan.
"""
import heapq


def finish(begin, work, epoch, stall, period):
    """When a request is done that is in at begin and has so much work left; any one unit."""
    at, turn = begin, max(1, int((begin - epoch) // period))
    while True:
        stalled = epoch + turn * period
        if at + work <= stalled:
            return at + work
        if at < stalled + stall:
            work -= max(0, stalled - at)
            at = stalled + stall
        turn += 1


def responses(planned, connections, work, epoch, stall, period):
    """Response times of requests planned at these times (ascending)."""
    free = [float("-inf")] * connections
    found = []
    for at in planned:
        end = finish(max(at, heapq.heappop(free)), work, epoch, stall, period)
        heapq.heappush(free, end)
        found.append(end - at)
    return found


def test():
    """By hand: stalls of 1000 at 10000, 20000, ..., 20 of work."""
    for begin, done in ((0, 20), (9980, 10000), (9981, 11001), (10000, 11020), (10999, 11020),
                        (11000, 11020), (19990, 21010)):
        assert finish(begin, 20, 0, 1000, 10000) == done, (begin, done)
    assert finish(0, 19001, 0, 1000, 10000) == 21001
    # One connection: what waits for it begins when it is free.
    assert responses([9990, 9995, 12000], 1, 20, 0, 1000, 10000) == [1020, 1035, 20]
    assert responses([9990, 9995, 12000], 2, 20, 0, 1000, 10000) == [1020, 1020, 20]


test()
