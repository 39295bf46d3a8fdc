"""Validates JSON documents against a JSON Schema: check_schema.py SCHEMA DOCUMENT...

Prints one line per document, "valid NAME" or "invalid NAME: reason"; fails if the schema itself is invalid.
"""
import json
import pathlib
import sys

import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in map(pathlib.Path, sys.argv[2:]):
    errors = [error.message for error in validator.iter_errors(json.loads(path.read_text()))]
    print(f"invalid {path.stem}: {errors[0]}" if errors else f"valid {path.stem}")
