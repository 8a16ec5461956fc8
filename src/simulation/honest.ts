/**
 * What an honest validator does, by the product's own code. Each step reads one finalised head and answers what that code decides to send.
 * Validators whose code would be given the same input are given the same answer: it is computed for the first that asks.
 */
import { Effect } from "effect"
import { bitmapBytes, bitmapOfUids } from "../contract-client/bitmap.ts"
import type { MessageArguments } from "../contract-client/generated.ts"
import { ask } from "../contract-model/views.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { BlockReference } from "../layers/Chain.ts"
import { Contract } from "../layers/Contract.ts"
import { Enrolments } from "../layers/Enrolments.ts"
import { attestationsOfRound, type OwnAttestation } from "../scoring/issue_competitions/attest.ts"
import { pairsOfRound, readPairInput } from "../scoring/issue_competitions/pairsOfRound.ts"
import { placeOf } from "../scoring/issue_competitions/Round.ts"
import { type RoundState, readRoundState } from "../scoring/issue_competitions/roundState.ts"
import { computePairs, type Pairing } from "../scoring/issue_competitions/rules/pairs.ts"
import { choresOf } from "../scoring/issue_competitions/upkeep.ts"
import { choiceOf, verdictOn } from "../scoring/issue_competitions/verdicts.ts"
import type { Holder } from "./enrolling.ts"
import type { Ground } from "./ground.ts"
import * as Services from "./services.ts"

type Sendable = "attestEnrolled" | "votePair" | "voteOutcome" | "harvest" | "expire" | "payout"

/** A message that a validator is about to send. */
export type Message = { readonly [Name in Sendable]: { readonly name: Name; readonly args: MessageArguments<Name> } }[Sendable]

/** Where a validator looks from: a head, and whether GitHub answers it. */
export interface Stance {
  readonly head: number
  readonly gitHubSilent: boolean
}

export interface Honest {
  readonly roundState: (stance: Stance) => RoundState
  readonly attestations: (stance: Stance, holder: Holder) => ReadonlyArray<OwnAttestation>
  /** Undefined while the round's seed is not final. */
  readonly pairs: (stance: Stance) => ReadonlyArray<Pairing> | undefined
  /** What the pairs would be if these had been the majority's bitmaps, by issue; an issue without one has nobody. */
  readonly pairsIf: (stance: Stance, enrolled: ReadonlyMap<number, string>) => ReadonlyArray<Pairing>
  /** The votes on outcomes that are not on the ballots yet. */
  readonly verdicts: (stance: Stance, hotkey: AccountAddress) => ReadonlyArray<Extract<Message, { readonly name: "voteOutcome" }>>
  readonly chores: (stance: Stance, hotkey: AccountAddress) => ReadonlyArray<Message>
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

export const make = (ground: Ground): Honest => {
  const { ledger } = ground
  let looksFrom: Stance = { head: 0, gitHubSilent: false }
  const services = Services.make(ground, {
    head: () => looksFrom.head,
    reachesChain: () => true,
    reachesGitHub: () => !looksFrom.gitHubSilent
  })
  const run = <A, E>(stance: Stance, effect: Effect.Effect<A, E, Services.Services>): A => {
    looksFrom = stance
    return Effect.runSync(Effect.provide(effect, services).pipe(Effect.withTracerEnabled(false)))
  }
  const reference = (number: number): BlockReference => ({ number, hash: ledger.hashOf(number) })
  const placeAt = (head: number) => placeOf(head, ledger.worldAt(head).state.config)

  const states = memory<RoundState>()
  const attested = memory<ReadonlyArray<OwnAttestation>>()
  const paired = memory<{ readonly pairs: ReadonlyArray<Pairing> | undefined }>()
  const judged = memory<ReadonlyArray<Extract<Message, { readonly name: "voteOutcome" }>>>()

  // Nothing but the round's first block decides it.
  const roundState = (stance: Stance): RoundState => {
    const { round } = placeAt(stance.head)
    return states(round, String(round), () => run(stance, readRoundState(reference(stance.head))))
  }

  const attestations: Honest["attestations"] = (stance, holder) => {
    const state = roundState(stance)
    const key = `${state.place.round} ${stance.gitHubSilent} ${holder.content()}`
    return attested(ledger.block(), key, () =>
      run(stance, attestationsOfRound(state).pipe(Effect.provideService(Enrolments, enrolmentsOf(holder))))
    )
  }

  const pairs: Honest["pairs"] = (stance) => {
    const state = roundState(stance)
    // Once the seed is there, the last attesting block decides them, whoever looks from wherever.
    const isThere = stance.head >= state.place.pairsFrom + ground.pulseAfter
    return paired(state.place.round, String(isThere), () => ({ pairs: run(stance, pairsOfRound(state, reference(stance.head))) })).pairs
  }

  const pairsIf: Honest["pairsIf"] = (stance, enrolled) => {
    const input = run(stance, readPairInput(roundState(stance), reference(stance.head)))
    const nobody = bitmapOfUids([])
    const issues = (input?.issues ?? []).map((issue) => ({ ...issue, enrolled: bitmapBytes(enrolled.get(issue.id) ?? nobody) }))
    return input === undefined ? [] : computePairs({ ...input, issues })
  }

  const judge = (stance: Stance) =>
    run(
      stance,
      Effect.gen(function* () {
        const head = reference(stance.head)
        const issues = yield* (yield* Contract).liveIssues(head)
        const found = yield* Effect.forEach(issues, (issue) => verdictOn(issue, head))
        return found.flatMap((one) => {
          const choice = one === undefined ? undefined : choiceOf(one.verdict)
          return one === undefined || choice === undefined ? [] : [{ name: "voteOutcome", args: { issue: one.issue.id, choice } } as const]
        })
      })
    )

  return {
    roundState,
    attestations,
    pairs,
    pairsIf,
    verdicts: (stance, hotkey) => {
      const world = ledger.worldAt(stance.head)
      return judged(ledger.block(), `${stance.head} ${stance.gitHubSilent}`, () => judge(stance)).filter(({ args: { choice, issue } }) => {
        const cast = ask(world, "ballotOutcome", { issue })
        const text = JSON.stringify(choice)
        return cast._tag === "Left" || !cast.right.some((vote) => vote.validator === hotkey && JSON.stringify(vote.choice) === text)
      })
    },
    chores: (stance, hotkey) =>
      run(stance, choresOf(hotkey, reference(stance.head))).map((chore): Message => {
        switch (chore._tag) {
          case "Harvest":
            return { name: "harvest", args: {} }
          case "Expire":
            return { name: "expire", args: { competition: chore.competition } }
          case "Payout":
            return { name: "payout", args: { issue: chore.issue } }
        }
      })
  }
}
