import { wholeNumber } from "../format/amount.ts"
import { ago } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"

const SAID = { connecting: "Connecting…", live: "Live", interrupted: "Interrupted" } as const

/** Shows the connection to the stream and the newest indexed block. */
export const LiveIndicator = () => {
  const { connection, head } = useLive()
  const now = useNow(5)
  return (
    <div className="live" data-state={connection}>
      <span className="live-dot" aria-hidden="true" />
      <span className="live-said">{SAID[connection]}</span>
      <span className="live-head">
        {head === undefined ? "no block yet" : `block ${wholeNumber(head.block)}, ${ago((now - head.time) / 1_000)}`}
      </span>
    </div>
  )
}
