import { useRef, useState } from "react"
import { kindOf } from "../../../src/story/eventKinds.ts"
import { tellEvent } from "../../../src/story/sentences.ts"
import { endpoints } from "../api/endpoints.ts"
import type { Event } from "../api/types.ts"
import { Sliding } from "../components/Sliding.tsx"
import { Told } from "../components/Told.tsx"
import { When } from "../components/Values.tsx"
import { useList } from "../data/hooks.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

const SHOWN = 6

const keyOf = ({ at, index }: Event) => `${at.block}-${index}`

/** What spectators care about: matches, wins and payments. */
const EVENTS = ["CompetitionStarted", "CompetitionWon", "BountyPaid"]

/** The latest of these, newest first, on every view. New ones slide in, unless it is paused. Screen readers find it, but are not interrupted. */
export const Ticker = () => {
  const { items: latest } = useList(endpoints.events({ name: EVENTS, limit: `${SHOWN}` }))
  const [paused, setPaused] = useState<ReadonlyArray<Event> | undefined>(undefined)
  // What a pointer or the focus is on stays where it is.
  const [touched, setTouched] = useState<ReadonlyArray<Event> | undefined>(undefined)
  const items = paused ?? touched ?? latest
  const place = useRef<HTMLOListElement>(null)
  const hold = () => setTouched((before) => before ?? items)
  const release = () => setTouched(undefined)
  if (items === undefined) return null
  if (items.length === 0) return <p className="muted">Matches, wins and payments will run here.</p>
  return (
    <>
      <Sliding place={place} shown={items} slides>
        <ol className="ticker-items" ref={place} onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={release}>
          {items.map((event) => (
            <li key={keyOf(event)} className="happened" data-kind={kindOf(event.name)}>
              <Told sentence={tellEvent(event, event.names)} /> <When at={event.at} as="short" />
            </li>
          ))}
        </ol>
      </Sliding>
      <Link to={pageAddress("events")} className="ticker-all">
        All events
      </Link>
      <button
        type="button"
        className="quiet ticker-pause"
        aria-pressed={paused !== undefined}
        title={paused === undefined ? "Show no new events here" : "Show new events again"}
        onClick={() => setPaused(paused === undefined ? items : undefined)}
      >
        <span aria-hidden="true">{paused === undefined ? "❚❚" : "▶"}</span>
        <span className="hidden">Pause</span>
      </button>
    </>
  )
}
