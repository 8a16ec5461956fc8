import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { duration, timeOfBlock } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { useNow } from "../live/now.ts"
import { When } from "./When.tsx"

interface Props {
  readonly startedAt: Moment
  readonly submissionsFrom: Moment
  readonly deadline: Moment
  readonly outcomeUntil: Moment
  /** When the competition ended, which stops the clock. */
  readonly endedAt: Moment | null
}

const STRETCHES = [
  ["window", "submission window", "pull requests do not count yet"],
  ["submissions", "pull requests count", "until the deadline"],
  ["verdict", "last votes", "validators decide"]
] as const

/** The course of a competition as a line with its current position, and the time until the next stretch. */
export const CompetitionClock = ({ startedAt, submissionsFrom, deadline, outcomeUntil, endedAt }: Props) => {
  const { head, pace } = useLive()
  const now = useNow()
  const length = Math.max(1, outcomeUntil.block - startedAt.block)
  const at = endedAt?.block ?? head?.block ?? startedAt.block
  const share = (block: number) => Math.min(1, Math.max(0, (block - startedAt.block) / length))
  const edges = [startedAt, submissionsFrom, deadline, outcomeUntil]
  const next = endedAt === null ? edges.slice(1).find(({ block }) => block > at) : undefined
  const index = next === undefined ? -1 : edges.indexOf(next) - 1
  const stretch = STRETCHES[index]
  const ahead = next === undefined || head === undefined ? undefined : Math.max(0, (timeOfBlock(next.block, head, pace) - now) / 1_000)
  return (
    <div className="clock" data-over={endedAt === null ? undefined : ""}>
      <p className="clock-now">
        {endedAt !== null ? (
          <span className="muted">
            ended <When at={endedAt.time === null ? endedAt : { block: null, time: endedAt.time }} />
          </span>
        ) : stretch === undefined ? (
          <span>no decision in time: anybody may let it expire now</span>
        ) : (
          <>
            <strong className="clock-time" title={next === undefined ? undefined : `until block ${wholeNumber(next.block)}`}>
              {ahead === undefined || next === undefined
                ? "…"
                : ahead < 1
                  ? `${wholeNumber(next.block - at)} blocks`
                  : `≈ ${duration(ahead)}`}
            </strong>
            <span className="muted">
              <span className="clock-stretch">{stretch[1]}: </span>
              {stretch[2]}
            </span>
          </>
        )}
      </p>
      <div className="clock-track" aria-hidden="true">
        {STRETCHES.map(([name], place) => {
          const [begin, end] = [edges[place], edges[place + 1]]
          if (begin === undefined || end === undefined) return null
          const width = share(end.block) - share(begin.block)
          const passed = end.block === begin.block ? 1 : Math.min(1, Math.max(0, (at - begin.block) / (end.block - begin.block)))
          return (
            <span key={name} data-stretch={name} style={{ flexGrow: Math.max(width, 0.06) }}>
              <span style={{ width: `${passed * 100}%` }} />
            </span>
          )
        })}
      </div>
    </div>
  )
}
