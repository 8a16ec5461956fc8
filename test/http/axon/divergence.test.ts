/** The route on which an axon serves its divergence, and the output of `gittensor doctor` about it. */
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Ref, Schema } from "effect"
import { consensusResult } from "../../../src/cli/doctor/consensus.ts"
import { type EpochDivergence, signedDivergence } from "../../../src/domain/Divergence.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import type { Neuron } from "../../../src/domain/Metagraph.ts"
import * as OpenEpoch from "../../../src/layers/chain/axon/reports/OpenEpoch.ts"
import * as PeerReports from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { reportRoutes } from "../../../src/layers/chain/axon/reports/reportRoutes.ts"
import { Challenges } from "../../../src/layers/storage/dataFolder/Challenges.ts"
import { Divergences } from "../../../src/layers/storage/dataFolder/Divergences.ts"
import { Equivocations } from "../../../src/layers/storage/dataFolder/Equivocations.ts"
import { Openings } from "../../../src/layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import { Settlements } from "../../../src/layers/storage/dataFolder/Settlements.ts"
import { DIVERGES, divergences } from "../../support/consensus/divergences.ts"
import { own, peer } from "../../support/consensus/settled.ts"
import { hotkey } from "../../support/rules/world.ts"
import { unhurried } from "../../support/unhurried.ts"
import { listen } from "../server/support.ts"

const MAX_WINDOW_TEXT = 2_097_152

const signed = (epochs: ReadonlyArray<EpochDivergence>, key: KeyPair = own) =>
  Schema.encodeSync(signedDivergence.Text)(signedDivergence.sign({ ...DIVERGES, validator: key.address, epochs }, key))

/** A validator's axon that serves this text, with its neuron. */
const axonWith = Effect.gen(function* () {
  const text = yield* Ref.make<string | undefined>(undefined)
  const routes = yield* reportRoutes(own.address).pipe(
    Effect.provide([
      OpenEpoch.layer,
      Layer.mock(Settlements, {}),
      Layer.mock(PeerArchive, {}),
      Layer.mock(Equivocations, {}),
      Layer.mock(Challenges, {}),
      Layer.mock(Openings, {}),
      Layer.mock(Divergences, {
        current: Effect.map(Ref.get(text), (shown) =>
          shown === undefined ? undefined : { window: { ...DIVERGES, epochs: [] }, text: shown }
        )
      })
    ])
  )
  const port = yield* listen(routes)
  return { port, neuron: neuronAt(port), show: (shown: string) => Ref.set(text, shown) }
})

const neuronAt = (port: number | undefined): Neuron => ({
  uid: 1,
  hotkey: own.address,
  coldkey: hotkey(99),
  stake: 0n,
  validatorPermit: true,
  axon: port === undefined ? null : { ip: "127.0.0.1", port },
  lastUpdate: 0,
  registeredAt: 0
})

const found = (neuron: Neuron | undefined) => unhurried(Effect.provide(consensusResult(neuron), PeerReports.layer))

describe("an axon's divergence", () => {
  it.scopedLive("is shown byte for byte, and only once there is one", () =>
    Effect.gen(function* () {
      const { port, show } = yield* axonWith
      const get = Effect.promise(() => fetch(`http://127.0.0.1:${port}/v1/consensus/divergence`))
      const none = yield* get
      assert.strictEqual(none.status, 404)
      assert.deepStrictEqual(yield* Effect.promise(() => none.json()), { message: "no epoch has been compared with the consensus yet" })
      const text = signed(divergences(3))
      yield* show(text)
      for (const answer of [yield* get, yield* get]) {
        assert.strictEqual(answer.status, 200)
        assert.strictEqual(answer.headers.get("content-type"), "application/json")
        assert.strictEqual(answer.headers.get("cache-control"), "no-cache")
        assert.strictEqual(yield* Effect.promise(() => answer.text()), text)
      }
    })
  )

  it.scopedLive("is fetched up to the longest that a validator makes", () =>
    Effect.gen(function* () {
      const { neuron, show } = yield* axonWith
      const fetched = Effect.flatMap(PeerReports.PeerReports, (peers) =>
        peers.divergence({ ip: "127.0.0.1", port: neuron.axon?.port ?? 0, hotkey: own.address })
      ).pipe(Effect.provide(PeerReports.layer))
      yield* show("x".repeat(MAX_WINDOW_TEXT))
      assert.lengthOf(yield* fetched, MAX_WINDOW_TEXT)
      yield* show("x".repeat(MAX_WINDOW_TEXT + 1))
      assert.strictEqual((yield* Effect.flip(fetched)).reason, "too large")
    })
  )
})

