/**
 * What an honest validator does, by the product's own code. Each step reads one finalised head and answers what that code decides to send.
 * Validators whose code would be given the same input are given the same answer: it is computed for the first that asks.
 */
import { Effect, HashMap, Logger, LogLevel, Option } from "effect"
import { bitmapBytes, bitmapOfUids } from "../contract-client/bitmap.ts"
import type { Competition, Issue, MessageArguments } from "../contract-client/generated.ts"
import type { Absence } from "../domain/Absence.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { IssueEvidence } from "../domain/IssueEvidence.ts"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { Contract, type ContractState } from "../layers/contract/Contract.ts"
import { Absences } from "../layers/store/Absences.ts"
import { Enrolments } from "../layers/store/Enrolments.ts"
import { type Sighting, watchAbsences } from "../scoring/issue_competitions/absences.ts"
import { attestationsOfRound, type OwnAttestation } from "../scoring/issue_competitions/attest.ts"
import { outcomeBallotFor } from "../scoring/issue_competitions/outcomeBallot.ts"
import { pairsOfRound, readPairInput } from "../scoring/issue_competitions/pairsOfRound.ts"
import { placeOf } from "../scoring/issue_competitions/Round.ts"
import { type RoundState, readRoundState } from "../scoring/issue_competitions/roundState.ts"
import { computePairs, type Pairing } from "../scoring/issue_competitions/rules/pairs.ts"
import type { SeenGone, Verdict } from "../scoring/issue_competitions/rules/verdict.ts"
import { type Chore, choresOf } from "../scoring/issue_competitions/upkeep.ts"
import { hasVerdict, lookAt, saysGone, verdictFrom } from "../scoring/issue_competitions/verdicts.ts"
import type { Holder } from "./miners/enrolling.ts"
import type { SimulatedNetwork } from "./network/SimulatedNetwork.ts"
import * as Services from "./network/services.ts"

type Sendable = "attestEnrolled" | "votePair" | "voteOutcome" | "withdrawOutcomeVote" | "harvest" | "expire" | "payout"

/** A message that a validator is about to send. */
export type Message = { readonly [Name in Sendable]: { readonly name: Name; readonly args: MessageArguments<Name> } }[Sendable]

/** Where a validator looks from: a head, and whether GitHub answers it. */
export interface Viewpoint {
  readonly head: number
  readonly gitHubSilent: boolean
}

export interface Honest {
  readonly roundState: (viewpoint: Viewpoint) => RoundState
  /** The issues that are neither paid nor cancelled. */
  readonly live: (viewpoint: Viewpoint) => ReadonlyArray<Issue>
  readonly attestations: (viewpoint: Viewpoint, holder: Holder) => ReadonlyArray<OwnAttestation>
  /** Undefined while the round's seed is not final. */
  readonly pairs: (viewpoint: Viewpoint) => ReadonlyArray<Pairing> | undefined
  /** What the pairs would be if these had been the majority's bitmaps, by issue; an issue without one has nobody. */
  readonly pairsIf: (viewpoint: Viewpoint, enrolled: ReadonlyMap<number, string>) => ReadonlyArray<Pairing>
  /** The votes on outcomes that are not on the ballots yet, and those that are taken back. */
  readonly verdicts: (viewpoint: Viewpoint, hotkey: AccountAddress) => ReadonlyArray<Message>
  readonly chores: (viewpoint: Viewpoint, hotkey: AccountAddress) => ReadonlyArray<Message>
}

/** Remembers answers of the last rounds, or blocks, by their input. */
const memory = <A>() => {
  const scopes = new Map<number, Map<string, A>>()
  return (within: number, key: string, compute: () => A): A => {
    const answers = scopes.get(within) ?? new Map<string, A>()
    scopes.set(within, answers)
    if (scopes.size > 4) scopes.delete(Math.min(...scopes.keys()))
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = compute()
    answers.set(key, answer)
    return answer
  }
}

/**
 * All of a viewpoint but its head, as text for keys: answers are shared only between validators that see the same. A condition that is added to `Viewpoint` is
 * part of every key.
 */
const conditionsOf = ({ head: _head, ...conditions }: Viewpoint): string => JSON.stringify(conditions)

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000)

const numbersOf = new WeakMap<object, ReadonlyArray<number>>()

/** All numbers in a value, its blocks and moments among them. Remembered by object. */
const numbersIn = (value: unknown): ReadonlyArray<number> => {
  if (typeof value === "number") return [value]
  if (typeof value !== "object" || value === null) return []
  const known = numbersOf.get(value)
  if (known !== undefined) return known
  const found = Object.values(value).flatMap(numbersIn)
  numbersOf.set(value, found)
  return found
}

