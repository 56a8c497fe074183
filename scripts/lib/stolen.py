"""What others took of this machine's CPUs: where that is much, spans of time tell about them."""


def now():
    """Ticks that were stolen and ticks of any kind so far, of all CPUs (proc(5), /proc/stat)."""
    with open("/proc/stat", encoding="ascii") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:9]]
    return ticks[7], sum(ticks)


def share(since):
    """The share of the CPUs' time, in percent, that was stolen since a time of now()."""
    stolen, total = (b - a for a, b in zip(since, now()))
    return 100 * stolen / total if total > 0 else 0.0
