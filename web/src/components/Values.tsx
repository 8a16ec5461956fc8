import { exactAlpha, shortAlpha } from "../../../src/story/figures.ts"
import type { CompetitionStatus, Evidence, IssueStatus, Moment } from "../api/types.ts"
import { cssPercent, percent, wholeNumber, written } from "../format/amount.ts"
import { shownJson } from "../format/json.ts"
import { briefTime, leftUntil, localTime, relativeTime, timeOfBlock } from "../format/time.ts"
import { useHead, useIsNewEstimate, useLive, usePace } from "../live/live.ts"
import { useNow, useOfNow } from "../live/now.ts"

/** A time without a block, such as GitHub's. */
export interface TimeOnly {
  readonly block: null
  readonly time: string
}

interface WhenProps {
  readonly at: Moment | TimeOnly
  /** "relative" and "both": 3 h ago, with the block; "short": without the block; "time": the local time. */
  readonly as?: "relative" | "time" | "both" | "short"
}

/** A time, as relative as it is read, and its block. The title shows it to the second on hover and focus; paper and facts show the local time. */
export const When = ({ at, as = "relative" }: WhenProps) => {
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

interface CountdownProps {
  readonly to: Moment
  readonly label: string
  /** The text once the block is reached. */
  readonly reached: string
}

/** The time left until a block by the server's estimate, or the blocks left. */
export const Countdown = ({ to, label, reached }: CountdownProps) => {
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

interface AmountProps {
  readonly rao: string
  /** Fees are in TAO; all other amounts are in alpha. */
  readonly unit?: "α" | "τ"
  readonly decimals?: number
}

/** Whether the shown text is the exact amount. */
const isWhole = (short: string, exact: string): boolean => {
  const [whole = "", fraction = ""] = short.split(".")
  return `${whole}.${fraction.padEnd(9, "0")}` === exact
}

/** A shortened amount. Its title has all decimals, shown on hover, touch and focus. */
export const Amount = ({ rao, unit = "α", decimals = 4 }: AmountProps) => {
  const [short, exact] = [shortAlpha(rao, decimals), exactAlpha(rao)]
  const name = unit === "α" ? "alpha" : "TAO"
  const title = `${written(exact)} ${name} (${rao} rao)`
  const shown = (
    <>
      {written(short)}
      <span className="unit">
        {" "}
        <span aria-hidden="true">{unit}</span>
        <span className="hidden">{name}</span>
      </span>
    </>
  )
  return isWhole(short, exact) ? (
    <span className="amount" title={title}>
      {shown}
    </span>
  ) : (
    <button type="button" className="amount" title={title}>
      {shown}
    </button>
  )
}

interface ShareBarProps {
  /** From 0 to 1. */
  readonly share: number
  /** Of what. */
  readonly label: string
  readonly said?: string
}

export const ShareBar = ({ share, label, said = percent(share, 1) }: ShareBarProps) => (
  <span className="share">
    <span>{said}</span>
    <span className="bar" role="img" aria-label={`${label}: ${said}`} style={{ display: "block" }}>
      <span style={{ width: cssPercent(share, 2) }} />
    </span>
  </span>
)

type Status = IssueStatus | CompetitionStatus

const STATUS_MEANS: Readonly<Record<Status, string>> = {
  Funding: "the treasury is filling its bounty",
  Open: "its bounty is full: enrolled miners can be paired",
  Competing: "two miners compete for it",
  Solved: "solved, for good; the bounty waits for its payment",
  Paid: "the bounty was paid",
  Cancelled: "it was cancelled; its money is free for other issues",
  Running: "it is running",
  Won: "one of the two solved the issue",
  Expired: "validators gave no verdict in time",
  Unsolved: "nobody solved it before the deadline",
  Void: "its issue was cancelled or its pair dissolved: nobody won or lost"
}

/** The status of an issue or a competition. */
export const StatusChip = ({ status }: { readonly status: Status }) => (
  <span className="chip" data-status={status} title={STATUS_MEANS[status]}>
    {status}
  </span>
)

const SEVERITY_MEANS: Readonly<Record<Evidence["severity"], string>> = {
  wrong: "somebody broke the rules",
  missing: "something is not there or cannot be told, which happens to honest validators too"
}

/** How severe something is that an audit found. */
export const SeverityChip = ({ severity, text = severity }: { readonly severity: Evidence["severity"]; readonly text?: string }) => (
  <span className="chip" data-severity={severity} title={SEVERITY_MEANS[severity]}>
    {text}
  </span>
)

/** All recorded fields as JSON, folded. */
export const Json = ({ value, label }: { readonly value: unknown; readonly label: string }) => (
  <details className="json">
    <summary>{label}</summary>
    <pre>{shownJson(value)}</pre>
  </details>
)
