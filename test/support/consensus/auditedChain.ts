/** Three validators on a dev chain, with axons that serve the test's texts, for audits of their epochs. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import { Context, Effect, Layer, Schema } from "effect"
import { Hash32 } from "../../../src/domain/Account.ts"
import { NO_REPORT } from "../../../src/domain/CommitmentSlot.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { layerOfOwner } from "../../../src/layers/chain/roster/RosterSigner.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { scoreCommitmentsAt } from "../../../src/layers/chain/subnet/scoreCommitments.ts"
import { chainFieldsOf } from "../../../src/layers/chain/subnet/slotFields.ts"
import { seenText } from "../../../src/rules/consensus/counted.ts"
import { epochBlocksOf } from "../../../src/rules/consensus/epochBlocks.ts"
import { startReportAxon } from "../axon/reportAxon.ts"
import { folder, keyOf, run } from "../cli/support.ts"
import { newestFinal } from "../devnet/support.ts"
import { parityRoster } from "../roster/parity.ts"
import { alpha, netuid, type Stage, stage } from "../runtime/support.ts"
import { minersBehind, minersWith, oneRepository, rooted } from "../validator/reports.ts"

export const TEMPO = 60
export const VALIDATORS = ["Hot1", "Hot2", "Hot3"] as const
export type Name = (typeof VALIDATORS)[number]

/** All emission is for contributions, so the contract has no influence. */
export const roster: RosterDocument = {
  ...parityRoster,
  repositories: oneRepository,
  emission: { version: 1, pools: { oss_contributions: { kind: "oss_contributions", share: 1 } } }
}

/** The texts that each validator's axon serves, by path. */
type Axons = Readonly<Record<Name, Map<string, string>>>

export class Scene extends Context.Tag("test/cli/audit/Scene")<
  Scene,
  {
    readonly stage: Stage
    readonly axons: Axons
    readonly keys: Readonly<Record<Name, KeyPair>>
    readonly rosterFile: string
    readonly rosterHash: string
  }
>() {}

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
    const { served, port } = yield* startReportAxon
    axons[name] = served
    assert.strictEqual(yield* made.attempt(name, "subtensorModule", "serveAxon", netuid, 1, 0x7f_00_00_01, port, 4, 4, 0, 0), "done")
  }
  const rosterFile = join(yield* folder, "roster.json")
  writeFileSync(rosterFile, JSON.stringify(Schema.encodeSync(RosterDocument)(roster)))
  const { Hot1 = new Map(), Hot2 = new Map(), Hot3 = new Map() } = axons
  return Scene.of({ stage: made, axons: { Hot1, Hot2, Hot3 }, keys, rosterFile, rosterHash: unsignedRosterOf(roster).sha256 })
}).pipe(Effect.orDie)

export const sceneLayer = Layer.scoped(Scene, setScene).pipe((scene) =>
  Layer.provideMerge(
    Layer.unwrapEffect(
      Effect.map(Scene, ({ stage: { node } }) =>
        layerOfOwner.pipe(Layer.provideMerge(Subnet.layer(netuid)), Layer.provideMerge(chainLayer([node.endpoint])))
      )
    ),
    scene
  )
)

export const untilFinal = Effect.flatMap(Scene, ({ stage }) => newestFinal(stage.node.chain))

export const blocksUntil = (block: number) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    const { number } = stage.node.chain.head()
    if (number < block) yield* stage.blocks(block - number)
    yield* untilFinal
  })

export const newest = Effect.gen(function* () {
  yield* untilFinal
  return yield* (yield* Subnet.Subnet).epochAt(yield* (yield* Chain).finalisedHead)
})

/** Builds blocks up to the first one of the next epoch. */
export const nextEpoch = Effect.gen(function* () {
  const before = yield* newest
  yield* blocksUntil(before.firstBlock + TEMPO)
  const epoch = yield* newest
  assert.strictEqual(epoch.index, before.index + 1)
  return { ...epoch, blocks: epochBlocksOf(epoch.firstBlock, TEMPO) }
})

/** A report that gives UID 4 three parts and UID 5 two, or as `shares` says in parts per million; or what these records come to. */
export const reportOf = (
  name: Name,
  epoch: { readonly index: number; readonly firstBlock: number },
  program = "0.1.0",
  records?: ReadonlyArray<ScoredRecord>,
  shares: readonly [number, number] = [600_000, 400_000]
) =>
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
      ...rooted(
        records === undefined
          ? minersWith([
              { uid: 4, hotkey: hotkeyOf(4), value: shares[0] },
              { uid: 5, hotkey: hotkeyOf(5), value: shares[1] }
            ])
          : minersBehind(records, hotkeyOf),
        keys[name].address,
        records
      )
    }
    return { hash: reportHash(body), text: Schema.encodeSync(signedReport.Text)(signedReport.sign(body, keys[name])) }
  })

