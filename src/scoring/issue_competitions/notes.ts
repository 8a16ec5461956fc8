/**
 * Tells when to send `noteWeights`, which notes the stake behind validators so that a loan of stake weighs nothing: at the day's turn, and when there
 * is less stake than noted. A lender would have to know the block of the next honest check. So the validator checks at every finalised head, and once
 * more in each half day, at a block that it draws and tells nobody: two of these are never more than a day apart.
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

/** Whether `noteWeights` would change anything at a block. */
const isNews = (head: BlockReference) =>
  Effect.flatMap(Contract, (contract) => contract.read("noteWeights", {}, head)).pipe(
    Effect.as(true),
    Effect.catchTag("ContractRefusal", (refusal) => (refusal.error._tag === "NothingToDo" ? Effect.succeed(false) : Effect.fail(refusal)))
  )

/** Whether a validator has less stake than is noted, by more than the chain's rounding. */
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

/** The random check of a period, at a block drawn anew for each period. */
interface DrawnCheck {
  readonly from: number
  readonly at: number
  readonly done: boolean
}

/** Returns whether the check is due at `block`, and the draw of the period to which the block belongs. A period has `period` blocks. */
export const drawn = (
  before: DrawnCheck | undefined,
  block: number,
  period: number,
  draw: (below: number) => number
): readonly [boolean, DrawnCheck] => {
  const now = before !== undefined && block < before.from + period ? before : { from: block, at: block + draw(period), done: false }
  const isDue = !now.done && now.at <= block
  return [isDue, { ...now, done: now.done || isDue }]
}

/**
 * Returns at each finalised head the `NoteWeights` chore, or none if there is nothing to note. `draw`: an unpredictable number from 0 to less than
 * its argument.
 */
export const make = Effect.fn("notes")(function* (hotkey: AccountAddress, draw: (below: number) => number = randomInt) {
  const looks = yield* Ref.make<DrawnCheck | undefined>(undefined)
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
