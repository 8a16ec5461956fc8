/** Which roster scores an epoch, whatever the mirrors serve. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer, Logger, Redacted, Schema } from "effect"
import { canonicalHash, canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { Equivocation } from "../../../src/domain/Equivocation.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import type { RosterDocument } from "../../../src/domain/Roster.ts"
import { hashOfRosterBody, rosterBody, rosterStatement, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { render } from "../../../src/layers/machine/telemetry/prometheus.ts"
import * as RosterArchive from "../../../src/layers/storage/dataFolder/RosterArchive.ts"
import { layerMirrored } from "../../../src/scoring/rosters/mirroredRosters.ts"
import { noConcerns, Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"
import { epochOf, GENESIS, NETUID, SignersChain } from "../../support/roster/signersChain.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-rosters-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const share = (emission_share: number): RosterDocument => {
  const [[name = "", entry] = []] = Object.entries(defaultRoster.repositories)
  if (entry === undefined) throw new Error("the built-in roster is empty")
  return { ...defaultRoster, repositories: { [name]: { ...entry, emission_share } } }
}

/** A roster as the owner publishes it. */
const published = (roster: RosterDocument, version: number, owner: KeyPair) => {
  const body = rosterBody(roster, { genesis: GENESIS, netuid: NETUID, owner: owner.address, version })
  return { version, sha256: hashOfRosterBody(body), text: Schema.encodeSync(signedRoster.Text)(signedRoster.sign(body, owner)) }
}

/** An owner, a chain, two mirrors, and a validator that can be restarted. */
const world = Effect.gen(function* () {
  const owner = yield* keyPairOf(Redacted.make("//Owner"))
  const stranger = yield* keyPairOf(Redacted.make("//Stranger"))
  const chain = new SignersChain(owner.address)
  const served: { one: Served; two: Served } = { one: {}, two: {} }
  const server = yield* mirror({
    get "/one"() {
      return served.one
    },
    get "/two"() {
      return served.two
    }
  })
  const file = join(yield* folder, "rosters.sqlite")
  const logged: Array<{ readonly text: string; readonly proof: unknown }> = []
  const logger = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ message, annotations }) => {
      logged.push({ text: String(message), proof: [...annotations].find(([name]) => name === "proof")?.[1] })
    })
  )
  const validator = Effect.map(
    Layer.build(
      layerMirrored([`${server}/one`, `${server}/two`]).pipe(
        Layer.provide(RosterArchive.layer({ file, chain: "test", netuid: NETUID })),
        Layer.provide(chain.layer),
        Layer.provideMerge(logger)
      )
    ),
    (context) => {
      const rosters = Context.get(context, Rosters)
      return {
        at: (block: number) => Effect.map(Effect.provide(rosters.at(epochOf(block)), context), ({ sha256 }) => sha256),
        missing: (block: number) => Effect.map(Effect.flip(Effect.provide(rosters.at(epochOf(block)), context)), ({ message }) => message),
        refusals: (block: number) => Effect.provide(rosters.refusals(epochOf(block).head), context),
        look: (block: number) => Effect.provide(rosters.look(epochOf(block).head), context)
      }
    }
  )
  const publish = (block: number, roster: RosterDocument, version: number) => {
    const signed = published(roster, version, owner)
    chain.commit(block, version, signed.sha256)
    return signed
  }
  return { owner, stranger, chain, served, logged, validator, publish }
})

const answers = Effect.map(render(metricsOf("validate")), (text) =>
  Object.fromEntries(
    [...text.matchAll(/^gittensor_roster_answers_total\{result="([a-z-]+)"\} (\d+)$/gm)].map(([, result = "", times]) => [
      result,
      Number(times)
    ])
  )
)

const contradictions = Effect.map(render(metricsOf("validate")), (text) =>
  Number(/^gittensor_roster_contradictions (\d+)$/m.exec(text)?.[1])
)

