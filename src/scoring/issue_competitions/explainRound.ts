/** Explains what happened to an issue in a round, with the reads and rules by which validators decide. */
import { Effect, Option } from "effect"
import { uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Competition, Issue, PairVote } from "../../contract-client/generated.ts"
import { weighedBy } from "../../contract-client/standing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { toHex } from "../../domain/hex.ts"
import { placeOf } from "../../domain/Round.ts"
import type { TreasuryTrouble } from "../../domain/TreasuryTrouble.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import type { Rating } from "../../elo/ratings.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { troublesOfTreasury, withoutIncome } from "../../layers/chain/contract/treasuryTroubles.ts"
import { type BlockReference, Chain } from "../../layers/chain/node/Chain.ts"
import { GitHubAccounts } from "../../layers/github/accounts/GitHubAccounts.ts"
import { computePairs, type Pairing } from "../../rules/pairs/pairs.ts"
import { type AccountClaims, accountClaims } from "./accountClaims.ts"
import { accountOf, issueNow, objectionTo } from "./attest.ts"
import { orStatePruned } from "./historicalState.ts"
import { pauseFor, pauseOf } from "./pairingPauses.ts"
import { readPairInput } from "./pairsOfRound.ts"
import { type RoundState, readRoundState } from "./roundState.ts"

const invalidRound = (round: number, reason: string) => new InvalidInput({ message: `cannot explain round ${round}: ${reason}` })

export interface Attested {
  readonly validator: AccountAddress
  /** Its voting weight at the block at which the attestations are read. */
  readonly weight: bigint
  /** null if it attested nothing for this issue. */
  readonly saw: { readonly enrolled: ReadonlyArray<number>; readonly skipped: ReadonlyArray<number> } | null
}

/** A UID that at least one validator attested. */
export interface SeenMiner {
  readonly uid: number
  /** null if no neuron had the UID at S. */
  readonly hotkey: AccountAddress | null
  readonly enrolledBy: ReadonlyArray<AccountAddress>
  readonly enrolledWeight: bigint
  readonly skippedBy: ReadonlyArray<AccountAddress>
  readonly skippedWeight: bigint
  /** The attestation of more than half of the weight, by the contract's count. */
  readonly majority: "enrolled" | "skipped" | "neither"
  /** If only a minority attested it as enrolled: the objection from its link at S or from GitHub today; null if there is none. */
  readonly objection: string | null
}

export interface CastPairVote {
  readonly validator: AccountAddress
  readonly weight: bigint
  readonly uids: readonly [number, number]
  /** Whether this is the pair that the rules choose. */
  readonly asComputed: boolean
}

export interface RoundExplanation {
  readonly issue: Issue
  readonly round: number
  /** S, the first block of the pair phase, the newest finalised block of the round, and the next round's first block. */
  readonly blocks: { readonly start: number; readonly pairsFrom: number; readonly last: number; readonly nextStart: number }
  /** The issue's status at S; null if it was not registered. Only an Open issue gets a pair. */
  readonly statusAtStart: Issue["status"]["_tag"] | null
  /** `Attesting`: the pair is drawn later in the round. `AwaitingSeed`: the drand pulse is not on the chain yet. */
  readonly stage: "NotOpen" | "Attesting" | "AwaitingSeed" | "Decided"
  /** Why no money reaches the issue while it is Funding; empty otherwise. */
  readonly unfunded: ReadonlyArray<TreasuryTrouble>
  readonly maxCompetitionsPerMiner: number
  readonly totalWeight: bigint
  readonly attestations: ReadonlyArray<Attested>
  readonly miners: ReadonlyArray<SeenMiner>
  /** Ratings count the competitions that ended after block `from` and up to block `to`. */
  readonly window: { readonly from: number; readonly to: number }
  /** The ratings, with all their reasons, of the miners above that are registered. */
  readonly ratings: ReadonlyArray<Rating & { readonly uid: number }>
  readonly seed: string | null
  readonly pairing: Pairing | null
  /** The GitHub account of each miner of the pair, and which other hotkeys named it before. Empty without a pair. */
  readonly accounts: ReadonlyArray<AccountClaims>
  /** The pairs of issues that come earlier (higher bounty, then lower id). Their miners get no second pair in this round. */
  readonly before: ReadonlyArray<Pick<Pairing, "issue" | "pair">>
  readonly votes: ReadonlyArray<CastPairVote>
  readonly votesTotalWeight: bigint
  /** The competition that this round's votes started. */
  readonly competition: { readonly id: number; readonly startedAt: number; readonly uids: readonly [number, number] } | null
}

