/** The properties of every history: loans decide nothing, validators that held their stake prevail, and no money is lost or leaves too early. */

import { randomOf } from "../../../lab/simulation/random.ts"
import type { ContractEvent } from "../../../src/contract-client/generated.ts"
import { least } from "../../../src/domain/Amount.ts"
import { type Chain, DAY, EXPIRES_AFTER, pairOf, STAKES, START, setValidatorStake, WAIT } from "./chain.ts"
import { BLOCKS, call, historyOf, type Kind, type Sending, type Step, usual, withoutLoans } from "./history.ts"
import { Money } from "./money.ts"

/** Events that votes, or their absence, decide. */
const decisive: ReadonlySet<ContractEvent["_tag"]> = new Set([
  "CompetitionStarted",
  "CompetitionWon",
  "CompetitionUnsolved",
  "CompetitionVoided",
  "CompetitionExpired",
  "IssueCancelled",
  "ChangeVetoed",
  "ChangeApplied"
])

const text = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? String(part) : part))

/** Counts over histories. */
interface Tally {
  decisions: number
  paid: number
  recycled: bigint
  messages: number
}

const noTally = (): Tally => ({ decisions: 0, paid: 0, recycled: 0n, messages: 0 })

/** An observer of a play, which may return an error. */
interface Watcher {
  /** Called before a message; the returned function checks the message's result. */
  readonly message?: (
    step: Sending,
    isLent: boolean
  ) => (sent: { readonly accepted: boolean; readonly events: ReadonlyArray<ContractEvent> }) => string | undefined
  readonly moved?: (validator: number, stake: bigint) => void
  readonly looked?: () => void
}

interface Played {
  readonly wrong: string | undefined
  readonly decisions: ReadonlyArray<string>
}

/** Plays a history to its end, or to the first error. */
const play = (chain: Chain, steps: ReadonlyArray<Step>, tally: Tally, watcher: Watcher = {}): Played => {
  const held = [...STAKES]
  let lent: ReadonlyArray<bigint> = STAKES.map(() => 0n)
  const money = new Money(chain)
  const decisions: Array<string> = []
  const setStake = (index: number) => setValidatorStake(chain, index, (held[index] ?? 0n) + (lent[index] ?? 0n))
  let earned = 0n
  const one = (step: Step): string | undefined => {
    switch (step.do) {
      case "block":
        chain.setBlock(step.block)
        return step.block % DAY === 0 ? money.audit() : undefined
      case "look":
        chain.send(chain.cast.stranger, "noteWeights", {})
        watcher.looked?.()
        return undefined
      case "earn":
        earned = chain.ask("treasury", {}).pending + step.amount
        chain.setStake(chain.cast.treasuryHotkey, chain.cast.treasuryColdkey, earned)
        return undefined
      case "lend":
      case "repay":
        lent = step.do === "lend" ? step.extra : STAKES.map(() => 0n)
        for (const index of STAKES.keys()) setStake(index)
        return undefined
      case "move":
        held[step.validator] = step.stake
        setStake(step.validator)
        watcher.moved?.(step.validator, step.stake)
        return undefined
      case "send": {
        const after = watcher.message?.(
          step,
          lent.some((amount) => amount > 0n)
        )
        const sent = step.to(chain)
        tally.messages++
        for (const event of sent.events) if (decisive.has(event._tag)) decisions.push(`${chain.block()} ${text(event)}`)
        return after?.(sent) ?? money.after(step.name, step.caller, sent.events)
      }
    }
  }
  for (const [index, step] of steps.entries()) {
    const wrong = one(step)
    if (wrong !== undefined) return { wrong: `${wrong}, in block ${chain.block()} at step ${index} ${text(step)}`, decisions }
  }
  tally.decisions += decisions.length
  tally.paid += money.paid
  tally.recycled += money.recycled
  return { wrong: money.audit(), decisions }
}

/**
 * Property A with otherwise constant stakes: loans change no decision and no block, but that a change is not applied in the blocks in which they are
 * there. `newChain` returns a chain at the beginning.
 */
const loansDecideNothing = (seed: number, newChain: () => Chain, tally: Tally): string | undefined => {
  const lending = newChain()
  const steps = historyOf(seed, lending.cast, usual)
  const refused = new Set<Step>()
  const message =
    (step: Sending, isLent: boolean) =>
    ({ accepted }: { readonly accepted: boolean }) => {
      if (step.name === "apply" && isLent && !accepted) refused.add(step)
      return undefined
    }
  const lent = play(lending, steps, tally, { message })
  if (lent.wrong !== undefined) return lent.wrong
  const clean = play(
    newChain(),
    withoutLoans(steps).filter((step) => !refused.has(step)),
    noTally()
  )
  if (clean.wrong !== undefined) return clean.wrong
  const first = lent.decisions.findIndex((decision, index) => decision !== clean.decisions[index])
  if (first >= 0) return `with loans: ${lent.decisions[first]}, without: ${clean.decisions[first] ?? "nothing"}`
  return lent.decisions.length === clean.decisions.length ? undefined : `without loans: ${clean.decisions[lent.decisions.length]}`
}

