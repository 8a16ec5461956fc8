import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import * as fc from "fast-check"
import { AccountAddress } from "../../../src/domain/Account.ts"
import * as Wire from "../../../src/layers/chain/axon/wire/dendrite.ts"
import * as Nonces from "../../../src/layers/chain/axon/wire/nonces.ts"
import { type PythonValue, parseJson, str } from "../../../src/layers/chain/axon/wire/python.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { axonCases, isShared, read } from "../../support/axon/shared.ts"
import { miners, stranger, validators } from "../../support/axon/support.ts"

const [miner] = miners
const [validator] = validators
const SECOND = 1_000_000_000n
const NOW = 1_795_157_265_914_377_021n

/** The fields of bittensor's test synapse that are hashed, in the order of its definition. */
const VECTOR_FIELDS = ["prompt", "numbers", "opts", "ratio", "flag", "note"]
/** The hashed fields of each recorded synapse. */
const hashedFields = (synapse: string): ReadonlyArray<string> => (synapse === "VecSynapse" ? VECTOR_FIELDS : [])

const fieldsIn = (bodyText: string, names: ReadonlyArray<string>): ReadonlyArray<PythonValue> => {
  const body = parseJson(bodyText) as { readonly [key: string]: PythonValue }
  return names.map((name) => body[name] ?? null)
}

/** The axon's check of a message, without its store of nonces. */
const judge = (
  headers: Record<string, string>,
  receiver: Wire.Receiver,
  fields: ReadonlyArray<PythonValue> | undefined,
  raw = { method: "POST", path: "/EnrolmentSynapse", body: new Uint8Array() }
) =>
  Either.match(
    Either.gen(function* () {
      const credentials = yield* Wire.credentialsOf((name) => headers[name], receiver)
      yield* Wire.checkSignature(credentials, raw)
      if (fields !== undefined) yield* Wire.checkBody(credentials, fields)
      return credentials
    }),
    { onLeft: ({ reason }) => reason, onRight: ({ hotkey }) => `from ${hotkey}` }
  )

const Requests = Schema.Struct({
  meta: Schema.Struct({ alice_ss58: AccountAddress, bob_ss58: AccountAddress }),
  requests: Schema.Array(
    Schema.Struct({
      request_line: Schema.String,
      headers: Schema.Array(Schema.Tuple(Schema.String, Schema.String)),
      body_text: Schema.String,
      label: Schema.String,
      signed_message: Schema.String
    })
  ),
  body_hash_table: Schema.Array(
    Schema.Struct({ python_repr: Schema.String, str: Schema.String, field_hash: Schema.String, body_hash: Schema.String })
  ),
  empty_body_hash: Schema.String
})
describe("Python's str() of a value", () => {
  it.each<[PythonValue, string]>([
    ["héllo", "héllo"],
    [null, "None"],
    [true, "True"],
    [-5n, "-5"],
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [123456.789, "123456.789"],
    [0.0001, "0.0001"],
    [0.00001234, "1.234e-05"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [-1.5e300, "-1.5e+300"],
    [["a", "b'c", 'd"e', `f'g"h`], `['a', "b'c", 'd"e', 'f\\'g"h']`],
    [
      ["\n\t\\", "\u0000\u007f\u00a0", "\u200b", "\u{1f600}", "\u{e0001}"],
      "['\\n\\t\\\\', '\\x00\\x7f\\xa0', '\\u200b', '\u{1f600}', '\\U000e0001']"
    ],
    [{ a: 1n, b: [null, true, 2.5] }, "{'a': 1, 'b': [None, True, 2.5]}"],
    [[], "[]"],
    [{}, "{}"]
  ])("of a value is its repr: %#", (value, text) => {
    assert.strictEqual(str(value), text)
  })

  it("of a float parses back to the same float", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Object.is(Number(str(value)), value)))
  })

  it("keeps integers of any size and distinguishes 1 from 1.0", () => {
    assert.deepStrictEqual(parseJson('[1795157265914377021, 1, 1.0, 1e3, "1", -0]'), [1795157265914377021n, 1n, 1, 1_000, "1", 0n])
  })
})