const referenceTo = (number: number) =>
  Effect.flatMap(Chain, (chain) => Effect.map(chain.hashOf(number), (hash): BlockReference => ({ number, hash })))

/** The competition to explain by default: the running one, or the one that ended the issue. */
const competitionOf = (issue: Issue, head: BlockReference) =>
  Effect.flatMap(Contract, (contract) =>
    issue.competition === null ? Effect.succeed(null) : contract.stored("competition", { id: issue.competition }, head)
  )

/** The state of the requested round, or else of the competition's, or else of the present one. */
const stateOf = Effect.fn("stateOfRound")(function* (asked: number | undefined, competition: Competition | null, head: BlockReference) {
  const contract = yield* Contract
  const present = yield* contract.read("config", {}, head)
  const here = placeOf(head.number, present)
  const round = asked ?? competition?.round ?? here.round
  // Rounds may have had another length when the competition started.
  const { roundLength } =
    competition !== null && competition.round === round
      ? yield* Effect.flatMap(referenceTo(competition.startedAt - 1), (before) => contract.read("config", {}, before)).pipe(
          orStatePruned(`round ${round}, in which match ${competition.id} started at block ${competition.startedAt}`)
        )
      : present
  const start = round * roundLength
  if (start > head.number) return yield* invalidRound(round, `it has not begun; the present round is ${here.round}`)
  const past = orStatePruned(`round ${round}, which began at block ${start}`)
  const state = yield* readRoundState(yield* referenceTo(start), "all").pipe(
    past,
    // Validators pair nobody in the round in which the contract was made: at its first block no issue was open.
    Effect.catchTag("NoContract", () =>
      Effect.zipRight(
        Effect.unless(invalidRound(round, `the contract did not exist at its first block, ${start}`), () => round === here.round),
        readRoundState(head, "all")
      )
    )
  )
  if (state.place.round !== round || state.place.start !== start)
    return yield* invalidRound(round, "the length of rounds has changed since then, so this number now means other blocks")
  return { state, last: yield* referenceTo(Math.min(state.place.nextStart - 1, head.number)), past }
})

/** Each validator's attestation, and the majority's. */
const attestationsAt = Effect.fn("attestationsAt")(function* (issue: number, at: BlockReference) {
  const contract = yield* Contract
  const [enrolled, { total, validators }] = yield* Effect.all(
    [contract.read("enrolled", { issue }, at), contract.read("validators", {}, at)],
    {
      concurrency: 2
    }
  )
  const attested = validators.map(({ hotkey, weight }): Attested => {
    const own = enrolled.attestations.find(({ validator }) => validator === hotkey)
    return {
      validator: hotkey,
      weight,
      saw: own === undefined ? null : { enrolled: uidsOfBitmap(own.enrolled), skipped: uidsOfBitmap(own.skipped) }
    }
  })
  return {
    attested: attested.toSorted((a, b) => (a.weight < b.weight ? 1 : a.weight > b.weight ? -1 : a.validator < b.validator ? -1 : 1)),
    totalWeight: total,
    enrolled: new Set(uidsOfBitmap(enrolled.enrolled)),
    skipped: new Set(uidsOfBitmap(enrolled.skipped))
  }
})

const weightOf = (attested: ReadonlyArray<Attested>): bigint => attested.reduce((sum, { weight }) => sum + weight, 0n)

