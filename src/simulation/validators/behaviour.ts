/**
 * How honest validators act in a season: the decisions by the product's functions, shared by those who would decide alike, with one transaction a
 * decision. What is left out here is what does not decide: the journal, the ratings' history, and how gossip travels. `daemons.ts` has all of that.
 */
import type { Honest, Message, Viewpoint } from "../honest.ts"
import { makeGossip } from "../miners/enrolling.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import type { Condition, Validator } from "./Validator.ts"

/** What those who act in a season know of it. */
export interface SeasonContext {
  readonly network: SimulatedNetwork
  readonly honest: Honest
  readonly validators: ReadonlyArray<Validator>
  readonly round: () => number
  readonly conditionOf: (validator: Validator) => Condition
  readonly viewpointOf: (validator: Validator) => Viewpoint
  readonly post: (validator: Validator, messages: ReadonlyArray<Message>) => void
}

/** What honest validators do, each at the season's present block. */
export interface HonestBehaviour {
  /** All of them tell each other what they hold. */
  readonly gossip: () => void
  readonly attest: (validator: Validator) => void
  readonly pair: (validator: Validator) => void
  readonly judge: (validator: Validator) => void
  readonly keepUp: (validator: Validator) => void
}

export type MakeBehaviour = (context: SeasonContext) => HonestBehaviour

/** Remembers something of each validator for the running round. */
const perRound = <A>(round: () => number, empty: () => A) => {
  const known = new Map<Validator, { readonly round: number; readonly value: A }>()
  return (validator: Validator): A => {
    const before = known.get(validator)
    if (before?.round === round()) return before.value
    const value = empty()
    known.set(validator, { round: round(), value })
    return value
  }
}

export const quick: MakeBehaviour = ({ conditionOf, honest, post, round, viewpointOf, validators }) => {
  const gossip = makeGossip()
  const attestedBy = perRound(round, () => new Map<number, string>())
  const pairedBy = perRound(round, () => new Set<number>())
  return {
    gossip: () => {
      for (const from of validators) {
        const here = conditionOf(from)
        if (here.offline) continue
        for (const to of validators) {
          const there = conditionOf(to)
          // A hostile one tells half of the others, each round the other half.
          const tells = !from.hostile || (to.index + round()) % 2 === 0
          if (from !== to && !there.offline && here.island === there.island && tells) gossip(from.holder, to.holder, viewpointOf(to).head)
        }
      }
    },
    attest: (validator) => {
      const before = attestedBy(validator)
      const viewpoint = viewpointOf(validator)
      const { place } = honest.roundState(viewpoint)
      const fresh = honest
        .attestations(viewpoint, validator.holder)
        .filter(({ enrolled, issue, skipped }) => before.get(issue) !== `${enrolled} ${skipped}`)
      for (const { enrolled, issue, skipped } of fresh) before.set(issue, `${enrolled} ${skipped}`)
      post(
        validator,
        fresh.map(({ enrolled, issue, skipped }) => ({ name: "attestEnrolled", args: { issue, round: place.round, enrolled, skipped } }))
      )
    },
    pair: (validator) => {
      const done = pairedBy(validator)
      const viewpoint = viewpointOf(validator)
      const { place } = honest.roundState(viewpoint)
      for (const { issue, pair } of honest.pairs(viewpoint) ?? []) {
        if (pair === null || done.has(issue)) continue
        done.add(issue)
        post(validator, [{ name: "votePair", args: { issue, round: place.round, a: pair[0], b: pair[1] } }])
      }
    },
    judge: (validator) => post(validator, honest.verdicts(viewpointOf(validator), validator.hotkey.address)),
    keepUp: (validator) => post(validator, honest.chores(viewpointOf(validator), validator.hotkey.address))
  }
}
