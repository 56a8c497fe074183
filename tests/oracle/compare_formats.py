#!/usr/bin/env python3
"""Reads what odbench-compare writes as those would for whom it is: JSON by a schema, CSV, JUnit
XML, workflow commands, pipe tables. Numbers and verdicts must be the same in all of them.

    compare_formats.py FOLDER [SAMPLE...]      FOLDER/SAMPLE.json and its neighbours

Prints what is wrong, a line each; exit status 1 when something is, 2 when there was nothing to read.
"""
import csv
import glob
import io
import json
import os
import re
import sys
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "data", "compare.schema.json")
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
problems = []


def complain(where, what):
    problems.append(f"{where}: {what}")


def has_kind(value, kind):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def check_schema(value, rule, root, where):
    """The keywords that our schema uses; jsonschema, where it is installed, is asked too."""
    if "$ref" in rule:
        rule = root["definitions"][rule["$ref"].rsplit("/", 1)[1]]
    if "enum" in rule and value not in rule["enum"]:
        complain(where, f"{value!r} is none of {rule['enum']}")
    kinds = rule.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(has_kind(value, kind) for kind in kinds):
        complain(where, f"{value!r} is no {'/'.join(kinds)}")
        return
    if has_kind(value, "number") and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        complain(where, f"{value} is out of range")
    if isinstance(value, str) and len(value) < rule.get("minLength", 0):
        complain(where, "text too short")
    if isinstance(value, list):
        for i, item in enumerate(value):
            check_schema(item, rule.get("items", {}), root, f"{where}[{i}]")
    if isinstance(value, dict):
        for name in rule.get("required", []):
            if name not in value:
                complain(where, f"no {name}")
        for name, item in value.items():
            inner = rule.get("properties", {}).get(name, rule.get("additionalProperties", {}))
            if inner is False:
                complain(where, f"unexpected {name}")
            else:
                check_schema(item, inner, root, f"{where}.{name}")


def check_json(where, document):
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    check_schema(document, schema, schema, where)
    try:
        import jsonschema
    except ImportError:
        jsonschema = None
    if jsonschema is not None:
        for error in jsonschema.Draft7Validator(schema).iter_errors(document):
            complain(where, f"jsonschema: {error.message}")
    counts = dict.fromkeys(("equivalent", "improved", "regressed", "inconclusive"), 0)
    for cell in document["cells"]:
        counts[cell["change"]["verdict"]] += 1
    counts["cells"] = len(document["cells"])
    counts["errors_regressed"] = sum(c["errors"]["verdict"] == "regressed" for c in document["cells"])
    if counts != document["counts"]:
        complain(where, f"counts {document['counts']}, but {counts}")


def as_text(value):
    return "" if value is None else value if isinstance(value, str) else repr(value)


def same(field, value):
    if isinstance(value, (int, float)) and field != "":
        return float(field) == value
    return field == as_text(value)


def expected_fields(document, cell):
    fields = {"id": cell["id"], "label": cell["label"], "present": "both", "metric": document["options"]["metric"],
              "unit": document["unit"], "images": cell["images"], "pairs": cell["pairs"], "test": cell["test"],
              "notes": " ".join(cell["notes"]), "answers": cell["answers"]["images"],
              "answers_differ": cell["answers"]["differ"], "answers_vary": cell["answers"]["vary"]}
    for side in ("base", "new"):
        for name, value in cell[side].items():
            if name != "doubtful":
                fields[f"{side}_{name}"] = " ".join(value) if name == "doubts" else value
    for prefix, change in (("", cell["change"]), ("errors_", cell["errors"])):
        fields.update({prefix + name: value for name, value in change.items()})
    return fields


def clean(text):
    """Bytes that are no UTF-8 stay in CSV; in JSON they are U+FFFD, one for each byte."""
    out, at = "", 0
    while at < len(text):
        for size in (1, 2, 3, 4):
            try:
                out += text[at:at + size].decode("utf-8")
                at += size
                break
            except UnicodeDecodeError:
                continue
        else:
            out += "\ufffd"
            at += 1
    return out


