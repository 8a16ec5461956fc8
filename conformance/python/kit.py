"""The kit's files and bytes: canonical JSON, addresses, sets, trees ("Notation", "What is signed" and "An epoch" in docs/protocol.md)."""
import base64, hashlib, json
from decimal import Decimal
from pathlib import Path
KIT = Path(__file__).resolve().parent.parent
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TAGS = {"$bigint": int, "$bytes": bytes.fromhex, "$map": lambda pairs: {one: plain(other) for one, other in pairs}, "$undefined": lambda _: None,
        "$repeat": lambda pair: pair[0] * pair[1], "$number": lambda text: float(text.replace("Infinity", "inf")), "$set": lambda all_: set(plain(all_))}

def plain(value):
    """The value that the kit's JSON stands for (conformance/README.md)."""
    if isinstance(value, list): return [plain(one) for one in value]
    if not isinstance(value, dict): return value
    tag = next(iter(value), "")
    return TAGS[tag](value[tag]) if tag in TAGS else {key: plain(inner) for key, inner in value.items()}

lines = lambda name: [json.loads(line) for line in (KIT / name).read_text(encoding="utf-8").split("\n")[1:] if line]
document = lambda name: json.loads((KIT / name).read_text(encoding="utf-8"))

def number_text(value):
    """A number as ECMAScript writes it: the shortest digits that give it back."""
    if isinstance(value, int) and abs(value) < 2**53 or value == 0: return str(int(value))
    _, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    sign, digits, point = "-" * (value < 0), "".join(map(str, digits)), len(digits) + exponent
    if len(digits) <= point <= 21: return sign + digits.ljust(point, "0")
    if 0 < point <= 21: return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0: return f"{sign}0.{'0' * -point}{digits}"
    return f"{sign}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{point - 1:+d}"

def canonical(value):
    """RFC 8785."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list): return "[" + ",".join(map(canonical, value)) + "]"
    return number_text(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else json.dumps(value, ensure_ascii=False)

sha256 = lambda data: hashlib.sha256(data).digest()
canonical_hash = lambda value: sha256(canonical(value).encode()).hex()

def public_key(address):
    number = 0
    for letter in address: number = 58 * number + ALPHABET.index(letter)
    data = number.to_bytes(35, "big")
    assert data[0] == 42 and hashlib.blake2b(b"SS58PRE" + data[:33]).digest()[:2] == data[33:], address
    return data[1:33]

uid_set = lambda uids: sum(1 << uid for uid in set(uids) if uid < 256).to_bytes(32, "little")
has = lambda bits, uid: uid // 8 < len(bits) and bits[uid // 8] >> uid % 8 & 1 == 1
seen_text = lambda uids: base64.urlsafe_b64encode(uid_set(uids)).decode().rstrip("=")
seen_set = lambda text: base64.urlsafe_b64decode(text + "=")
signed_lines = lambda kind, *named: "\n".join([f"gittensor/{kind}/v1", *(f"{name} {value}" for name, value in named)])

def document_text(kind, body, *keys):
    """What the author of a document signs."""
    return signed_lines(kind, *((key, body[key]) for key in keys), ("sha256", canonical_hash(body)))

def enrolment_text(one):
    return signed_lines("enrolment", ("genesis", one["genesisHash"]), ("netuid", one["netuid"]), ("contract", one["contract"]),
                        ("hotkey", one["hotkey"]), ("skip" if one["choice"] == "skip" else "issue", one["issue"]), ("sequence", one["sequence"]),
                        ("valid-from", one["validFrom"]), ("valid-until", one["validUntil"]))

link_text = lambda one: signed_lines("github-link", ("genesis", one["genesisHash"]), *((key, one[key]) for key in ("netuid", "hotkey", "account")))
scores_fields = lambda one: [f"gittensor/scores/v1:{one['epoch']}:{one['sha256']}:", ":".join([one["previous"], *([one["seen"]] if "seen" in one else [])])]
packed = lambda sums: b"".join(one.to_bytes(8, "big") for one in sums)

def merkle_root(leaves):
    """`leaves`: bytes and sums."""
    level = [(sha256(b"\0" + data), sums) for data, sums in leaves] or [(sha256(b""), [0, 0, 0])]
    while len(level) > 1:
        pairs = [level[at:at + 2] for at in range(0, len(level), 2)]
        level = [pair[0] if len(pair) == 1 else (sha256(b"\1" + b"".join(hash_ + packed(sums) for hash_, sums in pair)),
                                                 [one + other for one, other in zip(pair[0][1], pair[1][1])]) for pair in pairs]
    return sha256(b"\2" + len(leaves).to_bytes(4, "big") + packed(level[0][1]) + level[0][0]).hex()

def rooted(records, validator):
    leaves = [(canonical({**one, "validator": validator}).encode(), [one["earned"], one["less"], one["full"]]) for one in records]
    return {"leaves": len(records), "root": merkle_root(leaves)}

pair_hash = lambda seed, issue, hotkey: hashlib.blake2b(seed + issue.to_bytes(4, "little") + public_key(hotkey), digest_size=32).digest()
