"""
judge.py WORK: the cells of WORK/cells.tsv as a matrix in Markdown; exit status 1 when one failed.

A cell passes when odbench-run ended well, every request was answered, and the boxes of every answer
are those of odbench-serve for the same model file and image. Two measures:
  - against odbench-serve BOX_PX and SCORE: other libraries resize the picture to the net's 224 x 224
    with other roundings (a level of 255), add in another order, and may decode JPEG by other
    code; none of that moves a box by a quarter of a pixel.
  - between two cells of one server that sent the same pixels DIGITS: there only the format differs, and
    six digits of a float survive every one of them.
"""

import collections
import csv
import json
import os
import statistics
import sys
from datetime import date

BOX_PX, SCORE = 0.25, 0.02
DIGITS_PX, DIGITS_SCORE = 2e-3, 2e-6
SCORE_MIN = 0.1
PAYLOADS = ("tensor", "json", "jpeg", "b64")

Cell = collections.namedtuple("Cell", "server protocol payload note pixels status file")


class Failed(Exception):
    pass


def lines_of(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def rows_of(cell):
    """The rows of the main phase; Failed when odbench-run did not end well."""
    said = [line for line in lines_of(f"{cell.file}.log") if line.strip()]
    rows = []
    if os.path.exists(f"{cell.file}.csv"):
        with open(f"{cell.file}.csv", newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["phase"] == "main"]
    if cell.status != "0" or not rows:
        raise Failed(said[-1] if said else f"exit status {cell.status}, {len(rows)} rows")
    return rows


def listing_of(cell):
    """The texts that a list of models holds; Failed when one is missing."""
    lines = [" ".join(line.split()) for line in lines_of(f"{cell.file}.log")]
    wanted = cell.pixels.partition("=")[2].split(";")
    missing = [text for text in wanted if not any(text in line for line in lines)]
    if missing or cell.status != "0":
        raise Failed(f"exit status {cell.status}, not there: {', '.join(missing)}: {' '.join(lines)}")
    return ", ".join(wanted)


def refusals_of(cell, rows):
    """What the server said, once; Failed when a row is not the error that was due."""
    _, code, named = cell.pixels.split("=", 2)
    for row in rows:
        if (
            row["status"] not in ("http_error", "grpc_error")
            or row["code"] != code
            or named not in row["error"]
        ):
            raise Failed(f"{row['status']} {row['code']}, not {code} with '{named}': {row['error']}")
    return rows[0]["error"]


def asked(cell):
    """What an official client wrote, as (cell, answers, ms)."""
    if not cell.file.endswith(".json"):
        raise Failed(cell.note)
    with open(cell.file, encoding="utf-8") as file:
        said = json.load(file)
    answers = [
        (name, [(label, tuple(box), score) for label, box, score in found]) for name, found in said["answers"]
    ]
    whole = cell._replace(
        protocol=said["protocol"], payload=said["payload"], note=said["note"], pixels=said["pixels"]
    )
    return whole, answers, said["ms"], said["error"]


def answers_of(cell, rows):
    """A list for each row: (file name, [(label, box, score)])"""
    for row in rows:
        if row["status"] != "ok":
            raise Failed(f"{row['status']} {row['code']}: {row['error']}")
    found = collections.defaultdict(list)
    for line in lines_of(f"{cell.file}.detections.jsonl"):
        one = json.loads(line)
        x, y, width, height = one["bbox"]
        found[str(one["seq"])].append((one["category_id"], (x, y, x + width, y + height), one["score"]))
    return [(row["file_name"], found[row["seq"]]) for row in rows]


def nearest(one, others):
    """(pixels, score) between a box and the nearest of its label."""
    label, box, score = one
    apart = [
        (max(abs(a - b) for a, b in zip(box, other)), abs(score - value))
        for name, other, value in others
        if name == label
    ]
    return min(apart, default=(float("inf"), float("inf")))


def compare(answers, wanted, px, score):
    """The largest differences; Failed beyond px and score. Boxes at the very edge of the smallest
    score may be on one side only."""
    worst = [0.0, 0.0]
    for name, boxes in answers:
        for these, those, whose in ((boxes, wanted[name], "an extra"), (wanted[name], boxes, "no")):
            for one in these:
                if one[2] < SCORE_MIN + score:
                    continue
                far, other = nearest(one, those)
                if far > px or other > score:
                    corners = " ".join(f"{v:.2f}" for v in one[1])
                    raise Failed(
                        f"{name}: {whose} box of label {one[0]} with score {one[2]:.4f} at {corners}"
                        f" (nearest {far:.3g} px, score {other:.2g} away)"
                    )
                worst = [max(worst[0], far), max(worst[1], other)]
    return worst


def median_ms(rows, *columns):
    """Of the first of the columns that most rows have."""
    for column in columns:
        values = [int(row[column]) for row in rows if row[column]]
        if 2 * len(values) > len(rows):
            return f"{statistics.median(values) / 1e6:.1f}"
    return "-"


def own_ms(cell, rows):
    """The server's own time: of the rows, or the mean of what it counted over blocks with several in flight;
    and its source."""
    of_rows = median_ms(rows, "srv_total_ns", "srv_infer_ns")
    with open(f"{cell.file}.meta.json", encoding="utf-8") as file:
        blocks = json.load(file).get("server_times") or []
    if of_rows == "-" and blocks:
        sums = [(one["total_ns"] * one["requests"], one["requests"]) for one in blocks if one.get("total_ns")]
        mean = sum(spent for spent, _ in sums) / sum(count for _, count in sums)
        return f"{mean / 1e6:.1f} (mean)", blocks[0]["source"]
    return of_rows, ", ".join(sorted({row["srv_source"] for row in rows if row["srv_source"]})) or "-"


class Judge:
    def __init__(self, work):
        self.work = work
        self.cells = [Cell(*line.split("\t")) for line in lines_of(f"{work}/cells.tsv")]
        self.titles = dict(line.split("\t") for line in lines_of(f"{work}/titles.tsv"))
        self.wanted, self.first, self.failed = {}, {}, 0

    def boxes_verdict(self, cell, answers):
        """The largest differences as text; Failed when the boxes are not the right ones."""
        boxes = dict(answers)
        if not any(boxes.values()):
            raise Failed("no boxes at all")
        if cell.server == "reference":
            self.wanted.setdefault(cell.pixels, boxes)
        # Pixels that the client fitted to the model come from the same picture.
        wanted = self.wanted.get("client" if cell.pixels == "fitted" else cell.pixels)
        if wanted is None:
            raise Failed("odbench-serve has no such answers")
        worst = compare(answers, wanted, BOX_PX, SCORE)
        compare(answers, self.first.setdefault((cell.server, cell.pixels), boxes), DIGITS_PX, DIGITS_SCORE)
        return f"{worst[0]:.3f} px, {worst[1]:.4f}"

    def measured(self, cell):
        if cell.pixels.startswith("text="):
            return ["pass", "", "", "", "", f"{cell.note}: {listing_of(cell)}"]
        rows = rows_of(cell)
        if cell.pixels.startswith("code="):
            said = " ".join(refusals_of(cell, rows).replace("|", "/").split())
            return ["pass", "", "", "", "", f"{cell.note}: {said[:140]}"]
        differences = self.boxes_verdict(cell, answers_of(cell, rows))
        return ["pass", median_ms(rows, "service_ns"), *own_ms(cell, rows), differences, cell.note]

    def fields(self, cell):
        """A line of the matrix without the server."""
        if not cell.file:
            return [cell.protocol, cell.payload, "gap", "", "", "", "", cell.note]
        try:
            if cell.server != "clients":
                return [cell.protocol, cell.payload, *self.measured(cell)]
            cell, answers, ms, error = asked(cell)
            if error:
                raise Failed(error)
            differences = self.boxes_verdict(cell, answers)
            return [cell.protocol, cell.payload, "pass", f"{ms:.1f}", "-", "-", differences, cell.note]
        except Failed as reason:
            self.failed += 1
            why = " ".join(f"{cell.note}: {reason}".replace("|", "/").split())[:300]
            return [cell.protocol, cell.payload, "**FAIL**", "", "", "", "", why]

    def versions(self, server):
        return ", ".join(lines_of(f"{self.work}/{server}.versions"))

    def lines(self, server):
        """The matrix's lines of one server: (those with boxes and gaps, those with words only)"""
        parts = [], []
        for cell in self.cells:
            if cell.server == server:
                words = cell.pixels.startswith(("code=", "text="))
                parts[words].append(self.fields(cell))
        reason = " ".join(lines_of(f"{self.work}/{server}.reason")[:1])
        if not reason and not any(parts) and not lines_of(f"{self.work}/{server}.md"):
            reason = "nothing was measured"
        if reason:
            gap = reason.startswith("cannot be had")
            self.failed += not gap
            parts[0].append(["", "", "gap" if gap else "**FAIL**", "", "", "", "", reason])
        return parts

    @staticmethod
    def short(boxes):
        """{protocol: {payload: what all its cells say}}"""
        found = {}
        for protocol, payloads, verdict, ms, own, *_ in boxes:
            if verdict == "pass":
                verdict = ms if own == "-" else f"{ms} ({own.split()[0]})"
            of_protocol = found.setdefault(protocol, {})
            for payload in payloads.split(", "):
                of_protocol.setdefault(payload, []).append(verdict)
        return found

    def summary(self, every):
        yield "Medians in ms, in brackets the server's own time where it tells one:"
        yield ""
        yield f"| server | protocol | {' | '.join(PAYLOADS)} |"
        yield "| --- | --- |" + " --- |" * len(PAYLOADS)
        for server, (boxes, _) in every.items():
            name = self.titles[server]
            for protocol, payloads in self.short(boxes).items():
                cells = [", ".join(payloads.get(one, payloads.get("", []))) for one in PAYLOADS]
                yield f"| {name} | {protocol} | {' | '.join(cells)} |"
                name = ""

    def matrix(self):
        every = {server: self.lines(server) for server in self.titles}
        yield from self.summary(every)
        yield ""
        yield "| server | protocol | payload | verdict | median ms | own ms | from | boxes differ by | |"
        yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        for server, (boxes, _) in every.items():
            for i, fields in enumerate(boxes):
                yield f"| {' | '.join([self.titles[server] if i == 0 else '', *fields])} |"
        yield ""
        yield "| server | protocol | verdict | what was asked, and what odbench-run says of it |"
        yield "| --- | --- | --- | --- |"
        for server, (_, words) in every.items():
            for i, fields in enumerate(words):
                name = self.titles[server] if i == 0 else ""
                yield f"| {name} | {fields[0]} | {fields[2]} | {fields[-1]} |"
        yield ""
        known = [f"{self.titles[one]}: {self.versions(one)}" for one in self.titles if self.versions(one)]
        yield f"Made {date.today().isoformat()} with {'; '.join(known)}."


def main(work):
    judge = Judge(work)
    for line in judge.matrix():
        print(line)
    print(f"\n{judge.failed} failed", file=sys.stderr)
    sys.exit(1 if judge.failed else 0)


main(*sys.argv[1:])
