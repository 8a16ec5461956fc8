import { clockOf, STRETCH_WORDS } from "../../../src/story/clock.ts"
import type { Scoreboard } from "../../../src/story/scoreboard.ts"
import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { leftUntil } from "../format/time.ts"
import { useHead, useIsNewEstimate, usePace } from "../live/live.ts"
import { useNow } from "../live/now.ts"
import { When } from "./Values.tsx"

interface Props {
  readonly startedAt: Moment
  readonly submissionsFrom: Moment
  readonly deadline: Moment
  readonly expiresFrom: Moment
  /** When the competition ended, which stops the clock. */
  readonly endedAt: Moment | null
  readonly state: Pick<Scoreboard, "phase" | "until" | "deciding">
}

const STRETCH_NAMES = Object.keys(STRETCH_WORDS)

/** What the match's clock says: the time until the next stretch, or what validators have decided so far. */
const ClockText = ({ endedAt, expiresFrom, state }: Pick<Props, "endedAt" | "expiresFrom" | "state">) => {
  const head = useHead()
  const pace = usePace()
  const isNew = useIsNewEstimate()
  const now = useNow()
  const clock = clockOf(state)
  if (endedAt !== null)
    return (
      <span className="muted">
        ended <When at={endedAt.time === null ? endedAt : { block: null, time: endedAt.time }} />
      </span>
    )
  switch (clock._tag) {
    case "Left":
      return head === undefined ? (
        <strong className="clock-time">…</strong>
      ) : (
        <>
          <strong className="clock-time" data-new={isNew ? "" : undefined} title={`until block ${wholeNumber(clock.block)}`}>
            {leftUntil(clock.block, head.block, pace, now)}
          </strong>
          <span className="muted">
            {clock.what}
            {isNew ? " · a new estimate" : null}
          </span>
        </>
      )
    case "Deciding":
      return (
        <>
          <strong className="clock-time" title={`from block ${wholeNumber(expiresFrom.block)} on, anyone can end the match`}>
            {STRETCH_WORDS.verdict}
          </strong>
          <span className="muted">{state.deciding}</span>
        </>
      )
    case "Overdue":
      return <span>{clock.what}</span>
    case "Ended":
      return null
  }
}

/** The course of a competition as a line with its current position, and what its clock says. */
export const CompetitionClock = ({ startedAt, submissionsFrom, deadline, expiresFrom, endedAt, state }: Props) => {
  const head = useHead()
  const length = Math.max(1, expiresFrom.block - startedAt.block)
  const at = endedAt?.block ?? head?.block ?? startedAt.block
  const share = (block: number) => Math.min(1, Math.max(0, (block - startedAt.block) / length))
  const edges = [startedAt, submissionsFrom, deadline, expiresFrom]
  return (
    <div className="clock" data-over={endedAt === null ? undefined : ""}>
      <p className="clock-now">
        <ClockText endedAt={endedAt} expiresFrom={expiresFrom} state={state} />
      </p>
      <div className="clock-track" aria-hidden="true">
        {STRETCH_NAMES.map((name, place) => {
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
