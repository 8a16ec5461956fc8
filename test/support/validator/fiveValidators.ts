/**
 * Scores by consensus, with stakes of 30, 21, 19, 16 and 14. The test plays the first validator, which lies, hides, copies and is late; the other
 * four are processes. In every epoch, all honest validators find the same aggregate within the honest range, and have equal weights on chain. Epochs
 * with an attack are audited. Each CI run has the first two plays; the nightly part `attacks` has all. `npm run attacks` writes what came of them into the document that GITTENSOR_ATTACKS names.
 *
 * The tests are consecutive epochs of one chain. Nothing waits for real time: a step is over when the chain, a disk or an axon shows it, and a block
 * is built when all validators have handled the one before.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { devAccounts, devNetuid } from "../../../lab/devnet/chain/genesis.ts"
import { withPart } from "../../../scripts/marked.ts"
import { ConsensusEpochDetail } from "../../../src/dashboard/api/definition/consensus.ts"
import { committedHash, NO_REPORT, type SlotFields, scoresOf } from "../../../src/domain/CommitmentSlot.ts"
import type { Emission } from "../../../src/domain/Emission.ts"
import { Equivocation } from "../../../src/domain/Equivocation.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../../src/domain/KeyPair.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { measuredBy, Settlement } from "../../../src/domain/Settlement.ts"
import { rosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { openingsPath, reportPath } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { settledValues } from "../../../src/rules/consensus/divergence.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { nothingScored, scored } from "../../../src/rules/weights/rewards.ts"
import { endSetup } from "../../support/cli/endSetup.ts"
import { link } from "../../support/cli/gitHubUser.ts"
import {
  ALPHA,
  ask,
  eventually,
  folder,
  fund,
  jsonOf,
  keyOf,
  NETUID,
  register,
  run,
  runHere,
  start,
  startChainHere,
  uri,
  World,
  worldLayer
} from "../../support/cli/support.ts"
import { placeDatabase } from "../../support/database/support.ts"
import { mirror, type Served } from "../../support/roster/mirror.ts"
import { type EpochUnderWay, makeValidators } from "../../support/validator/processes.ts"
import type { Asker } from "../../support/validator/routes.ts"

const STAKES = [30, 21, 19, 16, 14]
/** The index of the validator that the test plays. */
const LIAR = 0
const HONEST = [1, 2, 3, 4]
const EVERYBODY = [LIAR, ...HONEST]
const TEMPO = 96
/** Each attack, with the findings by which the audit names its liar, and nobody else. */
const ATTACKS = {
  "everything for one miner, over no records": ["false report"],
  "a report that is shown after E + D2": [],
  "two reports of one epoch": ["equivocation"],
  "over no records, while 30 % are cut off, one of them with an empty folder": ["false report"],
  "everything for one miner, over another's records": ["false report"],
  "a report that is committed after E + D1": [],
  "49 % (1 and 3) measured nothing": [],
  "no mirror answers 4 and 5, and the folder of 3 is emptied before E and after E + D1": []
} as const
const DAY = 86_400_000
const repository = RepositoryName.make("acme/gadgets")

const emissionOf = (contributions: number): Emission => ({
  version: 1,
  pools: {
    oss_contributions: { kind: "oss_contributions", share: contributions },
    issue_competitions: { kind: "issue_competitions", share: 0.06 },
    // No competition was won, so this pool is recycled. It is still read as of the epoch's first block.
    champions: { kind: "champions", share: 0.04 }
  }
})

const REPOSITORIES = Schema.decodeUnknownSync(RosterRepositories)({
  "acme/gadgets": { emission_share: 1, issue_discovery_share: 0, eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } }
})

const rosterOf = (emission: Emission) => ({
  version: 1,
  emission,
  repositories: {
    "acme/gadgets": { emission_share: 1, issue_discovery_share: 0, eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } }
  },
  languages: { ts: { weight: 1, language: "typescript" } },
  token_weights: { structural_bonus: { function_declaration: 2, if_statement: 0.35 }, leaf_tokens: { identifier: 0.3, number: 0.1 } }
})
const [FIRST, SECOND, THIRD] = [emissionOf(0.9), emissionOf(0.8), emissionOf(0.7)]

/** The usual chain with five validators instead of three. The emission is small, so that stakes hardly change. */
const chain = Effect.gen(function* () {
  const validators = yield* Effect.forEach(STAKES, (stake, index) =>
    Effect.map(Effect.all([keyOf(`//Validator${index + 1}`), keyOf(`//Validator${index + 1}//cold`)]), ([hotkey, coldkey]) => ({
      hotkey: hotkey.address,
      coldkey: coldkey.address,
      stake: stake * 1_000 * Number(ALPHA)
    }))
  )
  const subnet = {
    netuid: devNetuid,
    ownerHotkey: devAccounts["//SubnetOwner//hot"],
    ownerColdkey: devAccounts["//SubnetOwner"],
    tempo: TEMPO,
    alphaEmissionPerBlock: Number(ALPHA) / 1_000,
    weightsSetRateLimit: 5,
    servingRateLimit: 0,
    neurons: validators
  }
  return yield* startChainHere({ genesis: { subtensorModule: { subnets: [subnet] } } })
})