/** Possible reasons why other validators did not attest a miner: its link at S and, while the issue is open on GitHub, its account there. */
const objectionsTo = Effect.fn("objectionsTo")(function* (
  hotkeys: ReadonlyArray<AccountAddress>,
  issue: Issue,
  state: RoundState,
  refusals: ReadonlyArray<string>
) {
  if (hotkeys.length === 0) return new Map<AccountAddress, string>()
  const links = yield* (yield* GitHubAccounts).linkedAt(state.start, state.metagraph)
  const now = yield* issueNow(issue, refusals)
  const rest = yield* pauseOf(issue, state)
  const found = yield* Effect.forEach(hotkeys, (hotkey) => {
    const account = accountOf(state.metagraph, links, hotkey)
    const resting = pauseFor(rest, hotkey)
    if (resting !== undefined) return Effect.succeed(resting)
    return now._tag === "Right"
      ? objectionTo(hotkey, now, { metagraph: state.metagraph, links })
      : Effect.succeed(account._tag === "Left" ? account.left : undefined)
  })
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.hotkey, one.why] as const])))
})

const minersOf = Effect.fn("minersOf")(function* (
  { attested, enrolled, skipped }: Effect.Effect.Success<ReturnType<typeof attestationsAt>>,
  issue: Issue,
  state: RoundState,
  refusals: ReadonlyArray<string>
) {
  const neurons = new Map(state.metagraph.neurons.map((neuron) => [neuron.uid, neuron]))
  const uids = new Set(attested.flatMap(({ saw }) => (saw === null ? [] : [...saw.enrolled, ...saw.skipped])))
  const seen = [...uids]
    .toSorted((a, b) => a - b)
    .map((uid) => {
      const enrolledBy = attested.filter(({ saw }) => saw?.enrolled.includes(uid) === true)
      const skippedBy = attested.filter(({ saw }) => saw?.skipped.includes(uid) === true)
      return {
        uid,
        hotkey: neurons.get(uid)?.hotkey ?? null,
        enrolledBy: enrolledBy.map(({ validator }) => validator),
        enrolledWeight: weightOf(enrolledBy),
        skippedBy: skippedBy.map(({ validator }) => validator),
        skippedWeight: weightOf(skippedBy),
        majority: enrolled.has(uid) ? ("enrolled" as const) : skipped.has(uid) ? ("skipped" as const) : ("neither" as const)
      }
    })
  const inDoubt = seen.flatMap(({ hotkey, majority, enrolledBy }) =>
    majority === "neither" && hotkey !== null && enrolledBy.length > 0 ? [hotkey] : []
  )
  const objections = yield* objectionsTo(inDoubt, issue, state, refusals)
  return seen.map((miner): SeenMiner => ({ ...miner, objection: miner.hotkey === null ? null : (objections.get(miner.hotkey) ?? null) }))
})

/** The pair votes. A starting competition clears the ballot, so these are the votes before that block and in it; otherwise those at the round's end. */
const votesOf = Effect.fn("pairVotesOf")(function* (issue: number, round: number, startedAt: number | null, last: BlockReference) {
  const contract = yield* Contract
  const at = startedAt === null ? last : yield* referenceTo(startedAt - 1)
  const [ballot, electorate] = yield* Effect.all(
    [
      // The ballot of an issue that is no longer Open is closed and has no votes.
      contract
        .stored("ballotPair", { issue }, at)
        .pipe(Effect.catchTag("ContractRefusal", () => Effect.succeed<ReadonlyArray<PairVote>>([]))),
      contract.read("validators", {}, at)
    ],
    { concurrency: 2 }
  )
  const events = startedAt === null ? [] : yield* Effect.flatMap(referenceTo(startedAt), contract.eventsAt)
  const deciding = events.flatMap((event) => (event._tag === "PairVoted" && event.issue === issue && event.round === round ? [event] : []))
  const votes = new Map([...ballot.filter((vote) => vote.round === round), ...deciding].map(({ validator, a, b }) => [validator, { a, b }]))
  return {
    votes: weighedBy(
      electorate,
      [...votes].map(([validator, { a, b }]) => ({ validator, a, b }))
    ),
    totalWeight: electorate.total
  }
})

/** Why the treasury fills no bounty at a block. */
const unfundedIssuesAt = Effect.fn("unfundedAt")(function* (at: BlockReference) {
  const config = yield* (yield* Contract).read("config", {}, at)
  const [troubles, income] = yield* Effect.all([troublesOfTreasury(config, at), withoutIncome(config, at)], { concurrency: 2 })
  return [...troubles, ...(income === undefined ? [] : [income])]
})

