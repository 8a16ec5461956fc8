/**
 * A contract with open issues, a partly filled bounty, a running and a solved competition, collateral, free alpha and a pending change is upgraded to
 * its next edition, while the second validator runs that edition's program and the others run today's. No rao is lost: all money is paid out under
 * the new code. Both programs and their indexes stay in agreement throughout; the API matches the contract.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Record, Schema } from "effect"
import { CODE_HASH, type MessageArguments } from "../../../src/contract-client/generated.ts"
import * as Chain from "../../../src/layers/chain/node/Chain.ts"
import { ask, serve } from "../../support/api/serving.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { nextProgram, type Program, today } from "../../support/contract/nextProgram.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { ALPHA, BOUNTY } from "../../support/contract/settings.ts"
import { allRecycled, attested, changed, end, openIssue, settled, solved, started, turned, won } from "../../support/contract/steps.ts"
import { answerOf, tags, transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { variants } from "../../support/database/support.ts"
import { COVER, DUST } from "../../support/figures.ts"
import { index, indexBy, on } from "../../support/indexer/chain.ts"
import { everyRow } from "../../support/indexer/tables.ts"

const settings = {
  collateralBps: 1_000,
  slashBps: 5_000,
  competitionLength: 400,
  outcomeGrace: 100,
  challengePeriod: 200,
  maxCompetitionsPerMiner: 2
} as const
const MINERS = [5, 6, 7, 8] as const
const REQUIRED = BOUNTY / 10n
const DEPOSIT = 3n * REQUIRED
const SLASH = (REQUIRED - DUST) / 2n
const PENDING = 3n * ALPHA
/** All earnings of the treasury: five bounties, half of a sixth, and what is not harvested yet at the upgrade. */
const EARNED = 5n * BOUNTY + BOUNTY / 2n + PENDING
const [FIRST, SECOND, THIRD] = VALIDATORS

const NOT_PLANNED = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const

/** The world in which the second validator and the settling account use another program's client. */
const together = (chain: World, other: World): World => ({
  ...chain,
  ok: (who, name, args) => (who === SECOND || name === "settle" ? other : chain).ok(who, name, args)
})

/** A message that only the next edition has. */
const MADE_UP = "madeUp" as "version" // of the same form

/** A program's reading of that message. */
const madeUpBy = (chain: World, { contract: { Contract: Tag, layer } }: Program) =>
  Effect.flatMap(Tag, ({ read }) => read(MADE_UP, {})).pipe(Effect.provide(on(chain, { layer })))

/** A program's readings at the newest block, each validator's chores there, and the notes about the contract's code. */
const seenBy = (chain: World, { contract: { Contract: Tag, layer }, round, upkeep }: Program) =>
  Effect.gen(function* () {
    const [service, { hashOf }] = yield* Effect.all([Tag, Chain.Chain])
    const number = yield* chain.block
    const head = { number, hash: yield* hashOf(number) }
    const state = yield* service.stateAt(head)
    const ids = state.liveIssues.map(({ id }) => id)
    const miners = yield* Effect.forEach(MINERS, (uid) => Effect.map(miner(uid), ({ coldkey, hotkey }) => [hotkey, coldkey] as const))
    const hotkeys = yield* Effect.forEach(VALIDATORS, account)
    const same = yield* Effect.all({
      state: Effect.succeed({ ...state, competitions: [...state.competitions] }),
      competitions: service.competitions(head),
      attested: service.attested(ids, miners, head),
      pairs: service.pairVotes(ids, head),
      outcomes: service.outcomeVotes(ids, head),
      round: Effect.map(round.readRoundState(head), ({ openIssues, place, ratings }) => ({ openIssues, place, ratings: [...ratings] })),
      chores: Effect.forEach(hotkeys, (hotkey) => upkeep.choresOf(hotkey, head))
    })
    return { same, note: yield* service.otherEdition(head) }
  }).pipe(Effect.provide(on(chain, { layer })))

/** Asserts that both programs agree, with a quorum's trust. The notes are what each says about the contract's edition. */
const agree = (chain: World, next: Program) =>
  Effect.gen(function* () {
    const [ours, theirs] = [yield* seenBy(chain, yield* today), yield* seenBy(chain, next)]
    assert.deepStrictEqual(theirs.same, ours.same)
    assert.deepStrictEqual(yield* views(chain.by(next)), yield* views(chain))
    return [ours.note, theirs.note]
  })

