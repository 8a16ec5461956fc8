/** `gittensor audit --epoch`: three validators' reports and weights on a dev chain, first honest, then not. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it, layer } from "@effect/vitest"
import { blake2AsHex } from "@polkadot/util-crypto"
import { Context, Effect, Layer, Option, Schema } from "effect"
import * as Weighing from "../../../src/cli/shared/weighing.ts"
import { epochBlocksOf } from "../../../src/consensus/rules/epochBlocks.ts"
import { fromPublicKey, Hash32 } from "../../../src/domain/Account.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"
import { makeConsensusRefresh } from "../../../src/indexer/refresh/consensus/consensus.ts"
import * as PeerReports from "../../../src/layers/axon/reports/PeerReports.ts"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/Chain.ts"
import { unsignedRosterOf } from "../../../src/layers/roster/Roster.ts"
import { pastEpoch } from "../../../src/layers/subnet/pastEpoch.ts"
import * as Subnet from "../../../src/layers/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../src/layers/subnet/scoreCommitments.ts"
import { chainFieldsOf } from "../../../src/layers/subnet/slotFields.ts"
import { eventually, fails, folder, jsonOf, keyOf, run } from "../../support/cli/support.ts"
import { variants } from "../../support/database/support.ts"
import { ask as askNode, devChain } from "../../support/devnet/support.ts"
import { alpha, netuid, type Stage, stage } from "../../support/runtime/support.ts"

const TEMPO = 60
const VALIDATORS = ["Hot1", "Hot2", "Hot3"] as const
type Name = (typeof VALIDATORS)[number]
const NO_REPORT = "0".repeat(64)

/** All emission is for contributions, so that no contract decides anything. */
const roster: RosterDocument = {
  ...defaultRoster,
  emission: { version: 1, pools: { oss_contributions: { kind: "oss_contributions", share: 1 } } }
}

/** What each validator's axon serves, by path. */
type Axons = Readonly<Record<Name, Map<string, string>>>

class Scene extends Context.Tag("test/cli/audit/Scene")<
  Scene,
  {
    readonly stage: Stage
    readonly axons: Axons
    readonly keys: Readonly<Record<Name, KeyPair>>
    readonly rosterFile: string
    readonly rosterHash: string
  }
>() {}

const serve = Effect.gen(function* () {
  const texts = new Map<string, string>()
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: ({ url }) => {
          const text = texts.get(new URL(url).pathname)
          return text === undefined ? new Response("", { status: 404 }) : new Response(text)
        }
      })
    ),
    (server) => Effect.promise(() => server.stop(true))
  )
  return { texts, port: server.port ?? 0 }
})

const setScene = Effect.gen(function* () {
  const made = yield* stage((address) => ({
    subnet: {
      tempo: TEMPO,
      activityCutoff: 5_000,
      neurons: [
        { hotkey: address("Hot1"), coldkey: address("Cold1"), stake: 500 * Number(alpha) },
        { hotkey: address("Hot2"), coldkey: address("Cold2"), stake: 300 * Number(alpha) },
        { hotkey: address("Hot3"), coldkey: address("Cold3"), stake: 200 * Number(alpha) },
        { hotkey: address("Hot4"), coldkey: address("Cold4"), stake: 0 },
        { hotkey: address("Hot5"), coldkey: address("Cold5"), stake: 0 }
      ]
    }
  }))
  const keys = yield* Effect.all({ Hot1: keyOf("//Hot1"), Hot2: keyOf("//Hot2"), Hot3: keyOf("//Hot3") })
  const axons: Record<string, Map<string, string>> = {}
  for (const name of VALIDATORS) {
    const { texts, port } = yield* serve
    axons[name] = texts
    assert.strictEqual(yield* made.attempt(name, "subtensorModule", "serveAxon", netuid, 1, 0x7f_00_00_01, port, 4, 4, 0, 0), "done")
  }
  const rosterFile = join(yield* folder, "roster.json")
  writeFileSync(rosterFile, JSON.stringify(Schema.encodeSync(RosterDocument)(roster)))
  const { Hot1 = new Map(), Hot2 = new Map(), Hot3 = new Map() } = axons
  return Scene.of({ stage: made, axons: { Hot1, Hot2, Hot3 }, keys, rosterFile, rosterHash: unsignedRosterOf(roster).sha256 })
}).pipe(Effect.orDie)

