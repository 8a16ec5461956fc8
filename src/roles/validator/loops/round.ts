/** The round loop's step: attests in the round's first blocks, then votes for pairs. */
import { Effect, Ref } from "effect"
import type { CountedAttestation } from "../../../contract-client/attested.ts"
import type { Competitor } from "../../../domain/Competition.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import { placeOf } from "../../../domain/Round.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../../layers/chain/node/Chain.ts"
import { cachedOutcome } from "../../../layers/machine/effects/cachedOutcome.ts"
import { count, set } from "../../../layers/machine/telemetry/metrics.ts"
import { Journal } from "../../../layers/protection/Journal.ts"
import {
  attestationsOfRound,
  type Bitmaps,
  bitmapsText,
  changedAttestations,
  refusalNow,
  standingAttestations
} from "../../../scoring/issue_competitions/attest.ts"
import { Enrolments } from "../../../scoring/issue_competitions/enrolments/Enrolments.ts"
import { pairsOfRound } from "../../../scoring/issue_competitions/pairsOfRound.ts"
import { type RoundState, readRoundState } from "../../../scoring/issue_competitions/roundState.ts"
import { Rosters } from "../../../scoring/rosters/Rosters.ts"
import { Sender } from "../Sender.ts"
import { unlessEnded } from "../SubnetEnd.ts"

/** This process's cache of the running round. All of it can be read again. */
interface RoundMemory {
  readonly state: RoundState
  /** The validator's own valid attestations at its first check of the round; undefined: not checked yet. */
  readonly standing: ReadonlyMap<number, CountedAttestation> | undefined
  /** Bitmaps by issue that were sent since, or that the chain refused. */
  readonly sent: ReadonlyMap<number, Bitmaps>
  /** The enrolments of the last complete attestation. Nothing needs attesting until they change. */
  readonly settledFor: string | undefined
  /** Whether what stands has been renewed in this round. */
  readonly renewed: boolean
  readonly paired: boolean
}

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

/** Reads the round's state once per round. */
const makeMemory = Effect.gen(function* () {
  const logAnnounced = yield* makeAnnouncedChanges
  const memory = yield* Ref.make<RoundMemory | undefined>(undefined)

  const at = (head: BlockReference) =>
    Effect.gen(function* () {
      const known = yield* Ref.get(memory)
      if (known !== undefined && known.state.place.round === placeOf(head.number, known.state.config).round) return known
      const fresh: RoundMemory = {
        state: yield* readRoundState(head),
        standing: undefined,
        sent: new Map(),
        settledFor: undefined,
        renewed: false,
        paired: false
      }
      yield* Ref.set(memory, fresh)
      yield* logAnnounced(head)
      return fresh
    })
  return { at, set: (known: RoundMemory) => Ref.set(memory, known) }
})

/** What would lapse within so many rounds is renewed, all by one message. */
const RENEWED_ROUNDS = 3

const renew = (sender: Sender["Type"], head: BlockReference) =>
  sender
    .perform({ _tag: "RenewAttestations", due: head.number })
    .pipe(Effect.catchTag("ContractRefusal", (refusal) => Effect.logInfo(refusal.message)))

