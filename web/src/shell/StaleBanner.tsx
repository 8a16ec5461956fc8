import { useState } from "react"
import { hasAnswers } from "../data/store.ts"
import { wholeNumber } from "../format/amount.ts"
import { duration, localTime } from "../format/time.ts"
import { type Live, useLive } from "../live/live.ts"
import { useOwnNow } from "../live/now.ts"
import { type Staleness, stalenessOf } from "../live/staleness.ts"

/** The warning in one sentence, and what it means, for which a phone has no room. */
const said = (stale: Staleness, pace: Live["pace"]): readonly [warning: string, meaning: string] => {
  switch (stale.kind) {
    case "interrupted":
      return [
        "The server does not answer.",
        `${hasAnswers() ? `You see what was known at ${localTime(stale.since)}` : "Nothing was read yet"}; the page keeps trying.`
      ]
    case "no database":
      return ["The server cannot reach its database.", "What you see may be old; the server keeps trying."]
    case "empty":
      return ["Nothing is indexed yet.", "This page fills by itself once gittensor index has read its first block."]
    case "behind": {
      const blocks = wholeNumber(stale.blocks)
      const about = pace === null ? "" : ` (about ${duration((stale.blocks * pace.milliseconds) / 1_000)})`
      return stale.by === "chain"
        ? [`The index is ${blocks} blocks behind the chain${about}.`, "Newer events are not shown yet."]
        : [
            `The index is ${blocks} blocks behind by the clock${about}.`,
            `Either the index is behind or the chain cannot be reached. Newer events are not shown.`
          ]
    }
    case "chain": {
      const since = duration(stale.seconds)
      return stale.trouble === "silent"
        ? [`The server has not reached the chain for ${since}.`, "Newer events are not shown; the server keeps trying."]
        : [`The chain has finalised no block for ${since}.`, "What you see is its last state. Nothing happens until it goes on."]
    }
    case "old export":
      return [
        `What you see is ${duration(stale.age / 1_000)} old, as of block ${wholeNumber(stale.block)}.`,
        "This page is an export. Either it is not written any more, or its index is behind, or the chain stands still."
      ]
    case "github":
      return [
        stale.refused ? "GitHub refuses the index's token." : "GitHub does not answer the index.",
        `Titles, pull requests and accounts may be missing, or older than ${localTime(stale.since)}${stale.refused ? "; the operator has to replace the token." : "; the index keeps trying."}`
      ]
  }
}

/** Shown over every view while data is stale. Once dismissed, it stays away until something else is wrong. */
export const StaleBanner = () => {
  const live = useLive((live) => live)
  const stale = stalenessOf(live, useOwnNow(2))
  const [dismissed, setDismissed] = useState<Staleness["kind"]>()
  if (dismissed !== undefined && stale?.kind !== dismissed) setDismissed(undefined)
  const shown = stale === undefined || stale.kind === dismissed ? undefined : stale
  const [warning, meaning] = shown === undefined ? [] : said(shown, live.pace)
  return (
    <div role="status" className="banner-place">
      {shown === undefined ? null : (
        <div className="banner" data-kind={shown.kind}>
          <p>
            {warning} <span className="banner-meaning">{meaning}</span>
          </p>
          <button type="button" className="quiet" aria-label="Dismiss this warning" onClick={() => setDismissed(shown.kind)}>
            ×
          </button>
        </div>
      )}
    </div>
  )
}
