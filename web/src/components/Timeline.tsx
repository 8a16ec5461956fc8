import type { ReactNode } from "react"
import type { CallRef, Moment } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { CallLink } from "./Names.tsx"
import { type TimeOnly, When } from "./Values.tsx"

export interface TimelineEntry {
  readonly key: string
  /** A block, or only a time for events on GitHub. */
  readonly at: Moment | TimeOnly
  readonly call?: CallRef | null
  readonly title: ReactNode
  readonly detail?: ReactNode
  /** Colours its mark. */
  readonly tone?: "a" | "b" | "good" | "bad" | "rule"
  /** Whether it is in the future. */
  readonly ahead?: boolean
}

/** The steps of a competition, the newest first. Future steps are dashed above them. `entries`: oldest first. */
export const Timeline = ({ entries, label }: { readonly entries: ReadonlyArray<TimelineEntry>; readonly label: string }) => (
  <ol className="timeline" aria-label={label} reversed>
    {entries.toReversed().map(({ key, at, call, title, detail, tone, ahead }) => (
      <li key={key} data-tone={tone} data-ahead={ahead ? "" : undefined}>
        <span className="timeline-when">
          <When at={at} as="time" />
          {at.block === null ? (
            <span className="muted">GitHub</span>
          ) : ahead ? (
            <span className="when-block">block {wholeNumber(at.block)}</span>
          ) : (
            <CallLink at={at} call={call ?? null} />
          )}
        </span>
        <div className="timeline-what">
          <p>
            {ahead ? <span className="hidden">to come: </span> : null}
            {title}
          </p>
          {detail === undefined ? null : <div className="timeline-detail">{detail}</div>}
        </div>
      </li>
    ))}
  </ol>
)

interface LatestProps {
  /** Oldest first, as the timeline has them. */
  readonly entries: ReadonlyArray<TimelineEntry>
  readonly most?: number
}

/** The last things that happened, newest first, each in one sentence. What is still to come is left out. */
export const Latest = ({ entries, most = 3 }: LatestProps) => {
  const shown = entries
    .filter(({ ahead }) => ahead !== true)
    .slice(-most)
    .toReversed()
  return (
    <ol className="latest" aria-label="What happened last, newest first">
      {shown.map(({ key, at, title, tone }) => (
        <li key={key} data-tone={tone}>
          {at.time === null ? null : <When at={{ block: null, time: at.time }} />}
          <span>{title}</span>
        </li>
      ))}
    </ol>
  )
}
