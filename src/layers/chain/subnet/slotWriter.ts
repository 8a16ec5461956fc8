/**
 * Writes one text into a slot that others write too. The pallet cannot change a part of a slot: a write replaces all of it. So the slot is read, all of it is
 * written again, and afterwards compared with what was there right before. What another process wrote in between is written once more.
 */
import { Effect, Schema } from "effect"
import * as Slot from "../../../domain/CommitmentSlot.ts"

/** Other processes with this hotkey replaced its commitment again and again. */
export class CommitmentContested extends Schema.TaggedError<CommitmentContested>()("CommitmentContested", {
  text: Schema.String,
  attempts: Schema.Number
}) {
  override get message() {
    return `"${this.text}" was committed ${this.attempts} times, but another process with the same hotkey replaced it each time: find out what else writes the hotkey's commitment`
  }
}

/** How often a slot is written at most. Between programs that write like this one, two attempts each are enough. */
const MAX_ATTEMPTS = 6

/** One hotkey's slot on a chain. `A` is what the chain says of a write. */
export interface SlotAccess<A, E, F> {
  /** The slot at the newest block. */
  readonly read: Effect.Effect<Slot.SlotFields, E>
  /** Replaces the slot. Ends when the block is final, with the slot as it was at the block before; null if another transaction took the place of this one. */
  readonly write: (fields: Slot.SlotFields) => Effect.Effect<{ readonly inclusion: A; readonly replaced: Slot.SlotFields } | null, F>
}

/** Writes a text beside everything else in the slot. Null if it was there already. */
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
  return yield* new CommitmentContested({ text: Slot.shownText(text), attempts: MAX_ATTEMPTS })
})
