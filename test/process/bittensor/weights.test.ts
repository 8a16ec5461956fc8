import { assert, describe, it } from "@effect/vitest"
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js"
import { Context, Effect, Either, Layer, Redacted, Schema } from "effect"
import * as fc from "fast-check"
import { payloadOf } from "../../../src/layers/chain/drand/payload.ts"
import { type EpochSchedule, revealOf, roundOf } from "../../../src/layers/chain/drand/revealRound.ts"
import { encrypt } from "../../../src/layers/chain/drand/timelock.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { isShared, read } from "../../support/axon/shared.ts"
import { noPython, python } from "../../support/bittensor/support.ts"
import { decrypt, isSignatureOf } from "../../support/bittensor/timelock.ts"
import { netuid, stage } from "../../support/runtime/support.ts"

/** What encryption adds to a payload, in bytes. */
const OVERHEAD = 244

/** The beacon's signature of round 1,000, as published by drand. */
const SIGNATURE = hexToBytes("b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39")
const ROUND = 1_000

const Hex = Schema.transform(Schema.String.pipe(Schema.startsWith("0x")), Schema.Uint8ArrayFromSelf, {
  strict: true,
  decode: (text) => hexToBytes(text.slice(2)),
  encode: (bytes) => `0x${bytesToHex(bytes)}`
})

const Vectors = Schema.Struct({
  payloads: Schema.Array(
    Schema.Struct({
      hotkey: Hex,
      uids: Schema.Array(Schema.Int),
      values: Schema.Array(Schema.Int),
      version_key: Schema.Int,
      scale_payload: Hex
    })
  ),
  ciphertexts: Schema.Tuple(Schema.Struct({ round: Schema.Int, plaintext: Hex, encrypt_at_round: Hex }), Schema.Unknown),
  js_made_ciphertext: Schema.Struct({ plaintext: Hex, ct: Hex }),
  stateful_v2_rounds: Schema.Array(
    Schema.Struct({
      last_epoch_block: Schema.Int,
      pending_epoch_at: Schema.Int,
      subnet_epoch_index: Schema.Int,
      tempo: Schema.Int,
      blocks_since_last_step: Schema.Int,
      current_block: Schema.Int,
      reveal_period_epochs: Schema.Int,
      block_time: Schema.Number,
      reveal_block: Schema.Int,
      now_before: Schema.Number,
      now_after: Schema.Number,
      round: Schema.Int,
      ct_len: Schema.Int
    })
  )
})
const vectors = () => Schema.decodeUnknownSync(Vectors)(read("crv4.json"))

/** The SCALE length, bytes and eight-byte round in which Python's functions wrap a commitment. */
const wrapped = (commitment: Uint8Array, round: number): Uint8Array => {
  const length = (commitment.length << 2) | 1
  const end = new Uint8Array(8)
  new DataView(end.buffer).setBigUint64(0, BigInt(round), true)
  return Uint8Array.from([length & 0xff, length >>> 8, ...commitment, ...end])
}
const unwrapped = (bytes: Uint8Array): Uint8Array => {
  const length = ((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)) >> 2
  return bytes.slice(2, 2 + length)
}

const opened = (commitment: Uint8Array, signature = SIGNATURE): string =>
  Either.getOrThrowWith(Either.map(decrypt(commitment, signature), bytesToHex), (error) => error)
const whyNot = (commitment: Uint8Array, signature = SIGNATURE): string =>
  Either.getOrElse(Either.flip(decrypt(commitment, signature)), () => new Error("it opened")).message

const Commitments = Schema.Array(Schema.Tuple(Schema.Int, Schema.Int, Schema.Number, Schema.Number))