/** Which of these blocks, or moments, another one has reached and passed, as text. */
const passedBy = (present: number, all: ReadonlyArray<number>): string => all.map((one) => Math.sign(present - one) + 1).join("")

const noBook = () => Effect.die(new Error("this holder only shows what it holds"))

/** The holder as the service that attestations ask. */
const enrolmentsOf = ({ book }: Holder) =>
  Enrolments.of({
    submit: noBook,
    merge: noBook,
    snapshot: (block) => Effect.sync(() => book.snapshot(block)),
    summary: noBook(),
    of: noBook,
    prune: noBook(),
    size: Effect.sync(() => book.size())
  })

export const make = (network: SimulatedNetwork): Honest => {
  const { ledger } = network
  let looksFrom: Viewpoint = { head: 0, gitHubSilent: false }
  const services = Services.make(network, {
    head: () => looksFrom.head,
    reachesChain: () => true,
    reachesGitHub: () => !looksFrom.gitHubSilent
  })
  const run = <A, E>(viewpoint: Viewpoint, effect: Effect.Effect<A, E, Services.Services>): A => {
    looksFrom = viewpoint
    return Effect.runSync(Effect.provide(effect, services).pipe(Effect.withTracerEnabled(false), Logger.withMinimumLogLevel(LogLevel.None)))
  }
  const reference = (number: number): BlockReference => ({ number, hash: ledger.hashOf(number) })
  const placeAt = (head: number) => placeOf(head, ledger.worldAt(head).state.config)

  const states = memory<RoundState>()
  const attested = memory<ReadonlyArray<OwnAttestation>>()
  const paired = memory<{ readonly pairs: ReadonlyArray<Pairing> | undefined }>()
  const judged = new WeakMap<Competition, Map<string, Verdict | undefined>>()
  const named = new WeakMap<object, number>()
  let names = 0

  // Nothing but the round's first block decides it.
  const roundState = (viewpoint: Viewpoint): RoundState => {
    const { round } = placeAt(viewpoint.head)
    return states(round, conditionsOf(viewpoint), () => run(viewpoint, readRoundState(reference(viewpoint.head))))
  }

  const attestations: Honest["attestations"] = (viewpoint, holder) => {
    const state = roundState(viewpoint)
    // As long as GitHub's record of the issues is the same, the answer is.
    const record = state.openIssues.map((issue) => nameOf(evidenceOn(issue) ?? issue))
    const key = `${conditionsOf(viewpoint)} ${holder.content()} ${record.join()}`
    return attested(state.place.round, key, () =>
      run(viewpoint, attestationsOfRound(state).pipe(Effect.provideService(Enrolments, enrolmentsOf(holder))))
    )
  }

  const pairs: Honest["pairs"] = (viewpoint) => {
    const state = roundState(viewpoint)
    // Once the seed is there, the last attesting block decides them, whoever looks from wherever.
    const isThere = viewpoint.head >= state.place.pairsFrom + network.pulseAfter
    return paired(state.place.round, `${conditionsOf(viewpoint)} ${isThere}`, () => ({
      pairs: run(viewpoint, pairsOfRound(state, reference(viewpoint.head)))
    })).pairs
  }

  const pairsIf: Honest["pairsIf"] = (viewpoint, enrolled) => {
    const input = run(viewpoint, readPairInput(roundState(viewpoint), reference(viewpoint.head)))
    const nobody = bitmapOfUids([])
    const issues = (input?.issues ?? []).map((issue) => ({ ...issue, enrolled: bitmapBytes(enrolled.get(issue.id) ?? nobody) }))
    return input === undefined ? [] : computePairs({ ...input, issues })
  }

  /** A number for a value that is the same object as long as it is the same value. */
  const nameOf = (value: object): number => {
    const known = named.get(value)
    if (known !== undefined) return known
    names += 1
    named.set(value, names)
    return names
  }

  const evidenceOn = ({ number, repository }: Issue): IssueEvidence | undefined => {
    const issue = network.record.issue(repository, number)
    return issue === undefined ? undefined : network.record.evidenceAt(issue, ledger.timeOf(ledger.block()))
  }

  /**
   * Judged again only if something that a verdict may depend on has changed: the viewpoint, GitHub's record, the issue, its competition, the contract's
   * settings, or which of their blocks and moments the head has passed. All of each counts, so that a new fact cannot be forgotten here.
   */
  const verdict = (viewpoint: Viewpoint, issue: Issue, competition: Competition, seenGone?: SeenGone): Verdict | undefined => {
    const { config } = ledger.worldAt(viewpoint.head).state
    const evidence = evidenceOn(issue)
    const key = [
      conditionsOf(viewpoint),
      // Of the time for which it has been gone, only its end matters.
      seenGone === undefined ? "" : `${seenGone.blocks >= seenGone.needed} ${seenGone.notCounted}`,
      ...[issue, config, ...(evidence === undefined ? [] : [evidence])].map(nameOf),
      ...[issue, competition].map((facts) => passedBy(viewpoint.head, numbersIn(facts))),
      // The rules compare whole seconds.
      passedBy(seconds(ledger.timeOf(viewpoint.head)), evidence === undefined ? [] : numbersIn(evidence).map(seconds))
    ].join(" ")
    const known = judged.get(competition) ?? new Map<string, Verdict | undefined>()
    judged.set(competition, known)
    if (known.has(key)) return known.get(key)
    const judging = Effect.flatMap(lookAt(issue, reference(viewpoint.head)), (look) =>
      look === undefined ? Effect.succeed(undefined) : Effect.map(verdictFrom(look, seenGone), (found) => found.verdict)
    )
    const answer = run(viewpoint, judging)
    known.set(key, answer)
    return answer
  }

  const statesRead = new WeakMap<object, ContractState>()
  const stateAt = (viewpoint: Viewpoint): ContractState => {
    const { state } = ledger.worldAt(viewpoint.head)
    const known = statesRead.get(state)
    if (known !== undefined) return known
    const read = run(
      viewpoint,
      Effect.flatMap(Contract, (contract) => contract.stateAt(reference(viewpoint.head)))
    )
    statesRead.set(state, read)
    return read
  }

  /** What each validator remembers of issues that are gone, by hotkey. */
  const absences = new Map<AccountAddress, ReadonlyMap<number, Absence>>()

  /** Takes down a validator's look, and answers what it knows of issues that are gone. */
  const seenGoneBy = (viewpoint: Viewpoint, hotkey: AccountAddress, sightings: ReadonlyArray<Sighting>): ReadonlyMap<number, SeenGone> => {
    const before = absences.get(hotkey) ?? new Map<number, Absence>()
    if (before.size === 0 && !sightings.some(saysGone)) return new Map()
    const memory = Absences.of({
      of: () => Effect.succeed(before),
      replace: (_, after) => Effect.sync(() => absences.set(hotkey, after))
    })
    const live = new Set(sightings.map(({ competition }) => competition.id))
    // Silence changes nothing.
    const seen = viewpoint.gitHubSilent ? [] : sightings
    return run(viewpoint, Effect.provideService(watchAbsences(seen, live, reference(viewpoint.head)), Absences, memory))
  }

  const verdicts: Honest["verdicts"] = (viewpoint, hotkey) => {
    const world = ledger.worldAt(viewpoint.head)
    const { competitions, liveIssues } = stateAt(viewpoint)
    const sightings = liveIssues.filter(hasVerdict).flatMap((issue): ReadonlyArray<Sighting> => {
      const competition = issue.competition === null ? undefined : competitions.get(issue.competition)
      if (competition === undefined) return []
      const on = { _tag: competition.status._tag === "Won" ? ("Challenge" as const) : ("Competing" as const) }
      return [{ issue, competition, on, evidence: evidenceOn(issue) ?? { _tag: "Deleted" } }]
    })
    const gone = seenGoneBy(viewpoint, hotkey, sightings)
    return sightings.flatMap(({ competition, issue }): ReadonlyArray<Message> => {
      const found = verdict(viewpoint, issue, competition, gone.get(issue.id))
      if (found === undefined) return []
      const ballot = Option.getOrUndefined(HashMap.get(world.state.outcomeBallots, issue.id))
      const message = outcomeBallotFor(issue.id, found, ballot?.find(({ validator }) => validator === hotkey)?.choice)
      return message === undefined ? [] : [message]
    })
  }

  return {
    roundState,
    live: (viewpoint) => stateAt(viewpoint).liveIssues,
    attestations,
    pairs,
    pairsIf,
    verdicts,
    chores: (viewpoint, hotkey) => run(viewpoint, choresOf(hotkey, reference(viewpoint.head))).map(messageOf)
  }
}

const messageOf = (chore: Chore): Message => {
  switch (chore._tag) {
    case "Harvest":
      return { name: "harvest", args: {} }
    case "Expire":
      return { name: "expire", args: { competition: chore.competition } }
    case "Payout":
      return { name: "payout", args: { issue: chore.issue } }
  }
}