def check_csv(where, raw, document):
    rows = list(csv.reader(io.StringIO(clean(raw), newline=""), strict=True))
    names = rows[0]
    only = document["only"]["base"] + document["only"]["new"]
    if len(rows) != 1 + len(document["cells"]) + len(only):
        complain(where, f"{len(rows)} lines")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            complain(where, f"line {number} has {len(row)} fields, the first {len(names)}")
            return
    for cell, row in zip(document["cells"], rows[1:]):
        found = dict(zip(names, row))
        wanted = expected_fields(document, cell)
        if sorted(found) != sorted(wanted):
            complain(where, f"columns: {sorted(set(found) ^ set(wanted))}")
            return
        for name, value in wanted.items():
            if not same(found[name], value):
                complain(where, f"{name} is {found[name]!r}, in JSON {value!r}")
    for name, row in zip(only, rows[1 + len(document["cells"]):]):
        if row[0] != name or row[2] not in ("base", "new") or any(row[3:]):
            complain(where, f"line of {name!r}: {row}")


def is_bad(cell):
    return "regressed" in (cell["change"]["verdict"], cell["errors"]["verdict"])


def is_empty(document, cell):
    sides = [cell[side] for side in ("base", "new")]
    asked = all(side["requests"] + side["failed"] > 0 for side in sides)
    compared = asked if document["options"]["metric"] == "error-rate" else cell["images"] > 0
    return not compared and cell["errors"]["verdict"] != "regressed"


def case_kind(document, cell):
    if is_bad(cell):
        return "failure"
    if is_empty(document, cell):
        if not document["options"]["allow_missing"] or all(is_empty(document, c) for c in document["cells"]):
            return "error"
    if cell["change"]["verdict"] == "inconclusive":
        return "failure" if document["options"]["strict"] else "skipped"
    return None


# What an element may hold, in this order, and its attributes: the XML that Ant and Jenkins read.
JUNIT = {
    "testsuites": (["testsuite"], {"name", "tests", "failures", "errors", "skipped", "time"}),
    "testsuite": (["properties", "testcase", "system-out"], {"name", "tests", "failures", "errors", "skipped", "time"}),
    "properties": (["property"], set()),
    "property": ([], {"name", "value"}),
    "testcase": (["skipped", "error", "failure", "system-out"], {"classname", "name", "time"}),
    "skipped": ([], {"message"}),
    "error": ([], {"type", "message"}),
    "failure": ([], {"type", "message"}),
    "system-out": ([], set()),
}


def check_element(where, element):
    children, attributes = JUNIT[element.tag]
    if set(element.attrib) != attributes:
        complain(where, f"<{element.tag}> has {sorted(element.attrib)}")
    places = [children.index(child.tag) if child.tag in children else -1 for child in element]
    if -1 in places or places != sorted(places):
        complain(where, f"<{element.tag}> holds {[child.tag for child in element]}")
        return
    for child in element:
        check_element(where, child)


def check_junit(where, raw, document, text):
    root = ET.fromstring(raw)
    check_element(where, root)
    suite = root.find("testsuite")
    cases = suite.findall("testcase")
    expected = [case_kind(document, cell) for cell in document["cells"]]
    missing = len(document["only"]["base"]) + len(document["only"]["new"])
    expected += ["skipped" if document["options"]["allow_missing"] else "error"] * missing
    expected += ["error"] if not document["cells"] else []
    found = [next((e.tag for e in case if e.tag != "system-out"), None) for case in cases]
    if found != expected:
        complain(where, f"cases end as {found}, not as {expected}")
    for attribute, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        for element in (root, suite):
            if int(element.get(attribute)) != found.count(kind):
                complain(where, f"{attribute}={element.get(attribute)}")
    if int(suite.get("tests")) != len(cases) or int(root.get("tests")) != len(cases):
        complain(where, f"tests={suite.get('tests')}, but {len(cases)}")
    if any(case.get("classname") != f"odbench.{document['options']['metric']}" for case in cases):
        complain(where, "classname")
    if suite.find("system-out").text != text:
        complain(where, "its text is not the text format")
    if (document["status"] != 0) != ("failure" in found or "error" in found):
        complain(where, f"status {document['status']}, but {found}")