describe("the roster of an epoch", () => {
  it.scoped("is the one committed before its first block: between publishing and the next epoch the old one stays", () =>
    Effect.gen(function* () {
      const { served, validator, publish, chain, owner } = yield* world
      const { at, look, missing } = yield* validator
      assert.match(
        yield* missing(400),
        /no roster for the epoch that began at block 360: the roster's signer, 5\w{47}, was committed to none; it is looked for again/
      )
      assert.strictEqual((yield* look(400)).committed, `the roster's signer, ${owner.address}, is committed to no roster`)
      const first = publish(719, share(0.1), 1)
      served.one = first
      assert.strictEqual(yield* at(720), first.sha256)
      // One block too late for the epoch that begins with this block.
      const second = publish(1_080, share(0.2), 2)
      assert.strictEqual(yield* at(1_085), first.sha256)
      served.two = second
      // It is fetched as soon as it is committed, so that no mirror is needed when its epoch begins.
      assert.deepStrictEqual(yield* look(1_100), { committed: null, inUse: null, signer: null })
      served.one = served.two = {}
      assert.strictEqual(yield* at(1_200), first.sha256)
      assert.strictEqual(yield* at(1_440), second.sha256)
      // The node has pruned the epoch's first block, but there was no commitment since.
      chain.oldest = 1_900
      assert.strictEqual(yield* at(1_950), second.sha256)
      chain.commit(2_160, 3, "00".repeat(32))
      chain.oldest = 2_300
      assert.match(yield* missing(2_400), /State already discarded/)
    })
  )

  it.scoped("is by whoever signed before its first block, and another signer begins with version 1", () =>
    Effect.gen(function* () {
      const { served, validator, publish, stranger, chain, owner } = yield* world
      const { at, look, missing } = yield* validator
      const first = publish(300, share(0.1), 4)
      served.one = first
      assert.strictEqual(yield* at(360), first.sha256)
      // The next signer commits before its turn, and signs from the block in which an epoch begins.
      const next = published(share(0.2), 1, stranger)
      chain.commit(700, 1, next.sha256, stranger.address)
      served.two = next
      chain.signers.push({ since: 720, hotkey: stranger.address })
      assert.strictEqual(yield* at(725), first.sha256)
      assert.deepStrictEqual(yield* look(725), noConcerns)
      assert.strictEqual(yield* at(1_080), next.sha256)
      // The previous signer's later rosters are ignored.
      const late = published(share(0.3), 5, owner)
      chain.commit(1_100, 5, late.sha256, owner.address)
      served.one = served.two = late
      assert.strictEqual(yield* at(1_440), next.sha256)
      chain.commit(1_500, 2, published(share(0.4), 2, stranger).sha256, stranger.address)
      assert.match(yield* missing(1_800), new RegExp(`it is not signed by ${stranger.address}, which signs the rosters of this subnet`))
      // A node that has pruned the epoch's first block cannot tell who signed then, if another signer has begun since.
      chain.signers.push({ since: 2_200, hotkey: owner.address })
      chain.oldest = 2_300
      assert.match(yield* missing(2_400), /State already discarded/)
      assert.strictEqual(yield* at(2_530), late.sha256)
    })
  )

  it.scoped("comes from whichever mirror has the right bytes, and wrong ones are counted by reason", () =>
    Effect.gen(function* () {
      const { served, validator, publish, owner, stranger, chain } = yield* world
      const right = publish(300, share(0.3), 3)
      const before = yield* answers
      const { at, look } = yield* validator
      const wrong: Readonly<Record<string, Served>> = {
        older: published(share(0.3), 2, owner),
        newer: published(share(0.3), 4, owner),
        contradicting: published(share(0.31), 3, owner),
        "not-by-signer": {
          text: Schema.encodeSync(signedRoster.Text)(
            signedRoster.sign(rosterBody(share(0.3), { genesis: GENESIS, netuid: NETUID, owner: stranger.address, version: 3 }), stranger)
          )
        },
        refused: {},
        "too-large": { text: " ".repeat(5_000_000) }
      }
      // Deeply nested, malformed and false documents.
      const hostile = [
        right.text.slice(1),
        `${"[".repeat(1_000_000)}`,
        right.text.replace(/"emission_share":0\.3/, '"emission_share":0.4'),
        `{"body":{"version":3},"signature":"0x${"0".repeat(128)}"}`
      ]
      const blocks = { last: 360 }
      const next = () => {
        blocks.last += 40
        return blocks.last
      }
      for (const [reason, bad] of Object.entries(wrong)) {
        served.one = bad
        // A commitment to a new version triggers another request.
        assert.match(
          (yield* look(next())).committed ?? "",
          /^version 3 of the roster \(sha256 .*\), to which the roster's signer is committed, cannot be obtained: /,
          reason
        )
      }
      for (const text of hostile) {
        served.one = { text }
        assert.isNotNull((yield* look(next())).committed)
      }
      const after = yield* answers
      const counted = Object.fromEntries(Object.entries(after).map(([result, times]) => [result, times - (before[result] ?? 0)]))
      // The other mirror refused all ten requests.
      assert.deepInclude(counted, {
        older: 1,
        newer: 1,
        contradicting: 1,
        "not-by-signer": 1 + hostile.length,
        "too-large": 1,
        refused: 1 + 10
      })
      served.two = right
      assert.strictEqual(yield* at(blocks.last), right.sha256)
      // A new owner's roster is not the old owner's.
      chain.commit(blocks.last + 1, 3, published(share(0.3), 3, stranger).sha256)
      assert.match((yield* look(blocks.last + 60)).committed ?? "", /cannot be obtained/)
    })
  )

  it.scoped("outlives its mirrors and a restart", () =>
    Effect.gen(function* () {
      const { served, validator, publish, chain } = yield* world
      const refusals = [{ repository: RepositoryName.make("acme/site"), since: "2026-07-21" }]
      const right = publish(300, { ...share(0.5), refusals }, 1)
      served.two = right
      yield* Effect.scoped(
        Effect.gen(function* () {
          const first = yield* validator
          assert.deepStrictEqual(yield* first.refusals(3_000), [], "nothing was decided yet")
          yield* first.at(365)
        })
      )
      served.two = {}
      const again = yield* validator
      // A day has 2,880 of this chain's blocks.
      assert.deepStrictEqual([yield* again.refusals(2_879), yield* again.refusals(2_880)], [[], ["acme/site"]])
      assert.strictEqual(yield* again.at(500), right.sha256)
      assert.strictEqual(yield* again.at(720), right.sha256)
      // Once decided, that block's state is no longer needed.
      chain.oldest = 10_000
      assert.strictEqual(yield* again.at(1_000), right.sha256)
    })
  )

  it.scoped("stays the one before while the new one is served nowhere, and says so", () =>
    Effect.gen(function* () {
      const { served, validator, publish } = yield* world
      const first = publish(300, share(0.6), 1)
      served.one = first
      const { at, look, missing } = yield* validator
      assert.strictEqual(yield* at(360), first.sha256)
      const second = publish(700, share(0.7), 2)
      assert.match(
        yield* missing(720),
        /version 2 of the roster .* cannot be obtained: http.*\/one: it serves version 1; http.*\/two: it answers with status 404; it is looked for again/
      )
      assert.match(yield* missing(769), /looked for again before the roster of earlier epochs is used/)
      assert.strictEqual(yield* at(770), first.sha256)
      const { committed, inUse } = yield* look(830)
      assert.match(committed ?? "", /^version 2 of the roster .* cannot be obtained/)
      assert.match(
        inUse ?? "",
        /^the epoch that began at block 720 is scored by version 1 of the roster .*, because version 2 of the roster .* cannot be obtained: /
      )
      // An epoch has one roster, even when the other comes late.
      served.two = second
      assert.strictEqual(yield* at(900), first.sha256)
      assert.deepStrictEqual(yield* look(900), { committed: null, inUse, signer: null })
      assert.strictEqual(yield* at(1_080), second.sha256)
      assert.strictEqual((yield* look(1_090)).inUse, null)
      // Back to an older version: all validators see the same commitment, so all follow it, and report it.
      const back = publish(1_300, share(0.6), 1)
      assert.strictEqual(back.sha256, first.sha256)
      assert.strictEqual((yield* look(1_340)).committed, "the roster's signer went back from version 2 of the roster to version 1")
      assert.strictEqual(yield* at(1_440), first.sha256)
    })
  )

  it.scoped("has a signer whose two signatures for one version are kept as proof", () =>
    Effect.gen(function* () {
      const { served, validator, publish, owner, logged } = yield* world
      const right = publish(300, share(0.8), 5)
      const other = published(share(0.81), 5, owner)
      served.one = other
      served.two = right
      const sentence = /^the roster's signer signed two different rosters as version 5 \(sha256 [0-9a-f]{8}… and [0-9a-f]{8}…\)$/
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { at, look } = yield* validator
          assert.match((yield* look(360)).signer ?? "", sentence)
          assert.strictEqual(yield* at(360), right.sha256)
          yield* look(400)
        })
      )
      const proofs = logged.filter(({ proof }) => proof !== undefined)
      assert.strictEqual(proofs.length, 1)
      const proof = Schema.decodeUnknownSync(Schema.parseJson(Equivocation))(proofs[0]?.proof)
      assert.deepStrictEqual(
        proof.signed.map(({ sha256 }) => sha256),
        [right.sha256, other.sha256].toSorted()
      )
      assert.strictEqual(proof.signer, owner.address)
      const forged = { ...proof, signed: [proof.signed[0], { ...proof.signed[1], sha256: "f".repeat(64) }] }
      assert.throws(() => Schema.decodeUnknownSync(Equivocation)(forged))
      // It is stored even when no mirror serves it any more, and does not affect epochs of a later version.
      served.one = right
      const again = yield* validator
      assert.match((yield* again.look(720)).signer ?? "", sentence)
      assert.strictEqual(yield* contradictions, 1)
      served.one = publish(800, share(0.82), 6)
      assert.deepStrictEqual(yield* again.look(1_100), noConcerns)
      assert.strictEqual(yield* contradictions, 1)
    })
  )

  it.scoped("does not wait for a mirror that stalls", () =>
    Effect.gen(function* () {
      const { served, validator, publish } = yield* world
      const right = publish(300, share(0.9), 1)
      served.one = { answer: () => new Promise(() => undefined) }
      served.two = right
      // The test's clock stands still, so the stalling mirror never times out.
      assert.strictEqual(yield* Effect.flatMap(validator, ({ at }) => at(360)), right.sha256)
    })
  )

  it.scoped("needs a newer program when this one can't read it", () =>
    Effect.gen(function* () {
      const { served, validator, chain, owner } = yield* world
      const { lines } = rosterStatement({ genesis: GENESIS, netuid: NETUID, owner: owner.address, version: 2 })
      const body = {
        format: "gittensor/roster/v1",
        genesis: GENESIS,
        netuid: NETUID,
        owner: owner.address,
        roster: { version: 2, novelty: 1 },
        version: 2
      }
      const sha256 = canonicalHash(body)
      chain.commit(300, 2, sha256)
      served.one = { text: canonicalJson({ body, signature: owner.signText([...lines, `sha256 ${sha256}`].join("\n")) }) }
      const { committed } = yield* Effect.flatMap(validator, ({ look }) => look(360))
      assert.match(committed ?? "", /\/one: this program can't read it \(.*novelty.*\): is there a newer one\?/)
    })
  )
})