const functions = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export function f${index}(a: number) {\n  return a > ${index}\n}\n`).join("")

const encodeReport = Schema.encodeSync(signedReport.Text)
const decodeRoster = Schema.decodeUnknownSync(signedRoster.Text)
const encodeRoster = Schema.encodeSync(signedRoster.Text)
const decodeEvidence = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ equivocations: Schema.Array(Equivocation) })))
const decodeHealth = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ wrong: Schema.Array(Schema.String) })))
const decodeShown = Schema.decodeUnknownSync(ConsensusEpochDetail)
/** Everything in an audit's document. */
const decodeFrame = Schema.decodeUnknownSync(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
const decodeAudit = Schema.decodeUnknownSync(
  Schema.Struct({
    cells: Settlement.fields.cells,
    weights: Schema.NullOr(Schema.Struct({ uids: Schema.Array(Schema.Number), values: Schema.Array(Schema.Number) })),
    reports: Schema.Array(Schema.Struct({ hotkey: Schema.String, report: Schema.NullOr(Schema.String) })),
    findings: Schema.Array(Schema.Struct({ kind: Schema.String, severity: Schema.String, validator: Schema.NullOr(Schema.String) }))
  })
)

/** A pull request that was merged two days ago, however late GitHub shows it. */
const merged = (login: string, path: string, lines: number) =>
  Effect.gen(function* () {
    const { control } = (yield* World).github
    const now = Date.now()
    const contents = [{ path: `src/${path}.ts`, base: null, head: functions(lines) }]
    const { number } = yield* control.openPullRequest({
      payload: { repository, title: "More", author: login, contents, at: now - 3 * DAY }
    })
    yield* control.mergePullRequest({ payload: { repository, number, by: "ada", at: now - 2 * DAY } })
  })

const miner = (login: string, lines: number) =>
  Effect.gen(function* () {
    const { control } = (yield* World).github
    const { token } = yield* control.createUser({ payload: { login, at: Date.now() - 60 * DAY } })
    const hotkey = yield* register(uri(login))
    yield* link(hotkey, token)
    yield* merged(login, login, lines)
    return hotkey
  })

/** Signs a roster as the contract's roster signer, and commits to it. Returns the file for the mirrors. */
const publishRoster = (emission: Emission) =>
  Effect.gen(function* () {
    const { env } = yield* World
    const path = yield* folder
    const [plain, signed] = [join(path, "roster.json"), join(path, "signed.json")]
    writeFileSync(plain, JSON.stringify(rosterOf(emission)))
    const asSigner = { ...env, GITTENSOR_URI: "//SubnetOwner//hot" }
    jsonOf(yield* runHere(["owner", "roster", "sign", plain, "--out", signed, "--json"], asSigner))
    jsonOf(yield* runHere(["owner", "roster", "publish", signed, "--yes", "--json"], asSigner))
    return readFileSync(signed, "utf8")
  })

const prepare = Effect.gen(function* () {
  const { github, ownerUri, endpoint } = yield* World
  const { control } = github
  const [contract, chainService, subnet] = yield* Effect.all([Contract, Chain, Subnet])
  const owner = yield* keyOf(ownerUri)
  const at = Date.now() - 90 * DAY
  yield* control.createUser({ payload: { login: "ada" } })
  yield* control.createRepository({ payload: { repository, at } })
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at } })
  const newcomers = yield* Effect.forEach(["//Validator4", "//Validator5"], keyOf)
  yield* fund(
    newcomers.map(({ address }) => address),
    100n * ALPHA
  )
  for (const index of EVERYBODY) {
    const [hotkey, coldkey] = yield* Effect.all([keyOf(`//Validator${index + 1}`), keyOf(`//Validator${index + 1}//cold`)])
    yield* contract.send("addValidator", { hotkey: hotkey.address, coldkeys: [coldkey.address] }, owner)
  }
  yield* endSetup
  const bob = yield* miner("bob", 40)
  const cleo = yield* miner("cleo", 4)
  const text = yield* publishRoster(FIRST)
  const served: Record<string, Served> = { "/roster.json": { text }, "/other.json": { text } }
  const mirrors = yield* mirror(served)
  const roster = `${mirrors}/roster.json,${mirrors}/other.json`
  const validators = yield* makeValidators(STAKES.length, TEMPO, ["--roster", roster, "--weight-mode", "consensus"])
  yield* Effect.forEach(
    validators.keys,
    (key, index) => subnet.serveAxon(key, { ip: "127.0.0.1", port: validators.routes.portOf(index) }),
    {
      concurrency: "unbounded"
    }
  )
  const { treasuryHotkey } = yield* contract.config
  const treasury = neuronOf(yield* subnet.metagraph(yield* chainService.finalisedHead), treasuryHotkey)?.uid ?? -1
  yield* ask(endpoint, "dev_setBlockBuildMode", "Instant")
  return Cast.of({ validators, bob, cleo, served, mirrors, treasury, played: new Map() })
}).pipe(Effect.orDie)

