/**
 * What a validator does about bounties, in the order in which an issue passes: it attests who is enrolled, votes for pairs, judges who solved it, settles
 * what votes have stood for, and gives the treasury its share. `roles/validator` says when.
 */
import { Effect, Ref } from "effect"
import type { Issue } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import type { Metagraph } from "../../domain/Metagraph.ts"
import { placeOf } from "../../domain/Round.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { isForPeople, peopleText } from "../../rules/verdicts/noVoteReasons.ts"
import type { Verdict } from "../../rules/verdicts/verdictCase.ts"
import { treasuryReward } from "../../rules/weights/treasuryReward.ts"
import { Rosters } from "../rosters/Rosters.ts"
import { type Attested, attest } from "./attest.ts"
import type { ContractSender } from "./ContractSender.ts"
import { makeVoteWithoutMatch, voteOnOutcomes } from "./judge.ts"
import * as Notes from "./notes.ts"
import type { OutcomeBallot } from "./outcomeBallot.ts"
import { votePairs } from "./pairsOfRound.ts"
import { type RoundState, readRoundState } from "./roundState.ts"
import { type Chore, choresOf, isTurnAt, type LastChore } from "./upkeep.ts"
import { type Look, lookAt, verdictFrom } from "./verdicts.ts"

const refusalsAt = (head: BlockReference) => Effect.flatMap(Rosters, ({ refusals }) => refusals(head))

/** Logs each announced change once, in time for the validator's operator to veto it. A failed read is a warning: the round goes on. */
const makeAnnouncedChanges = Effect.gen(function* () {
  const contract = yield* Contract
  const logged = yield* Ref.make<ReadonlySet<number>>(new Set())
  return (head: BlockReference) =>
    Effect.gen(function* () {
      const known = yield* Ref.get(logged)
      const waiting = yield* contract.stored("announced", {}, head)
      yield* Effect.forEach(
        waiting.filter(({ change }) => !known.has(change)),
        ({ change, what, appliesFrom }) =>
          Effect.logWarning(
            `the owner announced change ${change}, which applies from block ${appliesFrom}: see it with "gittensor owner changes list", vote against it with "gittensor veto ${change}"`
          ).pipe(Effect.annotateLogs({ kind: what._tag })),
        { discard: true }
      )
      yield* Ref.set(logged, new Set(waiting.map(({ change }) => change)))
    }).pipe(Effect.catchAll((error) => Effect.logWarning("announced changes not read", error.message)))
})

/** This process's cache of the running round. All of it can be read again. */
interface RoundMemory {
  readonly state: RoundState
  readonly attested: Attested
  readonly paired: boolean
}

const makeRounds = Effect.fn("IssueCompetitions.rounds")(function* (hotkey: AccountAddress, sender: ContractSender) {
  const logAnnounced = yield* makeAnnouncedChanges
  const memory = yield* Ref.make<RoundMemory | undefined>(undefined)
  const at = Effect.fn("roundAt")(function* (head: BlockReference) {
    const known = yield* Ref.get(memory)
    if (known !== undefined && known.state.place.round === placeOf(head.number, known.state.config).round) return known
    const fresh: RoundMemory = { state: yield* readRoundState(head), attested: { sent: new Map(), renewed: false }, paired: false }
    yield* Ref.set(memory, fresh)
    yield* logAnnounced(head)
    return fresh
  })
  return {
    /** Where a finalised head is in its round, by the settings that the round goes by. */
    placeAt: (head: BlockReference) => Effect.map(at(head), ({ state }) => placeOf(head.number, state.config)),
    /** Attest: says on the contract who is enrolled and may take part, and again when that changes. */
    attest: Effect.fn("attestRound")(function* (head: BlockReference) {
      const known = yield* at(head)
      if (known.state.openIssues.length === 0) return
      const attested = yield* attest(hotkey, sender, known.state, known.attested, refusalsAt(head), head)
      yield* Ref.set(memory, { ...known, attested })
    }),
    /** Pair: votes for the round's pairs. Returns false if that is done already. */
    pair: Effect.fn("pairRound")(function* (head: BlockReference) {
      const known = yield* at(head)
      if (known.paired) return false
      const paired = yield* votePairs(hotkey, sender, known.state, refusalsAt(head), head)
      yield* Ref.set(memory, { ...known, paired })
      return true
    })
  }
})

const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

const logVerdict = (issue: Issue, verdict: Verdict) =>
  Effect.zipRight(
    count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) }),
    verdict._tag === "NoVote" ? Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict })) : Effect.void
  )

export interface JudgeOptions {
  /** Whether the subnet has ended: then only solutions are voted, which the contract takes for one wait after the end is written. */
  readonly hasEnded: boolean
  /** Receives what was seen of all issues with a running match. */
  readonly looked: (looks: ReadonlyArray<Look>) => Effect.Effect<void>
}

