/**
 * Honest validators in a season: they decide by the product's functions, share the result with validators in the same situation, and send one
 * transaction per decision. The journal, the ratings' history and gossip messages are left out because they do not affect decisions; `daemons.ts`
 * includes them.
 */
import type { Attestation } from "../../../src/contract-client/generated.ts"
import { type Bitmaps, changedAttestations } from "../../../src/scoring/issue_competitions/attest.ts"
import type { Honest, Message } from "../honest/Honest.ts"
import type { Viewpoint } from "../honest/Viewpoint.ts"
import { makeGossip } from "../miners/enrolling.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import type { Condition, Validator } from "./Validator.ts"

/** The context of honest validators in a season. */
export interface SeasonContext {
  readonly network: SimulatedNetwork
  readonly honest: Honest
  readonly validators: ReadonlyArray<Validator>
  readonly round: () => number
  readonly conditionOf: (validator: Validator) => Condition
  readonly viewpointOf: (validator: Validator) => Viewpoint
  readonly post: (validator: Validator, messages: ReadonlyArray<Message>) => void
}

/** Honest validators' actions at the season's current block. */
export interface HonestBehaviour {
  /** Exchanges enrolments between all validators. */
  readonly gossip: () => void
  readonly attest: (validator: Validator) => void
  readonly pair: (validator: Validator) => void
  readonly judge: (validator: Validator) => void
  readonly keepUp: (validator: Validator) => void
}

export type MakeBehaviour = (context: SeasonContext) => HonestBehaviour

/** Keeps a value per validator for the current round. */
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
  const attestedBy = perRound(round, (): { standing?: ReadonlyMap<number, Attestation>; readonly sent: Map<number, Bitmaps> } => ({
    sent: new Map()
  }))
  const pairedBy = perRound(round, () => new Set<number>())
  return {
    gossip: () => {
      for (const from of validators) {
        const here = conditionOf(from)
        if (here.offline) continue
        for (const to of validators) {
          const there = conditionOf(to)
          // A hostile validator gossips with half of the others, alternating each round.
          const tells = !from.hostile || (to.index + round()) % 2 === 0
          if (from !== to && !there.offline && here.island === there.island && tells) gossip(from.holder, to.holder, viewpointOf(to).head)
        }
      }
    },
    attest: (validator) => {
      const known = attestedBy(validator)
      const viewpoint = viewpointOf(validator)
      const { place } = honest.roundState(viewpoint)
      known.standing ??= honest.standing(viewpoint, validator.hotkey.address)
      const said = new Map<number, Bitmaps>([...known.standing, ...known.sent])
      const fresh = changedAttestations(honest.attestations(viewpoint, validator.holder, known.standing), said)
      for (const one of fresh) known.sent.set(one.issue, one)
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
