/** Tells how current the shown data is. */
import type { Health } from "../api/types.ts"
import type { Live } from "./live.ts"

/** Blocks behind that are worth a warning, and the milliseconds that they take at least: a fast chain is many blocks ahead in a moment. */
const [WORTH_SAYING, AT_LEAST] = [10, 30_000]
/** Milliseconds after which an exported page's newest block is old. */
const OLD_AFTER = 300_000
/** Shorter interruptions are not reported. */
const REPORTED_AFTER = 6_000

export type Staleness =
  /** The server does not answer; the data is from this time. */
  | { readonly kind: "interrupted"; readonly since: number }
  | { readonly kind: "no database" }
  | { readonly kind: "empty" }
  /** `by`: what it was measured by; by the clock it may be the chain that stands still. */
  | { readonly kind: "behind"; readonly blocks: number; readonly by: "chain" | "clock" }
  /** The chain's endpoints do not answer the server, or its finalised head does not move, since this many seconds. */
  | { readonly kind: "chain"; readonly trouble: "silent" | "standing"; readonly seconds: number }
  /** The newest block of an exported page, and how many milliseconds ago it was made. */
  | { readonly kind: "old export"; readonly block: number; readonly age: number }
  /** The index cannot ask GitHub since this time. */
  | { readonly kind: "github"; readonly refused: boolean; readonly since: number }

/** A rate limit that is used up is ordinary: what is due then comes within the hour. */
const gitHubStaleness = (github: Health["github"]): Staleness | undefined =>
  github?.trouble === "refused" || github?.trouble === "unanswered"
    ? { kind: "github", refused: github.trouble === "refused", since: Date.parse(github.since) }
    : undefined

/** Undefined if the data is current. */
export const stalenessOf = ({ connection, heardAt, health, exported, head, pace }: Live, now: number): Staleness | undefined => {
  // A server that went away may have said last that its database did: what it said is of no use any more.
  if (connection === "interrupted" && heardAt !== undefined)
    return now - heardAt > REPORTED_AFTER ? { kind: "interrupted", since: heardAt } : undefined
  if (exported !== undefined && head !== undefined && now - head.time > OLD_AFTER)
    return { kind: "old export", block: head.block, age: now - head.time }
  if (exported !== undefined) return gitHubStaleness(exported.github)
  if (health === undefined) return undefined
  if (!health.database) return { kind: "no database" }
  if (health.index === null && head === undefined) return { kind: "empty" }
  const isBehind =
    health.behind !== null &&
    health.behind >= Math.min(WORTH_SAYING, health.limit) &&
    health.behind * (pace?.milliseconds ?? AT_LEAST) >= AT_LEAST
  // While the chain is in trouble, the clock says nothing about the index.
  if (isBehind && (health.chain === null || health.behindBy === "chain"))
    return { kind: "behind", blocks: health.behind, by: health.behindBy }
  if (health.chain !== null) return { kind: "chain", ...health.chain }
  return gitHubStaleness(health.github)
}