const sceneLayer = Layer.scoped(Scene, setScene).pipe((scene) =>
  Layer.provideMerge(
    Layer.unwrapEffect(
      Effect.map(Scene, ({ stage: { node } }) => Subnet.layer(netuid).pipe(Layer.provideMerge(chainLayer([node.endpoint]))))
    ),
    scene
  )
)

const untilFinal = Effect.gen(function* () {
  const { stage } = yield* Scene
  const { number } = stage.node.chain.head()
  const { finalisedHead } = yield* Chain
  yield* eventually(
    `block ${number} to be final`,
    Effect.map(finalisedHead, (head) => (head.number >= number ? true : undefined))
  )
})

const blocksUntil = (block: number) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    const { number } = stage.node.chain.head()
    if (number < block) yield* stage.blocks(block - number)
    yield* untilFinal
  })

const newest = Effect.gen(function* () {
  yield* untilFinal
  return yield* (yield* Subnet.Subnet).epochAt(yield* (yield* Chain).finalisedHead)
})

/** Builds blocks up to the first one of the next epoch. */
const nextEpoch = Effect.gen(function* () {
  const before = yield* newest
  yield* blocksUntil(before.firstBlock + TEMPO)
  const epoch = yield* newest
  assert.strictEqual(epoch.index, before.index + 1)
  return { ...epoch, blocks: epochBlocksOf(epoch.firstBlock, TEMPO) }
})

/** A report that gives UID 4 three parts and UID 5 two. */
const reportOf = (name: Name, epoch: { readonly index: number; readonly firstBlock: number }, program = "0.1.0") =>
  Effect.gen(function* () {
    const { keys, stage, rosterHash } = yield* Scene
    const { genesisHash } = yield* Chain
    const { neurons } = yield* (yield* Subnet.Subnet).metagraph(yield* (yield* Chain).finalisedHead)
    const hotkeyOf = (uid: number) => neurons[uid]?.hotkey ?? keys[name].address
    assert.strictEqual(String(hotkeyOf(4)), stage.address("Hot4"))
    const body: Report = {
      format: REPORT_FORMAT,
      netuid,
      genesis: Hash32.make(genesisHash),
      epoch: epoch.index,
      block: epoch.firstBlock,
      roster: rosterHash,
      program,
      validator: keys[name].address,
      scores: [
        { uid: 4, hotkey: hotkeyOf(4), value: 600_000 },
        { uid: 5, hotkey: hotkeyOf(5), value: 400_000 }
      ],
      leaves: 0,
      root: "00".repeat(32)
    }
    return { hash: reportHash(body), text: Schema.encodeSync(signedReport.Text)(signedReport.sign(body, keys[name])) }
  })

const commit = (name: Name, epoch: number, sha256: string, previous: string) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    const fields = chainFieldsOf([
      { _tag: "Raw", text: `gittensor/scores/v1:${epoch}:${sha256}:` },
      { _tag: "Raw", text: previous }
    ])
    assert.strictEqual(yield* stage.attempt(name, "commitments", "setCommitment", netuid, { fields }), "done")
  })

const setWeights = (name: Name, values: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    assert.strictEqual(yield* stage.attempt(name, "subtensorModule", "setWeights", netuid, [4, 5], values, 0), "done")
  })

const DUE = [65_535, 43_690]
const pathOf = (epoch: number, of?: KeyPair) => `/v1/consensus/reports/${epoch}${of === undefined ? "" : `/${of.address}`}`

