import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { duration, localTime, timeOfBlock } from "../format/time.ts"
import { useHead, usePace } from "../live/live.ts"
import { useNow } from "../live/now.ts"

interface Props {
  readonly to: Moment
  readonly label: string
  /** The text once the block is reached. */
  readonly reached: string
}

/** The time left until a block, computed from the chain's blocks. */
export const Countdown = ({ to, label, reached }: Props) => {
  const head = useHead()
  const pace = usePace()
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
  const time = timeOfBlock(to.block, head, pace)
  // Counts on between blocks by the page's clock, but an index that is behind must not count down to zero.
  const seconds = Math.max((time - now) / 1_000, 0)
  return (
    <span
      className="countdown"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: when that is in local time is said in the focus too, not on hover only
      tabIndex={0}
      title={`block ${wholeNumber(to.block)} · ≈ ${localTime(time)} your time · ${wholeNumber(blocks)} blocks from now`}
    >
      {label} {seconds < 1 ? `in ${wholeNumber(blocks)} blocks` : `in ≈ ${duration(seconds)}`}
    </span>
  )
}