class Cast extends Context.Tag("test/validator/FiveValidators")<
  Cast,
  {
    readonly validators: Effect.Effect.Success<ReturnType<typeof makeValidators>>
    readonly bob: KeyPair
    readonly cleo: KeyPair
    /** The mirrors' files, by path. */
    readonly served: Record<string, Served>
    /** Their origin. */
    readonly mirrors: string
    readonly treasury: number
    /** What came of each attack, as a row of the table. */
    readonly played: Map<keyof typeof ATTACKS, string>
  }
>() {}

const castLayer = Layer.scoped(Cast, prepare).pipe(Layer.provideMerge(worldLayer({}, chain)))

type ScoresOf = (honest: Report) => Report["miners"]

const scoresIn = (fields: SlotFields) => Option.getOrUndefined(scoresOf(fields))

const uidOf = ({ miners }: Report, { address }: KeyPair) => miners.find(({ hotkey }) => hotkey === address)?.uid ?? -1

const valueOf = (report: Report, uid: number) => settledValues(measuredBy(report)).get(uid) ?? 0

/** A report of an epoch by one that lies, with these scores, over no records or those of the honest report that all other fields are from. */
const lie = (epoch: number, scores: ScoresOf, { by = LIAR, of = 4, hasRecords = false } = {}) =>
  Effect.gen(function* () {
    const { validators } = yield* Cast
    yield* validators.untilMeasured(epoch, [of])
    const honest = validators.measured(epoch, of)
    const key = validators.keyAt(by)
    const records = hasRecords ? {} : rootedIn([], key.address)
    const report: Report = { ...honest, validator: key.address, miners: scores(honest), ...records }
    return { sha256: reportHash(report), text: encodeReport(signedReport.sign(report, key)) }
  })

/** A million points for one miner, and nothing for others. */
const allFor =
  ({ address }: KeyPair): ScoresOf =>
  ({ miners }) =>
    miners.flatMap(({ cells, ...one }) =>
      one.hotkey === address ? [{ ...one, cells: cells?.map((cell) => ({ ...cell, sum: 1e12 })) ?? null }] : []
    )

const commitLie = (epoch: number, sha256: string, by = LIAR) =>
  Effect.gen(function* () {
    const [{ validators }, subnet] = yield* Effect.all([Cast, Subnet])
    yield* subnet.setCommitment(validators.keyAt(by), { _tag: "Scores", scores: { epoch, sha256, previous: NO_REPORT } })
  })

/** Commits the liar to have the same reports as another validator, once that one has these. */
const seeLike = (other: number, epoch: EpochUnderWay, of: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const [{ validators }, subnet] = yield* Effect.all([Cast, Subnet])
    yield* validators.untilSeen(epoch, [other], of)
    const [own, seen] = [scoresIn(yield* slotOf(validators.keyAt(LIAR))), scoresIn(yield* slotOf(validators.keyAt(other)))?.seen]
    if (own === undefined || seen === undefined) return assert.fail("a commitment is missing")
    yield* subnet.setCommitment(validators.keyAt(LIAR), { _tag: "Scores", scores: { ...own, seen } })
  })

/** Sets a liar's answer to requests for its report of an epoch; asked for records, it shows another validator's as if they were its own. */
const show = (
  epoch: number,
  text: (asker: Asker) => string | undefined,
  { by = LIAR, recordsOf }: { by?: number; recordsOf?: number } = {}
) =>
  Effect.map(Cast, ({ validators: { keyAt, routes } }) => {
    routes.axons.set(by, async (request, asker) => {
      const { origin, pathname } = new URL(request.url)
      if (recordsOf !== undefined && pathname === openingsPath(epoch, keyAt(by).address))
        return routes.axons.get(recordsOf)?.(new Request(origin + openingsPath(epoch, keyAt(recordsOf).address)), asker)
      const found = pathname === reportPath(epoch) ? text(asker) : undefined
      return found === undefined ? undefined : new Response(found)
    })
  })

/** Waits until each of these axons has counted the reports of all these validators, and serves them. */
const untilCounted = (epoch: number, last: number, by: ReadonlyArray<number>, of: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const { validators } = yield* Cast
    for (const one of by)
      for (const other of of)
        yield* validators.whileBlocksCome(
          `the report of validator ${other + 1} at validator ${one + 1}`,
          last,
          validators.shown(epoch, one, other)
        )
  })

/** The weights that follow from these shares of the contributions' pool. */
const weightsBy = (parts: ReadonlyMap<number, number>, emission: Emission) =>
  Effect.map(Cast, ({ treasury }) => {
    const rewards = {
      oss_contributions: scored(parts),
      issue_competitions: scored(new Map([[treasury, 1_000_000]])),
      champions: nothingScored("none")
    }
    const { uids, values } = toU16(blend(rewards, emission))
    return uids.map((uid, index) => [uid, values[index]])
  })

interface Expected {
  readonly emission: Emission
  readonly attack?: keyof typeof ATTACKS
  /** The honest validators, all of which run. */
  readonly running?: ReadonlyArray<number>
  /** The validators whose reports count. */
  readonly counted: ReadonlyArray<number>
  /** Honest validators that get all reports that count; the others hold their weights. */
  readonly deciding?: ReadonlyArray<number>
  /** Runs right before the block at which reports are counted. */
  readonly tooLate?: Effect.Effect<unknown, never, Cast>
  /** A UID that changed hands since the epoch's first block. */
  readonly changed?: number
}