/** Issue 1 is paid, 2 solved, 3 competed for with one vote, 4 open with a pair vote, 5 cancelled in its competition, 6 half filled. */
const inTheMiddle = (chain: World) =>
  Effect.gen(function* () {
    for (const uid of MINERS) yield* bonded(chain, uid, DEPOSIT)
    yield* won(chain, yield* started(chain, yield* openIssue(chain, 1), [5, 6]), 5)
    yield* chain.ok(STRANGER, "payout", { issue: 1 })
    yield* won(chain, yield* started(chain, yield* openIssue(chain, 2), [5, 6]), 5)
    const running = yield* started(chain, yield* openIssue(chain, 3), [7, 8])
    yield* chain.toBlock((yield* chain.stored("competition", { id: running }))?.submissionsFrom ?? 0)
    yield* chain.ok(FIRST, "voteOutcome", { issue: 3, choice: yield* solved(7) })
    yield* openIssue(chain, 4)
    const cancelled = yield* openIssue(chain, 5)
    yield* started(chain, cancelled, [5, 6])
    yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 6, bounty: BOUNTY })
    yield* chain.feed(BOUNTY / 2n)
    yield* chain.ok(STRANGER, "harvest", {})
    yield* end(chain, cancelled, NOT_PLANNED)
    const round = yield* attested(chain, 4, [5, 6])
    yield* chain.ok(THIRD, "votePair", { issue: 4, round, a: yield* miner(5), b: yield* miner(6) })
    yield* chain.feed(PENDING)
    yield* chain.ok(OWNER, "setConfig", { settings: [{ _tag: "HarvestStep", value: 7 }] })
  })

/** All views of the contract. */
const views = (chain: World) =>
  Effect.gen(function* () {
    const miners = yield* Effect.forEach(MINERS, (uid) => Effect.map(miner(uid), ({ coldkey, hotkey }) => [hotkey, coldkey] as const))
    const issues = yield* chain.stored("issues", {})
    const competitions = yield* chain.stored("competitions", {})
    const treasury = yield* chain.read("treasury", {})
    const rest = yield* Effect.all([
      chain.read("config", {}),
      chain.stored("owner", {}),
      chain.stored("offer", {}),
      chain.stored("paused", {}),
      chain.read("validators", {}),
      chain.stored("counts", {}),
      chain.stored("collateral", { miners }),
      chain.stored("issueByReference", { repository: "ACME/widgets", number: 4 }),
      Effect.forEach(miners, ([hotkey]) => chain.stored("competitionsOf", { hotkey, limit: 100 })),
      Effect.forEach(issues, ({ id }) =>
        Effect.all([
          chain.stored("issue", { id }),
          chain.stored("ballotPair", { issue: id }),
          chain.stored("ballotOutcome", { issue: id }),
          chain.read("enrolled", { issue: id })
        ])
      )
    ])
    return { issues, competitions, treasury, rest }
  })

/** The stakes of the contract, the miners and the treasury behind the relevant hotkeys. */
const stakes = (chain: World) =>
  Effect.gen(function* () {
    const miners = yield* Effect.forEach(MINERS, miner)
    const hotkeys = [chain.treasuryHotkey, ...miners.map(({ hotkey }) => hotkey)]
    const coldkeys = [chain.contract, chain.treasuryColdkey, ...miners.map(({ coldkey }) => coldkey)]
    return yield* Effect.forEach(hotkeys, (hotkey) => Effect.forEach(coldkeys, (coldkey) => chain.stake(hotkey, coldkey)))
  })

const Rows = <A, I>(row: Schema.Schema<A, I>) => Schema.Struct({ items: Schema.Array(row) })
const Issues = Rows(
  Schema.Struct({ id: Schema.Int, status: Schema.String, funded: Schema.BigInt, target: Schema.BigInt, attempts: Schema.Int })
)
const Competitions = Rows(Schema.Struct({ id: Schema.Int, status: Schema.String }))
const Collateral = Rows(Schema.Struct({ kind: Schema.String, amount: Schema.BigInt }))
const Events = Rows(Schema.Struct({ name: Schema.String, fields: Schema.Unknown }))
const Treasury = Schema.Struct({
  streams: Schema.Array(Schema.Struct({ source: Schema.String, destination: Schema.String, amount: Schema.BigInt })),
  inBounties: Schema.BigInt
})

const get = <A, I>(url: string, path: string, schema: Schema.Schema<A, I>) =>
  Effect.flatMap(ask(url + path), ({ json }) => Schema.decodeUnknown(schema)(json()))

