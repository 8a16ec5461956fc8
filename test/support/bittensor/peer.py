"""Functions of the modules beside this one, called by a test: a request a line on standard input, an answer a line on standard output."""

import importlib
import json
import os
import sys

answers = os.fdopen(os.dup(1), "w")
# What the packages print is not an answer.
os.dup2(2, 1)

for line in sys.stdin:
    request = json.loads(line)
    try:
        function = getattr(importlib.import_module(request["module"]), request["function"])
        answer = {"value": function(**request["arguments"])}
    except BaseException as error:  # pylint: disable=broad-except
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