/** Advances to the block at which reports open (E + D1), which must not have passed yet. */
const toOpening = ({ opening }: EpochUnderWay["blocks"]) =>
  Effect.gen(function* () {
    const { validators } = yield* Cast
    const { number } = (yield* validators.epochNow).head
    assert.isBelow(
      number,
      opening,
      "transactions have used up the blocks in which reports are committed: the epochs of this test are too short"
    )
    yield* validators.blocksUntil(opening)
  })

/** Waits until all honest validators have opened their reports, and then builds a block for collecting them. */
const opened = ({ index, blocks }: EpochUnderWay, running = HONEST) =>
  Effect.gen(function* () {
    const { validators } = yield* Cast
    for (const one of running) yield* validators.whileBlocksCome("the reports to be open", blocks.opening + 2, validators.shown(index, one))
    yield* validators.oneMoreBlock
  })

/**
 * Advances to the block at which reports are counted (E + D2). Waits until all honest validators have counted, and the deciding ones have set
 * weights. Asserts the results.
 */
const agreed = (
  epoch: EpochUnderWay,
  { emission, attack, counted, running = HONEST, deciding = running, tooLate = Effect.void, changed }: Expected
) =>
  Effect.gen(function* () {
    const { validators, played } = yield* Cast
    const { index, blocks } = epoch
    const last = blocks.first + TEMPO - 1
    yield* validators.untilSeen(epoch, deciding, counted)
    yield* tooLate
    yield* validators.blocksUntil(blocks.settling)
    yield* validators.untilSettled(index, last, deciding)
    // Weights may have been due in the newest block before the reports were counted; then they need another block.
    yield* validators.oneMoreBlock
    for (const one of deciding)
      yield* validators.whileBlocksCome(
        `the weights of validator ${one + 1} in epoch ${index}`,
        last,
        Effect.map(validators.lastUpdateOf(one), (block) => (block >= blocks.settling ? true : undefined))
      )

    const [settlement = assert.fail(), ...others] = deciding.map((one) => validators.settled(index, one))
    for (const other of others) assert.deepStrictEqual(other, settlement)
    assert.isTrue(settlement.quorum)
    const reported = settlement.voters.flatMap(({ hotkey, report }) => (report === null ? [] : [hotkey]))
    assert.deepStrictEqual(new Set(reported), new Set(counted.map((one) => validators.keyAt(one).address)))
    // Whose folder was emptied since has its report from the others.
    const honest = running.filter((one) => validators.reportOnDisk(index, one) !== undefined).map((one) => validators.measured(index, one))
    for (const [uid, value] of settledValues(settlement)) {
      const measured = honest.map((report) => valueOf(report, uid))
      assert.isTrue(value >= Math.min(...measured) && value <= Math.max(...measured), `UID ${uid} has ${value} of ${measured.join()}`)
    }
    const parts = new Map([...sharesOf(settlement, REPOSITORIES)].filter(([uid]) => uid !== 0 && uid !== changed))
    const weights = yield* weightsBy(parts, emission)
    for (const one of running) assert.deepStrictEqual(yield* validators.weightsOf(one), weights, `validator ${one + 1}`)
    const document = attack === undefined ? undefined : yield* audited(index, attack)
    if (attack !== undefined) {
      const audit = decodeAudit(document)
      assert.deepStrictEqual(audit.cells, settlement.cells)
      assert.deepStrictEqual(
        audit.weights?.uids.map((uid, place) => [uid, audit.weights?.values[place]]),
        weights
      )
      const named = audit.findings.filter(({ severity }) => severity === "wrong")
      const liar = validators.keyAt(LIAR).address
      assert.deepStrictEqual(
        named.map(({ kind, validator }) => [kind, validator]),
        ATTACKS[attack].map((kind) => [kind, liar])
      )
      const namesOf = (of: ReadonlyArray<number>) => of.map((one) => one + 1).join(", ")
      const holding = running.filter((one) => !deciding.includes(one))
      const who = [`${namesOf(deciding)} set`, ...(holding.length === 0 ? [] : [`${namesOf(holding)} hold`])].join("; ")
      const what = weights.map(([uid, value]) => `${uid}: ${value}`).join(", ")
      played.set(attack, `| ${attack} | ${who} | ${what} | ${named.map(({ kind }) => `validator 1: ${kind}`).join(", ") || "nobody"} |`)
    }
    return { settlement, weights, honest, document }
  })

/** The audit's document of an epoch, from outside. */
const audited = (epoch: number, attack: keyof typeof ATTACKS) =>
  Effect.gen(function* () {
    const [{ validators, mirrors }, { env }] = yield* Effect.all([Cast, World])
    const outside = { ...env, ...validators.routes.environment(undefined) }
    const audit = run(["audit", "--epoch", String(epoch), "--roster", `${mirrors}/roster.json`, "--json"], outside)
    return jsonOf(yield* audit, ATTACKS[attack].length === 0 ? 0 : 1)
  })