/**
 * Indexes new blocks, and compares the API's answers with the contract's views. With a new server, because a server may cache the treasury for 10 s.
 */
const follows = (chain: World) =>
  Effect.gen(function* () {
    yield* index
    const url = yield* serve()
    const { competitions, issues, treasury } = yield* views(chain)
    const shown = yield* get(url, "/v1/issues?sort=oldest", Issues)
    assert.deepStrictEqual(
      shown.items.map(({ attempts, funded, id, status, target }) => ({ id, status, funded, bounty: target, attempts })),
      issues.map(({ attempts, bounty, funded, id, status }) => ({ id, status: status._tag, funded, bounty, attempts }))
    )
    const known = yield* get(url, "/v1/competitions?sort=oldest", Competitions)
    assert.deepStrictEqual(
      known.items,
      competitions.map(({ id, status }) => ({ id, status: status._tag }))
    )
    const { inBounties, streams } = yield* get(url, "/v1/treasury", Treasury)
    const { items: collateral } = yield* get(url, "/v1/collateral?limit=100", Collateral)
    const sum = (all: ReadonlyArray<{ readonly amount: bigint }>) => all.reduce((total, { amount }) => total + amount, 0n)
    const [deposited, withdrawn, slashed] = ["deposited", "withdrawn", "slashed"].map((kind) =>
      sum(collateral.filter((one) => one.kind === kind))
    )
    const at = (place: string) =>
      sum(streams.filter(({ destination }) => destination === place)) - sum(streams.filter(({ source }) => source === place))
    assert.deepStrictEqual(
      {
        allocated: inBounties,
        free: at("free"),
        collateral: (deposited ?? 0n) - (withdrawn ?? 0n) - (slashed ?? 0n),
        recycled: at("recycled")
      },
      {
        allocated: treasury.allocated,
        free: treasury.fresh + treasury.aged,
        collateral: treasury.collateral,
        recycled: treasury.recycled
      }
    )
    assert.strictEqual(treasury.held, treasury.allocated + treasury.fresh + treasury.aged + treasury.collateral + COVER)
  }).pipe(Effect.scoped)

/** Finishes everything under the new code, by validators, miners and a stranger. */
const finish = (chain: World) =>
  Effect.gen(function* () {
    yield* turned(chain)
    yield* chain.ok(SECOND, "voteOutcome", { issue: 3, choice: yield* solved(7) })
    const { events } = yield* settled(chain, 3)
    assert.includeMembers([...tags(events)], ["CompetitionWon", "CollateralSlashed"], "the vote cast under the old code counts")
    yield* chain.ok(STRANGER, "harvest", {})
    yield* started(chain, 4, [5, 6])
    yield* end(chain, 4, NOT_PLANNED)
    yield* end(chain, 6, NOT_PLANNED)
    for (const issue of [2, 3]) assert.deepStrictEqual(tags((yield* chain.ok(STRANGER, "payout", { issue })).events), ["BountyPaid"])
    yield* allRecycled(chain)
    for (const { change } of yield* chain.stored("announced", {})) yield* chain.ok(STRANGER, "apply", { change })
    assert.strictEqual((yield* chain.read("config", {})).harvestStep, 7, "what was announced under the old code applies")
    for (const uid of MINERS) {
      const { coldkey, hotkey } = yield* miner(uid)
      const [left] = yield* chain.stored("collateral", { miners: [[hotkey, coldkey]] })
      yield* chain.ok(`//Miner${uid}//cold`, "withdrawCollateral", { hotkey, amount: left?.deposited ?? 0n })
    }
  })

const [{ layer } = { layer: undefined }] = variants

