#!/usr/bin/python3
"""Hands out the spare machines of a rack to tscaler, and takes them back.

    rack.py INVENTORY      reads one JSON document on standard input, writes one on standard output

The inventory is a JSON file: "machines" is yours, "taken" is this program's. See README.md beside it.
"""

import fcntl
import json
import os
import sys


class Trouble(Exception):
    """Something that tscaler should know of: its kind, and a sentence for people."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def launch(inventory, ask):
    """The same token gives the same machine, however often it is asked for."""
    taken = inventory["taken"]
    for vm in taken.values():
        if vm["token"] == ask["token"]:
            return vm
    used = {vm["machine"] for vm in taken.values()}
    free = [name for name in inventory["machines"] if name not in used]
    if not free:
        raise Trouble("no-capacity", f"all {len(used)} machines of the rack are taken")
    machine = inventory["machines"][free[0]]
    # Never the same id twice: a late call for an earlier holder must not meet the next one.
    inventory["given"] = inventory.get("given", 0) + 1
    vm = {
        "id": f"{free[0]}.{inventory['given']}",
        "state": "running",
        "host": machine["host"],
        "hostKeys": machine["hostKeys"],
        "tags": ask["tags"],
        "token": ask["token"],
        "machine": free[0],
        "pool": False,
    }
    taken[vm["id"]] = vm
    # Here is the place to switch it on, and to answer "pending" until it runs.
    return vm


def find(inventory, ask):
    return inventory["taken"].get(ask["id"])


def by_token(inventory, ask):
    return next((vm for vm in inventory["taken"].values() if vm["token"] == ask["token"]), None)


def list_all(inventory, _ask):
    return list(inventory["taken"].values())


def end(inventory, ask):
    """Of one that is not there nothing is to be done."""
    vm = inventory["taken"].get(ask["id"])
    if vm and ask["mode"] == "stop":
        vm["state"] = "stopped"
    elif vm:
        # Here is the place to wipe it and to switch it off.
        del inventory["taken"][ask["id"]]
    return {}


def register(inventory, ask):
    vm = inventory["taken"].get(ask["id"])
    if not vm:
        raise Trouble("not-found", f"{ask['id']} is no machine of the rack")
    vm["pool"] = True
    return {}


def deregister(inventory, ask):
    if ask["id"] in inventory["taken"]:
        inventory["taken"][ask["id"]]["pool"] = False
    return {}


def health(inventory, _ask):
    return [{"id": vm["id"], "health": "in-service"} for vm in inventory["taken"].values() if vm["pool"]]


OPERATIONS = {
    "launch": launch,
    "find": find,
    "byToken": by_token,
    "list": list_all,
    "end": end,
    "register": register,
    "deregister": deregister,
    "health": health,
}


def write(path, text):
    """A crash leaves the file as it was or as it is to be."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.new", path)


def write_pool(inventory):
    """The machines in the pool, for nginx: `include` this file in an upstream."""
    if "poolFile" in inventory:
        hosts = [vm["host"] for vm in inventory["taken"].values() if vm["pool"]]
        write(inventory["poolFile"], "".join(f"server {host};\n" for host in hosts))


def main():
    path = sys.argv[1]
    ask = json.load(sys.stdin)
    with open(f"{path}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one call at a time: tscaler may ask for two machines at once
        with open(path, encoding="utf-8") as file:
            before = file.read()
        inventory = json.loads(before)
        inventory.setdefault("taken", {})
        try:
            answer = OPERATIONS[ask["op"]](inventory, ask)
        except Trouble as trouble:
            answer = {"error": {"kind": trouble.kind, "message": str(trouble)}}
        after = json.dumps(inventory, indent=2, ensure_ascii=False)
        if after != before:
            write(path, after)
            write_pool(inventory)
    json.dump(answer, sys.stdout)


main()
