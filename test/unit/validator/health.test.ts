/** /health names the reasons why a validator does not count although its loops run. */
import * as HttpApp from "@effect/platform/HttpApp"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Logger, LogLevel, Option, Redacted, Schema, TestClock } from "effect"
import { ContractRefusal } from "../../../src/contract-client/codec.ts"
import { defaultEmission } from "../../../src/domain/Emission.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { FinalisedHead } from "../../../src/layers/chain/node/FinalisedHead.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { GitHistory, NoGitRecord } from "../../../src/layers/git/history/GitHistory.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import * as RefusedTokens from "../../../src/layers/github/client/RefusedTokens.ts"
import * as TokenPool from "../../../src/layers/github/client/TokenPool.ts"
import { contained } from "../../../src/layers/machine/effects/contained.ts"
import { orNotFound } from "../../../src/layers/machine/http/notFound.ts"
import * as HotkeyGuard from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { Reports } from "../../../src/layers/storage/dataFolder/Reports.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { JudgingState } from "../../../src/quality/JudgingState.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as RosterLoop from "../../../src/roles/validator/loops/roster.ts"
import * as Upkeep from "../../../src/roles/validator/loops/upkeep.ts"
import * as Weights from "../../../src/roles/validator/loops/weights.ts"
import * as Progress from "../../../src/roles/validator/Progress.ts"
import { Sender } from "../../../src/roles/validator/Sender.ts"
import * as SubnetEnd from "../../../src/roles/validator/SubnetEnd.ts"
import { liveness, routes } from "../../../src/roles/validator/vitals.ts"
import * as IssueCompetitions from "../../../src/scoring/issue_competitions/IssueCompetitions.ts"
import * as ContributionScoring from "../../../src/scoring/oss_contributions/ContributionScoring.ts"
import * as Rosters from "../../../src/scoring/rosters/Rosters.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { hotkey as keyNumber } from "../../support/rules/world.ts"

const TEMPO = 360
const TREASURY = keyNumber(7)
const Health = Schema.Struct({
  healthy: Schema.Boolean,
  wrong: Schema.Array(Schema.String),
  contributions: Schema.Struct({ scored: Schema.Boolean, detail: Schema.NullOr(Schema.String) }),
  missingEvidence: Schema.Struct({ things: Schema.Int, first: Schema.Array(Schema.Unknown) }),
  leftAloneByGit: Schema.Struct({ repositories: Schema.Int, first: Schema.Array(Schema.String) }),
  leftOut: Schema.Struct({ things: Schema.Int, newest: Schema.Array(Schema.String) }),
  judging: Schema.Struct({ waiting: Schema.Int, first: Schema.Array(Schema.Unknown), judges: Schema.Array(Schema.Unknown) }),
  keptByOwners: Schema.Struct({ owners: Schema.Int, first: Schema.Array(Schema.String) })
})