describe("a commitment of weights", () => {
  it.skipIf(!isShared)("has the payload of every vector (../shared/vectors/crv4.json)", () => {
    const { payloads } = vectors()
    assert.isAbove(payloads.length, 3)
    for (const { hotkey, uids, values, version_key, scale_payload } of payloads)
      assert.strictEqual(bytesToHex(payloadOf({ hotkey, uids, values, versionKey: BigInt(version_key) })), bytesToHex(scale_payload))
  })

  it("refuses what is not a list of u16", () => {
    const hotkey = new Uint8Array(32)
    assert.throws(() => payloadOf({ hotkey, uids: [1], values: [], versionKey: 0n }), /1 UIDs and 0 weights/)
    assert.throws(() => payloadOf({ hotkey, uids: [1], values: [65_536], versionKey: 0n }), /65536 is not a u16/)
    assert.throws(() => payloadOf({ hotkey, uids: [-1], values: [1], versionKey: 0n }), /is not a u16/)
    assert.throws(() => payloadOf({ hotkey, uids: [], values: [], versionKey: 1n << 64n }), /is not a u64/)
  })

  it.skipIf(!isShared)("decrypts as recorded: Rust's ciphertext, and an earlier one of JavaScript", () => {
    const { ciphertexts, js_made_ciphertext } = vectors()
    assert.strictEqual(opened(unwrapped(ciphertexts[0].encrypt_at_round)), bytesToHex(ciphertexts[0].plaintext))
    assert.strictEqual(opened(js_made_ciphertext.ct), bytesToHex(js_made_ciphertext.plaintext))
  })

  it("decrypts with its round's signature, and is 244 bytes longer than its payload", () => {
    assert.isTrue(isSignatureOf(ROUND, SIGNATURE))
    assert.isFalse(isSignatureOf(ROUND + 1, SIGNATURE))
    assert.isFalse(isSignatureOf(ROUND, SIGNATURE.slice(1)))
    for (const length of [0, 1, 44, 1_070]) {
      const payload = Uint8Array.from({ length }, (_, index) => index % 251)
      const commitment = encrypt(payload, ROUND)
      assert.strictEqual(commitment.length, length + OVERHEAD)
      assert.strictEqual(opened(commitment), bytesToHex(payload))
    }
  })

  it("decrypts with nothing else, and says why", () => {
    const commitment = encrypt(Uint8Array.of(1, 2, 3), ROUND)
    assert.match(whyNot(encrypt(Uint8Array.of(1, 2, 3), ROUND + 1)), /another round/)
    assert.match(whyNot(commitment.slice(0, -1)), /ends too early/)
    assert.match(whyNot(Uint8Array.from([...commitment, 0])), /1 bytes too many/)
    assert.match(whyNot(Uint8Array.of()), /ends too early/)
    for (const at of [0, 95, 110, 150, 200, commitment.length - 1]) {
      const changed = commitment.slice()
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.match(whyNot(changed), /can't be opened/, `byte ${at}`)
    }
  })

  it.effect.skipIf(noPython)("decrypts in Python, and Python's decrypts here, in both versions", () =>
    Effect.gen(function* () {
      const payload = payloadOf({ hotkey: new Uint8Array(32).fill(7), uids: [0, 5, 111], values: [1, 2, 65_535], versionKey: 5_000n })
      for (const version of ["v10", "v11"] as const) {
        const encrypted = bytesToHex(wrapped(encrypt(payload, ROUND), ROUND))
        const theirs = yield* python(version, "weights", "decrypt_with_signature", { encrypted, signature: bytesToHex(SIGNATURE) })
        assert.strictEqual(theirs, bytesToHex(payload), `ours in ${version}`)
        const made = yield* python(version, "weights", "encrypt_at_round", { payload: bytesToHex(payload), reveal_round: ROUND })
        const bytes = hexToBytes(String(made))
        assert.strictEqual(bytesToHex(bytes.slice(-8)), bytesToHex(wrapped(new Uint8Array(), ROUND).slice(-8)))
        assert.strictEqual(opened(unwrapped(bytes)), bytesToHex(payload), `theirs of ${version}`)
      }
    })
  )
})

/**
 * Commits weights on a dev chain whose beacon is in 2023, so that they stay locked until round 1,000, whatever this machine's clock says. Returns what the chain stored
 * and what was committed.
 */
const committed = Effect.gen(function* () {
  const { api, node, sudo, read: stored } = yield* stage(() => ({ subnet: { tempo: 20 } }))
  assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
  const subnet = Context.get(yield* Layer.build(Layer.provideMerge(Subnet.layer(netuid), Chain.layer([node.endpoint]))), Subnet.Subnet)
  const hotkey = yield* keyPairOf(Redacted.make("//Hot1")).pipe(Effect.orDie)
  const { schedule, blockTime, time } = yield* subnet.revealRules
  assert.isBelow(Math.abs(time - Date.now()), 600_000, "without pulses the block tells the time")
  const rounds = ((20 + 3 - (schedule.block + 1)) * blockTime) / 3_000
  const pulse = Buffer.alloc(8)
  pulse.writeBigUInt64LE(BigInt(ROUND + 1 - rounds))
  const key = api.query.drand?.lastStoredRound?.key()
  assert.strictEqual(yield* sudo("system", "setStorage", [[key, `0x${pulse.toString("hex")}`]]), "done")
  const rules = yield* subnet.revealRules
  assert.deepStrictEqual(revealOf(rules.schedule, rules.period), { commitEpoch: 0, block: 20 })
  const weights = { uids: [0, 2], values: [7_282, 65_535], versionKey: 5_000n }
  const { round, opensAt } = yield* subnet.commitWeights(hotkey, weights)
  assert.deepStrictEqual([round, opensAt], [ROUND, 20])
  const commits = (yield* stored("timelockedWeightCommits", netuid, 0)) as ReadonlyArray<readonly [string, number, string, number]>
  const [, , bytes = "0x", revealRound] = commits[0] ?? []
  assert.strictEqual(revealRound, ROUND)
  return { bytes: hexToBytes(bytes.slice(2)), payload: payloadOf({ hotkey: hotkey.publicKey, ...weights }) }
})

describe("a commitment stored by the chain", () => {
  it.scopedLive("decrypts with the beacon's signature to what was committed", () =>
    Effect.gen(function* () {
      const { bytes, payload } = yield* committed
      assert.strictEqual(opened(bytes), bytesToHex(payload))
    })
  )

  it.scopedLive.skipIf(noPython)("decrypts in Python to what was committed", () =>
    Effect.gen(function* () {
      const { bytes, payload } = yield* committed
      const encrypted = bytesToHex(wrapped(bytes, ROUND))
      assert.strictEqual(
        yield* python("v10", "weights", "decrypt_with_signature", { encrypted, signature: bytesToHex(SIGNATURE) }),
        bytesToHex(payload)
      )
    })
  )
})

describe("the round of a commitment", () => {
  it.skipIf(!isShared)("equals that of every vector", () => {
    const { stateful_v2_rounds } = vectors()
    assert.isAbove(stateful_v2_rounds.length, 10)
    for (const one of stateful_v2_rounds) {
      const schedule: EpochSchedule = {
        block: one.current_block,
        epoch: one.subnet_epoch_index,
        lastEpochBlock: one.last_epoch_block,
        pendingEpochAt: one.pending_epoch_at,
        tempo: one.tempo,
        blocksSinceLastStep: one.blocks_since_last_step
      }
      const reveal = revealOf(schedule, one.reveal_period_epochs)
      assert.strictEqual(reveal?.block, one.reveal_block)
      const between = [one.now_before, one.now_after].map((now) =>
        roundOf({ block: one.reveal_block }, one.current_block, now * 1_000, one.block_time * 1_000)
      )
      assert.include(between, one.round)
    }
  })

  it("is never before the first, and absent without epochs", () => {
    const schedule: EpochSchedule = { block: 9, epoch: 0, lastEpochBlock: 0, pendingEpochAt: 0, tempo: 0, blocksSinceLastStep: 0 }
    assert.isUndefined(revealOf(schedule, 1))
    assert.isUndefined(revealOf({ ...schedule, tempo: 50_400 }, 1_000))
    assert.deepStrictEqual(revealOf({ ...schedule, tempo: 10 }, 1), { commitEpoch: 1, block: 20 })
    assert.deepStrictEqual(revealOf({ ...schedule, tempo: 11 }, 1), { commitEpoch: 0, block: 11 })
    assert.strictEqual(roundOf({ block: 10 }, 9, 0, 12_000), 1)
  })

  it.effect.skipIf(noPython)("equals Python's for any schedule", () =>
    Effect.gen(function* () {
      const near = (value: number) => fc.integer({ min: value - 2, max: value + 2 })
      const schedules = fc.record({
        block: fc.integer({ min: 60_000, max: 7_000_000 }),
        epoch: fc.nat(20_000),
        tempo: fc.oneof(fc.integer({ min: 1, max: 400 }), near(50_401), fc.integer({ min: 1, max: 65_535 })),
        since: fc.oneof(fc.nat(1_000), near(50_400), fc.nat(60_000)),
        ago: fc.nat(50_000),
        pending: fc.oneof(fc.constant(undefined), fc.integer({ min: -4, max: 60 })),
        period: fc.integer({ min: 1, max: 5 })
      })
      const cases = fc.sample(schedules, 400).map(({ block, epoch, tempo, since, ago, pending, period }) => ({
        block,
        epoch,
        tempo,
        blocksSinceLastStep: since,
        lastEpochBlock: block - Math.min(ago, tempo),
        pendingEpochAt: pending === undefined ? 0 : block + pending,
        period
      }))
      const answers = yield* python("v11", "weights", "commitments", { cases }).pipe(Effect.flatMap(Schema.decodeUnknown(Commitments)))
      assert.strictEqual(answers.length, cases.length)
      for (const [index, [length, round, before, after]] of answers.entries()) {
        const one = cases[index]
        assert.isDefined(one)
        const reveal = revealOf(one, one.period)
        assert.isDefined(reveal)
        const [first, last] = [before, after].map((now) => roundOf(reveal, one.block, now * 1_000, 12_000))
        assert.isTrue((first ?? 0) <= round && round <= (last ?? 0), `${JSON.stringify(one)}: ${round}, not ${first}`)
        assert.strictEqual(length, payloadOf({ hotkey: new Uint8Array(32), uids: [0], values: [1], versionKey: 0n }).length + OVERHEAD)
      }
    })
  )
})
