/** One step of each of a validator's loops, at one finalised head. Every step can be repeated: what is done already is seen on the chain. */
import { Effect, Ref } from "effect"
import type { Issue, MessageArguments, MessageName, OutcomeChoice } from "../contract-client/generated.ts"
import type { Competitor } from "../domain/Competition.ts"
import type { KeyPair } from "../domain/KeyPair.ts"
import { defaultRatingRules } from "../elo/RatingRules.ts"
import * as EnrolmentGossip from "../layers/axon/synapses/EnrolmentGossip.ts"
import { cachedOutcome } from "../layers/cachedOutcome.ts"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { Contract } from "../layers/contract/Contract.ts"
import { Enrolments } from "../layers/store/Enrolments.ts"
import { Journal } from "../layers/store/Journal.ts"
import { RatingHistory } from "../layers/store/RatingHistory.ts"
import { attestationsOfRound } from "../scoring/issue_competitions/attest.ts"
import { castVote, type Vote } from "../scoring/issue_competitions/castVote.ts"
import { pairsOfRound } from "../scoring/issue_competitions/pairsOfRound.ts"
import { placeOf } from "../scoring/issue_competitions/Round.ts"
import { type RoundState, readRoundState } from "../scoring/issue_competitions/roundState.ts"
import { takesVoteBack, type Verdict } from "../scoring/issue_competitions/rules/verdict.ts"
import { type Chore, choresOf } from "../scoring/issue_competitions/upkeep.ts"
import { choiceOf, verdictOn } from "../scoring/issue_competitions/verdicts.ts"
import { count, set } from "../telemetry/metrics.ts"
import * as Announcements from "./announcements.ts"
import * as Weights from "./weights.ts"

/** `dry-run` sends nothing and logs what it would send. */
export type Mode = "send" | "dry-run"

/** What this process remembers of the running round, to save work; all of it can be read again. */
interface RoundMemory {
  readonly state: RoundState
  /** The bitmaps that are on the chain, or that it refused, by issue. */
  readonly attested: ReadonlyMap<number, string>
  /** The enrolments behind them, when nothing was left in doubt: as long as there are no others there is nothing to attest again. */
  readonly settledFor: string | undefined
  readonly paired: boolean
  readonly gossipedAt: number
}

/** Gossip outside of the attesting blocks: every so many blocks. */
const GOSSIP_BLOCKS = 10

