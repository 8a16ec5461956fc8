import { useState } from "react"
import { NO_DECISION, STRETCHES } from "../../../src/story/clock.ts"
import type { Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { duration, falling, timeOfBlock } from "../format/time.ts"
import { useHead, usePace } from "../live/live.ts"
import { useNow } from "../live/now.ts"
import { When } from "./When.tsx"

interface Props {
  readonly startedAt: Moment
  readonly submissionsFrom: Moment
  readonly deadline: Moment
  readonly outcomeUntil: Moment
  /** When the competition ended, which stops the clock. */
  readonly endedAt: Moment | null
  /** Once it is up to validators, what they have decided so far. */
  readonly deciding: string | null
}

const stretches = Object.entries(STRETCHES)

/** The seconds until a block, which only fall. */
const useFalling = (block: number, seconds: number): number => {
  const [last, setLast] = useState({ block, seconds })
  const shown = falling(last, { block, seconds })
  if (last.block !== block || last.seconds !== shown) setLast({ block, seconds: shown })
  return shown
}

const Left = ({
  to,
  blocks,
  seconds,
  what
}: {
  readonly to: number
  readonly blocks: number
  readonly seconds: number
  readonly what: string
}) => {
  const left = useFalling(to, seconds)
  return (
    <>
      <strong className="clock-time" title={`until block ${wholeNumber(to)}`}>
        {left < 1 ? `${wholeNumber(blocks)} blocks` : `≈ ${duration(left)}`}
      </strong>
      <span className="muted">{what}</span>
    </>
  )
}

/** The course of a competition as a line with its current position, and the time until the next stretch. */
export const CompetitionClock = ({ startedAt, submissionsFrom, deadline, outcomeUntil, endedAt, deciding }: Props) => {
  const head = useHead()
  const pace = usePace()
  const now = useNow()
  const length = Math.max(1, outcomeUntil.block - startedAt.block)
  const at = endedAt?.block ?? head?.block ?? startedAt.block
  const share = (block: number) => Math.min(1, Math.max(0, (block - startedAt.block) / length))
  const edges = [startedAt, submissionsFrom, deadline, outcomeUntil]
  const next = endedAt === null ? edges.slice(1).find(({ block }) => block > at) : undefined
  const index = next === undefined ? -1 : edges.indexOf(next) - 1
  const stretch = stretches[index]
  const ahead = next === undefined || head === undefined ? undefined : Math.max(0, (timeOfBlock(next.block, head, pace) - now) / 1_000)
  return (
    <div className="clock" data-over={endedAt === null ? undefined : ""}>
      <p className="clock-now">
        {endedAt !== null ? (
          <span className="muted">
            ended <When at={endedAt.time === null ? endedAt : { block: null, time: endedAt.time }} />
          </span>
        ) : stretch === undefined || next === undefined ? (
          <span>{NO_DECISION}</span>
        ) : deciding !== null ? (
          <>
            <strong className="clock-time" title={`until block ${wholeNumber(outcomeUntil.block)} at the latest`}>
              {STRETCHES.verdict}
            </strong>
            <span className="muted">{deciding}</span>
          </>
        ) : ahead === undefined ? (
          <strong className="clock-time">…</strong>
        ) : (
          <Left to={next.block} blocks={next.block - at} seconds={ahead} what={stretch[1]} />
        )}
      </p>
      <div className="clock-track" aria-hidden="true">
        {stretches.map(([name], place) => {
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