/**
 * Property A with moving stakes: each settled choice had old enough votes, whose voters held the counted stake at every honest stake note of the last
 * day.
 */
const whoDecidesHeldIt = (seed: number, chain: Chain, tally: Tally, lookEvery = DAY / 2): string | undefined => {
  const held = [...STAKES]
  const looks: Array<{ readonly block: number; readonly held: ReadonlyArray<bigint> }> = []
  /** The least stake of a validator at the honest stake notes of the last day. */
  const leastOf = (hotkey: string): bigint => {
    const index = chain.cast.validators.findIndex((validator) => validator.hotkey === hotkey)
    const last = looks.filter(({ block }) => block > chain.block() - DAY).map((look) => look.held[index] ?? 0n)
    return last.reduce(least, last[0] ?? held[index] ?? 0n)
  }
  const message = (step: Sending) => {
    const watched = ["settle", "votePair", "veto", "apply"].includes(step.name)
    if (!watched) return () => undefined
    const args = step.args as { readonly issue: number; readonly change: number } // these messages have these fields
    const outcome = step.name === "settle" ? chain.stored("ballotOutcome", { issue: args.issue }) : []
    const pairs = step.name === "votePair" ? chain.stored("ballotPair", { issue: args.issue }) : []
    const announced = chain.stored("announced", {}).find(({ change }) => change === args.change)
    const { total } = chain.ask("validators", {})
    const removed = announced?.what._tag === "RemoveValidator" ? announced.what.hotkey : undefined
    const old = outcome.filter(({ since }) => chain.block() - since >= WAIT)
    return ({ events }: { readonly events: ReadonlyArray<ContractEvent> }): string | undefined => {
      const has = (tag: ContractEvent["_tag"]) => events.find(({ _tag }) => _tag === tag)
      const decided = events.find(({ _tag }) => decisive.has(_tag) && _tag !== "ChangeApplied")
      // The contract does not report the total without the validator that a change removes.
      if (decided === undefined || removed !== undefined || (step.name === "apply" && has("ChangeVetoed") === undefined)) return undefined
      const said = step.name === "settle" ? choiceOf(events) : undefined
      const voters =
        step.name === "settle"
          ? old.filter(({ choice }) => text(choice) === said).map(({ validator }) => validator)
          : decided._tag === "CompetitionStarted"
            ? [...pairs.filter((vote) => text(vote.a) === text(decided.a)).map(({ validator }) => validator), step.caller]
            : [...(announced?.vetoes ?? []), ...(step.name === "veto" ? [step.caller] : [])]
      const counted = [...new Set(voters)].reduce((sum, voter) => sum + leastOf(voter), 0n)
      return counted * 10_000n >= total * 5_001n ? undefined : `${decided._tag} by ${voters.length} who held ${counted} of ${total}`
    }
  }
  return play(chain, historyOf(seed, chain.cast, { ...usual, moves: true, lookEvery }), tally, {
    message,
    moved: (validator, stake) => {
      held[validator] = stake
    },
    looked: () => looks.push({ block: chain.block(), held: [...held] })
  }).wrong
}

/** The choice that a settled issue's events mean, as text. */
const choiceOf = (events: ReadonlyArray<ContractEvent>): string => {
  for (const event of events) {
    if (event._tag === "CompetitionWon") return text({ _tag: "Solved", hotkey: event.hotkey, pullRequest: event.pullRequest })
    if (event._tag === "CompetitionUnsolved") return text({ _tag: "Unsolved", slashA: event.slashA, slashB: event.slashB })
    if (event._tag === "IssueCancelled") return text({ _tag: "Cancelled", reason: event.reason })
  }
  return text({ _tag: "Dissolved" })
}

/** The validators that hold their stake in a history of property B: a quorum of all that the others may ever have. */
const FAITHFUL = [0, 1]
const OTHERS = [2, 3, 4]
const MOST_OF_OTHERS = 20_000n * 1_000_000_000n

