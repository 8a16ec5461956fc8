import { Fragment } from "react"
import type { TimelineEntry } from "./Timeline.tsx"
import { When } from "./Values.tsx"

interface Props {
  /** Oldest first, as the timeline has them. */
  readonly entries: ReadonlyArray<TimelineEntry>
  readonly most?: number
}

/** The last things that happened, newest first, each in one sentence. What is still to come is left out. */
export const Latest = ({ entries, most = 3 }: Props) => {
  const shown = entries
    .filter(({ ahead }) => ahead !== true)
    .slice(-most)
    .toReversed()
  return (
    <ol className="latest" aria-label="What happened last, newest first">
      {shown.map(({ key, at, title, tone }) => (
        <li key={key} data-tone={tone}>
          {at.time === null ? <Fragment /> : <When at={{ block: null, time: at.time }} />}
          <span>{title}</span>
        </li>
      ))}
    </ol>
  )
}