describe("recorded requests of bittensor 10", () => {
  it("verify their sender: one of //Alice to //Bob", () => {
    const alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
    const bob = AccountAddress.make("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")
    const nonce = "1795157265926907891"
    const headers = {
      name: "PlainSynapse",
      timeout: "5.0",
      bt_header_axon_hotkey: bob,
      bt_header_dendrite_nonce: nonce,
      bt_header_dendrite_uuid: "4b052a04-e4ae-11f1-912c-02fc00000001",
      bt_header_dendrite_hotkey: alice,
      bt_header_dendrite_signature:
        "0x02c60c5cce51f8425ca96912c8ba6171dd5fe8877c702c477a0e67cf6af85725de6f4dcecea271287c942835914d793e91b3055ebf05fbc2180a456cfdc2fd83",
      computed_body_hash: "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"
    }
    const receiver = { hotkey: bob, now: BigInt(nonce) }
    assert.strictEqual(judge(headers, receiver, []), `from ${alice}`)
    assert.strictEqual(judge({ ...headers, bt_header_dendrite_nonce: "1795157265926907892" }, receiver, []), "Signature mismatch")
  })

  it.skipIf(!isShared)("verify their sender, receiver and body (../shared/vectors/dendrite_requests.json)", () => {
    const recorded = Schema.decodeUnknownSync(Requests)(read("dendrite_requests.json"))
    assert.isAbove(recorded.requests.length, 3)
    for (const request of recorded.requests) {
      const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]))
      const synapse = request.request_line.split(/[ /]/)[2] ?? ""
      const nonce = BigInt(headers.bt_header_dendrite_nonce ?? 0)
      const receiver = { hotkey: recorded.meta.bob_ss58, now: nonce }
      const fields = fieldsIn(request.body_text, hashedFields(synapse))
      assert.strictEqual(judge(headers, receiver, fields), `from ${recorded.meta.alice_ss58}`, request.label)
      assert.strictEqual(
        judge(headers, { ...receiver, hotkey: validator.address }, fields).slice(0, 18),
        "The request is for",
        request.label
      )
      assert.include(judge(headers, receiver, [...fields, "more"]), "body", request.label)
    }
  })

  it.skipIf(!isShared)("hash as recorded (../shared/vectors/dendrite_requests.json)", () => {
    const recorded = Schema.decodeUnknownSync(Requests)(read("dendrite_requests.json"))
    assert.strictEqual(Wire.bodyHash([]), recorded.empty_body_hash)
    for (const row of recorded.body_hash_table) assert.strictEqual(Wire.bodyHash([row.str]), row.body_hash, row.python_repr)
    assert.strictEqual(recorded.body_hash_table.find((row) => row.python_repr === "0.1")?.body_hash, Wire.bodyHash([0.1]))
    assert.strictEqual(recorded.body_hash_table.find((row) => row.str === "[1, 2, 3]")?.body_hash, Wire.bodyHash([[1n, 2n, 3n]]))
  })

  /**
   * This axon's answer to each case recorded at bittensor's: its message, its status, and the reason if the status differs. There are no other
   * exceptions.
   */
  const expected: Record<string, { readonly says: RegExp; readonly peer: number; readonly ours: number; readonly why?: string }> = {
    "unknown synapse": { says: /^from/, peer: 404, ours: 404 },
    valid: { says: /^from/, peer: 200, ours: 200 },
    "bare GET /": { says: /Missing Nonce/, peer: 404, ours: 404 },
    "tampered body": {
      says: /body is not the one/,
      peer: 500,
      ours: 401,
      why: "the body that came is hashed; bittensor's axon fails on it"
    },
    "1 h old nonce, attacker-chosen timeout 1e6": {
      says: /too old: acceptable delta is 64\.00/,
      peer: 200,
      ours: 401,
      why: "a caller's timeout counts for at most 60 s"
    },
    "first-seen nonce 15.9 s old with timeout 12 (window 16 s)": { says: /^from/, peer: 200, ours: 200 },
    "first-seen nonce 16.1 s old with timeout 12": { says: /too old: acceptable delta is 16\.00/, peer: 401, ours: 401 },
    "blacklisted hotkey (blacklist before verify)": { says: /^from/, peer: 403, ours: 403 },
    "wrong signature": { says: /Signature mismatch/, peer: 401, ours: 401 },
    "replay same nonce": { says: /last processed/, peer: 401, ours: 401 },
    "invalid JSON body": { says: /^from/, peer: 422, ours: 422 },
    "handler raises": { says: /^from/, peer: 500, ours: 500 },
    "ping /Synapse": { says: /^from/, peer: 200, ours: 200 },
    "gittensor PatBroadcast valid": { says: /^from/, peer: 200, ours: 200 },
    "GET with body": { says: /^from/, peer: 200, ours: 404, why: "what changes something is posted: there is nothing to get at an axon" },
    "missing nonce": { says: /Missing Nonce/, peer: 401, ours: 401 }
  }

  it.skipIf(!isShared)("get our expected answers to bittensor's axon cases (../shared/vectors/axon_cases.json)", () => {
    const { cases } = axonCases()
    const now = 1_795_158_646_620_000_000n
    const nonces = Nonces.make({ lifetime: Wire.NONCE_LIFETIME, capacity: 100 })
    const seen = new Set<string>()
    // The replay repeats "valid", so that case must come first, whatever the recorded order.
    for (const { label, request, response } of cases.toSorted((a, b) => Number(b.label === "valid") - Number(a.label === "valid"))) {
      const { headers } = request
      const receiver = { hotkey: AccountAddress.make(headers.bt_header_axon_hotkey ?? validator.address), now }
      const isJson = request.body_text !== null && label !== "invalid JSON body"
      const synapse = label === "unknown synapse" ? "VecSynapse" : request.path.slice(1)
      const fields = isJson ? fieldsIn(request.body_text ?? "{}", hashedFields(synapse)) : undefined
      const credentials = Wire.credentialsOf((name) => headers[name], receiver)
      const isReplay = Either.isRight(credentials) && !nonces.isFresh(credentials.right.nonceKey, credentials.right.nonce)
      const says = isReplay ? "a newer one was last processed" : judge(headers, receiver, fields)
      if (Either.isRight(credentials) && says.startsWith("from")) nonces.record(credentials.right.nonceKey, credentials.right.nonce, now)
      assert.match(says, expected[label]?.says ?? /this case is not expected/, label)
      assert.strictEqual(response.status, expected[label]?.peer, label)
      if (expected[label]?.why === undefined) assert.strictEqual(expected[label]?.ours, response.status, `${label}: without a reason`)
      seen.add(label)
    }
    assert.sameMembers(Array.from(seen), Object.keys(expected))
  })
})

