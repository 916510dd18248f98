"""Write docs/api.md from the API's own document; with --check, only say whether it is as it should be."""

import difflib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PAGE = Path(__file__).parent / "api.md"
METHODS = ("get", "post", "put", "patch", "delete")
Part = Mapping[str, Any]
HEAD = """# The JSON API

<!-- Written by docs/make_api.py from the API's own document. Change the source and run `make docs`. -->

Programs can do what a person can do at the hirer's desk. The document for tools stands at `/api/v1/openapi.json`
(OpenAPI 3.1).

## A key

An owner makes keys at the desk under *Programs*, each with a name, an end and what it may do (its scopes). A key is
shown once and belongs to one organisation; what is not that organisation's is not there for it. It is sent with each
call, here to a Poise on this machine:

```text
curl -H "Authorization: Bearer poise_…" http://127.0.0.1:8000/api/v1/candidates
```

What a key does stands in the audit trail under its name. At most 600 calls a minute are answered.

## What holds for all calls

- Bodies are JSON in UTF-8, times are ISO 8601 in UTC.
- A refusal always has the same shape: `status`, `title`, `detail`, and `faults` with `where` and `what` for everything
  that is wrong at once. Nothing was stored then.
- 401: no key, or one that is withdrawn or expired. 403: the key may not do this. 404: there is no such thing at your
  organisation. 409: somebody was faster, or it is too early. 422: see the faults. 429: too many calls; wait. 503: the
  database cannot be used just now.
- A person decides. No call rejects anybody, and a decision names the person who made it, their reason, and the
  version of the report that they had before them.
- Results of a study are told to nobody who hires, and where a position asks for a judgement first, they are shown at
  the desk only.
- All scores are provisional, and their validity is unknown. Each comes with its 80 % interval: show it.
"""
TAIL = """## Being told: webhooks

An owner adds addresses at the desk under *Programs*. When something happens, Poise sends a POST with a short JSON body
to each address that asked for it: its `kind`, its own `id`, `at`, and `about` with keys; never a name or a word of a
candidate.

| kind | when |
|---|---|
{kinds}

The header `Poise-Signature` reads `t=SECONDS,v1=HEX`. `HEX` is the HMAC-SHA256, with the secret that was shown when
the address was added, of `SECONDS`, a full stop and the body. In Python:

```python
import hashlib
import hmac


def is_genuine(secret: str, body: bytes, signature: str, now: float) -> bool:
    parts = dict(part.split("=", 1) for part in signature.split(","))
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(now - int(parts["t"])) <= 300


print(is_genuine("secret", b"{{}}", "t=1,v1=" + "0" * 64, 1.0))
```

```text
False
```

Answer with any status from 200 to 299 within ten seconds. Otherwise the message is sent again after {waits}, and
then given up; the desk shows it. The same message may arrive twice: its `id` stays the same. Redirects are not
followed, and addresses inside a house or a machine are never called.
"""


def write() -> str:
    """Return the page."""
    prepare()
    from poise.hiring.webhooks import KINDS, WAITS  # noqa: PLC0415  Django must be set up first
    from poise.web.api.addresses import PREFIX, api  # noqa: PLC0415  as above
    from poise.web.connection_pages import TOLD  # noqa: PLC0415  as above

    document: Part = api.get_openapi_schema(path_prefix=PREFIX)
    kinds = "\n".join(f"| `{kind}` | {TOLD[kind]} |" for kind in KINDS)
    waits = ", ".join(say_wait(wait.total_seconds()) for wait in WAITS)
    return "\n".join([HEAD, *calls(document), *shapes(document), TAIL.format(kinds=kinds, waits=waits)])


def prepare() -> None:
    """Set Django up with a data folder that is thrown away."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "poise.settings"
    with TemporaryDirectory() as folder:
        os.environ["POISE_DATA"] = folder
        import django  # noqa: PLC0415  its settings are chosen above

        django.setup()


def calls(document: Part) -> Iterator[str]:
    """Tell of each call: what it does, which scope it needs, what it takes and gives."""
    yield "## The calls\n"
    for path, methods in document["paths"].items():
        for method in (one for one in METHODS if one in methods):
            call = methods[method]
            yield f"### {call['summary']}\n\n`{method.upper()} {path}`\n\n{one_line(call['description'])}\n"
            yield f"- needs the scope `{call['x-scope']}`" if "x-scope" in call else "- needs any key"
            yield from takes(call)
            yield from gives(call)


def takes(call: Part) -> Iterator[str]:
    """Tell of the parts of the address and of the body."""
    for part in call.get("parameters", ()):
        needed = "" if part.get("required") else ", may be left out"
        yield f"- `{part['name']}` ({say_type(part['schema'])}{needed})"
    body = call.get("requestBody")
    if body:
        yield f"- body: {say_type(body['content']['application/json']['schema'])}"


def gives(call: Part) -> Iterator[str]:
    """Tell of what is answered when all is well."""
    for status, answer in call["responses"].items():
        if str(status).startswith("2"):
            content = answer.get("content", {})
            schema = content.get("application/json", {}).get("schema")
            what = say_type(schema) if schema else " or ".join(content) or "nothing"
            yield f"- answers {status}: {what}\n"


def shapes(document: Part) -> Iterator[str]:
    """Tell of each shape, field by field."""
    yield "## The shapes\n"
    for name, shape in sorted(document["components"]["schemas"].items()):
        yield f"### {name}\n\n{one_line(shape.get('description', ''))}\n"
        required = shape.get("required", ())
        for field, schema in shape.get("properties", {}).items():
            yield f"- `{field}` ({say_type(schema)}{'' if field in required else ', may be left out'})"
        yield ""


def say_type(schema: Part) -> str:
    """Return a type in words."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(say_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"`{one}`" for one in schema["enum"])
    if schema.get("type") == "array":
        return f"a list of {say_type(schema.get('items', {}))}"
    names = {"null": "null", "string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = str(schema.get("type", "anything"))
    return "time" if schema.get("format") == "date-time" else names.get(kind, kind) + limits(schema)


def limits(schema: Part) -> str:
    """Return the limits of a number or a text."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 2**31:
        return f" from {low} to {high}"
    longest = schema.get("maxLength")
    return f" of at most {longest:,} characters" if longest else ""


def say_wait(seconds: float) -> str:
    """Return a time in words."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size:
            number = round(seconds / size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"


def one_line(words: str) -> str:
    """Return a docstring's words with their lines joined."""
    return "\n\n".join(" ".join(part.split()) for part in words.split("\n\n"))


def main() -> int:
    """Write the page, or check it."""
    written = write()
    if "--check" not in sys.argv:
        PAGE.write_text(written)
        return 0
    there = PAGE.read_text() if PAGE.exists() else ""
    sys.stdout.writelines(
        difflib.unified_diff(
            there.splitlines(keepends=True), written.splitlines(keepends=True), "docs/api.md", "source"
        )
    )
    return int(there != written)


if __name__ == "__main__":
    sys.exit(main())