/** Kills a process and restarts it; its report is unchanged, on its disk and on its axon. */
const restarted = (epoch: number, index: number) =>
  Effect.gen(function* () {
    const { validators } = yield* Cast
    yield* validators.kill(index)
    const before = validators.reportOnDisk(epoch, index)
    yield* validators.launch(index)
    return Effect.gen(function* () {
      assert.isDefined(before)
      assert.strictEqual(validators.reportOnDisk(epoch, index), before)
      assert.strictEqual(yield* validators.shown(epoch, index), before)
      for (const other of HONEST) if (other !== index) assert.strictEqual(yield* validators.shown(epoch, other, index), before)
    })
  })

/** Overwrites a commitment slot with a single text, as a program does that ignores the slot's other fields. */
const writeOver = (key: KeyPair, text: string) =>
  Effect.flatMap(Chain, (chain) =>
    chain.submit({
      label: "set_commitment",
      signer: key,
      until: "finalised",
      call: (api) => {
        const call = api.tx.commitments?.setCommitment
        if (call === undefined) throw new Error("no such call")
        return call(NETUID, { fields: [{ [`Raw${text.length}`]: text }] })
      }
    })
  )

/** The fields of a validator's slot at the newest finalised block. */
const slotOf = (key: KeyPair) =>
  Effect.gen(function* () {
    const [chain, subnet] = yield* Effect.all([Chain, Subnet])
    const [found] = yield* subnet.commitments(yield* chain.finalisedHead, [key.address])
    return found?.fields ?? []
  })

/** An epoch in which the liar reports nothing: who is caught in one is not counted in the next. */
const quietEpoch = Effect.fn("quietEpoch")(function* (emission: Emission) {
  const { validators } = yield* Cast
  const epoch = yield* validators.nextEpoch
  yield* validators.untilCommitted(epoch, HONEST)
  yield* toOpening(epoch.blocks)
  yield* opened(epoch)
  yield* untilCounted(epoch.index, epoch.blocks.settling - 1, HONEST, HONEST)
  yield* agreed(epoch, { emission, counted: HONEST })
})