/** A validator's weights and upkeep loops on a chain that a test changes, and its /health. */
const scene = Effect.gen(function* () {
  const key = yield* keyPairOf(Redacted.make("//Validator1"))
  const world = {
    weight: 5n as bigint | null,
    permit: true,
    lastUpdate: 0,
    isRefused: false,
    isPruned: false,
    isSilent: false,
    ended: false,
    isSwapped: false,
    newest: 1
  }
  const neuron = (uid: number, own: string) => ({
    uid,
    hotkey: own as typeof key.address,
    coldkey: keyNumber(50 + uid),
    stake: 1n,
    validatorPermit: world.permit,
    axon: null,
    lastUpdate: uid === 1 ? world.lastUpdate : 0,
    registeredAt: 0
  })
  const metagraph = (): Metagraph => ({
    netuid: 74,
    block: 1,
    neurons: [neuron(0, keyNumber(6)), neuron(1, world.isSwapped ? keyNumber(7) : key.address), neuron(2, TREASURY)]
  })
  const subnet = Layer.mock(Subnet, {
    netuid: 74,
    metagraph: () =>
      Effect.suspend(() =>
        world.isSilent
          ? Effect.fail(new ChainUnavailable({ endpoint: "ws://node", operation: "metagraph", reason: "-32999: RPC rate limit exceeded" }))
          : Effect.sync(metagraph)
      ),
    weightRules: () =>
      Effect.succeed({
        tempo: TEMPO,
        rateLimit: 100,
        commitReveal: false,
        mechanisms: 1,
        minimumWeights: 1,
        maximumShare: 65_535,
        versionKey: 0n
      }),
    epochAt: ({ number }) => Effect.succeed({ index: Math.floor(number / TEMPO), firstBlock: number - (number % TEMPO) })
  })
  const own = () => (world.weight === null ? [] : [{ hotkey: key.address, coldkeys: [], weight: world.weight, noted: {} }])
  const contract = Layer.mock(Contract, {
    address: keyNumber(9),
    encode: () => "0x",
    config: Effect.succeed({ treasuryHotkey: TREASURY, day: 100 } as never),
    stateAt: () =>
      Effect.succeed({
        config: { roundLength: 300, attestBlocks: 50, day: 7_200 },
        validators: [{ hotkey: key.address, coldkeys: [] }],
        liveIssues: [],
        competitions: new Map()
      } as never),
    read: (name) => {
      switch (name) {
        case "config":
          return world.isPruned
            ? Effect.fail(new ChainUnavailable({ endpoint: "ws://node", operation: "config", reason: "4003: State already discarded" }))
            : Effect.succeed({ treasuryHotkey: TREASURY } as never)
        case "validators":
          return Effect.sync(() => ({ validators: own() }) as never)
        case "ended":
          return Effect.sync(() => world.ended as never)
        case "treasury":
          return Effect.succeed({ pendingAvailable: 0n, fresh: 0n, aged: 0n } as never)
        case "noteWeights":
          return new ContractRefusal({ contractMessage: "note_weights", error: { _tag: "NothingToDo" } })
        default:
          return Effect.dieMessage(`nobody should read ${name}`)
      }
    }
  })
  const performed: Array<string> = []
  const sender = Layer.mock(Sender, {
    perform: ({ _tag }) => Effect.sync(() => void performed.push(_tag)),
    setWeights: (_, head) =>
      world.isRefused
        ? Effect.succeed(Option.none())
        : Effect.sync(() => {
            world.lastUpdate = head.number
            return Option.some(head)
          })
  })
  const head: BlockReference = { number: 1, hash: "0x01" }
  const leftAlone: Array<NoGitRecord> = []
  const services = Layer.mergeAll(
    Layer.mock(GitHistory, { keepsClones: true, leftAlone: Effect.sync(() => leftAlone) }),
    subnet,
    contract,
    sender,
    Layer.provideMerge(Layer.provide(SubnetEnd.layer, contract), Concerns.layer),
    RefusedTokens.layer,
    Layer.succeed(
      JudgingState,
      Effect.succeed({ queue: [{ what: "duel acme/widgets#7 against acme/widgets#9", state: "begun", since: 60_000 }], judges: [] })
    ),
    Layer.provide(Absences.layer({ block: Effect.succeed(1) }), Layer.effect(Watches.Watches, Watches.makeInMemory)),
    HotkeyGuard.unopposed,
    ContributionScoring.layerDisabled("a test", ContributionScoring.recycling(defaultEmission)),
    Rosters.layerBuiltIn,
    Layer.mock(Reports, {}),
    Layer.mock(GitHubAccounts, {}),
    Layer.succeed(
      Chain,
      silentChain({
        finalisedHead: Effect.sync(() => ({ number: world.newest, hash: "0x02" })),
        endpoint: "ws://node",
        hashOf: () => Effect.succeed(`0x${"00".repeat(32)}`),
        hashesOf: (blocks) => Effect.succeed(blocks.map(() => `0x${"00".repeat(32)}`))
      })
    ),
    Layer.mock(FinalisedHead, { current: Effect.succeed(head), arrivedAt: Effect.succeed(0) }),
    Layer.effect(Progress.Progress, Progress.make),
    Logger.remove(Logger.defaultLogger)
  )
  const context = Context.add(yield* Layer.build(services), Journal.Journal, yield* Journal.make(":memory:"))
  const weights = yield* Effect.provide(Weights.make(key), context)
  const upkeep = yield* IssueCompetitions.make(key.address, Context.get(context, Sender)).pipe(
    Effect.flatMap((competitions) => Upkeep.make(key, competitions)),
    Effect.provide(context)
  )
  const router = yield* Effect.provide(routes("test"), context)
  const strangers = yield* Effect.provide(liveness, context)
  const answer = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(Effect.provide(router, context))
  /** Both loops' steps at a block. */
  const at = (number: number) =>
    Effect.all([weights({ number, hash: "0x" }), upkeep({ number, hash: "0x" })]).pipe(
      Effect.ignore,
      Effect.provide(context),
      Logger.withMinimumLogLevel(LogLevel.None)
    )
  const wrong = Effect.gen(function* () {
    const fresh = yield* Effect.promise(() => answer(new Request("http://axon/health")))
    const found = yield* Schema.decodeUnknown(Health)(yield* Effect.promise(() => fresh.json()))
    assert.strictEqual(fresh.status, found.wrong.length === 0 ? 200 : 503)
    // Not a fault by itself: an operator may want it so.
    assert.deepStrictEqual(found.contributions, {
      scored: false,
      detail: "contributions are not scored, because a test: this validator's weights recycle what they would earn, 90% of the emission"
    })
    return found.wrong
  })
  const shown = Effect.promise(() => answer(new Request("http://axon/health"))).pipe(
    Effect.flatMap((fresh) => Effect.promise(() => fresh.json())),
    Effect.flatMap(Schema.decodeUnknown(Health))
  )
  const missing = Effect.map(shown, ({ missingEvidence }) => missingEvidence)
  const keptByOwners = Effect.map(shown, (found) => found.keptByOwners)
  const live = Effect.map(
    Effect.promise(() => answer(new Request("http://axon/live"))),
    ({ status }) => status
  )
  /** The axon's public /live and /health. */
  const answerStranger = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(orNotFound(strangers))
  const shownToStrangers = (path: string) =>
    Effect.promise(async () => {
      const response = await answerStranger(new Request(`http://axon${path}`))
      return [response.status, await response.text()]
    })
  return { world, performed, at, wrong, shown, leftAlone, missing, keptByOwners, live, shownToStrangers, context, key }
})

