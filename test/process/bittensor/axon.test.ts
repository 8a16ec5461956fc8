/** This program's axon and dendrite against those of bittensor 10, and its btauth/1 against that of bittensor 11. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Schema, type Scope } from "effect"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import type { AxonTarget } from "../../../src/domain/Metagraph.ts"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import * as Dendrite from "../../../src/layers/chain/axon/Dendrite.ts"
import type { Synapse } from "../../../src/layers/chain/axon/wire/Synapse.ts"
import {
  EnrolmentSynapse,
  GossipSynapse,
  PatBroadcastSynapse,
  PatCheckSynapse,
  PingSynapse,
  StandingSynapse
} from "../../../src/layers/chain/axon/wire/synapses.ts"
import { Enrolments } from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"
import { btauthHeaders } from "../../support/axon/btauth.ts"
import { key, miners, signed, storeOf, stranger, subnet, validators } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"
import { noPython, python } from "../../support/bittensor/support.ts"
import { freePort } from "../../support/freePort.ts"

const [miner, otherMiner] = miners
const [validator] = validators
/** The secret of `key(byte)` in Python's notation. */
const uriOf = (byte: number) => `0x${byte.toString(16).padStart(2, "0").repeat(32)}`
const MINER = uriOf(1)

const Answer = Schema.Struct({
  status: Schema.NullOr(Schema.Union(Schema.Number, Schema.NumberFromString)),
  message: Schema.NullOr(Schema.String),
  fields: Schema.Record({ key: Schema.String, value: Schema.Unknown })
})

const start = Effect.gen(function* () {
  const state = subnet()
  const context = yield* Layer.build(
    Layer.fresh(ValidatorAxon.layer({ hotkey: validator, hostname: "127.0.0.1", port: 0 }).pipe(Layer.provideMerge(storeOf(state))))
  )
  const { port } = Context.get(context, Axon)
  const call = (synapse: string, fields: object = {}, uri = MINER, hotkey: string = validator.address) =>
    python("v10", "axons10", "call", { uri, port, hotkey, synapse, fields }).pipe(
      Effect.flatMap((answer) => Effect.orDie(Schema.decodeUnknown(Answer)(answer)))
    )
  return { state, port, call, store: Context.get(context, Enrolments) }
})

describe.skipIf(noPython)("a dendrite of bittensor 10", () => {
  it.scopedLive("gets answers from our axon: for our synapses", () =>
    Effect.gen(function* () {
      const { call, store } = yield* start
      const ping = yield* call("Synapse")
      assert.deepStrictEqual([ping.status, ping.message], [200, "Success"])
      const enrolment = signed(miner, { issue: 3 })
      const taken = yield* call("EnrolmentSynapse", enrolment)
      assert.deepStrictEqual([taken.status, taken.fields], [200, { ...enrolment, accepted: true }])
      assert.strictEqual(yield* store.size, 1)
      const again = yield* call("EnrolmentSynapse", enrolment)
      assert.strictEqual(again.status, 409)
      assert.match(again.message ?? "", /^enrolment refused: /)
      // The hash covers Python's text form of the fields, whatever characters they contain.
      const odd = yield* call("EnrolmentSynapse", { text: "héllo 'q' \"\n\u{1f600}\u200b", signature: "0x" })
      assert.strictEqual(odd.status, 422)
      const standing = yield* call("StandingSynapse")
      assert.strictEqual(standing.status, 200)
      assert.strictEqual(standing.fields.block, 1_000)
      assert.strictEqual((standing.fields.enrolments as ReadonlyArray<unknown>).length, 1)
      const gossip = yield* call("GossipSynapse", { summary: [], enrolments: [], cursor: "" }, uriOf(12))
      assert.deepStrictEqual([gossip.status, gossip.fields.differing], [200, [miner.address]])
    })
  )

  it.scopedLive("gets answers from our axon: for the current miners' synapses, whose token is neither stored nor returned", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      const token = "ghp_FAKE0000"
      const broadcast = yield* call("PatBroadcastSynapse", { github_access_token: token })
      assert.strictEqual(broadcast.status, 200)
      assert.notInclude(JSON.stringify(broadcast), token)
      assert.strictEqual(broadcast.fields.accepted, false)
      assert.match(String(broadcast.fields.rejection_reason), /takes no GitHub tokens.*gittensor mine link-github/)
      const check = yield* call("PatCheckSynapse")
      assert.deepInclude(check.fields, { has_pat: false, pat_valid: false })
      assert.match(String(check.fields.rejection_reason), /takes no GitHub tokens/)
    })
  )

  it.scopedLive("is refused for the reasons for which bittensor's axon would refuse it", () =>
    Effect.gen(function* () {
      const { call } = yield* start
      const unregistered = yield* call("Synapse", {}, uriOf(99))
      assert.deepStrictEqual([unregistered.status, /Key is blacklisted/.test(unregistered.message ?? "")], [403, true])
      assert.strictEqual((yield* call("Synapse", {}, MINER, stranger.address)).status, 401)
      assert.strictEqual((yield* call("GossipSynapse", { summary: [], enrolments: [], cursor: "" })).status, 403)
    })
  )
})

