/** A miner's status: registration, GitHub link, rating and rank, enrolments at each validator and on chain, and competitions. */
import { Effect } from "effect"
import { uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Competition, ContractConfig, Electorate, Issue } from "../../contract-client/generated.ts"
import { waitOf } from "../../contract-client/standing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { collateralAsked } from "../../domain/Collateral.ts"
import type { Choice } from "../../domain/Enrolment.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { neuronOf } from "../../domain/Metagraph.ts"
import { placeOf } from "../../domain/Round.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import type { Rating, Ratings } from "../../elo/ratings.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts, type LinkedAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { ratingsAt } from "../../scoring/issue_competitions/roundState.ts"
import { type Ballot, ballotOf } from "./ballot.ts"
import { type BlockMoment, momentsOf } from "./calendar.ts"
import { phaseByDatesAt } from "./contractRules.ts"
import { askValidators, type ValidatorAnswer } from "./validatorAnswers.ts"

export interface MinerCompetition {
  readonly id: number
  readonly issue: number
  readonly repository: string
  readonly number: number
  /** In rao. */
  readonly bounty: bigint
  readonly opponent: { readonly uid: number; readonly hotkey: AccountAddress; readonly ratingMilliPoints: number | null }
  /** `window`: no pull requests yet; `grace`: after the deadline, while validators still vote; `won`: not paid yet. */
  readonly phase: "window" | "submissions" | "grace" | "won" | "over"
  readonly outcome: "running" | "won" | "lost" | "expired" | "unsolved" | "void"
  readonly pullRequest: number | null
  readonly startedAt: BlockMoment
  readonly submissionsFrom: BlockMoment
  readonly deadline: BlockMoment
  /** In rao: the collateral that the competition locks while it runs, and the part that a loss costs. */
  readonly atStake: { readonly collateral: bigint; readonly slash: bigint }
  /** The account that gets the bounty if this miner wins; null once winning is no longer possible. */
  readonly payee: AccountAddress | null
  /** The votes on the competition's outcome while it runs. */
  readonly ballot: Ballot | null
}

/** The miner's enrolment (or skip) for one issue. */
export interface MinerEnrolment {
  readonly issue: number
  readonly repository: string | null
  readonly number: number | null
  /** Whether competitions on the issue can start now or soon. */
  readonly takes: boolean
  /** The newest choice that any validator has. */
  readonly choice: Choice | null
  readonly validUntil: number | null
  /** Validators that have this choice. */
  readonly heldBy: ReadonlyArray<AccountAddress>
  /** Validators that attested this choice on chain in the current round. */
  readonly attestedBy: ReadonlyArray<AccountAddress>
  readonly attestedWeight: bigint
  readonly totalWeight: bigint
}

export interface MinerStatus {
  readonly hotkey: AccountAddress
  readonly block: number
  readonly uid: number | null
  readonly registeredAt: number | null
  readonly githubAccount: number | null
  readonly githubLink: string
  readonly linkUncertain: boolean
  readonly ratingMilliPoints: number | null
  readonly provisional: boolean
  readonly eligible: boolean
  readonly games: number
  /** Opportunities missed so far; null where none counts, and `absenceText` says why. */
  readonly absence: {
    readonly missed: number
    /** The block at which a missed opportunity costs points at the latest; null: none counts yet. */
    readonly at: number | null
    /** The block from which opportunities count; null: they count already. */
    readonly countsFrom: number | null
  }
  readonly rank: number | null
  readonly ranked: number
  readonly round: number
  /** Number of running competitions. `maxCompetitions`: the most that a miner may have. */
  readonly running: number
  readonly maxCompetitions: number
  /** In rao. `wanted`: the highest requirement of the issues that the miner is enrolled for. `free`: unlocked collateral. */
  readonly collateral: { readonly wanted: bigint; readonly free: bigint }
  readonly validators: ReadonlyArray<ValidatorAnswer>
  readonly validatorsAnswering: number
  readonly enrolments: ReadonlyArray<MinerEnrolment>
  readonly competitions: ReadonlyArray<MinerCompetition>
}

/** The miner, by key or by address. By address (`why`: no key), only the chain is read, because validators answer only requests signed by the hotkey. */
export type Asker =
  | { readonly _tag: "Key"; readonly hotkey: KeyPair }
  | { readonly _tag: "Address"; readonly hotkey: AccountAddress; readonly why: string }

const phaseOf = (competition: Competition, mine: 0 | 1, issue: Issue | null, head: number): MinerCompetition["phase"] => {
  const { status } = competition
  if (status._tag === "Won" && status.winner === mine && issue?.status._tag === "Solved") return "won"
  if (status._tag !== "Running") return "over"
  return phaseByDatesAt(competition, head)
}

