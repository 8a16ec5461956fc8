/** The honest validators of a season: each decides for itself, in an order that is drawn anew for every block and purpose. */
import type { Ledger } from "../network/ledger.ts"
import { randomOf } from "../random.ts"
import type { HonestBehaviour } from "./behaviour.ts"
import type { Validator } from "./Validator.ts"

/** Every validator checks GitHub once within this many blocks. */
export const JUDGING_BLOCKS = 40

interface HonestContext {
  readonly ledger: Ledger
  readonly seed: number
  readonly validators: ReadonlyArray<Validator>
  readonly round: () => number
  readonly canAct: (validator: Validator) => boolean
  readonly behaviour: HonestBehaviour
}

export const makeHonestSide = ({ behaviour, canAct, ledger, round, seed, validators }: HonestContext) => {
  /** Calls every validator that can act at the current block. */
  const eachInTurn = (what: "attest" | "pair" | "keepUp"): void => {
    const order = randomOf(seed, `order ${round()} ${ledger.block()} ${what}`).shuffled(validators.filter(canAct))
    for (const validator of order) behaviour[what](validator)
  }

  /** Each validator checks GitHub at its own block, so a short-lived state is seen by some validators and missed by others. */
  const judgeInTurn = (from: number): void => {
    const random = randomOf(seed, `judges ${round()} ${from}`)
    const turns = validators.filter(canAct).map((validator) => ({ validator, at: from + random.below(JUDGING_BLOCKS) }))
    for (const { at, validator } of turns.toSorted((left, right) => left.at - right.at || left.validator.index - right.validator.index)) {
      ledger.reach(at)
      behaviour.judge(validator)
    }
  }

  return { eachInTurn, judgeInTurn }
}