const theirAxon = (blacklisted: ReadonlyArray<string>): Effect.Effect<AxonTarget, never, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* Effect.promise(freePort)
    yield* Effect.acquireRelease(Effect.orDie(python("v10", "axons10", "serve", { uri: uriOf(11), port, blacklisted })), () =>
      Effect.orDie(python("v10", "axons10", "stop", { port }))
    )
    return { ip: "127.0.0.1", port, hotkey: validator.address }
  })

/** The response of the subnet's existing validators about a miner's GitHub token. */
const PatBroadcastAnswer = Schema.Struct({
  accepted: Schema.NullOr(Schema.Boolean),
  rejection_reason: Schema.NullOr(Schema.String)
})
const PatCheckAnswer = Schema.Struct({
  has_pat: Schema.NullOr(Schema.Boolean),
  pat_valid: Schema.NullOr(Schema.Boolean),
  rejection_reason: Schema.NullOr(Schema.String)
})

describe.skipIf(noPython)("an axon of bittensor 10", () => {
  it.scopedLive("accepts what our dendrite sends: our synapses and those of current miners", () =>
    Effect.gen(function* () {
      const to = yield* theirAxon([otherMiner.address])
      const { send } = yield* Dendrite.make
      const enrolment = signed(miner)
      assert.deepInclude(yield* send({ from: miner, to, synapse: EnrolmentSynapse, body: enrolment }), { accepted: true })
      const gossip = {
        summary: [`${miner.address} ${"ab".repeat(16)}`, 'it\'s "quoted"', "zwölf\u200b"],
        enrolments: ["a\nb"],
        cursor: "é"
      }
      assert.deepInclude(yield* send({ from: miner, to, synapse: GossipSynapse, body: gossip }), { differing: [] })
      assert.deepInclude(yield* send({ from: miner, to, synapse: StandingSynapse, body: {} }), { block: 7 })
      assert.deepInclude(yield* send({ from: miner, to, synapse: PingSynapse, body: {} }), { name: "Synapse" })
      const decoded = <A, I>(schema: Schema.Schema<A, I>, synapse: Synapse, body: Record<string, string>) =>
        Effect.flatMap(send({ from: miner, to, synapse, body }), Schema.decodeUnknown(schema))
      assert.deepStrictEqual(yield* decoded(PatBroadcastAnswer, PatBroadcastSynapse, { github_access_token: "ghp_FAKE" }), {
        accepted: true,
        rejection_reason: null
      })
      assert.deepStrictEqual(yield* decoded(PatCheckAnswer, PatCheckSynapse, {}), {
        has_pat: true,
        pat_valid: true,
        rejection_reason: null
      })
      const refused = yield* Effect.flip(send({ from: otherMiner, to, synapse: EnrolmentSynapse, body: signed(otherMiner) }))
      assert.deepInclude(refused, { _tag: "AxonRefused", status: 403 })
      const misdirected = { ...to, hotkey: stranger.address }
      const unverified = yield* Effect.flip(send({ from: miner, to: misdirected, synapse: PingSynapse, body: {} }))
      assert.deepInclude(unverified, { _tag: "AxonRefused" })
      // The sender is stored where functions of Python axons expect it.
      assert.deepStrictEqual(yield* python("v10", "axons10", "received_by", { port: to.port }), [
        [miner.address, enrolment.text, enrolment.signature],
        [miner.address, gossip.summary, gossip.enrolments],
        [miner.address, "ghp_FAKE"]
      ])
    })
  )
})

