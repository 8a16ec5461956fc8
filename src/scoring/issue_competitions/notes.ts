/**
 * Noting what stake is behind the validators, so that a loan weighs nothing: the day's turn when it is due, and again whenever less is there than is noted. Whoever
 * lends stake for a block would have to know at which block the next honest look comes. So there is one at every finalised head, and one more in each half day, at
 * a block that a validator draws and tells nobody: two of these are never more than a day apart.
 */
import { randomInt } from "node:crypto"
import { Effect, Ref } from "effect"
import type { Electorate } from "../../contract-client/generated.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { DUST } from "../../domain/Collateral.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import { type Chore, isTurnAt, ownOf } from "./upkeep.ts"

/** Whether there is something to note at a block. */
const isNews = (head: BlockReference) =>
  Effect.flatMap(Contract, (contract) => contract.read("noteWeights", {}, head)).pipe(
    Effect.as(true),
    Effect.catchTag("ContractRefusal", (refusal) => (refusal.error._tag === "NothingToDo" ? Effect.succeed(false) : Effect.fail(refusal)))
  )

/** Whether a validator has less than is noted, by more than the chain's rounding. */
const hasLess = Effect.fn("hasLessStake")(function* ({ validators }: Electorate, head: BlockReference) {
  const subnet = yield* Subnet
  const stakes = yield* Effect.forEach(
    validators,
    ({ coldkeys, hotkey, noted }) =>
      Effect.forEach(coldkeys, (coldkey) => subnet.stakeOf(hotkey, coldkey, head)).pipe(
        Effect.map((parts) => parts.reduce((sum, part) => sum + part, DUST) < noted.since)
      ),
    { concurrency: 4 }
  )
  return stakes.some(Boolean)
})

/** The look of a period: a block that is drawn anew in each. */
interface Drawn {
  readonly from: number
  readonly at: number
  readonly done: boolean
}

/** The draw after a block, by periods of so many blocks, and whether the look is due there. */
export const drawn = (
  before: Drawn | undefined,
  block: number,
  period: number,
  draw: (below: number) => number
): readonly [boolean, Drawn] => {
  const now = before !== undefined && block < before.from + period ? before : { from: block, at: block + draw(period), done: false }
  const isDue = !now.done && now.at <= block
  return [isDue, { ...now, done: now.done || isDue }]
}

/** Tells at each finalised head what this validator should note: nothing while all is as noted. `draw`: a number from 0 on, that nobody can guess. */
export const make = Effect.fn("notes")(function* (hotkey: AccountAddress, draw: (below: number) => number = randomInt) {
  const looks = yield* Ref.make<Drawn | undefined>(undefined)
  return Effect.fn("notesOf")(function* (head: BlockReference) {
    const contract = yield* Contract
    const { day } = (yield* contract.stateAt(head)).config
    const isDrawn = yield* Ref.modify(looks, (before) => drawn(before, head.number, Math.max(1, Math.floor(day / 2)), draw))
    if (!(yield* isNews(head))) return []
    const note: Chore = { _tag: "NoteWeights", due: head.number }
    if (isDrawn) return [note]
    const electorate = yield* contract.read("validators", {}, head)
    const turn = electorate.turnedAt + day
    if (turn <= head.number) return yield* ownOf(hotkey, [{ ...note, due: turn }], head)
    return (yield* isTurnAt(hotkey, head)) && (yield* hasLess(electorate, head)) ? [note] : []
  })
})