const outcomeOf = ({ status }: Competition, mine: 0 | 1): MinerCompetition["outcome"] => {
  switch (status._tag) {
    case "Running":
      return "running"
    case "Won":
      return status.winner === mine ? "won" : "lost"
    case "Expired":
      return "expired"
    case "Unsolved":
      return "unsolved"
    case "Void":
      return "void"
  }
}

const { absencePeriod } = defaultRatingRules

const absenceOf = ({ missed, since }: Rating["absence"], registeredAt: number, head: number): MinerStatus["absence"] => {
  const settledAt = registeredAt + absencePeriod
  return { missed, at: since === null ? null : since + absencePeriod, countsFrom: settledAt > head ? settledAt : null }
}

const unanswered = (hotkey: AccountAddress): LinkedAccounts => ({
  accounts: new Map(),
  unknown: new Set([hotkey]),
  unseen: new Set(),
  refused: new Map()
})

/** Collects a miner's status from the chain, GitHub and, with the key, the validators, at the finalised head. */
export const statusOf = Effect.fn("miner.status")(function* (asker: Asker) {
  const [chain, contract, links] = yield* Effect.all([Chain, Contract, GitHubAccounts])
  const hotkey = asker._tag === "Key" ? asker.hotkey.address : asker.hotkey
  const head = yield* chain.finalisedHead
  const [{ ratings, metagraph }, linked, mine, state, electorate] = yield* Effect.all(
    [
      ratingsAt(head),
      links.linkOf(hotkey, head).pipe(
        // A user at a terminal should not wait a minute for GitHub.
        Effect.timeoutTo({ duration: "10 seconds", onSuccess: (found) => found, onTimeout: () => unanswered(hotkey) })
      ),
      contract.stored("competitionsOf", { hotkey, limit: 100 }, head),
      contract.stateAt(head),
      contract.read("validators", {}, head)
    ],
    { concurrency: 5 }
  )
  const neuron = neuronOf(metagraph, hotkey)
  const whitelist = electorate.validators
  const validators =
    asker._tag === "Key" && neuron !== undefined
      ? yield* askValidators(asker.hotkey, metagraph, whitelist)
      : whitelist.map(({ hotkey: validator, weight }): ValidatorAnswer => {
          const axon = neuronOf(metagraph, validator)?.axon
          const reason = asker._tag === "Address" ? asker.why : "the hotkey is not registered"
          return { validator, weight, axon: axon == null ? null : `${axon.ip}:${axon.port}`, held: null, reason }
        })
  const ranked = [...ratings.values()]
    .filter(({ games }) => games > 0)
    .toSorted((a, b) => b.rating - a.rating || (a.hotkey < b.hotkey ? -1 : 1))
  const rating = ratings.get(hotkey)
  const { round } = placeOf(head.number, state.config)
  const enrolments = yield* enrolmentsOf(validators, neuron?.uid, electorate, head)
  const competitions = yield* competitionsOf(mine, hotkey, ratings, { config: state.config, electorate }, head)
  const account = linked.accounts.get(hotkey)
  const [deposit] = neuron === undefined ? [] : yield* contract.stored("collateral", { miners: [[hotkey, neuron.coldkey]] }, head)
  const { deposited, locked } = deposit ?? { deposited: 0n, locked: 0n }
  const wanted = state.liveIssues
    .filter(({ id }) => enrolments.some(({ issue, choice, takes }) => issue === id && choice === "enrol" && takes))
    .map((issue) => collateralAsked(issue.bounty, state.config.collateralBps))
  return {
    hotkey,
    block: head.number,
    uid: neuron?.uid ?? null,
    registeredAt: neuron?.registeredAt ?? null,
    githubAccount: account ?? null,
    githubLink:
      account !== undefined
        ? "linked"
        : linked.unknown.has(hotkey)
          ? "GitHub does not show the gist now"
          : (linked.refused.get(hotkey) ?? "not linked"),
    linkUncertain: linked.unknown.has(hotkey),
    ratingMilliPoints: rating?.rating ?? null,
    provisional: rating?.provisional ?? true,
    eligible: rating?.eligible ?? true,
    games: rating?.games ?? 0,
    absence: absenceOf(rating?.absence ?? { missed: 0, since: null }, neuron?.registeredAt ?? head.number, head.number),
    rank: rating !== undefined && rating.games > 0 ? ranked.findIndex((other) => other.hotkey === hotkey) + 1 : null,
    ranked: ranked.length,
    round,
    running: competitions.filter(({ outcome }) => outcome === "running").length,
    maxCompetitions: state.config.maxCompetitionsPerMiner,
    collateral: {
      wanted: wanted.toSorted((a, b) => Number(b - a))[0] ?? 0n,
      free: deposited > locked ? deposited - locked : 0n
    },
    validators,
    validatorsAnswering: validators.filter(({ held }) => held !== null).length,
    enrolments,
    competitions
  } satisfies MinerStatus
})

