import { wholeNumber } from "../format/amount.ts"
import { BLOCK_SECONDS, duration, localTime } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"
import { type Staleness, stalenessOf } from "../live/staleness.ts"

/** The warning and its meaning in one sentence. */
const said = (stale: Staleness): string => {
  switch (stale.kind) {
    case "interrupted":
      return `The server does not answer. You see what was known at ${localTime(stale.since)}; the page keeps trying.`
    case "no database":
      return "The server cannot reach its database. What you see may be old; the server keeps trying."
    case "empty":
      return "Nothing is indexed yet. This page fills by itself once gittensor index has read its first block."
    case "behind": {
      const blocks = wholeNumber(stale.blocks)
      const about = duration(stale.blocks * BLOCK_SECONDS)
      return stale.by === "chain"
        ? `The index is ${blocks} blocks behind the chain (about ${about}). Newer events are not shown yet.`
        : `The newest indexed block is about ${about} old (${blocks} blocks by the clock). Either the index is behind or the chain cannot be reached. Newer events are not shown.`
    }
  }
}

/** Shown over every view while data is stale. */
export const StaleBanner = () => {
  const live = useLive()
  const stale = stalenessOf(live, useNow(2))
  return (
    <div role="status" className="banner-place">
      {stale === undefined ? null : (
        <p className="banner" data-kind={stale.kind}>
          {said(stale)}
        </p>
      )}
    </div>
  )
}