/**
 * Judge: checks GitHub for every running match, and less often for every other issue, and votes on how they end until that is settled. Returns the issues
 * that people have to decide, with why; and why no match could be judged, as while GitHub is down.
 */
const makeJudge = Effect.fn("IssueCompetitions.judging")(function* (hotkey: AccountAddress, sender: ContractSender) {
  const lines = yield* RareLines.make("1 hour")
  const voteWithoutMatch = yield* makeVoteWithoutMatch
  return Effect.fn("judge")(function* (head: BlockReference, { hasEnded, looked }: JudgeOptions) {
    const refusals = yield* refusalsAt(head)
    const forPeople = new Map<string, string>()
    let [seen, silent]: [number, string | undefined] = [0, undefined]
    const judged = (issue: Issue, verdict: Verdict) => {
      if (verdict._tag === "NoVote" && verdict.why === "GitHubSilent") silent ??= `issue ${issue.id}: ${verdict.because}`
      else seen += 1
      if (verdict._tag === "NoVote" && isForPeople(verdict.why))
        forPeople.set(`${issue.repository}#${issue.number}`, peopleText(issue, verdict))
      return logVerdict(issue, verdict)
    }
    const vote = ({ id }: Issue, { after, args, choice, kind, name }: OutcomeBallot) =>
      sender.vote({ kind, issue: id, round: null, choice: JSON.stringify(choice) }, head, name, args, after)
    const failure = yield* voteOnOutcomes(hotkey, head, {
      atOnce: 4,
      hasEnded,
      lines,
      look: (issue) => lookAt(issue, head, refusals),
      looked,
      verdictOn: (look, own) => Effect.map(verdictFrom(look, own), ({ verdict }) => verdict),
      judged,
      vote
    })
    if (!hasEnded) yield* voteWithoutMatch(hotkey, head, refusals, { judged: logVerdict, lines, vote })
    return { forPeople, nothingJudged: seen === 0 ? (silent ?? failure) : undefined }
  })
})

/**
 * Settle: settles, pays, expires and harvests what is due when it is this validator's turn, and notes weights. After the subnet's end it winds up the
 * contract and settles won issues.
 */
const makeSettle = Effect.fn("IssueCompetitions.settling")(function* (hotkey: AccountAddress, sender: ContractSender) {
  const notesOf = yield* Notes.make(hotkey)
  const perform = (chore: Chore | LastChore) =>
    sender.perform(chore).pipe(
      // Another validator was faster, or the block is too early.
      Effect.catchTag("ContractRefusal", (refusal) =>
        Effect.zipRight(count("gittensor_upkeep_total", { chore: chore._tag, result: "refused" }), Effect.logDebug(refusal.message))
      ),
      Effect.annotateLogs({ ...chore })
    )
  return Effect.fn("settle")(function* (head: BlockReference, hasEnded: boolean) {
    if (hasEnded) {
      // It takes two calls, a day apart. One that is not due, or no longer, is refused before it is sent.
      yield* Effect.whenEffect(perform({ _tag: "WindUp", due: head.number }), isTurnAt(hotkey, head))
      const settles = (yield* choresOf(hotkey, head)).filter(({ _tag }) => _tag === "Settle")
      return yield* Effect.forEach(settles, perform, { discard: true })
    }
    yield* Effect.forEach(yield* choresOf(hotkey, head), perform, { discard: true })
    yield* Effect.forEach(yield* notesOf(head), perform, { discard: true })
  })
})

/** One validator's work on bounties. Each step reads a finalised head and can be repeated. */
export const make = Effect.fn("IssueCompetitions.make")(function* (hotkey: AccountAddress, sender: ContractSender) {
  return {
    ...(yield* makeRounds(hotkey, sender)),
    judge: yield* makeJudge(hotkey, sender),
    settle: yield* makeSettle(hotkey, sender)
  }
})

export type IssueCompetitions = Effect.Effect.Success<ReturnType<typeof make>>

/**
 * Reward: the competitions' share of the emission goes to the contract's treasury, which fills bounties with it.
 *
 * The rewards at the metagraph's block `at`: everything for the UID of the treasury that the contract has there, because a vote may replace it. If it is not
 * registered, nothing is scored and the share is recycled.
 */
export const getRewardsForIssueCompetitions = Effect.fn("getRewardsForIssueCompetitions")(function* (
  metagraph: Metagraph,
  at: BlockReference
) {
  yield* Effect.annotateCurrentSpan({ netuid: metagraph.netuid, block: at.number })
  const { treasuryHotkey } = yield* (yield* Contract).read("config", {}, at)
  return treasuryReward(metagraph, treasuryHotkey)
})
