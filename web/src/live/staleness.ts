/** Tells how current the shown data is. */
import type { Live } from "./live.ts"

/** Blocks behind that are worth a warning, and the milliseconds that they take at least: a fast chain is many blocks ahead in a moment. */
const [WORTH_SAYING, AT_LEAST] = [10, 30_000]
/** Shorter interruptions are not reported. */
const PATIENCE = 6_000

export type Staleness =
  /** The server does not answer; the data is from this time. */
  | { readonly kind: "interrupted"; readonly since: number }
  | { readonly kind: "no database" }
  | { readonly kind: "empty" }
  /** `by`: what it was measured by; by the clock it may be the chain that stands still. */
  | { readonly kind: "behind"; readonly blocks: number; readonly by: "chain" | "clock" }
  /** The index cannot ask GitHub since this time. */
  | { readonly kind: "github"; readonly refused: boolean; readonly since: number }

/** Undefined if the data is current. */
export const stalenessOf = ({ connection, heardAt, health, head, pace }: Live, now: number): Staleness | undefined => {
  if (connection === "interrupted" && heardAt !== undefined && now - heardAt > PATIENCE) return { kind: "interrupted", since: heardAt }
  if (health === undefined) return undefined
  if (!health.database) return { kind: "no database" }
  if (health.index === null && head === undefined) return { kind: "empty" }
  if (health.behind !== null && health.behind >= Math.min(WORTH_SAYING, health.limit) && health.behind * pace >= AT_LEAST)
    return { kind: "behind", blocks: health.behind, by: health.behindBy }
  // A rate limit that is used up is ordinary: what is due then comes within the hour.
  if (health.github?.trouble !== "refused" && health.github?.trouble !== "unanswered") return undefined
  return { kind: "github", refused: health.github.trouble === "refused", since: Date.parse(health.github.since) }
}