describe("the doctor", () => {
  it.scopedLive("says what the divergence comes to, and whether it is near enough to set weights by consensus", () =>
    Effect.gen(function* () {
      const { neuron, show } = yield* axonWith
      const says = (epochs: ReadonlyArray<EpochDivergence>) => Effect.zipRight(show(signed(epochs)), found(neuron))
      assert.deepInclude(yield* says([...divergences(99), ...divergences(1, { spearmanPpm: 912_345, sameTop: false })].map(numbered)), {
        result: "ok",
        detail:
          "own scores could be compared with the consensus in 100 of 100 epochs: same best miner in 99 of 100, rank correlation at least 0.912, median 0.988; near enough for --weight-mode consensus",
        hint: null
      })
      const few = yield* says(divergences(19))
      assert.strictEqual(few.result, "ok")
      assert.match(few.detail, /in 19 of 19 epochs: .*; too few to decide on --weight-mode consensus, which takes 20 epochs/)
      const far = yield* says(divergences(100, { spearmanPpm: 899_999 }))
      assert.strictEqual(far.result, "warning")
      assert.match(far.detail, /median 0\.900; too far for --weight-mode consensus$/)
      assert.match(far.hint ?? "", /^stay with --weight-mode shadow, and find out why/)
      const rare = yield* says(divergences(100, { quorum: false, sameTop: null, spearmanPpm: null }))
      assert.strictEqual(rare.result, "warning")
      assert.match(
        rare.detail,
        /in 0 of 100 epochs: same best miner in 0 of 0, no rank correlation; too rarely for --weight-mode consensus$/
      )
      assert.match(rare.hint ?? "", /^stay with --weight-mode shadow until/)
    })
  )

  it.scopedLive("believes only what the hotkey has signed", () =>
    Effect.gen(function* () {
      const { neuron, show } = yield* axonWith
      yield* show(signed(divergences(30)).replaceAll('"spearmanPpm":987654', '"spearmanPpm":987655'))
      const forged = yield* found(neuron)
      assert.strictEqual(forged.result, "wrong")
      assert.include(forged.detail, `its signature is not by ${own.address}`)
      yield* show(signed(divergences(30), peer))
      const foreign = yield* found(neuron)
      assert.deepInclude(foreign, { result: "wrong", detail: `the axon shows the divergence of ${peer.address}` })
      assert.include(foreign.hint, "is another program listening there?")
    })
  )

  it.scopedLive("says how to compare where nothing is compared, and leaves an axon that does not answer to its own check", () =>
    Effect.gen(function* () {
      const { neuron } = yield* axonWith
      const none = yield* found(neuron)
      assert.strictEqual(none.result, "ok")
      assert.include(none.detail, "validate --weight-mode shadow")
      const closed = yield* Effect.scoped(listen(HttpServerResponse.empty()))
      const unanswered = yield* found(neuronAt(closed))
      assert.strictEqual(unanswered.result, "silent")
      assert.match(unanswered.detail, /^127\.0\.0\.1:\d+ does not show how its scores differ from the consensus: /)
      for (const nowhere of [undefined, neuronAt(undefined)])
        assert.deepInclude(yield* found(nowhere), { result: "skipped", detail: "there is no axon to ask" })
    })
  )
})

const numbered = (one: EpochDivergence, index: number): EpochDivergence => ({ ...one, epoch: index + 1 })
