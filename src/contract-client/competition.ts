/** The contract's competitions as the rules see them. Pure. */
import type { Competition } from "../domain/Competition.ts"
import { bitmapBytes } from "./bitmap.ts"
import type { Competition as StoredCompetition } from "./generated.ts"

/** Converts the contract's competition to the type that the rules use. */
export const toDomain = (stored: StoredCompetition): Competition => ({
  id: stored.id,
  issue: stored.issue,
  a: stored.a,
  b: stored.b,
  enrolled: bitmapBytes(stored.enrolled),
  skipped: bitmapBytes(stored.skipped),
  startedAt: stored.startedAt,
  status: stored.status._tag === "Won" ? { ...stored.status, winner: stored.status.winner === 0 ? 0 : 1 } : stored.status
})