/** Expires the competition of issue 2, unless an outcome can be settled. */
const endOverdue = (chain: Chain) => {
  const expired = chain.send(chain.cast.stranger, "expire", { competition: 2 })
  return expired.accepted ? expired : chain.send(chain.cast.stranger, "settle", { issue: 2 })
}

/**
 * Property B: a quorum that has held its stake and agreed for the challenge period can settle in any block, and without it no competition outlives
 * its deadline.
 */
const whoHeldIsHeard = (seed: number, chain: Chain, tally: Tally): string | undefined => {
  const { cast } = chain
  const random = randomOf(seed, "liveness")
  // The latest block still comes before the competition may expire.
  const agreed = START + random.below(EXPIRES_AFTER - WAIT - START + 2)
  const { a } = pairOf(cast, 1)
  const choice = { _tag: "Solved", hotkey: a.hotkey, pullRequest: 7 } as const
  const also = (block: number): ReadonlyArray<Sending> => {
    if (block < agreed || block >= START + BLOCKS) return []
    const votes = FAITHFUL.flatMap((index) => cast.validators.slice(index, index + 1)).map(({ hotkey }) =>
      call(hotkey, "voteOutcome", { issue: 1, choice })
    )
    const upkeep: Sending = { ...call(cast.stranger, "settle", { issue: 2 }), args: { overdue: 2 }, to: endOverdue }
    return [...(block === agreed ? votes : []), ...(block > EXPIRES_AFTER ? [upkeep] : []), call(cast.stranger, "settle", { issue: 1 })]
  }
  const kind: Kind = { moves: true, owner: false, lookEvery: DAY / 2, also }
  // The faithful validators cast no other vote on the issue.
  const isFaithful = (hotkey: string) => FAITHFUL.some((index) => cast.validators[index]?.hotkey === hotkey)
  const faithfully = (step: Step): boolean =>
    step.do !== "send" ||
    !isFaithful(step.caller) ||
    !["voteOutcome", "withdrawOutcomeVote"].includes(step.name) ||
    (step.args as { readonly issue: number }).issue !== 1 || // these messages have these fields
    ("choice" in step.args && step.args.choice === choice)
  const steps = historyOf(seed, cast, kind, OTHERS, MOST_OF_OTHERS).filter(faithfully)
  let settled = false
  const message = (step: Sending) => {
    const about = step.args as { readonly issue?: number; readonly overdue?: number } // any message
    const mustSettle = !settled && step.name === "settle" && about.issue === 1 && chain.block() >= agreed + WAIT
    return ({ accepted, events }: { readonly accepted: boolean; readonly events: ReadonlyArray<ContractEvent> }): string | undefined => {
      if (events.some((event) => event._tag === "CompetitionWon" && event.issue === 1)) settled = true
      if (mustSettle && !accepted) return `what a quorum agreed on in block ${agreed} is refused`
      const outlives =
        about.overdue !== undefined && !accepted && chain.stored("competition", { id: about.overdue })?.status._tag === "Running"
      return outlives ? "a competition outlives its date" : undefined
    }
  }
  const { wrong } = play(chain, steps, tally, { message })
  return wrong ?? (settled ? undefined : `what a quorum agreed on in block ${agreed} was not settled`)
}

/** How many histories broke each property, and the first one that did. */
export interface Broken {
  readonly histories: number
  /** With loans, stakes otherwise constant. */
  readonly loans: number
  /** With loans and stakes that move. */
  readonly moves: number
  readonly liveness: number
  readonly first: ReadonlyArray<string>
  readonly decisions: number
  readonly messages: number
  readonly paid: number
  readonly recycled: number
  readonly seconds: number
}

/** Plays histories with seeds from `from` on. Property C is checked in all of them. */
export const playHistories = (from: number, histories: number, newChain: () => Chain): Broken => {
  const started = performance.now()
  const tally = noTally()
  const broken = { loans: 0, moves: 0, liveness: 0 }
  const first: Array<string> = []
  const judge = (property: keyof typeof broken, seed: number, wrong: string | undefined) => {
    if (wrong === undefined) return
    broken[property]++
    if (first.length < 5) first.push(`${property}, seed ${seed}: ${wrong}`)
  }
  for (let seed = from; seed < from + histories; seed++) {
    judge("loans", seed, loansDecideNothing(seed, newChain, tally))
    judge("moves", seed, whoDecidesHeldIt(seed, newChain(), tally))
    judge("liveness", seed, whoHeldIsHeard(seed, newChain(), tally))
  }
  const { decisions, messages, paid, recycled } = tally
  const seconds = Math.round(performance.now() - started) / 1000
  return { histories, ...broken, first, decisions, messages, paid, recycled: Number(recycled), seconds }
}
