import { cssPercent, exactAlpha, percent, shareOf } from "../format/amount.ts"
import { Amount } from "./Values.tsx"
import { Worth } from "./Worth.tsx"

interface Props {
  readonly funded: string
  readonly target: string
  readonly status: "Funding" | "Open" | "Competing" | "Solved" | "Paid" | "Cancelled"
  /** Its place in the funding queue; null once it is funded. */
  readonly queuePosition: number | null
}

const noteOf = ({ status, queuePosition, funded, target }: Props): string => {
  if (status === "Cancelled") return "cancelled"
  if (status === "Paid") return "paid"
  if (queuePosition !== null)
    return `${percent(shareOf(funded, target))}, ${queuePosition === 1 ? "next" : `no. ${queuePosition}`} in the queue`
  return BigInt(funded) >= BigInt(target) ? "funded" : `${percent(shareOf(funded, target))} funded`
}

/** An issue's bounty, its funded part, and its place in the queue. */
export const BountyBar = (props: Props) => {
  const { funded, target, status } = props
  // Its target was what could be given; what the winner got is all of it.
  const whole = status === "Paid" ? funded : target
  const [share, said] = [shareOf(funded, whole), `${exactAlpha(funded)} of ${exactAlpha(whole)} alpha`]
  return (
    <div className="bounty" data-status={status}>
      <div className="bounty-words">
        <strong>
          <Amount rao={whole} />
        </strong>
        {status === "Paid" || status === "Cancelled" ? null : <Worth rao={target} />}
        <span className="muted">{noteOf(props)}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> can't be drawn like this in every browser */}
      <div
        className="bar"
        role="meter"
        aria-label="Bounty funded"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={said}
        title={said}
      >
        <span style={{ width: cssPercent(share, 2) }} />
      </div>
    </div>
  )
}
