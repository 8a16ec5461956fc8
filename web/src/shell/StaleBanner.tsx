import { wholeNumber } from "../format/amount.ts"
import { duration, localTime } from "../format/time.ts"
import { type Live, useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"

/** Behind so much is worth a word; an index that follows the chain is one or two blocks behind. */
const WORTH_SAYING = 10
/** A connection that comes back within this time is no news. */
const PATIENCE = 6_000
const BLOCK_SECONDS = 12

interface Said {
  readonly kind: "stale" | "interrupted" | "empty"
  readonly text: string
}

/** What is wrong with how fresh this is, in a sentence with what it means; nothing when all is well. */
export const staleness = ({ connection, heardAt, health, head }: Live, now: number): Said | undefined => {
  if (connection === "interrupted" && heardAt !== undefined && now - heardAt > PATIENCE)
    return {
      kind: "interrupted",
      text: `The server does not answer. You see what was known at ${localTime(heardAt)}; it is asked again by itself.`
    }
  if (health === undefined) return undefined
  if (!health.database)
    return { kind: "stale", text: "The server cannot reach its database. What is shown may be old; it tries again by itself." }
  if (health.index === null && head === undefined)
    return { kind: "empty", text: "Nothing is indexed yet. It fills by itself when `gittensor index` reads its first block." }
  if (health.behind === null || health.behind < Math.min(WORTH_SAYING, health.limit)) return undefined
  const blocks = wholeNumber(health.behind)
  const about = duration(health.behind * BLOCK_SECONDS)
  return health.behindBy === "chain"
    ? { kind: "stale", text: `The index is ${blocks} blocks behind the chain (about ${about}): what happened since is not shown yet.` }
    : {
        kind: "stale",
        text: `The newest indexed block is about ${about} old (${blocks} blocks by the clock). Either the index is behind or the chain cannot be reached: what happened since is not shown.`
      }
}

/** Over every page, as long as it is so. */
export const StaleBanner = () => {
  const live = useLive()
  const said = staleness(live, useNow(2))
  return (
    <div role="status" className="banner-place">
      {said === undefined ? null : (
        <p className="banner" data-kind={said.kind}>
          {said.text}
        </p>
      )}
    </div>
  )
}
