/**
 * A validator's verdict loop, step by step: the daemon's own step with its own sender and files, on a contract that stores the ballot. Its chain
 * answers only the queries that verdicts need. GitHub is the story's stand-in.
 */
import { Context, Duration, Effect, HashMap, Layer, Logger, LogLevel, Option, Redacted } from "effect"
import type { Competition, ContractConfig, Issue, MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../../src/layers/chain/node/Chain.ts"
import { type Commitment, Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import * as GitHubAccounts from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import * as HotkeyGuard from "../../../src/layers/protection/HotkeyGuard.ts"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import * as OwnVotes from "../../../src/layers/protection/OwnVotes.ts"
import { type DataFileKey, pathIn } from "../../../src/layers/storage/dataFolder/dataFolder.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as Verdicts from "../../../src/roles/validator/loops/verdicts.ts"
import * as Sender from "../../../src/roles/validator/Sender.ts"
import * as SubnetEnd from "../../../src/roles/validator/SubnetEnd.ts"
import * as IssueCompetitions from "../../../src/scoring/issue_competitions/IssueCompetitions.ts"
import { Rosters } from "../../../src/scoring/rosters/Rosters.ts"
import { raw } from "../../support/bittensor/commitments.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { hotkey } from "../../support/rules/world.ts"
import { BOB, CLEO, DEADLINE, day, START, type Story, SUBMISSIONS_FROM, WIDGETS } from "./story.ts"

/** Blocks of 12 s, starting shortly before the registration. */
const FROM = Date.UTC(2026, 9, 20)
const BLOCK = 12_000
export const HOUR = 300
export const blockAt = (milliseconds: number): number => Math.floor((milliseconds - FROM) / BLOCK)
const ROUND = 300
export const started = blockAt(START)
const round = Math.floor(started / ROUND)
/** The first block of the round that paired Bob and Cleo. */
export const S = round * ROUND

const COLDKEY = hotkey(9)

const config: ContractConfig = {
  netuid: 74,
  devChain: false,
  day: 24 * HOUR,
  ...treasuryOf({ spawner: COLDKEY, block: 1, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` }),
  minBounty: 1n,
  maxBounty: 1n,
  submissionWindow: 48 * HOUR,
  competitionLength: 336 * HOUR,
  outcomeGrace: 24 * HOUR,
  challengePeriod: 24 * HOUR,
  roundLength: ROUND,
  attestBlocks: 50,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 2,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 32,
  recycleAfter: 7 * 24 * HOUR,
  ownerDelay: 1,
  rosterSigner: COLDKEY,
  rosterSignerSince: 1
}

export const competition = (id: number, change: Partial<Competition> = {}): Competition => ({
  id,
  issue: id,
  round,
  a: { uid: 1, hotkey: BOB, coldkey: hotkey(11) },
  b: { uid: 2, hotkey: CLEO, coldkey: hotkey(12) },
  enrolled: `0x${"00".repeat(32)}`,
  skipped: `0x${"00".repeat(32)}`,
  startedAt: started,
  submissionsFrom: blockAt(SUBMISSIONS_FROM),
  deadline: blockAt(DEADLINE),
  // So late that nothing counts as unsolved here.
  outcomeUntil: blockAt(day(90)),
  challengePeriod: 24 * HOUR,
  collateral: 0n,
  slash: 0n,
  status: { _tag: "Running" },
  ...change
})

export const issueOf = ({ id }: Competition, repository: string = WIDGETS, number = id): Issue => ({
  id,
  repository,
  number,
  bounty: 1n,
  funded: 1n,
  status: { _tag: "Competing" },
  registeredAt: 1,
  attempts: 1,
  competition: id
})

export interface Setting {
  readonly competitions: ReadonlyArray<Competition>
  /** By default issue n of acme/widgets for competition n. */
  readonly issues?: ReadonlyArray<Issue>
  /** Exact times of blocks, in milliseconds since 1970. */
  readonly times?: Readonly<Record<number, number>>
  /** The data folder, which a restart reopens; without it nothing survives a restart. */
  readonly folder?: string
  /** The repositories that refuse bounties, from the roster. */
  readonly refusals?: ReadonlyArray<string>
}

const wordsOf = (choice: OutcomeChoice): string => {
  const name = (address: string) => (address === BOB ? "Bob" : "Cleo")
  switch (choice._tag) {
    case "Solved":
      return `Solved by ${name(choice.hotkey)} with #${choice.pullRequest}`
    case "Cancelled":
      return choice.reason._tag === "SubmittedTooEarly"
        ? `Cancelled: SubmittedTooEarly by ${name(choice.reason.hotkey)}`
        : `Cancelled: ${choice.reason._tag}`
    default:
      return choice._tag
  }
}

/** What the other validators have, as long as this one has 100. */
const OTHERS = { hotkey: hotkey(12), coldkeys: [], noted: { before: 900n, day: 900n, since: 900n } }

/** The daemon's votes by issue, what they weighed when they were cast, what its stake is, and the messages that it sent. */
interface OnChain {
  readonly votes: Map<number, OutcomeChoice>
  readonly cast: Map<number, bigint>
  readonly stake: { of: bigint }
  readonly subnet: { hasEnded: boolean }
  readonly sent: Array<string>
}

/** The contract's outcome votes: a vote stands until it is withdrawn or replaced. */
const contractOf = (
  { competitions, issues = competitions.map((one) => issueOf(one)) }: Setting,
  validator: AccountAddress,
  { cast, sent, stake, subnet, votes }: OnChain
) => {
  const inclusion = { block: { number: 1, hash: "0x01" }, extrinsicHash: "0x", events: [] }
  return Layer.mock(Contract, {
    address: COLDKEY,
    encode: () => "0x",
    stateAt: () =>
      Effect.succeed({
        config,
        validators: [{ hotkey: validator, coldkeys: [], noted: { before: stake.of, day: stake.of, since: stake.of } }, OTHERS],
        changes: [],
        issueCount: issues.length,
        competitionCount: competitions.length,
        liveIssues: issues,
        competitions: new Map(competitions.map((one) => [one.id, one]))
      }),
    liveIssues: () => Effect.succeed(issues),
    read: (name) => (name === "ended" ? Effect.sync(() => subnet.hasEnded as never) : Effect.dieMessage(`nobody should read ${name}`)),
    outcomeVotes: () =>
      Effect.sync(
        () => new Map([...votes].map(([issue, choice]) => [issue, [{ validator, choice, since: 1, cast: cast.get(issue) ?? null }]]))
      ),
    send: (name, args, _signer, _until, _guard, besides) =>
      Effect.sync(() => {
        sent.push(...(besides?.after === undefined ? [] : [`${besides.after.name} and`]), name)
        if (name === "voteOutcome") {
          const { choice, issue } = args as MessageArguments<"voteOutcome">
          votes.set(issue, choice)
          cast.set(issue, stake.of)
        }
        if (name === "withdrawOutcomeVote") votes.delete((args as MessageArguments<"withdrawOutcomeVote">).issue)
        return { value: undefined as never, inclusion, events: [] }
      })
  })
}

const subnetOf = (commitments: ReadonlyMap<string, ReadonlyArray<{ readonly from: number; readonly text: string }>>) =>
  Layer.mock(Subnet, {
    netuid: 74,
    commitments: (at, hotkeys) =>
      Effect.sync(() =>
        hotkeys.flatMap((account): ReadonlyArray<Commitment> => {
          const found = (commitments.get(account) ?? []).findLast(({ from }) => from <= at.number)
          return found === undefined ? [] : [{ account, block: found.from, fields: raw(found.text) }]
        })
      )
  })

/** A validator without votes. */
export const daemon = (story: Story, setting: Setting) =>
  Effect.gen(function* () {
    const { times = {}, folder } = setting
    const fileOf = (key: DataFileKey) => (folder === undefined ? ":memory:" : pathIn(folder, key))
    const key = yield* keyPairOf(Redacted.make("//Validator1"))
    const commitments = new Map<string, { readonly from: number; readonly text: string }[]>()
    const commit = (who: AccountAddress, from: number, account: number | null): void =>
      void commitments.set(who, [
        ...(commitments.get(who) ?? []),
        { from, text: account === null ? "nothing" : `gh:${account}:0123456789abcdef` }
      ])
    commit(BOB, S - 10, story.bob.id)
    commit(CLEO, S - 5, story.cleo.id)
    const votes = new Map<number, OutcomeChoice>()
    const stake = { of: 100n }
    const subnet = { hasEnded: false }
    const sent: Array<string> = []
    const chain = silentChain({
      hashOf: (block) => Effect.succeed(`0x${block.toString(16)}`),
      timeAt: (hash) => Effect.succeed(times[Number(hash)] ?? FROM + Number(hash) * BLOCK)
    })
    const github = yield* story.another
    const basic = Layer.mergeAll(
      Layer.succeed(Chain, chain),
      Layer.succeed(GitHub, github),
      subnetOf(commitments),
      contractOf(setting, key.address, { votes, cast: new Map(), stake, subnet, sent }),
      Layer.mock(Rosters, { refusals: () => Effect.succeed(setting.refusals ?? []) }),
      HotkeyGuard.unopposed
    )
    /** One process: everything that a restart creates anew. */
    const start = Effect.gen(function* () {
      const files = Context.make(Journal.Journal, yield* Journal.make(":memory:")).pipe(
        Context.add(Watches.Watches, yield* Watches.make({ file: fileOf("watches"), chain: "test" })),
        Context.add(OwnVotes.OwnVotes, yield* OwnVotes.make({ file: fileOf("journal"), chain: "test", hotkey: key.address }))
      )
      const services = Layer.effect(GitHubAccounts.GitHubAccounts, GitHubAccounts.makeWith(Duration.zero)).pipe(
        Layer.merge(Layer.provideMerge(SubnetEnd.layer, Concerns.layer)),
        Layer.provideMerge(basic)
      )
      const context = Context.merge(yield* Layer.build(services), files)
      const sender = yield* Effect.provide(Sender.make(key), context)
      const step = yield* IssueCompetitions.make(key.address, sender).pipe(Effect.flatMap(Verdicts.make), Effect.provide(context))
      return { look: (head: BlockReference) => Effect.provide(step(head), context), concerns: Context.get(context, Concerns.Concerns) }
    })
    let process = yield* start
    /** Why the last check led to no vote, by issue, from the log. */
    const reasons = new Map<unknown, string>()
    const reading = Logger.make(({ annotations }) => {
      const why = HashMap.get(annotations, "why")
      if (Option.isSome(why)) reasons.set(Option.getOrNull(HashMap.get(annotations, "issue")), String(why.value))
    })
    const look = (block: number) =>
      Effect.gen(function* () {
        reasons.clear()
        yield* process
          .look({ number: block, hash: `0x${block.toString(16)}` })
          .pipe(Effect.provide(Logger.replace(Logger.defaultLogger, reading)), Logger.withMinimumLogLevel(LogLevel.Debug))
      })
    /** The vote on the ballot, or why there is none. */
    const vote = (issue = 1): string => {
      const choice = votes.get(issue)
      return choice === undefined ? `No vote: ${reasons.get(issue) ?? "not asked"}` : wordsOf(choice)
    }
    /** Checks at these heads in turn; returns the votes on an issue after each. */
    const looks = (blocks: ReadonlyArray<number>, issue = 1) =>
      Effect.forEach(blocks, (block) => Effect.map(look(block), () => vote(issue)))
    const restart = Effect.map(start, (fresh) => {
      process = fresh
    })
    /** The operator votes manually. */
    const voteByHand = (issue: number, choice: OutcomeChoice) => void votes.set(issue, choice)
    /** The notes of /health. */
    const notes = Effect.suspend(() => process.concerns.notes)
    return { commit, look, looks, notes, vote, voteByHand, restart, sent, stake, subnet }
  })
export type Daemon = Effect.Effect.Success<ReturnType<typeof daemon>>