const SCHEMES = ["ed25519", "sr25519"] as const

describe.skipIf(noPython)("btauth/1 of bittensor 11", () => {
  it.scopedLive.each(SCHEMES)("proves its sender to our axon: %s", (scheme) =>
    Effect.gen(function* () {
      const { state, port, store } = yield* start
      const seed = new Uint8Array(32).fill(77)
      const sender = fromSeed(seed, scheme)
      state.registered.add(sender.address)
      const body = JSON.stringify(signed(sender, { issue: 9 }))
      const path = "/EnrolmentSynapse?of=a+test"
      const question = {
        seed: Buffer.from(seed).toString("hex"),
        scheme: SCHEMES.indexOf(scheme),
        method: "POST",
        path,
        body: Buffer.from(body).toString("base64"),
        receiver: validator.address
      }
      const headers = (yield* python("v11", "auth11", "sign", question)) as Record<string, string>
      const post = (at: string, sent: Record<string, string>, text = body) =>
        Effect.promise(() =>
          fetch(`http://127.0.0.1:${port}${at}`, { method: "POST", headers: sent, body: text }).then(({ status }) => status)
        )
      assert.strictEqual(yield* post(path, headers, `${body} `), 401, "another body")
      assert.strictEqual(yield* post("/EnrolmentSynapse", headers), 401, "another path")
      assert.strictEqual(
        yield* post(path, { ...headers, "X-Bittensor-Crypto": SCHEMES[1 - SCHEMES.indexOf(scheme)] ?? "" }),
        401,
        "another scheme"
      )
      assert.strictEqual(yield* post(path, headers), 200)
      assert.strictEqual(yield* post(path, headers), 401, "a second time")
      // An ed25519 hotkey enrols like any other.
      assert.strictEqual(yield* store.size, 1)
      const unbound = (yield* python("v11", "auth11", "sign", { ...question, receiver: null })) as Record<string, string>
      assert.strictEqual(yield* post(path, unbound), 401, "for nobody in particular")
      const late = { ...question, nonce: Number(BigInt(Date.now() - 11_000) * 1_000_000n) }
      assert.strictEqual(yield* post(path, (yield* python("v11", "auth11", "sign", late)) as Record<string, string>), 401, "too old")
    })
  )

  it.live.each(SCHEMES)("accepts ours: %s", (scheme) =>
    Effect.gen(function* () {
      const from = fromSeed(new Uint8Array(32).fill(78), scheme)
      const request = {
        method: "POST",
        path: "/GossipSynapse",
        body: Buffer.from('{"cursor":"é"}'),
        nonce: BigInt(Date.now()) * 1_000_000n
      }
      const headers = btauthHeaders({ ...request, from, receiver: validator.address })
      const ask = (changes: object = {}) =>
        python("v11", "auth11", "verify", {
          headers,
          body: request.body.toString("base64"),
          method: "POST",
          path: request.path,
          receiver: validator.address,
          ...changes
        })
      assert.match((yield* Effect.flip(ask({ path: "/Synapse" }))).message, /^BadSignature/)
      assert.match((yield* Effect.flip(ask({ receiver: key(5).address }))).message, /^WrongReceiver/)
      assert.deepStrictEqual(yield* ask(), { hotkey: from.address, scheme: SCHEMES.indexOf(scheme) })
      assert.match((yield* Effect.flip(ask())).message, /^ReplayedRequest/)
    })
  )
})
