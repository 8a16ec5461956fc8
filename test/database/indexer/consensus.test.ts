/** The findings of an epoch's audit are written atomically, shown unchanged, and kept when the index audits again. */

import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Schema } from "effect"
import { ConsensusEpochDetail, Evidence } from "../../../src/dashboard/api/definition/consensus.ts"
import { page } from "../../../src/dashboard/api/definition/values.ts"
import { readChallenges } from "../../../src/dashboard/indexer/refresh/consensus/consensus.ts"
import { rowsOf } from "../../../src/dashboard/indexer/refresh/consensus/rows.ts"
import { closeEpoch, dueEpochs, knownEpoch, missingEpochs, replaceEpoch } from "../../../src/dashboard/indexer/refresh/consensus/stored.ts"
import { EpochState } from "../../../src/domain/EpochState.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { reportHash } from "../../../src/domain/Report.ts"
import { settlementHash } from "../../../src/domain/Settlement.ts"
import { PeerReports } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { asked } from "../../support/api/support.ts"
import { type Conduct, key, noHistory, type Plan, play, reportOf, type Scene, textOf } from "../../support/consensus/auditedEpochs.ts"
import { examined } from "../../support/consensus/examined.ts"
import { variants } from "../../support/database/support.ts"
import { everyRow } from "../../support/indexer/tables.ts"

const EPOCH = 20
/** The first three agree, the fourth gives everything to UID 5, and the fifth did not measure UID 2. */
const VALUES = [
  [100_000, 400_000, 0, 500_000, 0],
  [100_000, 400_000, 0, 500_000, 0],
  [120_000, 380_000, 0, 500_000, 0],
  [0, 0, 0, 0, 1_000_000],
  [100_000, null, 0, 500_000, 0]
]
const PLAN: Plan = { stakes: [30n, 25n, 20n, 15n, 10n], conducts: VALUES.map((): Conduct => "reports"), values: VALUES }

const sceneOf = (epoch: number, plan: Partial<Plan> = {}): Scene => {
  const history = noHistory()
  play(history, epoch - 1, PLAN)
  return play(history, epoch, { ...PLAN, ...plan })
}

const STRANGER = fromSeed(new Uint8Array(32).fill(99)).address

const HOLDERS = new Map([1, 2, 3, 4, 5].map((uid) => [uid, key(uid).address]))
const first: Parameters<typeof rowsOf>[2] = { looks: 1, at: 7_900, next: null }

const rows = (scene: Scene, look = first) => rowsOf(examined(scene), HOLDERS, look, [])

/** The fourth validator has signed another report too, which the second one's axon serves. */
const equivocal = (scene: Scene): Scene => {
  const other = textOf({ ...reportOf(EPOCH, key(3).address, VALUES[0] ?? []), program: "0.1.1" }, key(3))
  const served = [...scene.evidence.served, { of: key(3).address, from: key(1).address, text: other }]
  return { ...scene, evidence: { ...scene.evidence, served } }
}

const detail = Effect.flatMap(asked, (get) =>
  Effect.map(get(`/v1/consensus/epochs/${EPOCH}`), ({ status, body }) => {
    assert.strictEqual(status, 200)
    return Schema.decodeUnknownSync(ConsensusEpochDetail)(body)
  })
)