/** Declares the plays: the first two, or all. */
export const playFiveValidators = (which: "two" | "all"): void =>
  layer(castLayer, { excludeTestServices: true })("five validators", (it) => {
    it.scoped("agree while one lies as much as it can, and anybody finds the same", () =>
      Effect.gen(function* () {
        const [{ validators, cleo, mirrors }, { env }] = yield* Effect.all([Cast, World])
        const { keyAt } = validators
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* Effect.forEach(HONEST, validators.launch, { concurrency: 2 })
        yield* validators.untilCommitted(epoch, HONEST)
        for (const one of HONEST)
          assert.isUndefined(yield* validators.shown(index, one), "nobody sees a report before all hashes are fixed")
        const lies = yield* lie(index, allFor(cleo))
        yield* commitLie(index, lies.sha256)
        yield* show(index, () => lies.text)

        yield* toOpening(blocks)
        yield* validators.whileBlocksCome("a report to be open", blocks.opening + 2, validators.shown(index, 1))
        const isSame = yield* restarted(index, 1)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, EVERYBODY.slice(0, 1))
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        const { settlement, honest, document } = yield* agreed(epoch, {
          emission: FIRST,
          attack: "everything for one miner, over no records",
          counted: EVERYBODY
        })
        yield* isSame
        assert.lengthOf(honest[0]?.miners ?? [], 2)
        assert.deepStrictEqual(
          [...settledValues(settlement)],
          (honest[0]?.miners ?? []).map(({ uid }) => [uid, valueOf(honest[0] ?? assert.fail(), uid)]),
          "as if the liar had reported like the others"
        )

        // Anybody computes the same from the chain and the served reports.
        const outside = { ...env, ...validators.routes.environment(undefined) }
        const audit = decodeAudit(document)
        const honestKeys = HONEST.map((one): string => keyAt(one).address)
        // The treasury's hotkey has stake, and is active by its registration; nobody has its key.
        assert.deepStrictEqual(
          audit.findings.flatMap(({ kind, validator }) =>
            EVERYBODY.some((one) => keyAt(one).address === validator) ? [[kind, validator]] : []
          ),
          [
            ["cells left out", keyAt(LIAR).address],
            ["false report", keyAt(LIAR).address],
            ["no weights", keyAt(LIAR).address]
          ]
        )

        // An index computes the same, and stores it for users without a node. More blocks may have been built since.
        const [data, roster] = [yield* folder, `${mirrors}/roster.json`]
        yield* placeDatabase(join(data, "database"))
        jsonOf(yield* run(["index", "--json", "--roster", roster, "--data", data], outside))
        const page = yield* start(["serve", "--json", "--port", "0", "--data", data], outside)
        const { url } = JSON.parse(yield* page.ready) as { readonly url: string }
        const indexed = jsonOf(yield* run(["audit", "--epoch", String(index), "--index", url, "--roster", roster, "--json"], outside), 1)
        assert.deepStrictEqual({ ...decodeFrame(indexed), end: 0 }, { ...decodeFrame(document), end: 0 })
        const shown = decodeShown(yield* Effect.promise(async () => (await fetch(`${url}/v1/consensus/epochs/${index}`)).json()))
        assert.deepStrictEqual(
          new Map(shown.voters.map(({ hotkey, report, weights: set }) => [hotkey, [report, set.asExpected]])),
          new Map(audit.reports.map(({ hotkey, report }) => [hotkey, [report, honestKeys.includes(hotkey) ? true : null]]))
        )
        const votes = shown.values.find(({ hotkey }) => hotkey === cleo.address)?.votes ?? []
        assert.deepStrictEqual(
          new Map(votes.map(({ validator, pull }): readonly [string, string | null] => [validator, pull])),
          new Map<string, string | null>([...honestKeys.map((hotkey) => [hotkey, "equal"] as const), [keyAt(LIAR).address, "above"]])
        )
        const served = yield* Effect.promise(async () =>
          (await fetch(`${url}/v1/consensus/epochs/${index}/reports/${keyAt(1).address}`)).text()
        )
        assert.strictEqual(served, validators.reportOnDisk(index, 1))
        yield* page.signal("SIGTERM")
        yield* page.exited

        // All report that their own scores match the consensus. The liar's report moves no median.
        for (const one of HONEST) {
          const window = yield* eventually(
            "the divergence",
            Effect.map(validators.divergence(one), (found) => (found?.epochs.at(-1)?.epoch === index ? found : undefined))
          )
          assert.strictEqual(window.validator, keyAt(one).address)
          const compared = { quorum: true, reporting: 5, sameTop: true, spearmanPpm: 1_000_000, overlap: 2 }
          assert.deepInclude(window.epochs.at(-1), compared)
        }
      })
    )

    it.scoped("agree without one that shows its report to nobody, and keep what else is in their slots on the chain", () =>
      Effect.gen(function* () {
        const { validators, cleo } = yield* Cast
        const { keyAt } = validators
        yield* writeOver(keyAt(3), "a text of its owner")
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilCommitted(epoch, HONEST)
        yield* writeOver(keyAt(4), "written over")
        yield* validators.untilCommitted(epoch, HONEST)
        for (const [one, text] of [
          [3, "a text of its owner"],
          [4, "written over"]
        ] as const) {
          const fields = yield* slotOf(keyAt(one))
          assert.deepInclude(fields, { _tag: "Raw", text })
          assert.strictEqual(committedHash(scoresIn(fields), index), reportHash(validators.measured(index, one)))
        }
        const isSame = yield* restarted(index, 2)
        const lies = yield* lie(index, allFor(cleo))
        yield* commitLie(index, lies.sha256)
        yield* show(index, () => undefined)
        yield* toOpening(blocks)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        // Shown when no validator can commit to have it any more, it counts for none of them.
        yield* agreed(epoch, {
          emission: FIRST,
          attack: "a report that is shown after E + D2",
          counted: HONEST,
          tooLate: show(index, () => lies.text)
        })
        yield* isSame
      })
    )

    if (which === "two") return

    it.scoped("count nothing of one that gives different reports to different peers, and all can prove it", () =>
      Effect.gen(function* () {
        const { validators, bob, cleo } = yield* Cast
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilCommitted(epoch, HONEST)
        const [one, other] = [yield* lie(index, allFor(cleo)), yield* lie(index, allFor(bob))]
        yield* commitLie(index, one.sha256)
        yield* show(index, (asker) => (asker === 1 || asker === 2 ? one.text : other.text))
        yield* toOpening(blocks)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        for (const member of HONEST) {
          const proof = yield* validators.whileBlocksCome(
            `a proof at validator ${member + 1}`,
            blocks.settling - 1,
            Effect.map(validators.evidence(index, member), (text) => decodeEvidence(text ?? '{"equivocations":[]}').equivocations[0])
          )
          assert.strictEqual(proof.signer, validators.keyAt(LIAR).address)
          assert.deepStrictEqual(new Set(proof.signed.map(({ sha256 }) => sha256)), new Set([one.sha256, other.sha256]))
        }
        // It has everybody's report, and counts them only after its restart.
        const isSame = yield* restarted(index, 3)
        yield* agreed(epoch, { emission: FIRST, attack: "two reports of one epoch", counted: HONEST })
        yield* isSame
      })
    )

    it.scoped("say who copies the last epoch's consensus, by another roster than before", () =>
      Effect.gen(function* () {
        const { validators, served } = yield* Cast
        yield* quietEpoch(FIRST)
        const before = (yield* validators.epochNow).index
        const last = validators.settled(before, 1)
        const text = yield* publishRoster(SECOND)
        served["/roster.json"] = { text }
        // The other mirror serves another roster that the signer signed as the same version.
        const { body } = decodeRoster(text.trimEnd())
        const owner = yield* keyOf("//SubnetOwner//hot")
        const contradiction = signedRoster.sign(rosterBody({ ...body.roster, emission: FIRST }, body), owner)
        served["/other.json"] = { text: encodeRoster(contradiction) }
        yield* merged("cleo", "cleo-again", 60)

        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilCommitted(epoch, HONEST)
        const copied = last.cells.map(({ uid, hotkey, repository, side, net, full }) => {
          return { uid, hotkey, cells: [{ repository, side, sum: net, less: 0, full }] }
        })
        const copy = yield* lie(index, () => copied)
        yield* commitLie(index, copy.sha256)
        yield* show(index, () => copy.text)
        yield* toOpening(blocks)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, EVERYBODY.slice(0, 1))
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        const { honest, weights } = yield* agreed(epoch, { emission: SECOND, counted: EVERYBODY })
        assert.notStrictEqual(honest[0]?.roster, validators.measured(before, 1).roster)

        for (const one of HONEST) {
          const compared = yield* eventually(
            "the divergence",
            Effect.map(validators.divergence(one), (window) => window?.epochs.find((each) => each.epoch === index))
          )
          assert.strictEqual(compared.copyable, before)
          assert.lengthOf(compared.copies, 4)
          for (const { hotkey, milli, evidence } of compared.copies) {
            assert.isAbove(evidence, 100_000)
            if (hotkey === validators.keyAt(LIAR).address) assert.isAtLeast(milli ?? 0, 999)
            else assert.isAtMost(milli ?? 1_000, 1)
          }
        }
        for (const one of HONEST)
          yield* validators.whileBlocksCome(
            "the owner's two rosters to be told",
            blocks.first + TEMPO - 1,
            Effect.map(validators.health(one), (answer) =>
              decodeHealth(answer ?? '{"wrong":[]}').wrong.find((text) =>
                text.includes(`signed two different rosters as version ${body.version}`)
              )
            )
          )

        // A restarted validator that has finished the epoch changes nothing.
        const [settlement, update] = [validators.settlementOnDisk(index, 4), yield* validators.lastUpdateOf(4)]
        const isSame = yield* restarted(index, 4)
        yield* validators.oneMoreBlock
        yield* eventually(
          "the first steps of the process",
          Effect.map(validators.ready(4), (isReady) => (isReady ? true : undefined))
        )
        yield* isSame
        assert.strictEqual(validators.settlementOnDisk(index, 4), settlement)
        assert.strictEqual(yield* validators.lastUpdateOf(4), update)
        assert.deepStrictEqual(yield* validators.weightsOf(4), weights)
      })
    )

    it.scoped("settle only where two thirds of the stake are while the network is split, and the others hold", () =>
      Effect.gen(function* () {
        const { validators, cleo } = yield* Cast
        const [larger, smaller] = [
          [1, 2],
          [3, 4]
        ]
        yield* quietEpoch(SECOND)
        const updates = yield* Effect.forEach(smaller, validators.lastUpdateOf)
        yield* validators.routes.cut([LIAR, ...larger], smaller)
        yield* validators.kill(4)
        yield* validators.loseFolder(4)
        yield* validators.launch(4)
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilCommitted(epoch, HONEST)
        const lies = yield* lie(index, allFor(cleo))
        yield* commitLie(index, lies.sha256)
        yield* show(index, () => lies.text)
        yield* toOpening(blocks)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, larger, [LIAR, ...larger])
        yield* untilCounted(index, blocks.settling - 1, smaller, smaller)
        yield* seeLike(larger[0] ?? assert.fail(), epoch, [LIAR, ...larger])
        yield* agreed(epoch, {
          emission: SECOND,
          attack: "over no records, while 30 % are cut off, one of them with an empty folder",
          counted: [LIAR, ...larger],
          deciding: larger
        })
        yield* validators.blocksUntil(blocks.settling + 12)
        for (const one of smaller) assert.isUndefined(validators.settlementOnDisk(index, one), "reports count that it has not")
        assert.deepStrictEqual(yield* Effect.forEach(smaller, validators.lastUpdateOf), updates, "what is on the chain stays")
        yield* validators.routes.heal
        yield* quietEpoch(SECOND)
      })
    )

    it.scoped("relay what only one of them was given, while a miner's UID changes hands and GitHub shows one of them more", () =>
      Effect.gen(function* () {
        const [{ validators, bob, cleo }, { endpoint }, chain] = yield* Effect.all([Cast, World, Chain])
        const [cold, heir] = yield* Effect.all([keyOf(`${uri("bob")}//cold`), keyOf(uri("bobs-heir"))])
        // From here on no block is built, so a process is killed with its report stored and its hash not committed.
        yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
        const letGo = yield* validators.routes.hold(1)
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilMeasured(index, [2, 3, 4])
        yield* merged("cleo", "cleo-late", 20)
        yield* letGo
        yield* validators.untilMeasured(index, [1])
        assert.notDeepEqual(validators.measured(index, 1).miners, validators.measured(index, 2).miners)
        assert.notStrictEqual(committedHash(scoresIn(yield* slotOf(validators.keyAt(1))), index), reportHash(validators.measured(index, 1)))
        const isSame = yield* restarted(index, 1)
        yield* ask(endpoint, "dev_setBlockBuildMode", "Instant")
        yield* validators.oneMoreBlock
        yield* validators.untilCommitted(epoch, HONEST)

        const lies = yield* lie(index, allFor(cleo), { hasRecords: true })
        yield* commitLie(index, lies.sha256)
        yield* show(index, (asker) => (asker === 2 ? lies.text : undefined), { recordsOf: 4 })
        yield* toOpening(blocks)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        yield* untilCounted(index, blocks.settling - 1, HONEST, [LIAR])
        const changed = uidOf(validators.measured(index, 2), bob)
        yield* chain.submit({
          label: "swap_hotkey",
          signer: cold,
          until: "finalised",
          call: (api) => {
            const call = api.tx.subtensorModule?.swapHotkeyV2
            if (call === undefined) throw new Error("no such call")
            return call(bob.address, heir.address, NETUID, false)
          }
        })
        const { weights } = yield* agreed(epoch, {
          emission: SECOND,
          attack: "everything for one miner, over another's records",
          counted: EVERYBODY,
          changed
        })
        assert.isUndefined(
          weights.find(([uid]) => uid === changed),
          "the UID's new owner gets nothing"
        )
        yield* isSame
      })
    )

    it.scoped("go on after an epoch that all slept through, and count no report that was committed too late", () =>
      Effect.gen(function* () {
        const { validators, cleo } = yield* Cast
        yield* validators.signal("SIGSTOP")
        const slept = yield* validators.nextEpoch
        const epoch = yield* validators.nextEpoch
        yield* validators.signal("SIGCONT")
        const { index, blocks } = epoch
        assert.strictEqual(index, slept.index + 1)
        yield* validators.untilCommitted(epoch, HONEST)
        const late = yield* lie(index, allFor(cleo))
        yield* show(index, () => late.text)
        yield* toOpening(blocks)
        yield* commitLie(index, late.sha256)
        yield* opened(epoch)
        yield* untilCounted(index, blocks.settling - 1, HONEST, HONEST)
        yield* agreed(epoch, { emission: SECOND, attack: "a report that is committed after E + D1", counted: HONEST })
      })
    )

    it.scoped("are moved by no null, which 49 % of the stake report", () =>
      Effect.gen(function* () {
        const { validators } = yield* Cast
        const [other, running] = [2, [1, 3, 4]]
        yield* validators.kill(other)
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.untilCommitted(epoch, running)
        for (const by of [LIAR, other]) {
          const nothing = yield* lie(index, ({ miners }) => miners.map((one) => ({ ...one, cells: null })), { by })
          yield* commitLie(index, nothing.sha256, by)
          yield* show(index, () => nothing.text, { by })
        }
        yield* toOpening(blocks)
        yield* opened(epoch, running)
        yield* untilCounted(index, blocks.settling - 1, running, EVERYBODY)
        yield* agreed(epoch, { emission: SECOND, attack: "49 % (1 and 3) measured nothing", running, counted: EVERYBODY })
      })
    )

    it.scoped("settle by the signer's roster while no mirror answers some, and one's folder is emptied", () =>
      Effect.gen(function* () {
        const { validators, served, mirrors } = yield* Cast
        const [emptied, cutOff] = [2, [3, 4]]
        yield* validators.loseFolder(emptied)
        yield* validators.routes.cut(cutOff, [mirrors])
        const text = yield* publishRoster(THIRD)
        for (const path of Object.keys(served)) served[path] = { text }
        const epoch = yield* validators.nextEpoch
        const { index, blocks } = epoch
        yield* validators.launch(emptied)
        yield* validators.untilCommitted(epoch, [1, emptied])
        const same = yield* lie(index, ({ miners }) => miners, { of: 1, hasRecords: true })
        yield* commitLie(index, same.sha256)
        yield* show(index, () => same.text)
        yield* validators.blocksUntil(blocks.mirrors)
        yield* validators.whileBlocksCome(
          "reports by the roster before",
          blocks.opening - 4,
          Effect.map(
            Effect.forEach(cutOff, (one) => slotOf(validators.keyAt(one))),
            (slots) => (slots.every((fields) => committedHash(scoresIn(fields), index) !== null) ? true : undefined)
          )
        )
        yield* toOpening(blocks)
        yield* untilCounted(index, blocks.settling - 1, [1], [emptied])
        const before = validators.reportOnDisk(index, emptied)
        yield* validators.kill(emptied)
        yield* validators.loseFolder(emptied)
        yield* validators.launch(emptied)
        yield* untilCounted(index, blocks.settling - 1, HONEST, EVERYBODY)
        assert.strictEqual(yield* validators.shown(index, emptied), before)
        yield* validators.routes.heal
        const attack = "no mirror answers 4 and 5, and the folder of 3 is emptied before E and after E + D1"
        yield* agreed(epoch, { emission: THIRD, attack, counted: [LIAR, 1, emptied] })
      })
    )

    it.effect("have been attacked in each of these ways", () =>
      Effect.gen(function* () {
        const { played } = yield* Cast
        assert.deepStrictEqual([...played.keys()], Object.keys(ATTACKS))
        const document = process.env.GITTENSOR_ATTACKS
        if (document === undefined) return
        const table = ["| attack | who | weights by UID, of 65,535 | the audit names |", "|---|---|---|---|", ...played.values()].join("\n")
        writeFileSync(document, withPart(readFileSync(document, "utf8"), "attacks", table, "npm run attacks"))
      })
    )
  })
