/** Checks that forbidden outcomes do not happen, and counts how often honest validators failed to reach the right outcome. */
import { HashMap } from "effect"
import { bookedOf } from "../../src/contract-client/books.ts"
import type { ContractEvent, OutcomeChoice } from "../../src/contract-client/generated.ts"
import { sameOutcome } from "../../src/contract-client/outcome.ts"
import { COVER } from "../../src/domain/Collateral.ts"
import { endedAt } from "../../src/domain/Competition.ts"
import { defaultRatingRules } from "../../src/elo/RatingRules.ts"
import { MEETINGS_PER_WINDOW } from "../../src/rules/pairs/pairs.ts"
import type { World } from "../contract-model/ContractModel.ts"
import { stakeOf } from "../contract-model/Subnet.ts"
import type { ExpectedVerdict } from "./expectedOutcome.ts"
import type { SentMessage } from "./network/ledger.ts"
import type { SimulatedNetwork } from "./network/SimulatedNetwork.ts"

/**
 * After a change of GitHub's record, a verdict by the old record counts as overtaken, not wrong, for this many blocks: until every validator has
 * checked GitHub again. A simulated validator checks every 70 to 200 blocks.
 */
const OVERTAKEN_BLOCKS = 200

export interface Counts {
  /** Competitions between other miners than the rules give, or with a UID that no honest validator would have attested. */
  wrongPairs: number
  /** Verdicts that GitHub's record did not justify. */
  wrongVerdicts: number
  /** Verdicts that the record no longer justified, but justified until shortly before. */
  overtaken: number
  /** Verdicts that the record has not justified for longer, because too few honest validators were online to change their votes. */
  outlived: number
  /** Attested UIDs in a majority that no honest validator's code would set. */
  wrongBits: number
  /** Competitions between two miners that had already met twice in the window. */
  thirdMeetings: number
  /** Invariants of the contract that were violated, one sentence each. Must be empty. */
  broken: Array<string>
  competitions: number
  verdicts: number
  paid: number
  expired: number
  /** Competitions that expired although a competitor had solved the issue in time. */
  missedVerdicts: number
  /** Messages that the contract refused, by hostile and by honest validators. */
  refused: { hostile: number; honest: number }
  sent: { hostile: number; honest: number }
}

const noCounts = (): Counts => ({
  wrongPairs: 0,
  wrongVerdicts: 0,
  overtaken: 0,
  outlived: 0,
  wrongBits: 0,
  thirdMeetings: 0,
  broken: [],
  competitions: 0,
  verdicts: 0,
  paid: 0,
  expired: 0,
  missedVerdicts: 0,
  refused: { hostile: 0, honest: 0 },
  sent: { hostile: 0, honest: 0 }
})

/** Without a verdict, a competition past its deadline is unsolved, and both competitors pay. */
const UNSOLVED: OutcomeChoice = { _tag: "Unsolved", slashA: true, slashB: true }

/** The choice that an event reports as settled. */
const choiceOfEvent = (event: ContractEvent): { readonly competition: number; readonly choice: OutcomeChoice } | undefined => {
  switch (event._tag) {
    case "CompetitionWon":
      return {
        competition: event.competition,
        choice: { _tag: "Solved", hotkey: event.hotkey, pullRequest: event.pullRequest }
      }
    case "CompetitionUnsolved":
      return { competition: event.competition, choice: { _tag: "Unsolved", slashA: event.slashA, slashB: event.slashB } }
    case "CompetitionVoided":
      return {
        competition: event.competition,
        choice: event.reason._tag === "Dissolved" ? { _tag: "Dissolved" } : { _tag: "Cancelled", reason: event.reason }
      }
    default:
      return undefined
  }
}

/** The verdicts that were right at some time between two times. */
const recentTruths = (truth: ReadonlyArray<ExpectedVerdict>, from: number, to: number): ReadonlyArray<OutcomeChoice> =>
  truth.flatMap((phase, index) => {
    const ends = truth[index + 1]?.from ?? Number.POSITIVE_INFINITY
    return phase.from <= to && ends > from ? [phase.right ?? UNSOLVED] : []
  })

interface Started {
  readonly competition: number
  readonly issue: number
  readonly hotkeys: readonly [string, string]
  /** The starting block. */
  readonly at: number
}

export interface Checks {
  readonly counts: Counts
  /** Call for every message. */
  readonly onMessage: (sending: SentMessage, world: World) => void
  /** Competitions that started since the last call. */
  readonly started: () => ReadonlyArray<Started>
  /** Checks the contract's invariants; call once a round. */
  readonly look: () => void
}