describe("a request from this program", () => {
  const fields = [
    ["text", "héllo\n'\""],
    ["list", ["a", "b'c"]]
  ] as const
  const values = fields.map(([, value]) => value)
  const request: Wire.OutgoingRequest = {
    synapse: "EnrolmentSynapse",
    fields,
    from: miner,
    fromIp: "203.0.113.7",
    to: { ip: "127.0.0.1", port: 8_091, hotkey: validator.address },
    nonce: NOW,
    uuid: "4b033d0c-e4ae-11f1-912c-02fc00000001",
    timeoutSeconds: 12
  }
  const { headers } = Wire.signedRequest(request)
  const receiver = { hotkey: validator.address, now: NOW }
  const signedAgain = (changes: Partial<Wire.OutgoingRequest>) => Wire.signedRequest({ ...request, ...changes }).headers

  it("has the headers that bittensor sends", () => {
    assert.sameMembers(Object.keys(headers), [
      "name",
      "timeout",
      "bt_header_axon_ip",
      "bt_header_axon_port",
      "bt_header_axon_hotkey",
      "bt_header_dendrite_ip",
      "bt_header_dendrite_version",
      "bt_header_dendrite_nonce",
      "bt_header_dendrite_uuid",
      "bt_header_dendrite_hotkey",
      "bt_header_dendrite_signature",
      "bt_header_input_obj_text",
      "bt_header_input_obj_list",
      "header_size",
      "total_size",
      "computed_body_hash",
      "content-type"
    ])
    assert.strictEqual(headers.timeout, "12.0")
    assert.strictEqual(headers.bt_header_dendrite_nonce, "1795157265914377021")
    assert.strictEqual(headers.bt_header_input_obj_text, "IiI=")
    assert.strictEqual(headers.bt_header_input_obj_list, "W10=")
  })

  it("names sender and receiver in its body, with every digit", () => {
    const body = parseJson(Wire.signedRequest(request).body) as { readonly [key: string]: PythonValue }
    assert.deepStrictEqual(body, {
      name: "EnrolmentSynapse",
      timeout: 12,
      dendrite: {
        ip: "203.0.113.7",
        version: 10_003_001n,
        nonce: NOW,
        uuid: request.uuid,
        hotkey: miner.address,
        signature: (body.dendrite as { readonly signature: string }).signature
      },
      axon: { ip: "127.0.0.1", port: 8_091n, hotkey: validator.address },
      ...Object.fromEntries(fields)
    })
    assert.include(Wire.signedRequest(request).body, '"timeout":12.0')
  })

  it("is accepted unchanged, and refused if any signed header or field differs", () => {
    assert.strictEqual(judge(headers, receiver, values), `from ${miner.address}`)
    const changes: Record<string, string> = {
      bt_header_dendrite_nonce: (NOW + 1n).toString(),
      bt_header_dendrite_uuid: "another",
      bt_header_dendrite_hotkey: stranger.address,
      bt_header_axon_hotkey: stranger.address,
      computed_body_hash: Wire.bodyHash(["another", ["a"]]),
      bt_header_dendrite_signature: stranger.signText("another")
    }
    for (const [name, value] of Object.entries(changes))
      assert.notStrictEqual(judge({ ...headers, [name]: value }, receiver, values), `from ${miner.address}`, name)
    assert.include(judge(headers, receiver, ["héllo\n'\"", ["a", "b'd"]]), "body")
    assert.include(judge(headers, receiver, [["a", "b'c"], "héllo\n'\""]), "body")
  })

  it("is refused if any required part is missing", () => {
    const { bt_header_dendrite_signature: _signature, ...unsigned } = headers
    assert.strictEqual(judge(unsigned, receiver, values), "Missing Signature")
    for (const name of [
      "bt_header_dendrite_nonce",
      "bt_header_dendrite_uuid",
      "bt_header_dendrite_hotkey",
      "bt_header_axon_hotkey",
      "computed_body_hash"
    ])
      assert.notStrictEqual(
        judge(Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)), receiver, values),
        `from ${miner.address}`,
        name
      )
  })

  it("is valid from 30 s before its nonce until 4 s plus its timeout after it", () => {
    const at = (seconds: number, timeoutSeconds = 12) =>
      judge(signedAgain({ timeoutSeconds }), { ...receiver, now: NOW + BigInt(Math.round(seconds * 1e9)) }, values).startsWith("from")
    assert.isTrue(at(-30))
    assert.isFalse(at(-30.001))
    assert.isTrue(at(16))
    assert.isFalse(at(16.001))
    assert.isTrue(at(64, 1e6))
    assert.isFalse(at(64.001, 1e6))
    assert.isFalse(at(4.001, -5))
    assert.isFalse(at(4.001, Number.NaN))
  })

  it("is refused if its nonce is not a number of nanoseconds", () => {
    for (const nonce of ["", "0", "-1", "1e18", "0x10", " 1", "1".repeat(21), "١"])
      assert.include(judge({ ...headers, bt_header_dendrite_nonce: nonce }, receiver, values), "Nonce", JSON.stringify(nonce))
  })
})

