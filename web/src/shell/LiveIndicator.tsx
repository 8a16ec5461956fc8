import { wholeNumber } from "../format/amount.ts"
import { ago } from "../format/time.ts"
import { type Live, useLive } from "../live/live.ts"
import { useNow, useOwnNow } from "../live/now.ts"
import { type Staleness, stalenessOf } from "../live/staleness.ts"

const CONNECTIONS: Readonly<Record<Live["connection"], string>> = { connecting: "Connecting…", live: "Live", interrupted: "Interrupted" }
const STALE_TEXTS: Readonly<Record<Staleness["kind"], string>> = {
  interrupted: "Interrupted",
  "no database": "No database",
  empty: "Empty",
  behind: "Behind",
  chain: "No new blocks",
  "old export": "Old export",
  github: "No GitHub"
}

/** Shows whether the page is current, and the newest indexed block. It is "Live" only if no banner says otherwise. */
export const LiveIndicator = () => {
  const live = useLive((live) => live)
  const [now, own] = [useNow(2), useOwnNow(2)]
  const { connection, head, exported } = live
  const current = exported === undefined || connection !== "live" ? CONNECTIONS[connection] : "Export"
  const stale = connection === "live" ? stalenessOf(live, own) : undefined
  return (
    <div className="live" data-state={stale === undefined ? connection : "stale"}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-said">{stale === undefined ? current : STALE_TEXTS[stale.kind]}</span>
      <span className="live-head">
        {head === undefined
          ? "no block yet"
          : `${exported === undefined ? "" : "as of "}block ${wholeNumber(head.block)}, ${ago((now - head.time) / 1_000)}`}
      </span>
    </div>
  )
}
