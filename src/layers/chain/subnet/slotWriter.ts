/**
 * Writes one text into a slot that other programs write too. The pallet can only replace a whole slot. So the writer reads the slot, writes all of it
 * again, and then compares it with the slot right before its write. It restores what another process wrote in between.
 */
import { Effect } from "effect"
import * as Slot from "../../../domain/CommitmentSlot.ts"
import { OperationFailed } from "../../../domain/failures.ts"

/** The most writes. Between programs that write like this one, two attempts each are enough. */
const MAX_ATTEMPTS = 6

/** One hotkey's slot on a chain. `A`: the chain's result of a write. */
export interface SlotAccess<A, E, F> {
  /** The slot at the newest block. */
  readonly read: Effect.Effect<Slot.SlotFields, E>
  /** Replaces the slot. Returns when the block is final, with the slot at the block before it; null if another transaction replaced this one. */
  readonly write: (fields: Slot.SlotFields) => Effect.Effect<{ readonly inclusion: A; readonly replaced: Slot.SlotFields } | null, F>
}

/** Writes a text and keeps everything else in the slot. Null if it was there already. */
export const writeText = Effect.fn("Subnet.writeText")(function* <A, E, F>(slot: SlotAccess<A, E, F>, text: Slot.SlotText) {
  const changes: Array<Slot.SlotChange> = []
  let included: A | null = null
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = yield* slot.read
    const restored = changes.reduce((fields, change) => Slot.redone(fields, change, text._tag), before)
    if (Slot.holds(before, text) && Slot.isSame(restored, before)) return included
    const written = yield* slot.write(yield* Slot.withText(restored, text))
    if (written === null) continue
    included = written.inclusion
    if (!Slot.isSame(written.replaced, before)) changes.push({ from: before, to: written.replaced })
  }
  return yield* new OperationFailed({
    message: `"${Slot.shownText(text)}" was committed ${MAX_ATTEMPTS} times, but another process with the same hotkey replaced it each time: find out what else writes the hotkey's commitment`
  })
})