describe("what validators hold against each other", () => {
  it.effect("is each one's word, about voters of the epoch", () =>
    Effect.gen(function* () {
      const held = (index: number, change: object = {}) => ({
        format: "gittensor/challenge-finding/v1",
        epoch: EPOCH,
        validator: key(index).address,
        report: "ab".repeat(32),
        seed: "0x01",
        faults: [{ draw: 7, fault: "wrong", why: "it scores 3 instead of 4" }],
        ...change
      })
      const told = [
        // No finding about itself, none twice, none of another epoch, none about an unknown validator.
        [
          held(0),
          held(3),
          held(3, { seed: "0x02" }),
          held(2, { epoch: EPOCH - 1 }),
          held(2, { validator: STRANGER }),
          held(2, { faults: [] })
        ],
        [held(3)]
      ]
      const peers = Layer.mock(PeerReports, {
        // The last axon's answer crashes its reader.
        evidence: ({ port }) =>
          port === 4
            ? Effect.die(new RangeError("Invalid time value"))
            : Effect.succeed(JSON.stringify({ challenges: told[port - 1] ?? "none" }))
      })
      const { facts } = examined(sceneOf(EPOCH))
      const axons = [0, 1, 2, 3].map((index) => ({ hotkey: key(index).address, ip: "192.0.2.1", port: index + 1 }))
      const found = yield* Effect.provide(readChallenges({ ...facts, axons }), peers)
      assert.deepStrictEqual(
        found.map(({ kind, severity, validator, giver }) => `${kind} ${severity} ${validator} ${giver}`),
        [0, 1].map((index) => `failed challenge missing ${key(3).address} ${key(index).address}`)
      )
      assert.include(found[0]?.text, "that of draw 7 is wrong: it scores 3 instead of 4")
    })
  )
})

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`audited epochs in the ${name} database`, () => {
    it.scoped("are shown with who pulled which way, byte for byte where that matters", () =>
      Effect.gen(function* () {
        const scene = sceneOf(EPOCH)
        yield* replaceEpoch(rows(scene))
        const shown = yield* detail
        assert.isTrue(shown.quorum)
        assert.deepStrictEqual([shown.totalStake, shown.reportingStake], [100n, 100n])
        assert.deepStrictEqual(shown.reporting, { voters: 5, reports: 5 })
        assert.deepStrictEqual(shown.weights, { asExpected: 5, other: 0, hidden: 0, none: 0 })
        const pulls = (uid: number) =>
          shown.values
            .find((one) => one.uid === uid)
            ?.votes.map(({ validator, pull, value }) => [[0, 1, 2, 3, 4].find((index) => key(index).address === validator), value, pull])
        assert.sameDeepMembers(pulls(1) ?? [], [
          [3, 0, "below"],
          [0, 100_000, "equal"],
          [1, 100_000, "equal"],
          [4, 100_000, "equal"],
          [2, 120_000, "above"]
        ])
        assert.deepStrictEqual(pulls(2)?.at(-1), [4, null, null])
        // No validator gave anything to UID 3. One gave all to UID 5, which still gets nothing.
        assert.sameMembers(
          shown.values.map(({ uid }) => uid),
          [1, 2, 4, 5]
        )
        assert.deepInclude(
          shown.values.find(({ uid }) => uid === 5),
          { value: 0, part: 0, source: "median", measuringStake: 100n }
        )
        assert.strictEqual(shown.values.find(({ uid }) => uid === 2)?.measuringStake, 90n)
        assert.strictEqual(
          shown.values.reduce((sum, { part }) => sum + (part ?? 0), 0),
          1_000_000
        )
        const get = yield* asked
        const before = scene.previous ?? assert.fail("the epoch before had a consensus")
        const report = { ...reportOf(EPOCH, key(2).address, VALUES[2] ?? []), settlement: settlementHash(before) }
        const { body } = yield* get(`/v1/consensus/epochs/${EPOCH}/reports/${key(2).address}`)
        const text = scene.evidence.served.find(({ of }) => of === key(2).address)?.text
        assert.strictEqual(JSON.stringify(body), text)
        assert.strictEqual(shown.voters.find(({ hotkey }) => hotkey === key(2).address)?.report, reportHash(report))
        // The same facts give the same findings.
        const facts = Schema.decodeUnknownSync(EpochState)((yield* get(`/v1/consensus/epochs/${EPOCH}/facts`)).body)
        assert.deepStrictEqual(examined(scene, facts), examined(scene))
      }).pipe(Effect.provide(layer))
    )

    it.scoped("are written as a whole or not at all, and twice like once", () =>
      Effect.gen(function* () {
        const written = rows(sceneOf(EPOCH))
        yield* replaceEpoch(written)
        const before = yield* everyRow
        yield* replaceEpoch(written)
        assert.deepStrictEqual(yield* everyRow, before)
        // The last table refuses its row, after the rows of all others were replaced.
        const { voters, ...other } = rows(sceneOf(EPOCH, { conducts: ["is absent", "is absent", "is absent", "reports", "reports"] }))
        assert.isAbove(other.findings.length, 0)
        const twice = other.findings.map((finding) => ({ ...finding, position: 0 }))
        const exit = yield* Effect.exit(replaceEpoch({ ...other, voters, findings: [...twice, ...twice] }))
        assert.isTrue(Exit.isFailure(exit))
        assert.deepStrictEqual(yield* everyRow, before)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("keep what was served once, when nobody serves it any more", () =>
      Effect.gen(function* () {
        const scene = sceneOf(EPOCH)
        const forged = textOf(reportOf(EPOCH, key(0).address, VALUES[3] ?? []), key(0)).replace(/"0x[0-9a-f]{8}/, '"0x00000000')
        const seen = equivocal(scene)
        const served = [...seen.evidence.served, { of: key(0).address, from: key(4).address, text: forged }]
        yield* replaceEpoch(rows({ ...seen, evidence: { ...seen.evidence, served } }))
        const known = (yield* knownEpoch(EPOCH)) ?? assert.fail("it is not stored")
        assert.sameMembers([...known.enough], [key(1).address, key(2).address, key(4).address])
        // All axons are down now.
        const silent = { ...scene, evidence: { ...scene.evidence, served: known.served } }
        yield* replaceEpoch(rowsOf(examined(silent), HOLDERS, { looks: known.looks + 1, at: 8_000, next: null }, known.findings))
        const shown = yield* detail
        assert.strictEqual(shown.looks.times, 2)
        const liar = shown.voters.find(({ hotkey }) => hotkey === key(3).address)
        assert.deepStrictEqual([liar?.report, liar?.reason, liar?.others.length], [liar?.committed, null, 1])
        assert.deepStrictEqual(shown.reporting, { voters: 5, reports: 5 })
        const get = yield* asked
        const { body } = yield* get(`/v1/consensus/evidence?epoch=${EPOCH}`)
        const { items } = Schema.decodeUnknownSync(page("EvidencePage", Evidence))(body)
        assert.includeMembers(
          items.map(({ kind, validator, giver }) => `${kind} ${validator} ${giver}`),
          [`equivocation ${key(3).address} null`, `forged signature ${key(0).address} ${key(4).address}`]
        )
        assert.isNotNull(items.find(({ kind }) => kind === "equivocation")?.proof)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("are looked at again when it is time, and missing ones newest first", () =>
      Effect.gen(function* () {
        yield* replaceEpoch(rows(sceneOf(EPOCH), { ...first, next: 8_000 }))
        yield* replaceEpoch(rows(sceneOf(EPOCH - 2)))
        assert.deepStrictEqual(yield* dueEpochs(7_999, 8), [])
        assert.deepStrictEqual(yield* dueEpochs(8_000, 8), [EPOCH])
        yield* closeEpoch(EPOCH)
        assert.deepStrictEqual(yield* dueEpochs(9_000, 8), [])
        assert.deepStrictEqual(yield* missingEpochs(EPOCH + 1, 0, 3), [EPOCH + 1, EPOCH - 1, EPOCH - 3])
        assert.deepStrictEqual(yield* missingEpochs(EPOCH, EPOCH - 1, 3), [EPOCH - 1])
        const sql = yield* SqlClient
        assert.strictEqual((yield* sql`SELECT FROM consensus_voters`).length, 10)
      }).pipe(Effect.provide(layer))
    )
  })