COMMAND = re.compile(r"^::(error|warning|notice) title=([^:,]*)::(.*)$")


def check_github(where, raw, document):
    kinds = []
    for line in raw.split("\n")[:-1]:
        match = COMMAND.match(line)
        if match is None or re.search("%(?!25|0D|0A|3A|2C)", line) is not None:
            complain(where, f"no command: {line!r}")
            return
        kinds.append(match[1])
    if ("error" in kinds) != (document["status"] != 0):
        complain(where, f"status {document['status']}, but {kinds}")
    if document["summary"] not in raw.split("\n")[0].replace("%25", "%"):
        complain(where, "the first does not say it all")
    cells = [c for c in document["cells"] if is_bad(c) or c["change"]["verdict"] != "equivalent"]
    only = document["only"]["base"] + document["only"]["new"]
    if len(kinds) != 1 + len(cells) + len(only) + len(document["warnings"]):
        complain(where, f"{len(kinds)} commands")


TAGS = {f"<{slash}{tag}>" for slash in ("", "/") for tag in ("code", "sup", "details", "summary")}


def check_markdown(where, raw, document):
    tables = [line for line in raw.split("\n") if line.startswith("|")]
    for line in tables:
        if len(re.findall(r"(?<!\\)\|", line)) != 7:
            complain(where, f"not six fields: {line}")
    lines = raw.split("\n")
    if document["summary"] not in lines[0] or (":x:" in lines[0]) != (document["status"] != 0):
        complain(where, f"title {lines[0]!r}")
    if raw.count("<details>") != 1 or raw.count("</details>") != 1:
        complain(where, "details are not one")
    tags = set(re.findall(r"</?[A-Za-z!?][^>]*>?", raw)) - TAGS
    if tags:
        complain(where, f"tags {sorted(tags)}")


def check_text(where, raw, document):
    if not raw.endswith(document["summary"] + "\n"):
        complain(where, "the last line is not the summary")
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", raw) is not None:
        complain(where, "control characters")
    if re.search(r"\b(nan|inf)\b", raw, re.I) is not None:
        complain(where, "nan or inf")


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def check_sample(stem):
    raw = {}
    for name in ("json", "csv", "junit", "github", "markdown", "text"):
        with open(f"{stem}.{name}", "rb") as file:
            raw[name] = file.read()
    document = json.loads(raw["json"].decode("utf-8"), parse_constant=refuse)
    text = raw["text"].decode("utf-8")
    check_json(f"{stem}.json", document)
    check_csv(f"{stem}.csv", raw["csv"], document)
    check_junit(f"{stem}.junit", raw["junit"], document, text)
    check_github(f"{stem}.github", raw["github"].decode("utf-8"), document)
    check_markdown(f"{stem}.markdown", raw["markdown"].decode("utf-8"), document)
    check_text(f"{stem}.text", text, document)


def main():
    folder, names = sys.argv[1], sys.argv[2:]
    stems = [os.path.join(folder, name) for name in names]
    stems = stems or sorted(path[:-len(".json")] for path in glob.glob(os.path.join(folder, "*.json")))
    if not stems:
        print(f"nothing to read in {folder}")
        return 2
    for stem in stems:
        try:
            check_sample(stem)
        except (ValueError, csv.Error, ET.ParseError, OSError, KeyError, AttributeError, TypeError) as error:
            complain(stem, f"{type(error).__name__}: {error}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
