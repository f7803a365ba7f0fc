#!/usr/bin/env python3
"""Check a Kelisim receipt, or a whole bundle of evidence, without the site and without a network.

    python verify_receipt.py RECEIPT.json --key public-key.json
    python verify_receipt.py RECEIPT.json --key site.pem
    python verify_receipt.py evidence.zip [--key public-key.json]

The public key is published by the site at /.well-known/kelisim-receipts.json. Without --key the key inside the bundle
(or beside the receipt) is used: that proves that the parts belong together, and who made them only once you have
compared the key id with the one the site publishes. Needs Python 3.9 or newer and the package `cryptography`.

Exit status: 0 everything holds, 1 something does not hold, 2 it could not be checked.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

KEY_NAME = "public-key.json"
MOST_BYTES = 16 * 1024 * 1024
STATES = {
    "dpv:ConsentGiven": "given",
    "dpv:ConsentWithdrawn": "withdrawn",
    "dpv:ConsentExpired": "over",
}


class DoesNotHold(Exception):
    """The evidence was changed, or somebody else made it."""


class CannotCheck(Exception):
    """Something is missing or cannot be read."""


def main(arguments=None):
    """Check what the command line names; the exit status."""
    parser = argparse.ArgumentParser(description="Check a Kelisim receipt or bundle of evidence offline.")
    parser.add_argument("file", type=Path, help="a receipt (.json) or a bundle (.zip)")
    parser.add_argument("--key", type=Path, help="the site's public key: JSON from its well-known address, or PEM")
    given = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # a console that has no Kazakh letters must not stop it
    try:
        check(given.file, given.key)
    except DoesNotHold as problem:
        print(f"DOES NOT HOLD: {problem}")
        return 1
    except CannotCheck as problem:
        print(f"COULD NOT BE CHECKED: {problem}")
        return 2
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        print("COULD NOT BE CHECKED: it is signed, but it has not the shape of Kelisim's evidence")
        return 2
    return 0


def check(path, key_path):
    """Check one file and say in words what it is."""
    raw = read(path)
    files = unpacked(raw) if raw.startswith(b"PK") else None
    inside = files.get(KEY_NAME) if files is not None else beside(path)
    key, key_id = public_key(read(key_path) if key_path else inside)
    receipt = signed("receipt", raw, key, key_id) if files is None else check_bundle(files, key, key_id)
    say_receipt(receipt)
    print(f"Signed with the key {key_id}.")
    if key_path is None:
        print("The key came with the file: compare its id with /.well-known/kelisim-receipts.json on the site.")


def check_bundle(files, key, key_id):
    """Every file against the signed manifest, then the signatures inside. The receipt."""
    manifest = signed("manifest", needed(files, "manifest.json"), key, key_id)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    stated = manifest.get("sha256", {})
    for name in sorted(hashes.keys() | stated.keys()):
        if name not in hashes:
            raise DoesNotHold(f"{name} is missing from the bundle")
        if hashes[name] != stated.get(name):
            raise DoesNotHold(f"{name} is not the file that was put into the bundle")
    print(f"All {len(hashes)} files of the bundle are as the signed manifest states them.")
    receipt = signed("receipt", needed(files, f"kelisim-receipt-{manifest.get('reference')}.json"), key, key_id)
    check_texts(files, receipt)
    say_journal(signed("journal", needed(files, "journal.json"), key, key_id))
    return receipt


def check_texts(files, receipt):
    """The texts in the bundle are the ones whose hashes the receipt names."""
    own = {hashlib.sha256(content).hexdigest() for name, content in files.items() if name.startswith("texts/")}
    for notice in receipt["dpv:hasRecordOfActivity"]["dpv:hasNotice"]:
        revision, stated = notice["dct:identifier"]
        if stated.removeprefix("sha256:") not in own:
            raise DoesNotHold(f"the text of {revision} that the receipt names is not in the bundle")
    print("The texts in it are, word for word, the ones the receipt names.")


def signed(kind, raw, key, key_id):
    """The document inside a signed file. Raises DoesNotHold."""
    try:
        whole = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=once)
        document, signature = whole[kind], whole["signature"]
        canonical = json.dumps(
            document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()
        value = base64.b64decode(signature["value"], validate=True)
        named = (signature["algorithm"], signature["key"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise CannotCheck(f"this is not a signed {kind} of Kelisim, or a part of it is cut off") from None
    if named != ("Ed25519", key_id):
        raise DoesNotHold(f"the {kind} names the key {named[1]!r}, and this is the key {key_id}: another site made it")
    try:
        key.verify(value, f"kelisim/{kind}/1\n".encode() + canonical)
    except InvalidSignature:
        raise DoesNotHold(f"the {kind} was changed after it was signed, or the site never signed it") from None
    return document


def say_receipt(receipt):
    """What a genuine receipt says."""
    record = receipt["dpv:hasRecordOfActivity"]
    print(f"GENUINE: receipt {receipt['dct:identifier']}, issued for a form received at {receipt['dct:created']}.")
    print(f"Operator: {record['dpv:hasDataController']['dpv:hasName']}.")
    for notice in record["dpv:hasNotice"]:
        print(f"Text: {notice['@type']} {' '.join(notice['dct:identifier'])}.")
    for status in record["dpv:hasConsentStatus"]:
        kinds = status["@type"] if isinstance(status["@type"], list) else [status["@type"]]
        words = next((STATES[kind] for kind in kinds if kind in STATES), " ".join(kinds))
        print(f"The consent was {words} at {status['dpv:isIndicatedAtTime']}.")
    print("Whether it still stands today only the site can say: " + receipt["@id"].partition("#")[0])


def say_journal(journal):
    """What the extract of the journal says. Its keyed chain is checked by the site, which holds the key."""
    entries = journal["entries"]
    print(f"The journal of this record has {len(entries)} entries, signed by the site:")
    for entry in entries:
        print(f"  {entry['number']}  {entry['at']}  {entry['act']} by {entry['actor']}")


def public_key(raw):
    """The key of a file (JSON or PEM) and its id."""
    if raw is None:
        raise CannotCheck(f"there is no {KEY_NAME} with it: give the site's public key with --key")
    try:
        if raw.lstrip().startswith(b"-----"):
            key = load_pem_public_key(raw)
        else:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(json.loads(raw)["keys"][0]["public_key"]))
        return key, hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise CannotCheck("the key file holds no Ed25519 public key") from None


def unpacked(raw):
    """The files of a bundle by their names."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if len(set(archive.namelist())) != len(archive.namelist()):
                raise DoesNotHold("a name stands twice in the bundle")
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise CannotCheck("the bundle is larger than any evidence of one person")
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise CannotCheck("the bundle is damaged: it cannot be unpacked") from None


def beside(path):
    """The key that lies beside a receipt taken out of a bundle, or None."""
    place = path.with_name(KEY_NAME)
    return read(place) if place.is_file() else None


def needed(files, name):
    """A file that every bundle has."""
    if name not in files:
        raise DoesNotHold(f"{name} is missing from the bundle")
    return files[name]


def read(path):
    """The bytes of a file of a sensible size."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotCheck(f"{path} is larger than any evidence of one person")
        return path.read_bytes()
    except OSError as problem:
        raise CannotCheck(f"{path} cannot be read: {problem.strerror}") from None


def once(pairs):
    """An object in which no name stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


if __name__ == "__main__":
    sys.exit(main())