/** The miner's enrolments that a validator has or attested in this round, in order of issue id. */
const enrolmentsOf = Effect.fn("enrolmentsOfMiner")(function* (
  validators: ReadonlyArray<ValidatorAnswer>,
  uid: number | undefined,
  { validators: whitelist, total: totalWeight }: Electorate,
  head: BlockReference
) {
  const contract = yield* Contract
  const { liveIssues } = yield* contract.stateAt(head)
  const words = validators.flatMap(({ validator, held }) => (held ?? []).map((word) => ({ validator, ...word })))
  // A validator attests only enrolments that it has. So answers from validators save reading the chain for each open issue.
  const isAnswered = validators.some(({ held }) => held !== null)
  const open = liveIssues.filter(({ id, status }) => status._tag === "Open" && (!isAnswered || words.some(({ issue }) => issue === id)))
  const attestations = yield* Effect.forEach(
    uid === undefined ? [] : open,
    ({ id }) =>
      contract.read("enrolled", { issue: id }, head).pipe(
        Effect.map((answer) => ({
          id,
          by: answer.attestations.filter(({ enrolled, skipped }) =>
            [enrolled, skipped].some((bitmap) => uid !== undefined && uidsOfBitmap(bitmap).includes(uid))
          )
        }))
      ),
    { concurrency: 4 }
  )
  const ids = new Set([...words.map(({ issue }) => issue), ...attestations.flatMap(({ id, by }) => (by.length > 0 ? [id] : []))])
  return [...ids]
    .toSorted((a, b) => a - b)
    .map((id): MinerEnrolment => {
      const issue = liveIssues.find((one) => one.id === id)
      const own = words.filter((word) => word.issue === id)
      const newest = own.toSorted((a, b) => b.sequence - a.sequence)[0]
      const attestedBy = (attestations.find((one) => one.id === id)?.by ?? []).map(({ validator }) => validator)
      return {
        issue: id,
        repository: issue?.repository ?? null,
        number: issue?.number ?? null,
        takes: issue?.status._tag === "Open" || issue?.status._tag === "Funding",
        choice: newest?.choice ?? null,
        validUntil: newest?.validUntil ?? null,
        heldBy: own.filter(({ sequence }) => sequence === newest?.sequence).map(({ validator }) => validator),
        attestedBy,
        attestedWeight: whitelist.reduce((sum, { hotkey, weight }) => (attestedBy.includes(hotkey) ? sum + weight : sum), 0n),
        totalWeight
      }
    })
})

/** The miner's competitions: running ones first, then the newest. */
const competitionsOf = Effect.fn("competitionsOfMiner")(function* (
  mine: ReadonlyArray<Competition>,
  hotkey: AccountAddress,
  ratings: Ratings,
  { config, electorate }: { readonly config: ContractConfig; readonly electorate: Electorate },
  head: BlockReference
) {
  const contract = yield* Contract
  const moments = yield* momentsOf(
    mine.flatMap(({ startedAt, submissionsFrom, deadline }) => [startedAt, submissionsFrom, deadline]),
    head
  )
  const at = (block: number): BlockMoment => moments.get(block) ?? { block, at: null, estimated: true }
  const votes = yield* contract.outcomeVotes(
    mine.flatMap(({ issue, status }) => (status._tag === "Running" ? [issue] : [])),
    head
  )
  const all = yield* Effect.forEach(
    mine,
    (competition) =>
      Effect.gen(function* () {
        const issue = yield* contract.stored("issue", { id: competition.issue }, head)
        const side = competition.a.hotkey === hotkey ? 0 : 1
        const [own, { uid, hotkey: opponent }] = side === 0 ? [competition.a, competition.b] : [competition.b, competition.a]
        const phase = phaseOf(competition, side, issue, head.number)
        const terms = { block: head.number, wait: waitOf(competition, config), quorumBps: config.quorumBps }
        return {
          id: competition.id,
          issue: competition.issue,
          repository: issue?.repository ?? "",
          number: issue?.number ?? 0,
          bounty: issue?.bounty ?? 0n,
          opponent: { uid, hotkey: opponent, ratingMilliPoints: ratings.get(opponent)?.rating ?? null },
          phase,
          outcome: outcomeOf(competition, side),
          pullRequest: competition.status._tag === "Won" ? competition.status.pullRequest : null,
          startedAt: at(competition.startedAt),
          submissionsFrom: at(competition.submissionsFrom),
          deadline: at(competition.deadline),
          atStake: { collateral: competition.collateral, slash: competition.slash },
          payee: phase === "over" ? null : ((yield* contract.stored("payee", { competition: competition.id, side }, head)) ?? own.coldkey),
          ballot: competition.status._tag === "Running" ? ballotOf(votes.get(competition.issue) ?? [], electorate, terms) : null
        } satisfies MinerCompetition
      }),
    { concurrency: 4 }
  )
  return all.toSorted((a, b) => Number(a.phase === "over") - Number(b.phase === "over") || b.id - a.id)
})