/** `earned`: all alpha that the treasury has ever received. */
export const make = (
  { competitions, ledger }: SimulatedNetwork,
  isHostile: (hotkey: string) => boolean,
  truthOf: (competition: number) => ReadonlyArray<ExpectedVerdict>,
  earned: () => bigint
): Checks => {
  const counts = noCounts()
  let starts: Array<Started> = []

  const judged = ({ choice, competition }: { readonly competition: number; readonly choice: OutcomeChoice }, block: number): void => {
    counts.verdicts += 1
    const wasRight = (since: number): boolean =>
      recentTruths(truthOf(competition), ledger.timeOf(since), ledger.timeOf(block)).some((one) => sameOutcome(choice, one))
    if (wasRight(block)) return
    if (wasRight(block - OVERTAKEN_BLOCKS)) counts.overtaken += 1
    else if (choice._tag !== "Unsolved" && wasRight(0)) counts.outlived += 1
    else counts.wrongVerdicts += 1
  }

  const expired = (competition: number): void => {
    counts.expired += 1
    const found = HashMap.unsafeGet(ledger.world().state.competitions, competition)
    const until = ledger.timeOf(found.outcomeUntil - OVERTAKEN_BLOCKS)
    if (truthOf(competition).findLast(({ from }) => from <= until)?.right?._tag === "Solved") counts.missedVerdicts += 1
  }

  /** How often two competitors have met in the window, including this time. */
  const meetings = ({ a, b }: Extract<ContractEvent, { readonly _tag: "CompetitionStarted" }>, block: number, { state }: World): number =>
    competitions(state, block).filter((one) => {
      const end = endedAt(one)
      const isThem = [one.a, one.b].every(({ hotkey }) => hotkey === a.hotkey || hotkey === b.hotkey)
      return isThem && (end === null || end > block - defaultRatingRules.window)
    }).length

  const onMessage: Checks["onMessage"] = ({ block, caller, events, refused }, world) => {
    const side = isHostile(caller) ? "hostile" : "honest"
    counts.sent[side] += 1
    if (refused !== null) counts.refused[side] += 1
    for (const event of events) {
      const verdict = choiceOfEvent(event)
      if (verdict !== undefined) judged(verdict, block)
      if (event._tag === "CompetitionStarted") {
        counts.competitions += 1
        starts.push({ competition: event.competition, issue: event.issue, hotkeys: [event.a.hotkey, event.b.hotkey], at: block })
        if (meetings(event, block, world) > MEETINGS_PER_WINDOW) counts.thirdMeetings += 1
        if (event.a.coldkey === event.b.coldkey) counts.broken.push(`match ${event.competition} is between two of one coldkey`)
      }
      if (event._tag === "BountyPaid") counts.paid += 1
      if (event._tag === "CompetitionExpired") expired(event.competition)
    }
  }

  const look = (): void => {
    const { state, subnet } = ledger.world()
    const at = `at block ${subnet.block}`
    const promise = (holds: boolean, what: string) => {
      if (!holds) counts.broken.push(`${what} ${at}`)
    }
    const { treasuryColdkey, treasuryHotkey } = state.config
    const held = stakeOf(subnet, treasuryHotkey, state.contract)
    const pending = stakeOf(subnet, treasuryHotkey, treasuryColdkey)
    promise(state.collateral === 0n && state.slashed === 0n, "collateral appeared where none is asked for")
    promise(held === bookedOf(state) + COVER, "the stake is not what the books say and their cover")
    promise(earned() + COVER === state.paid + state.recycled + held + pending, "alpha was lost or made")
    const funded = HashMap.reduce(state.issues, 0n, (sum, issue) =>
      issue.status._tag === "Paid" || issue.status._tag === "Cancelled" ? sum : sum + issue.funded
    )
    promise(funded === state.allocated, "the issues' bounties are not what is allocated")
    const most = HashMap.reduce(state.running, 0, (highest, count) => Math.max(highest, count))
    promise(most <= state.config.maxCompetitionsPerMiner, "a miner is in too many matches")
    for (const ballot of HashMap.values(state.pairBallots))
      promise(areDifferent(ballot.votes), "a validator has two votes on a pair ballot")
    for (const votes of HashMap.values(state.outcomeBallots)) promise(areDifferent(votes), "a validator has two votes on an outcome ballot")
  }

  return {
    counts,
    onMessage,
    look,
    started: () => {
      const taken = starts
      starts = []
      return taken
    }
  }
}

const areDifferent = (votes: ReadonlyArray<{ readonly validator: string }>): boolean =>
  new Set(votes.map(({ validator }) => validator)).size === votes.length