/** What a validator was committed to last. */
const committedBy = (name: Name) =>
  Effect.gen(function* () {
    const { keys } = yield* Scene
    yield* untilFinal
    const found = yield* scoreCommitmentsAt(yield* (yield* Chain).finalisedHead, [keys[name].address])
    return found.get(keys[name].address)?.sha256 ?? NO_REPORT
  })

/** Everybody reports, and gives the others' reports too. Ends with the block E + D2. */
const reportedEpoch = Effect.gen(function* () {
  const { axons, keys } = yield* Scene
  const epoch = yield* nextEpoch
  for (const name of VALIDATORS) {
    const { hash, text } = yield* reportOf(name, epoch)
    yield* commit(name, epoch.index, hash, yield* committedBy(name))
    for (const giver of VALIDATORS) axons[giver].set(giver === name ? pathOf(epoch.index) : pathOf(epoch.index, keys[name]), text)
  }
  yield* blocksUntil(epoch.blocks.settling)
  return epoch
})

/** An epoch in which everybody sets the weights that follow. */
const honestEpoch = Effect.gen(function* () {
  const epoch = yield* reportedEpoch
  for (const name of VALIDATORS) yield* setWeights(name, DUE)
  return epoch
})

const audit = (epoch: number, ...more: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { stage, rosterFile } = yield* Scene
    yield* untilFinal
    const options = ["--endpoint", stage.node.endpoint, "--netuid", String(netuid)]
    return yield* run([
      "audit",
      "--epoch",
      String(epoch),
      ...options,
      ...(more.includes("--roster") ? [] : ["--roster", rosterFile]),
      ...more
    ])
  })

const Found = Schema.Struct({
  epoch: Schema.Number,
  block: Schema.Number,
  quorum: Schema.Boolean,
  reports: Schema.Array(
    Schema.Struct({ hotkey: Schema.String, report: Schema.NullOr(Schema.String), givers: Schema.Array(Schema.String) })
  ),
  aggregate: Schema.Array(Schema.Struct({ uid: Schema.Number, value: Schema.Number, ppm: Schema.Number })),
  weights: Schema.NullOr(Schema.Struct({ uids: Schema.Array(Schema.Number), values: Schema.Array(Schema.Number) })),
  findings: Schema.Array(
    Schema.Struct({ kind: Schema.String, severity: Schema.String, validator: Schema.NullOr(Schema.String), text: Schema.String })
  )
})
const decode = Schema.decodeUnknownSync(Found)