export const make = (hotkey: KeyPair, mode: Mode) =>
  Effect.gen(function* () {
    const contract = yield* Contract
    const ratingHistory = yield* RatingHistory
    const tellChanges = yield* Announcements.make
    const weights = yield* Weights.make(hotkey, mode)
    const memory = yield* Ref.make<RoundMemory | undefined>(undefined)

    /**
     * Sends a vote, or logs it; answers whether that settles it. The contract's refusal is a fact about the chain (too late, decided already), not
     * a failure of the step. A vote in flight, of this or an earlier process, settles nothing: it is looked for again at the next block.
     */
    const vote = <Name extends MessageName>(what: Vote, head: BlockReference, name: Name, args: MessageArguments<Name>) =>
      (mode === "dry-run"
        ? contract.dryRun(name, args, hotkey.address).pipe(Effect.zipRight(Effect.logInfo(`would send ${name}`)), Effect.as(true))
        : castVote(what, hotkey, head, contract.send(name, args, hotkey)).pipe(Effect.map((sent) => sent !== undefined))
      ).pipe(
        Effect.catchTag("ContractRefusal", (refusal) => Effect.as(Effect.logInfo(refusal.message), refusal.error._tag !== "TooEarly")),
        Effect.annotateLogs({ issue: what.issue, choice: what.choice })
      )

    /** For display only: a history that can't be written changes nothing. */
    const keepRatings = ({ start, ratings }: RoundState) =>
      ratingHistory.record(contract.address, start.number, ratings).pipe(
        Effect.zipRight(ratingHistory.dropBefore(contract.address, start.number - defaultRatingRules.window)),
        Effect.catchAll((error) => Effect.logWarning("ratings not kept", error.message))
      )

    const stateAt = (head: BlockReference) =>
      Effect.gen(function* () {
        const known = yield* Ref.get(memory)
        if (known !== undefined && known.state.place.round === placeOf(head.number, known.state.config).round) return known
        const fresh: RoundMemory = {
          state: yield* readRoundState(head),
          attested: new Map(),
          settledFor: undefined,
          paired: false,
          gossipedAt: 0
        }
        yield* Ref.set(memory, fresh)
        yield* keepRatings(fresh.state)
        yield* tellChanges(head)
        return fresh
      })

    /** Attests what is new; answers what the round's memory becomes. */
    const attest = Effect.fn("attest")(function* (known: RoundMemory, head: BlockReference) {
      const { state, attested } = known
      const enrolments = JSON.stringify([...(yield* (yield* Enrolments).snapshot(state.start.number))])
      if (enrolments === known.settledFor) return known
      const own = yield* attestationsOfRound(state)
      const leftOut = own.flatMap((one) => one.leftOut.map((out) => ({ issue: one.issue, ...out })))
      yield* Effect.forEach(leftOut, (out) => Effect.logInfo("enrolled, but not attested").pipe(Effect.annotateLogs(out)), {
        discard: true
      })
      const fresh = own.filter(({ issue, enrolled, skipped }) => attested.get(issue) !== `${enrolled} ${skipped}`)
      const settled = yield* Effect.filter(
        fresh,
        ({ issue, enrolled, skipped }) =>
          vote({ kind: "attestation", issue, round: state.place.round, choice: `${enrolled} ${skipped}` }, head, "attestEnrolled", {
            issue,
            round: state.place.round,
            enrolled,
            skipped
          }),
        { concurrency: 4 }
      )
      const done = settled.length === fresh.length && leftOut.every(({ uncertain }) => !uncertain)
      return {
        ...known,
        attested: new Map([...attested, ...settled.map(({ issue, enrolled, skipped }) => [issue, `${enrolled} ${skipped}`] as const)]),
        settledFor: done ? enrolments : undefined
      }
    })

    /** Votes for this round's pairs; answers whether all of them are settled. */
    const votePairs = Effect.fn("votePairs")(function* (state: RoundState, head: BlockReference) {
      const pairings = yield* pairsOfRound(state, head)
      if (pairings === undefined) return false
      const { round } = state.place
      const paired = pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [issue]))
      // Once for all issues, and not at all where there is no pair.
      const votes = yield* cachedOutcome(contract.pairVotes(paired, head))
      const voteFor = Effect.fn("votePair")(function* (issue: number, [a, b]: readonly [Competitor, Competitor]) {
        const cast = (yield* votes).get(issue) ?? []
        if (cast.some((other) => other.validator === hotkey.address && samePair([other.a, other.b], [a, b]))) return true
        const choice = [a.hotkey, b.hotkey].toSorted().join(" ")
        return yield* vote({ kind: "pair", issue, round, choice }, head, "votePair", { issue, round, a, b })
      })
      const settled = yield* Effect.forEach(
        pairings,
        ({ issue, pair, why }) =>
          pair === null
            ? Effect.as(Effect.logDebug("no pair").pipe(Effect.annotateLogs({ issue, why })), true)
            : voteFor(issue, pair).pipe(
                // Once the quorum has voted the issue is not Open any more, and its ballot is gone.
                Effect.catchTag("ContractRefusal", () => Effect.succeed(true))
              ),
        { concurrency: 4 }
      )
      const done = settled.every(Boolean)
      if (done) {
        yield* count("gittensor_rounds_total", { result: paired.length > 0 ? "paired" : pairings.length > 0 ? "no_pair" : "no_issue" })
        yield* Effect.forEach(pairings, ({ why }) => count("gittensor_pairs_total", { result: why }), { discard: true })
      }
      return done
    })

    /** Attests in the round's first blocks, again when more enrolments arrived, and votes for pairs after them, once. */
    const round = Effect.fn("validator.round")(function* (head: BlockReference) {
      const before = yield* stateAt(head)
      const { state } = before
      const place = placeOf(head.number, state.config)
      yield* set("gittensor_round", place.round)
      const gossips = place.phase === "attest" || head.number - before.gossipedAt >= GOSSIP_BLOCKS
      if (gossips) yield* EnrolmentGossip.round(hotkey)
      const known = gossips ? { ...before, gossipedAt: head.number } : before
      if (place.phase === "attest") {
        yield* Ref.set(memory, state.openIssues.length === 0 ? known : yield* attest(known, head))
      } else if (!known.paired) {
        const paired = yield* votePairs(state, head)
        yield* Ref.set(memory, { ...known, paired })
        yield* (yield* Enrolments).prune
        yield* (yield* Journal).dropExpired(head.number)
      } else yield* Ref.set(memory, known)
    })

    /** What one issue's verdict asks of this validator: a vote, or to take back one that it would not give any more. */
    const follow = Effect.fn("followVerdict")(function* (issue: Issue, head: BlockReference, own: OutcomeChoice | undefined) {
      const found = yield* verdictOn(issue, head)
      if (found === undefined) return
      const { verdict } = found
      yield* count("gittensor_verdicts_total", { verdict: verdict._tag, reason: reasonOf(verdict) })
      const choice = choiceOf(verdict)
      if (choice === undefined) {
        yield* Effect.logDebug("no verdict").pipe(Effect.annotateLogs({ issue: issue.id, ...verdict }))
        if (own === undefined || !takesVoteBack(verdict)) return
        const what = { kind: "withdrawal", issue: issue.id, round: null, choice: JSON.stringify(own) } as const
        return yield* vote(what, head, "withdrawOutcomeVote", { issue: issue.id })
      }
      const text = JSON.stringify(choice)
      if (own !== undefined && JSON.stringify(own) === text) return
      return yield* vote({ kind: "outcome", issue: issue.id, round: null, choice: text }, head, "voteOutcome", { issue: issue.id, choice })
    })

    /** Looks at GitHub for everything that runs or may still be reverted, and votes. */
    const verdicts = Effect.fn("validator.verdicts")(function* (head: BlockReference) {
      const issues = (yield* contract.liveIssues(head)).filter(({ status }) => status._tag === "Competing" || status._tag === "Solved")
      if (issues.length === 0) return
      const votes = yield* contract.outcomeVotes(
        issues.map(({ id }) => id),
        head
      )
      const ownOn = (id: number) => votes.get(id)?.find(({ validator }) => validator === hotkey.address)?.choice
      yield* Effect.forEach(
        issues,
        (issue) =>
          follow(issue, head, ownOn(issue.id)).pipe(
            // One issue's trouble keeps no other from its verdict.
            Effect.catchAll((error) => Effect.logWarning("no verdict", error.message).pipe(Effect.annotateLogs("issue", issue.id)))
          ),
        { concurrency: 4, discard: true }
      )
    })

    const counted = (chore: Chore, result: string) => count("gittensor_upkeep_total", { chore: chore._tag, result })

    const perform = (chore: Chore) => {
      switch (chore._tag) {
        case "Harvest":
          return Effect.asVoid(contract.send("harvest", {}, hotkey))
        case "Expire":
          return Effect.asVoid(contract.send("expire", { competition: chore.competition }, hotkey))
        case "Payout":
          return Effect.asVoid(contract.send("payout", { issue: chore.issue }, hotkey))
      }
    }

    /** Harvests, expires and pays what is due and this validator's turn. */
    const upkeep = Effect.fn("validator.upkeep")(function* (head: BlockReference) {
      const chores = yield* choresOf(hotkey.address, head)
      yield* Effect.forEach(
        chores,
        (chore) =>
          (mode === "dry-run"
            ? Effect.logInfo("would do")
            : perform(chore).pipe(Effect.zipRight(counted(chore, "done")), Effect.zipRight(Effect.logInfo("done")))
          ).pipe(
            // Somebody else was faster, or the block has not come yet.
            Effect.catchTag("ContractRefusal", (refusal) => Effect.zipRight(counted(chore, "refused"), Effect.logDebug(refusal.message))),
            Effect.annotateLogs({ ...chore })
          ),
        { discard: true }
      )
    })

    return { round, verdicts, upkeep, weights }
  })

const reasonOf = (verdict: Verdict): string =>
  verdict._tag === "NoVote" ? verdict.why : verdict._tag === "Cancelled" ? verdict.reason._tag : ""

const samePair = (left: ReadonlyArray<{ readonly hotkey: string }>, right: ReadonlyArray<{ readonly hotkey: string }>): boolean =>
  left.every(({ hotkey }) => right.some((other) => other.hotkey === hotkey))
