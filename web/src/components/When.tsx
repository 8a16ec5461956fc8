import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { briefTime, localTime, relativeTime, timeOfBlock } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"

/** A time without a block, such as GitHub's. */
export interface TimeOnly {
  readonly block: null
  readonly time: string
}

interface Props {
  readonly at: Moment | TimeOnly
  /** "relative": 3 h ago, with the block; "time": the local time; "both": local time and block side by side. */
  readonly as?: "relative" | "time" | "both"
}

/** A time in the reader's time zone and its block. The title shows it to the second on hover and focus. */
export const When = ({ at, as = "relative" }: Props) => {
  const { head, pace } = useLive()
  const now = useNow(10)
  const { block } = at
  const known = at.time !== null
  const time = at.time !== null ? Date.parse(at.time) : block === null || head === undefined ? undefined : timeOfBlock(block, head, pace)
  const blockText = block === null ? undefined : `block ${wholeNumber(block)}`
  if (time === undefined) return <span className="when">{blockText}</span>
  const about = known ? "" : "≈ "
  const seconds = (time - now) / 1_000
  const relative = relativeTime(seconds, !known)
  const title = [blockText, `${about}${localTime(time)} your time`, new Date(time).toISOString()].filter((part) => part !== undefined)
  return (
    <time className="when" dateTime={new Date(time).toISOString()} title={title.join(" · ")} tabIndex={as === "relative" ? 0 : undefined}>
      {as === "relative" ? relative : `${about}${briefTime(time)}`}
      {as === "time" || blockText === undefined ? null : (
        <span className="when-block">
          {as === "relative" ? ", " : " "}
          {blockText}
        </span>
      )}
    </time>
  )
}