layer(sceneLayer, { excludeTestServices: true, timeout: "2 minutes" })("gittensor audit --epoch", (it) => {
  it.scoped("finds nothing where all are honest, and each fault where somebody is not", () =>
    Effect.gen(function* () {
      const { axons, keys, stage } = yield* Scene
      const first = yield* honestEpoch
      const second = yield* honestEpoch

      const early = yield* audit(second.index)
      assert.deepStrictEqual([early.code, early.stderr], [0, ""], "the epoch is not over, but weights are set")

      const third = yield* nextEpoch
      for (const epoch of [first, second]) {
        const found = decode(jsonOf(yield* audit(epoch.index, "--json")))
        assert.deepStrictEqual(found.findings, [])
        assert.deepStrictEqual([found.epoch, found.block, found.quorum], [epoch.index, epoch.firstBlock, true])
        assert.deepStrictEqual(found.weights, { uids: [4, 5], values: DUE })
        // The owner's hotkey has a permit and no stake.
        assert.deepStrictEqual(
          found.reports.map(({ report, givers }) => [report !== null, givers.length]),
          found.reports.map(({ hotkey }) => (hotkey === stage.address("OwnerHot") ? [false, 0] : [true, 2]))
        )
        assert.deepStrictEqual(
          found.aggregate.filter(({ ppm }) => ppm > 0).map(({ uid, value, ppm }) => [uid, value, ppm]),
          [
            [4, 600_000, 600_000],
            [5, 400_000, 400_000]
          ]
        )
      }

      // Another report of Hot1 is shown to a few. Two axons are asked as a rule; all are asked about a validator that is named.
      const hotkey = keys.Hot1.address
      const inTurn = VALIDATORS.toSorted((left, right) => (stage.address(left) < stage.address(right) ? -1 : 1))
      const last = inTurn[(inTurn.indexOf("Hot1") + 2) % 3] ?? "Hot1"
      const [path, shown] = [pathOf(second.index, keys.Hot1), axons.Hot1.get(pathOf(second.index)) ?? ""]
      axons[last].set(path, (yield* reportOf("Hot1", second, "0.1.1")).text)
      assert.deepStrictEqual(decode(jsonOf(yield* audit(second.index, "--json"))).findings, [])
      const named = yield* audit(second.index, "--json", "--validator", hotkey)
      const [doubled] = decode(JSON.parse(named.stdout)).findings
      assert.deepStrictEqual([named.code, doubled?.kind, doubled?.validator], [1, "equivocation", String(hotkey)])
      axons[last].set(path, shown)

      // Hot1 breaks its chain of hashes, Hot2 gives somebody another report, Hot3 does not weigh what was agreed.
      const [one, two, three] = yield* Effect.all([reportOf("Hot1", third), reportOf("Hot2", third), reportOf("Hot3", third)])
      yield* commit("Hot1", third.index, one.hash, "cd".repeat(32))
      yield* commit("Hot2", third.index, two.hash, yield* committedBy("Hot2"))
      yield* commit("Hot3", third.index, three.hash, yield* committedBy("Hot3"))
      axons.Hot1.set(pathOf(third.index), one.text)
      axons.Hot2.set(pathOf(third.index), two.text)
      axons.Hot3.set(pathOf(third.index), three.text)
      const other = yield* reportOf("Hot2", third, "0.1.1")
      axons.Hot1.set(pathOf(third.index, keys.Hot2), other.text)
      axons.Hot3.set(pathOf(third.index, keys.Hot2), other.text)
      yield* blocksUntil(third.blocks.settling - 1)
      fails(yield* audit(third.index), 1, `epoch ${third.index} can be audited from block ${third.blocks.settling} on`)
      yield* blocksUntil(third.blocks.settling)
      yield* setWeights("Hot1", DUE)
      yield* setWeights("Hot2", DUE)
      yield* setWeights("Hot3", [1, 65_535])
      yield* nextEpoch
      const outcome = yield* audit(third.index, "--json")
      assert.strictEqual(outcome.code, 1)
      assert.strictEqual(outcome.stderr, "gittensor: 3 findings\n")
      const found = decode(JSON.parse(outcome.stdout))
      const wrong = found.findings.filter(({ severity }) => severity === "wrong")
      assert.deepStrictEqual(
        wrong.map(({ kind, validator }) => [kind, validator]),
        [
          ["broken chain of hashes", stage.address("Hot1")],
          ["equivocation", stage.address("Hot2")],
          ["weights differ", stage.address("Hot3")]
        ]
      )
      const text = yield* audit(third.index, "--validator", stage.address("Hot3"))
      assert.deepStrictEqual([text.code, text.stderr], [1, "gittensor: 1 finding\n"])
      assert.include(
        text.stdout,
        `✗ weights differ: ${stage.address("Hot3")}: its weights do not follow from the reports: UID 4 has 1 instead`
      )
      assert.notInclude(text.stdout, "equivocation")
      fails(yield* audit(third.index, "--validator", stage.address("Hot5")), 1, "was no active validator with a permit")
    })
  )

  it.scoped("says what it lacks, and what there is not", () =>
    Effect.gen(function* () {
      const { index } = yield* newest
      fails(yield* audit(index + 5), 1, `epoch ${index + 5} of subnet ${netuid} has not begun: the newest is ${index}`)
      const builtIn = join(yield* folder, "roster.json")
      writeFileSync(builtIn, JSON.stringify(Schema.encodeSync(RosterDocument)(defaultRoster)))
      const other = decode(jsonOf(yield* audit(index - 2, "--json", "--roster", builtIn)))
      assert.isNull(other.weights)
      assert.deepStrictEqual(
        other.findings.map(({ kind }) => kind),
        ["weights not compared"]
      )
      assert.match(other.findings[0]?.text ?? "", /give the one in force with --roster/)
    })
  )

  it.scoped("compares weights that are committed once they are revealed", () =>
    Effect.gen(function* () {
      const { stage } = yield* Scene
      const { api, address, attempt, sudo } = stage
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
      const { index } = yield* reportedEpoch
      const salt = [7, 8]
      const contents = (name: Name, values: ReadonlyArray<number>) => {
        const content = [address(name), netuid, [4, 5], values, salt, 0]
        return blake2AsHex(api.createType("(AccountId, u16, Vec<u16>, Vec<u16>, Vec<u16>, u64)", content).toU8a())
      }
      // The chain cannot decrypt these, because it has no pulses of the beacon.
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "commitTimelockedWeights", netuid, "0x0102", 5, 4), "done")
      assert.strictEqual(yield* attempt("Hot2", "subtensorModule", "commitWeights", netuid, contents("Hot2", DUE)), "done")
      assert.strictEqual(yield* attempt("Hot3", "subtensorModule", "commitWeights", netuid, contents("Hot3", [1, 65_535])), "done")
      const findings = Effect.map(audit(index, "--json"), ({ stdout }) =>
        decode(JSON.parse(stdout)).findings.map(({ kind, validator }) => [kind, VALIDATORS.find((name) => address(name) === validator)])
      )
      const hidden = VALIDATORS.map((name) => ["weights not revealed", name])
      assert.deepStrictEqual(yield* findings, hidden)
      const next = yield* nextEpoch
      const reveal = (name: Name, values: ReadonlyArray<number>) =>
        attempt(name, "subtensorModule", "revealWeights", netuid, [4, 5], values, salt, 0)
      assert.strictEqual(yield* reveal("Hot2", DUE), "done")
      assert.strictEqual(yield* reveal("Hot3", [1, 65_535]), "done")
      const revealed = [
        ["weights not revealed", "Hot1"],
        ["weights differ", "Hot3"]
      ]
      assert.deepStrictEqual(yield* findings, revealed)
      assert.strictEqual((yield* nextEpoch).index, next.index + 1)
      assert.deepStrictEqual(yield* findings, revealed)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, false), "done")
    })
  )

  it.scoped("is what the index finds: when reports are counted, when the epoch is over, and some epochs back", () =>
    Effect.gen(function* () {
      const { keys, rosterFile } = yield* Scene
      const chain = yield* Chain
      const services = Layer.mergeAll(
        PeerReports.layer,
        Weighing.layer(Option.some(rosterFile)),
        variants[0]?.layer ?? Layer.die("no database")
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        const refresh = yield* makeConsensusRefresh(Weighing.withoutContract)
        const pass = Effect.zipRight(
          untilFinal,
          Effect.flatMap(chain.finalisedHead, (head) => refresh(head, 0))
        )
        const seen = (epoch: number) =>
          Effect.map(
            sql`SELECT e.looks, e.ended_at IS NOT NULL AS over, e.next_look, (SELECT count(*) FROM consensus_voters v WHERE v.epoch = e.epoch AND v.report IS NOT NULL) AS reports,
              (SELECT count(*) FROM consensus_voters v WHERE v.epoch = e.epoch AND v.as_expected) AS alike FROM consensus_epochs e WHERE e.epoch = ${epoch}`,
            ([row]) => row
          )
        const past = yield* honestEpoch
        const { index, firstBlock } = yield* reportedEpoch
        assert.isAtLeast(yield* pass, 2)
        assert.deepStrictEqual(yield* seen(past.index), { looks: 1, over: true, next_look: null, reports: 3, alike: 3 })
        const counted = { looks: 1, over: false, next_look: firstBlock + TEMPO, reports: 3, alike: 0 }
        assert.deepStrictEqual(yield* seen(index), counted)
        for (const name of VALIDATORS) yield* setWeights(name, DUE)
        while ((yield* pass) > 0);
        assert.deepStrictEqual(yield* seen(index), counted)
        const oldest = yield* sql`SELECT count(*) AS epochs, min(epoch) AS first FROM consensus_epochs`
        assert.deepStrictEqual(oldest, [{ epochs: index - Number(oldest[0]?.first) + 1, first: oldest[0]?.first }])

        // It is over. Axons are silent by now, and what was served is still there.
        yield* nextEpoch
        const { axons } = yield* Scene
        const served = VALIDATORS.map((name) => new Map(axons[name]))
        for (const name of VALIDATORS) axons[name].clear()
        assert.strictEqual(yield* pass, 1)
        assert.deepStrictEqual(yield* seen(index), { ...counted, looks: 2, over: true, next_look: null, alike: 3 })
        for (const [place, name] of VALIDATORS.entries()) for (const [path, text] of served[place] ?? []) axons[name].set(path, text)

        // A report that nobody gives is asked for again, and counts when somebody does.
        const late = yield* nextEpoch
        const { hash, text } = yield* reportOf("Hot1", late)
        yield* commit("Hot1", late.index, hash, yield* committedBy("Hot1"))
        yield* blocksUntil(late.blocks.settling)
        assert.isAtLeast(yield* pass, 1)
        const reason = Effect.map(
          sql`SELECT reason FROM consensus_voters WHERE epoch = ${late.index} AND hotkey = ${keys.Hot1.address}`,
          ([row]) => row?.reason
        )
        assert.strictEqual(yield* reason, "no report")
        axons.Hot2.set(pathOf(late.index, keys.Hot1), text)
        yield* blocksUntil(late.blocks.settling + 50)
        assert.isAtLeast(yield* pass, 1)
        assert.isNull(yield* reason)
      }).pipe(Effect.provide(services))
    })
  )

  it.scoped("finds every epoch's first block, whatever the tempo was", () =>
    Effect.gen(function* () {
      const { stage } = yield* Scene
      const [chain, subnet] = yield* Effect.all([Chain, Subnet.Subnet])
      for (const tempo of [7, 100, 13]) {
        assert.strictEqual(yield* stage.sudo("adminUtils", "sudoSetTempo", netuid, tempo), "done")
        yield* stage.blocks(tempo + 3)
      }
      yield* untilFinal
      const head = yield* chain.finalisedHead
      const seen = new Map<number, number>()
      for (let number = head.number; number >= 0; number--) {
        const { index, firstBlock } = yield* subnet.epochAt({ number, hash: yield* chain.hashOf(number) })
        seen.set(index, firstBlock)
      }
      assert.isAbove(seen.size, 5)
      for (const [index, firstBlock] of seen) assert.deepStrictEqual(yield* pastEpoch(index, head), { index, firstBlock })
    })
  )
})

describe("gittensor audit --epoch of an ordinary node", () => {
  it.scopedLive("asks for an archive node when the epoch is pruned", () =>
    Effect.gen(function* () {
      const owner = fromPublicKey(new Uint8Array(32).fill(0xaa, 1))
      const subnets = [{ netuid, ownerHotkey: owner, ownerColdkey: owner, tempo: 20, alphaEmissionPerBlock: 0 }]
      const { endpoint, port, chain } = yield* devChain({
        blockTime: "manual",
        retention: 10,
        genesis: { subtensorModule: { subnets } }
      })
      yield* askNode(port, "dev_fastForward", 100)
      yield* eventually(
        "the blocks to be final",
        Effect.sync(() => (chain.finalized().number >= 100 ? true : undefined))
      )
      const outcome = yield* run(["audit", "--epoch", "2", "--endpoint", endpoint, "--netuid", String(netuid)])
      fails(outcome, 1, "has pruned blocks that tell of epoch 2: give --endpoint the address of an archive node")
    })
  )
})
