import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { briefTime, localTime, relativeTime, timeOfBlock } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useOfNow } from "../live/now.ts"

/** A time without a block, such as GitHub's. */
export interface TimeOnly {
  readonly block: null
  readonly time: string
}

interface Props {
  readonly at: Moment | TimeOnly
  /** "relative" and "both": 3 h ago, with the block; "short": without the block; "time": the local time. */
  readonly as?: "relative" | "time" | "both" | "short"
}

/** A time, as relative as it is read, and its block. The title shows it to the second on hover and focus; paper and facts show the local time. */
export const When = ({ at, as = "relative" }: Props) => {
  const { block } = at
  const known = at.time !== null
  const time = useLive(({ pace }) =>
    at.time !== null ? Date.parse(at.time) : at.block === null || pace === null ? undefined : timeOfBlock(at.block, pace)
  )
  const relative = useOfNow(10, (now) => (time === undefined || as === "time" ? undefined : relativeTime((time - now) / 1_000, !known)))
  const blockText = block === null ? undefined : `block ${wholeNumber(block)}`
  if (time === undefined) return <span className="when">{blockText}</span>
  const about = known ? "" : "≈ "
  const title = [blockText, `${about}${localTime(time)} your time`, new Date(time).toISOString()].filter((part) => part !== undefined)
  return (
    <time className="when" dateTime={new Date(time).toISOString()} title={title.join(" · ")} tabIndex={as === "time" ? undefined : 0}>
      {as === "time" ? (
        `${about}${briefTime(time)}`
      ) : (
        <>
          <span className="when-told">{relative}</span>
          <span className="when-written">
            {about}
            {briefTime(time)}
          </span>
        </>
      )}
      {as === "time" || as === "short" || blockText === undefined ? null : (
        <span className="when-block">
          {as === "relative" ? <span className="when-comma">, </span> : " "}
          {blockText}
        </span>
      )}
    </time>
  )
}