const every5 = (from: number, to: number) => Array.from({ length: Math.floor((to - from) / 5) }, (_, index) => from + 5 * index)

describe("/health", () => {
  it.scoped("names a weight of zero in the contract, and a place lost on its whitelist", () =>
    Effect.gen(function* () {
      const { at, context, world } = yield* scene
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      const noted = Effect.flatMap(Concerns.Concerns, ({ notes }) => notes).pipe(Effect.provide(context))
      yield* at(10)
      assert.deepStrictEqual(yield* said, [])
      world.weight = 0n
      yield* at(20)
      assert.deepStrictEqual(yield* said, [], "looked at every 25 blocks")
      yield* at(35)
      assert.deepStrictEqual(yield* said, [], "it may be new")
      assert.match((yield* noted).join(), /no weight in the contract, .*; a new validator's votes have weight after one to two days$/)
      yield* at(334)
      assert.deepStrictEqual(yield* said, [])
      yield* at(335 + 25)
      assert.match((yield* said).join(), /its hotkey has not had stake for a whole day$/)
      assert.deepStrictEqual(yield* noted, [])
      world.weight = null
      yield* at(385)
      assert.match((yield* said).join(), /not a validator of the contract/)
      world.weight = 5n
      yield* at(410)
      assert.deepStrictEqual(yield* said, [])
    })
  )

  it.scoped("names an epoch that ended without weights, and why, until weights are set again", () =>
    Effect.gen(function* () {
      const { at, context, world } = yield* scene
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      yield* at(TEMPO + 1)
      assert.strictEqual(world.lastUpdate, TEMPO + 1)
      world.isRefused = true
      yield* Effect.forEach(every5(2 * TEMPO, 3 * TEMPO), at, { discard: true })
      assert.deepStrictEqual(yield* said, [], "the epoch is not over")
      yield* at(3 * TEMPO)
      assert.deepStrictEqual(yield* said, ["no weights were set in epoch 2: they were sent, but no block has them yet"])
      world.isRefused = false
      world.permit = false
      yield* at(3 * TEMPO + 5)
      yield* at(4 * TEMPO + 10)
      assert.deepStrictEqual(yield* said, ["no weights were set in epoch 3: this hotkey has no validator permit"])
      world.permit = true
      yield* at(5 * TEMPO + 15)
      assert.deepStrictEqual(yield* said, [])
    })
  )

  it.scoped("sets weights within an epoch in which a swap of its hotkey is undone", () =>
    Effect.gen(function* () {
      const { at, world } = yield* scene
      yield* at(TEMPO + 1)
      world.isSwapped = true
      yield* at(2 * TEMPO)
      world.isSwapped = false
      yield* Effect.forEach(every5(2 * TEMPO + 5, 2 * TEMPO + 50), at, { discard: true })
      assert.isAbove(world.lastUpdate, 2 * TEMPO)
    })
  )

  it.scoped("names an epoch that ended without weights although nothing could be read of it", () =>
    Effect.gen(function* () {
      const { at, context, world } = yield* scene
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      yield* at(TEMPO + 1)
      world.isSilent = true
      yield* Effect.forEach(every5(2 * TEMPO, 3 * TEMPO), at, { discard: true })
      assert.deepStrictEqual(yield* said, [])
      yield* at(3 * TEMPO)
      assert.match((yield* said).join(), /^no weights were set in epoch 2: .*RPC rate limit exceeded/)
      world.isSilent = false
      yield* at(3 * TEMPO + 5)
      assert.deepStrictEqual(yield* said, [])
    })
  )

  it.scoped("names a loop that has failed for a minute, until it succeeds", () =>
    Effect.gen(function* () {
      const { context, shown } = yield* scene
      const { announce, finished, idled } = Context.get(context, Progress.Progress)
      yield* announce("weights", 600_000)
      yield* finished("weights", "the node refuses")
      yield* TestClock.adjust("40 seconds")
      yield* idled("weights")
      yield* finished("weights", "the node refuses still")
      const loops = Effect.map(shown, ({ wrong }) => wrong.filter((one) => one.startsWith("the loop")))
      assert.deepStrictEqual(yield* loops, [], "two steps in less than a minute")
      yield* TestClock.adjust("20 seconds")
      const text = "the loop weights has failed since 1970-01-01T00:00:00.000Z: the node refuses still"
      assert.deepStrictEqual(yield* loops, [text])
      yield* idled("weights")
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* loops, [text], "a step that tried nothing is no success")
      yield* finished("weights", null)
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(yield* loops, [])
      yield* finished("weights", "once")
      yield* TestClock.adjust("1 hour")
      assert.notInclude((yield* loops).join(), "has failed", "one failure is not yet a state")
    })
  )

  it.scoped("says that the subnet has ended, and tells the contract, in its turn", () =>
    Effect.gen(function* () {
      const { at, context, performed, world } = yield* scene
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      yield* at(5)
      world.ended = true
      yield* at(10)
      assert.deepStrictEqual([yield* said, performed], [[], []], "it looks every ten blocks")
      yield* Effect.forEach(every5(15, 60), at, { discard: true })
      assert.match((yield* said).join(), /^the contract's subnet has ended: .*gittensor mine claim/)
      assert.deepStrictEqual([...new Set(performed)], ["WindUp"])
      world.ended = false
      yield* at(100)
      assert.lengthOf(yield* said, 0, "the chain may have been wrong")
    })
  )

  it.scoped("names an epoch of which the node has pruned what weights need, and nothing any more once weights are set", () =>
    Effect.gen(function* () {
      const { at, context, world } = yield* scene
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      world.isPruned = true
      yield* at(TEMPO + 300)
      const text = `no node at ws://node still has the chain's state at block ${TEMPO}, where the epoch began. Give --endpoint an archive node to use it; the next epoch goes on as usual`
      assert.deepStrictEqual(yield* said, [`no weights are set in epoch 1: ${text}`])
      world.isPruned = false
      yield* at(2 * TEMPO)
      assert.strictEqual(world.lastUpdate, 2 * TEMPO)
      assert.deepStrictEqual(yield* said, [])
    })
  )

  it.scoped("names what is wrong with the roster, each thing until it is right again", () =>
    Effect.gen(function* () {
      const { context, wrong } = yield* scene
      const found: { -readonly [Name in keyof Rosters.RosterConcerns]: string | null } = {
        ...Rosters.noConcerns,
        committed: "version 2 is not to be had",
        signer: "the signer signed two rosters as version 2"
      }
      const looking = Layer.mock(Rosters.Rosters, { look: () => Effect.sync(() => ({ ...found })) })
      const step = yield* RosterLoop.make.pipe(Effect.provide(looking), Effect.provide(context))
      const look = step({ number: 1, hash: "0x01" }).pipe(Effect.provide(context), Logger.withMinimumLogLevel(LogLevel.None))
      yield* look
      assert.deepStrictEqual(yield* wrong, ["version 2 is not to be had", "the signer signed two rosters as version 2"])
      found.committed = null
      found.inUse = "the epoch is scored by version 1"
      yield* look
      const said = Effect.flatMap(Concerns.Concerns, ({ all }) => all).pipe(Effect.provide(context))
      assert.sameMembers([...(yield* said)], ["the signer signed two rosters as version 2", "the epoch is scored by version 1"])
      found.inUse = found.signer = null
      yield* look
      assert.deepStrictEqual(yield* said, [])
    })
  )

  it.scoped("names the tokens that GitHub does not know, until it does again", () =>
    Effect.gen(function* () {
      const { context } = yield* scene
      const tokens = [Redacted.make("one"), Redacted.make("two")]
      const pool = yield* TokenPool.make({ tokens, pause: Duration.millis(400) }).pipe(Effect.provide(context))
      const { all } = Context.get(context, RefusedTokens.RefusedTokens)
      const refused = Effect.zipRight(pool.refuse(1, "core"), TestClock.adjust("1 minute"))
      yield* Effect.replicateEffect(refused, 4)
      assert.deepStrictEqual(yield* all, [], "GitHub may have a bad moment")
      yield* refused
      yield* pool.accept(0)
      assert.deepStrictEqual(yield* all, [1])
      yield* pool.accept(1)
      assert.deepStrictEqual(yield* all, [])
    })
  )

  it.scoped("lists repositories that are too much for git, which makes nothing unhealthy", () =>
    Effect.gen(function* () {
      const { leftAlone, shown, wrong } = yield* scene
      const error = new NoGitRecord({ url: "https://github.com/acme/monster.git", why: "it is too much", isLasting: true })
      leftAlone.push(error)
      assert.deepStrictEqual((yield* shown).leftAloneByGit, { repositories: 1, first: [error.message] })
      assert.deepStrictEqual(yield* wrong, [])
    })
  )

  it.scoped("lists what was not what it should be, and was left out, which makes nothing unhealthy", () =>
    Effect.gen(function* () {
      const { shown, wrong } = yield* scene
      const before = (yield* shown).leftOut.things
      const reading = Effect.sync(() => new Date(1e17).toISOString())
      const why = yield* contained("pull request", "acme/widgets#2", reading, Effect.succeed)
      yield* TestClock.adjust("2 seconds")
      const { newest, things } = (yield* shown).leftOut
      assert.deepStrictEqual([things - before, newest.at(-1)], [1, why])
      assert.match(why, /^what was read of acme\/widgets#2 is not what it should be: /)
      assert.deepStrictEqual(yield* wrong, [])
    })
  )

  it.scoped("lists what GitHub does not show, and owners who keep theirs from a token, which makes nothing unhealthy", () =>
    Effect.gen(function* () {
      const { context, keptByOwners, missing, shown, wrong } = yield* scene
      const { noteOwner } = Context.get(context, RefusedTokens.RefusedTokens)
      yield* noteOwner({ slot: 1, owner: "acme", why: "it wants single sign-on" })
      const told = "GitHub keeps what belongs to acme from token 2 of GITTENSOR_GITHUB_TOKEN: it wants single sign-on"
      assert.deepStrictEqual([yield* keptByOwners, yield* wrong], [{ owners: 1, first: [told] }, []])
      assert.deepStrictEqual((yield* shown).judging, {
        waiting: 1,
        first: [{ what: "duel acme/widgets#7 against acme/widgets#9", state: "begun", since: "1970-01-01T00:01:00.000Z" }],
        judges: []
      })
      assert.deepStrictEqual(yield* missing, { things: 0, first: [] })
      const { look } = Context.get(context, Absences.Absences)
      yield* look("repository", [{ name: "acme/widgets", owner: "acme", seen: null }], Effect.succeed(null))
      yield* TestClock.adjust("1 second")
      const first = [{ kind: "repository", name: "acme/widgets", blocks: 0, needed: 1_800 }]
      assert.deepStrictEqual([yield* missing, yield* wrong], [{ things: 1, first }, []])
    })
  )

  it.scoped("answers 503 with all of it", () =>
    Effect.gen(function* () {
      const { at, context, world, wrong } = yield* scene
      world.weight = null
      yield* at(10)
      const { note } = Context.get(context, RefusedTokens.RefusedTokens)
      yield* note(0, true)
      const said = yield* wrong
      assert.isTrue(said.some((one) => /not a validator of the contract/.test(one)))
      assert.isTrue(said.some((one) => /does not know token 1 .*401/.test(one)))
    })
  )
})

describe("/live", () => {
  it.scoped("is 503 only while a loop hangs, whatever else is wrong", () =>
    Effect.gen(function* () {
      const { at, context, live, shownToStrangers, world, wrong } = yield* scene
      world.weight = null
      yield* at(10)
      assert.isNotEmpty(yield* wrong)
      const { announce, finished, started } = Context.get(context, Progress.Progress)
      yield* announce("weights", 60_000)
      yield* started("weights")
      yield* TestClock.adjust("60 seconds")
      assert.strictEqual(yield* live, 200)
      assert.deepStrictEqual(yield* shownToStrangers("/live"), [200, '{"live":true}'])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* live, 503)
      assert.deepStrictEqual(yield* shownToStrangers("/live"), [503, '{"live":false}'])
      assert.strictEqual((yield* shownToStrangers("/health"))[0], 404)
      yield* finished("weights", null)
      assert.strictEqual(yield* live, 200)
    })
  )

  it.scoped("is 503 after minutes without a finalised block that the chain had", () =>
    Effect.gen(function* () {
      const { live, shownToStrangers, world } = yield* scene
      yield* TestClock.adjust("301 seconds")
      assert.strictEqual(yield* live, 200, "the chain stands still")
      world.newest = 50
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* live, 503)
      assert.deepStrictEqual(yield* shownToStrangers("/live"), [503, '{"live":false}'])
    })
  )
})