/**
 * Explains an issue in a round: the requested one, or else that of the issue's competition, or else the present one. Reads historical state, which
 * the node must still have. `refusals`: repositories that refuse bounties, from the roster.
 */
export const explainRound = Effect.fn("explainRound")(function* (
  issue: Issue,
  asked: number | undefined,
  head: BlockReference,
  refusals: ReadonlyArray<string>
) {
  const contract = yield* Contract
  const { state, last, past } = yield* stateOf(asked, yield* competitionOf(issue, head), head)
  return yield* Effect.gen(function* () {
    const { place, ratings, config } = state
    const before = yield* contract
      .stored("issue", { id: issue.id }, state.start)
      .pipe(Effect.catchTag("NoContract", () => Effect.succeed(null)))
    const isOpen = state.openIssues.some(({ id }) => id === issue.id)
    const isAttesting = last.number < place.pairsFrom
    const attestedAt = isAttesting ? last : yield* referenceTo(place.pairsFrom - 1)
    const attestations = isOpen ? yield* attestationsAt(issue.id, attestedAt) : nothingSeen
    const miners = yield* minersOf(attestations, issue, state, refusals)
    const input = isOpen && !isAttesting ? yield* readPairInput(state, last) : undefined
    const pairings = input === undefined ? [] : computePairs(input)
    const own = pairings.findIndex((pairing) => pairing.issue === issue.id)
    const pairing = pairings[own] ?? null
    const started = isOpen
      ? Option.fromNullable(
          (yield* contract.competitions(last)).find(
            (one) => one.issue === issue.id && one.startedAt >= place.start && one.startedAt < place.nextStart
          )
        )
      : Option.none()
    const startedAt = Option.match(started, { onNone: () => null, onSome: (one) => one.startedAt })
    const cast =
      isOpen && !isAttesting ? yield* votesOf(issue.id, place.round, startedAt, last) : { votes: [], totalWeight: attestations.totalWeight }
    const computed = (pairing?.pair ?? []).map(({ hotkey }) => hotkey)
    return {
      issue,
      round: place.round,
      blocks: { start: place.start, pairsFrom: place.pairsFrom, last: last.number, nextStart: place.nextStart },
      statusAtStart: before?.status._tag ?? null,
      stage: !isOpen ? "NotOpen" : isAttesting ? "Attesting" : input === undefined ? "AwaitingSeed" : "Decided",
      unfunded: issue.status._tag === "Funding" ? yield* unfundedIssuesAt(head) : [],
      maxCompetitionsPerMiner: config.maxCompetitionsPerMiner,
      totalWeight: attestations.totalWeight,
      attestations: attestations.attested,
      miners,
      window: { from: place.start - defaultRatingRules.window, to: place.start },
      ratings: miners.flatMap(({ uid, hotkey }) => {
        const rating = hotkey === null ? undefined : ratings.get(hotkey)
        return rating === undefined ? [] : [{ uid, ...rating }]
      }),
      seed: input === undefined ? null : toHex(input.seed),
      pairing,
      accounts: computed.length === 0 ? [] : yield* accountClaims(computed, state.start, head),
      before: pairings.slice(0, Math.max(0, own)).flatMap(({ issue: id, pair }) => (pair === null ? [] : [{ issue: id, pair }])),
      votes: cast.votes
        .map(
          ({ validator, weight, a, b }): CastPairVote => ({
            validator,
            weight,
            uids: [a.uid, b.uid],
            asComputed: computed.length === 2 && computed.includes(a.hotkey) && computed.includes(b.hotkey)
          })
        )
        .toSorted((a, b) => (a.validator < b.validator ? -1 : 1)),
      votesTotalWeight: cast.totalWeight,
      competition: Option.getOrNull(Option.map(started, ({ id, startedAt, a, b }) => ({ id, startedAt, uids: [a.uid, b.uid] as const })))
    } satisfies RoundExplanation
  }).pipe(past)
})

const nothingSeen = { attested: [], totalWeight: 0n, enrolled: new Set<number>(), skipped: new Set<number>() }
