#!/usr/bin/env python3
"""The Kubernetes manifest of the documentation against the API's own model: kubernetes_test.py MANIFEST PROGRAM"""
import subprocess
import sys

import yaml
from kubernetes.client import ApiClient


class Response:
    def __init__(self, data):
        import json
        self.data = json.dumps(data)


def problems(document, program):
    """Unknown fields, wrong types and missing ones; and what the program says of its command."""
    if (document["apiVersion"], document["kind"]) != ("batch/v1", "Job"):
        return ["no batch/v1 Job"]
    try:
        job = ApiClient().deserialize(Response(document), "V1Job")
    except (ValueError, TypeError) as problem:
        return [str(problem)]
    if ApiClient().sanitize_for_serialization(job) != document:
        return ["holds fields that the API does not know, or of another type"]
    found = []
    if job.spec.completion_mode == "Indexed" and not job.spec.completions:
        found.append("Indexed, but without completions")
    for container in job.spec.template.spec.containers:
        words = container.command
        shard = words[words.index("--shard") + 1] if "--shard" in words else None
        if shard and shard != f"auto/{job.spec.completions}":
            found.append(f"--shard {shard}, but {job.spec.completions} completions")
        done = subprocess.run([program, *words[1:]], env={"JOB_COMPLETION_INDEX": "0"}, capture_output=True, text=True, check=False)
        if "suite.yaml" not in done.stderr or "see:" in done.stderr:  # all but the suite is understood
            found.append(f"{words}: {done.stderr}")
        mounted = {mount.name for mount in container.volume_mounts}
        if mounted - {volume.name for volume in job.spec.template.spec.volumes}:
            found.append("mounts a volume that is not there")
    return found


def main():
    manifest, program = sys.argv[1:]
    with open(manifest, encoding="utf-8") as file:
        documents = list(yaml.safe_load_all(file))
    found = [problem for document in documents for problem in problems(document, program)]
    # The check itself: each of these faults has to be found.
    for path, value in {("spec", "completionsMode"): "Indexed", ("spec", "completions"): 15, ("spec", "template"): None,
                        ("spec", "completionMode"): 3, ("kind",): "Jobs"}.items():
        broken = yaml.safe_load(yaml.safe_dump(documents[0]))
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        if not problems(broken, program):
            found.append(f"a planted fault was not found: {path} = {value}")
    print("\n".join(found) or f"{len(documents)} documents are well")
    return 1 if found or len(documents) != 2 else 0


if __name__ == "__main__":
    sys.exit(main())
