import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { ago, briefTime, duration, localTime, timeOfBlock } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"

interface Props {
  readonly at: Moment
  /** "relative": 3 h ago; "time": the local time; "both": time and block side by side. */
  readonly as?: "relative" | "time" | "both"
}

/** When something is or was: the reader's time and the block, whichever is not shown on hover. */
export const When = ({ at, as = "relative" }: Props) => {
  const { head } = useLive()
  const now = useNow(10)
  const known = at.time !== null
  const time = at.time !== null ? Date.parse(at.time) : head === undefined ? undefined : timeOfBlock(at.block, head)
  const block = `block ${wholeNumber(at.block)}`
  if (time === undefined) return <span className="when">{block}</span>
  const about = known ? "" : "≈ "
  const seconds = (time - now) / 1_000
  const relative = seconds > 0 ? `in ${about}${duration(seconds).split(" ").slice(0, 2).join(" ")}` : known ? ago(-seconds) : `${about}now`
  const title = `${block} · ${about}${localTime(time)} your time · ${new Date(time).toISOString()}`
  return (
    <time className="when" dateTime={new Date(time).toISOString()} title={title}>
      {as === "relative" ? relative : `${about}${briefTime(time)}`}
      {as === "both" ? <span className="when-block"> {block}</span> : null}
    </time>
  )
}