describe.skipIf(layer === undefined)("an upgrade in the middle of everything", () => {
  if (layer === undefined) return
  it.scopedLive("loses no rao, and the index and the API follow", () =>
    Effect.gen(function* () {
      const [alone, upgraded] = [yield* world(settings), yield* nextProgram]
      const later = alone.by(upgraded)
      const chain = together(alone, later)
      yield* Effect.gen(function* () {
        yield* inTheMiddle(chain)
        yield* follows(chain)
        yield* turned(later)
        assert.include((yield* Effect.flip(madeUpBy(chain, upgraded))).message, "it does not know the message")
        const [nothing, earlier] = yield* agree(chain, upgraded)
        assert.isNull(nothing)
        assert.include(earlier ?? "", "still of edition 4, and this program of edition 5")
        const { issues, treasury } = yield* views(chain)
        assert.deepStrictEqual(
          issues.map(({ status }) => status._tag),
          ["Paid", "Solved", "Competing", "Open", "Cancelled", "Funding"]
        )
        assert.deepInclude(treasury, {
          pending: PENDING,
          // The cost of two losses went to the sixth issue.
          allocated: 3n * BOUNTY + BOUNTY / 2n + 2n * SLASH,
          collateral: 4n * DEPOSIT - 2n * SLASH,
          fresh: BOUNTY,
          aged: 0n,
          paid: BOUNTY,
          recycled: 0n
        })

        assert.strictEqual(yield* transact(chain, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
        const { appliesFrom, change } = answerOf(yield* chain.ok(OWNER, "setCode", { codeHash: next.hash }))
        yield* chain.toBlock(appliesFrom + 1)
        const before = { views: yield* views(chain), stakes: yield* stakes(chain) }
        assert.deepStrictEqual(tags((yield* chain.ok(STRANGER, "apply", { change })).events), ["CodeChanged", "ChangeApplied"])
        assert.strictEqual(yield* chain.read("version", {}), 5)
        assert.deepStrictEqual({ views: yield* views(chain), stakes: yield* stakes(chain) }, before)
        yield* follows(chain)
        assert.strictEqual(yield* madeUpBy(chain, upgraded), 7)
        const [newer, own] = yield* agree(chain, upgraded)
        assert.include(newer ?? "", "of edition 5, and this program of edition 4: it goes on with what both know")
        assert.isNull(own)

        yield* finish(chain)
        yield* follows(chain)
        yield* agree(chain, upgraded)
        const url = yield* serve()
        const { items: events } = yield* get(url, "/v1/events?name=CodeChanged", Events)
        assert.deepStrictEqual(events, [{ name: "CodeChanged", fields: { codeHash: next.hash } }])
        assert.notStrictEqual(next.hash, CODE_HASH)

        const ended = yield* views(chain)
        assert.deepStrictEqual(
          ended.issues.map(({ status }) => status._tag),
          ["Paid", "Paid", "Paid", "Cancelled", "Cancelled", "Cancelled"]
        )
        const none = { pending: 0n, pendingAvailable: 0n, held: COVER, allocated: 0n, fresh: 0n, aged: 0n, collateral: 0n }
        const lost = 3n * SLASH
        assert.deepInclude(ended.treasury, { ...none, paid: 3n * BOUNTY, recycled: EARNED + lost - 3n * BOUNTY, slashed: lost })
        const winners = [
          [5, 2n * BOUNTY + DEPOSIT],
          [6, DEPOSIT - 2n * SLASH],
          [7, BOUNTY + DEPOSIT],
          [8, DEPOSIT - SLASH]
        ] as const
        for (const [uid, amount] of winners)
          assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, (yield* miner(uid)).coldkey), amount, `miner ${uid}`)
        assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, chain.contract), COVER)
      }).pipe(Effect.provide(on(chain)), Effect.provide(Layer.fresh(layer)))

      const rowsBy = ({ contract, head, pass }: Program) =>
        Effect.zipRight(indexBy({ ...pass, ...head }), everyRow).pipe(
          Effect.provide(on(chain, contract)),
          Effect.provide(Layer.fresh(layer))
        )
      const [ours, theirs] = [yield* rowsBy(yield* today), yield* rowsBy(upgraded)]
      // Fields that only the next edition's event has appear once in the log and once in the flow of money.
      const more = /"aged": "\d+", (?="issue")/
      assert.lengthOf(
        Object.values(theirs).flatMap((rows) => rows.filter((row) => more.test(row))),
        2
      )
      assert.deepStrictEqual(
        Record.map(theirs, (rows) => rows.map((row) => row.replace(more, ""))),
        ours
      )

      // Today's program stores unreadable data as bytes, and continues.
      const madeUp = { settings: [{ _tag: "MadeUp", value: 9 }] } as unknown as MessageArguments<"setConfig"> // of the next edition
      yield* changed(later, "setConfig", madeUp)
      const unknownTo = (program: Program) =>
        Effect.map(rowsBy(program), ({ events }) => events?.filter((row) => row.includes('"Unknown"')).length)
      assert.deepStrictEqual([yield* unknownTo(yield* today), yield* unknownTo(upgraded)], [1, 0])
    }).pipe(Effect.scoped)
  )
})