export const commit = (name: Name, epoch: number, sha256: string, previous: string, seen?: string) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    const fields = chainFieldsOf([
      { _tag: "Raw", text: `gittensor/scores/v1:${epoch}:${sha256}:` },
      { _tag: "Raw", text: seen === undefined ? previous : `${previous}:${seen}` }
    ])
    assert.strictEqual(yield* stage.attempt(name, "commitments", "setCommitment", netuid, { fields }), "done")
  })

export const setWeights = (name: Name, values: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const { stage } = yield* Scene
    assert.strictEqual(yield* stage.attempt(name, "subtensorModule", "setWeights", netuid, [4, 5], values, 0), "done")
  })

export const DUE = [65_535, 43_690]
export const pathOf = (epoch: number, of?: KeyPair) => `/v1/consensus/reports/${epoch}${of === undefined ? "" : `/${of.address}`}`

const commitmentOf = (name: Name) =>
  Effect.gen(function* () {
    const { keys } = yield* Scene
    yield* untilFinal
    const found = yield* scoreCommitmentsAt(yield* (yield* Chain).finalisedHead, [keys[name].address])
    return found.get(keys[name].address)
  })

/** A validator's last commitment. */
export const committedBy = (name: Name) => Effect.map(commitmentOf(name), (found) => found?.sha256 ?? NO_REPORT)

/** From the block E + D1 on, these validators commit to have each other's reports. Ends with the block before the one at which reports are counted. */
export const seeEachOther = (names: ReadonlyArray<Name>, { index, blocks }: Effect.Effect.Success<typeof nextEpoch>) =>
  Effect.gen(function* () {
    const { keys } = yield* Scene
    yield* blocksUntil(blocks.opening)
    const { neurons } = yield* (yield* Subnet.Subnet).metagraph(yield* (yield* Chain).finalisedHead)
    const all = names.map((name) => keys[name].address)
    for (const name of names) {
      const own = (yield* commitmentOf(name)) ?? assert.fail(`${name} has not committed`)
      yield* commit(name, index, own.sha256, own.previous, seenText({ neurons: neurons.map((one) => ({ ...one, consensus: 0 })) }, all))
    }
    yield* blocksUntil(blocks.settling - 1)
  })

/** These validators report, and exchange their reports. Ends with the block at which reports are counted. */
export const epochReportedBy = (names: ReadonlyArray<Name>, shares?: readonly [number, number]) =>
  Effect.gen(function* () {
    const { axons, keys } = yield* Scene
    const epoch = yield* nextEpoch
    for (const name of names) {
      const { hash, text } = yield* reportOf(name, epoch, undefined, undefined, shares)
      yield* commit(name, epoch.index, hash, yield* committedBy(name))
      for (const giver of VALIDATORS) axons[giver].set(giver === name ? pathOf(epoch.index) : pathOf(epoch.index, keys[name]), text)
    }
    yield* seeEachOther(names, epoch)
    yield* blocksUntil(epoch.blocks.settling)
    return epoch
  })

/** All validators report. */
export const reportedEpoch = epochReportedBy(VALIDATORS)

/** An epoch in which all validators set the weights that follow from the reports. */
export const honestEpoch = Effect.gen(function* () {
  const epoch = yield* reportedEpoch
  for (const name of VALIDATORS) yield* setWeights(name, DUE)
  return epoch
})

export const audit = (epoch: number, ...more: ReadonlyArray<string>) => auditWith({}, epoch, ...more)

/** Audits through an index instead of the node. */
export const indexAudit = (env: Readonly<Record<string, string>>, epoch: number, address: string, ...more: ReadonlyArray<string>) =>
  Effect.flatMap(Scene, ({ rosterFile }) =>
    run(["audit", "--epoch", String(epoch), "--index", address, "--roster", rosterFile, ...more], env)
  )

/** Audits with these environment variables. */
export const auditWith = (env: Readonly<Record<string, string>>, epoch: number, ...more: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { stage, rosterFile } = yield* Scene
    yield* untilFinal
    const options = ["--endpoint", stage.node.endpoint, "--netuid", String(netuid)]
    return yield* run(
      ["audit", "--epoch", String(epoch), ...options, ...(more.includes("--roster") ? [] : ["--roster", rosterFile]), ...more],
      env
    )
  })

const Found = Schema.Struct({
  epoch: Schema.Number,
  block: Schema.Number,
  quorum: Schema.Boolean,
  reports: Schema.Array(
    Schema.Struct({ hotkey: Schema.String, report: Schema.NullOr(Schema.String), givers: Schema.Array(Schema.String) })
  ),
  rescored: Schema.NullOr(Schema.Number),
  cells: Schema.Array(Schema.Struct({ uid: Schema.Number, net: Schema.Number })),
  weights: Schema.NullOr(Schema.Struct({ uids: Schema.Array(Schema.Number), values: Schema.Array(Schema.Number) })),
  findings: Schema.Array(
    Schema.Struct({ kind: Schema.String, severity: Schema.String, validator: Schema.NullOr(Schema.String), text: Schema.String })
  )
})
export const decode = Schema.decodeUnknownSync(Found)