/** Attests changes since the validator's last attestations. Returns the updated memory of the round. */
const attest = Effect.fn("attest")(function* (hotkey: KeyPair, known: RoundMemory, head: BlockReference) {
  const [sender, store] = yield* Effect.all([Sender, Enrolments])
  const { state, sent } = known
  const { round } = state.place
  const enrolments = JSON.stringify([...(yield* store.snapshot(state.start.number))])
  if (enrolments === known.settledFor) return known
  const standing = known.standing ?? (yield* standingAttestations(hotkey.address, state, head))
  const refusals = yield* Effect.flatMap(Rosters, (rosters) => rosters.refusals(head))
  const own = yield* attestationsOfRound(state, standing, refusals)
  const leftOut = own.flatMap((one) => one.leftOut.map((out) => ({ issue: one.issue, ...out })))
  yield* Effect.forEach(
    leftOut,
    (out) => Effect.logInfo(out.uncertain ? "enrolment not confirmed" : "enrolled, but not attested").pipe(Effect.annotateLogs(out)),
    {
      discard: true
    }
  )
  const fresh = changedAttestations(own, new Map<number, Bitmaps>([...standing, ...sent]))
  const settled = yield* Effect.filter(
    fresh,
    ({ issue, enrolled, skipped }) =>
      sender.vote({ kind: "attestation", issue, round, choice: bitmapsText({ enrolled, skipped }) }, head, "attestEnrolled", {
        issue,
        round,
        enrolled,
        skipped
      }),
    { concurrency: 4 }
  )
  const done = settled.length === fresh.length && leftOut.every(({ uncertain }) => !uncertain)
  const lapsesBy = state.start.number + RENEWED_ROUNDS * state.config.roundLength
  const isDue = done && !known.renewed && [...standing.values()].some(({ until }) => until <= lapsesBy)
  if (isDue) yield* renew(sender, head)
  return {
    ...known,
    renewed: known.renewed || isDue,
    standing,
    sent: new Map([...sent, ...settled.map((one) => [one.issue, one] as const)]),
    settledFor: done ? enrolments : undefined
  }
})

const sameHotkeys = (left: ReadonlyArray<{ readonly hotkey: string }>, right: ReadonlyArray<{ readonly hotkey: string }>): boolean =>
  left.every(({ hotkey }) => right.some((other) => other.hotkey === hotkey))

/** Votes for this round's pairs. Returns whether all of them are settled. */
const votePairs = Effect.fn("votePairs")(function* (hotkey: KeyPair, state: RoundState, head: BlockReference) {
  const [contract, sender] = yield* Effect.all([Contract, Sender])
  const pairings = yield* pairsOfRound(state, head)
  if (pairings === undefined) return false
  const { round } = state.place
  const refusals = yield* Effect.flatMap(Rosters, (rosters) => rosters.refusals(head))
  const paired = pairings.flatMap(({ issue, pair }) => (pair === null ? [] : [issue]))
  // Read once for all issues, and not at all without a pair.
  const votes = yield* cachedOutcome(contract.pairVotes(paired, head))
  const voteFor = Effect.fn("votePair")(function* (issue: number, [a, b]: readonly [Competitor, Competitor]) {
    const cast = (yield* votes).get(issue) ?? []
    if (cast.some((other) => other.validator === hotkey.address && sameHotkeys([other.a, other.b], [a, b]))) return true
    const place = state.openIssues.find(({ id }) => id === issue)
    // Its people may have refused since the attestations.
    const refusal = place === undefined ? undefined : yield* refusalNow(place, refusals)
    if (refusal !== undefined) return yield* Effect.as(Effect.logInfo(`no vote for a pair: ${refusal}`), true)
    const choice = [a.hotkey, b.hotkey].toSorted().join(" ")
    return yield* sender.vote({ kind: "pair", issue, round, choice }, head, "votePair", { issue, round, a, b })
  })
  const settled = yield* Effect.forEach(
    pairings,
    ({ issue, pair, why }) =>
      pair === null
        ? Effect.as(Effect.logDebug("no pair").pipe(Effect.annotateLogs({ issue, why })), true)
        : voteFor(issue, pair).pipe(
            // Once the quorum has voted, the issue is no longer Open and its ballot is deleted.
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

/** Attests in the round's first blocks, and again when enrolments arrive. Votes for pairs once afterwards. */
export const make = Effect.fn("roundStep")(function* (hotkey: KeyPair) {
  const memory = yield* makeMemory
  const step = Effect.fn("validator.round")(function* (head: BlockReference) {
    const known = yield* memory.at(head)
    const { state } = known
    const place = placeOf(head.number, state.config)
    yield* set("gittensor_round", place.round)
    if (place.phase === "attest") {
      if (state.openIssues.length > 0) yield* memory.set(yield* attest(hotkey, known, head))
    } else if (!known.paired) {
      const paired = yield* votePairs(hotkey, state, head)
      yield* memory.set({ ...known, paired })
      yield* (yield* Enrolments).prune
      yield* (yield* Journal).dropExpired(head.number)
    }
  })
  return yield* unlessEnded(step)
})
