import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { leftUntil, localTime, timeOfBlock } from "../format/time.ts"
import { useHead, useIsNewEstimate, usePace } from "../live/live.ts"
import { useNow } from "../live/now.ts"

interface Props {
  readonly to: Moment
  readonly label: string
  /** The text once the block is reached. */
  readonly reached: string
}

/** The time left until a block by the server's estimate, or the blocks left. */
export const Countdown = ({ to, label, reached }: Props) => {
  const head = useHead()
  const pace = usePace()
  const isNew = useIsNewEstimate()
  const now = useNow()
  if (head === undefined)
    return (
      <span className="countdown">
        {label} at block {wholeNumber(to.block)}
      </span>
    )
  const blocks = to.block - head.block
  if (blocks <= 0)
    return (
      <span className="countdown" data-reached="">
        {reached}
      </span>
    )
  const at = pace === null ? "" : ` · ≈ ${localTime(timeOfBlock(to.block, pace))} your time, estimated at block ${wholeNumber(pace.block)}`
  return (
    <span
      className="countdown"
      data-new={isNew ? "" : undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: when that is in local time is said in the focus too, not on hover only
      tabIndex={0}
      title={`block ${wholeNumber(to.block)}${at} · ${wholeNumber(blocks)} blocks from now`}
    >
      {label} in {leftUntil(to.block, head.block, pace, now)}
    </span>
  )
}