describe("btauth/1", () => {
  const raw = { method: "POST", path: "/EnrolmentSynapse", body: Buffer.from('{"text":"hello"}') }
  const headers = btauthHeaders({ ...raw, nonce: NOW, from: miner, receiver: validator.address })
  const receiver = { hotkey: validator.address, now: NOW }

  it("signs these eight lines", () => {
    assert.deepStrictEqual(
      Wire.btauthMessage({ ...raw, method: "post", nonce: 5n, sender: "A", receiver: "B", scheme: "sr25519" }).split("\n"),
      ["btauth/1", "sr25519", "POST", "/EnrolmentSynapse", new Bun.CryptoHasher("sha256").update(raw.body).digest("hex"), "5", "A", "B"]
    )
  })

  it("is accepted whether or not the scheme is named, and refused if anything signed differs", () => {
    const { "x-bittensor-crypto": _scheme, ...unnamed } = headers
    assert.strictEqual(judge(headers, receiver, [], raw), `from ${miner.address}`)
    assert.strictEqual(judge(unnamed, receiver, [], raw), `from ${miner.address}`)
    for (const changed of [
      { ...raw, method: "PUT" },
      { ...raw, path: "/GossipSynapse" },
      { ...raw, body: Buffer.from("{}") }
    ])
      assert.strictEqual(judge(headers, receiver, [], changed), "Signature mismatch")
    for (const changed of [
      { "x-bittensor-version": "2" },
      { "x-bittensor-crypto": "ed25519" },
      { "x-bittensor-receiver": stranger.address },
      { "x-bittensor-hotkey": stranger.address },
      { "x-bittensor-nonce": (NOW + 1n).toString() }
    ])
      assert.isFalse(judge({ ...headers, ...changed }, receiver, [], raw).startsWith("from"), JSON.stringify(changed))
  })

  it("is valid for 10 s", () => {
    const at = (seconds: bigint) => judge(headers, { ...receiver, now: NOW + seconds * SECOND }, [], raw)
    assert.isTrue(at(10n).startsWith("from"))
    assert.include(at(11n), "too old")
    assert.include(at(-31n), "future")
  })
})

describe("the memory of nonces", () => {
  it("accepts only rising nonces of a key", () => {
    const nonces = Nonces.make({ lifetime: 64n, capacity: 10 })
    const admit = (key: string, nonce: bigint) => nonces.isFresh(key, nonce) && nonces.record(key, nonce, 100n)
    assert.deepStrictEqual(
      [admit("a", 90n), admit("a", 90n), admit("a", 89n), admit("a", 91n), admit("b", 90n)],
      [true, false, false, true, true]
    )
  })

  it("never exceeds its capacity, refuses when full, and accepts new keys once old ones are stale", () => {
    const nonces = Nonces.make({ lifetime: 64n, capacity: 3 })
    assert.deepStrictEqual(
      ["a", "b", "c", "d"].map((key) => nonces.record(key, 100n, 100n)),
      [true, true, true, false]
    )
    assert.isFalse(nonces.record("d", 164n, 164n))
    assert.isTrue(nonces.record("d", 165n, 165n))
    assert.strictEqual(nonces.size(), 1)
  })
})
