/** The whitelist, and its vote weights by the contract's noted stake. */
import { least } from "../../../domain/Amount.ts"
import type { State } from "./State.ts"
import type { EventOf, Step } from "./Step.ts"
import type { Validator } from "./stored.ts"

const NO_NOTED_STAKE = { notedBefore: 0n, notedDay: 0n, notedSince: 0n }

const put = (step: Step, validator: Validator): void => {
  step.state.validators.set(validator.hotkey, validator)
  step.changes.validators.set(validator.hotkey, validator)
}

/** A new validator comes last on the whitelist, even if it was on it before. */
export const validatorAdded = (step: Step, { coldkeys, hotkey }: EventOf<"ValidatorAdded">["event"]): void => {
  step.state.validators.delete(hotkey)
  put(step, { hotkey, coldkeys, addedAt: step.facts.number, removedAt: null, ...NO_NOTED_STAKE })
}

export const validatorRemoved = (step: Step, { hotkey }: EventOf<"ValidatorRemoved">["event"]): void => {
  const validator = step.state.validators.get(hotkey)
  if (validator !== undefined) put(step, { ...validator, removedAt: step.facts.number, ...NO_NOTED_STAKE })
}

const whitelist = ({ validators }: State): ReadonlyArray<Validator> =>
  [...validators.values()].filter(({ removedAt }) => removedAt === null)

export const weightsNoted = (step: Step, { entries }: EventOf<"WeightsNoted">["event"]): void => {
  for (const [place, validator] of whitelist(step.state).entries()) {
    const noted = entries[place]
    if (noted !== undefined) put(step, { ...validator, notedBefore: noted.before, notedDay: noted.day, notedSince: noted.since })
  }
}

/** The subnet has ended: stake is no longer noted. All weigh what was, and their sum is the total. */
export const woundUp = (step: Step): void => {
  step.state.woundUp = true
  for (const validator of whitelist(step.state)) {
    const weight = least(validator.notedDay, validator.notedSince)
    put(step, { ...validator, notedBefore: 0n, notedDay: weight, notedSince: weight })
  }
}

export const removalAnnounced = (
  { state }: Step,
  { appliesFrom, appliesUntil, change, what }: EventOf<"ChangeAnnounced">["event"]
): void => {
  if (what._tag === "RemoveValidator") state.removals.set(change, { hotkey: what.hotkey, appliesFrom, appliesUntil })
}

/** Weight of a validator's vote in a block by noted stake; none while the validator may be removed. */
export const weightOf = ({ removals, validators }: State, hotkey: string, block: number): bigint => {
  for (const removal of removals.values())
    if (removal.hotkey === hotkey && removal.appliesFrom <= block && block <= removal.appliesUntil) return 0n
  const { notedDay, notedSince } = validators.get(hotkey) ?? NO_NOTED_STAKE
  return least(notedDay, notedSince)
}

/** Total weight, the denominator of vote shares: the greater of the last two days' sums. */
export const totalWeight = ({ validators }: State): bigint => {
  let [before, day] = [0n, 0n]
  for (const { notedBefore, notedDay } of validators.values()) {
    before += notedBefore
    day += notedDay
  }
  return before > day ? before : day
}
