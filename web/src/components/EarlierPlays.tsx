import { useMemo, useState } from "react"
import { askText, type Problem, problemFrom } from "../api/ask.ts"
import { addressOf, endpoints } from "../api/endpoints.ts"
import type { CompetitionDetail, Page, Play } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { useHead, usePace } from "../live/live.ts"
import { timelineOf } from "./competitionSteps.tsx"
import { ApiProblem } from "./Page.tsx"
import { Timeline, type TimelineEntry } from "./Timeline.tsx"

/** A page of a match's plays, newest first, from this cursor on. */
export const readPlays = async (id: number, cursor: string): Promise<Page<Play>> => {
  const { text } = await askText(addressOf({ ...endpoints.plays(id)({ sort: undefined }), parameters: { cursor, limit: "100" } }))
  return JSON.parse(text) as Page<Play>
}

interface ReadPlays {
  /** All plays that were shown when the last page came, oldest first. */
  readonly plays: ReadonlyArray<Play>
  /** Where the list goes on. */
  readonly next: string | null
}

interface Props {
  readonly competition: CompetitionDetail
  /** The timeline of the match's own answer. */
  readonly entries: ReadonlyArray<TimelineEntry>
}

/** A match's timeline, with a button for plays before the newest ones, which the match's own answer has. */
export const EarlierPlays = ({ competition, entries }: Props) => {
  const { id, plays, earlierPlays } = competition
  const head = useHead()
  const pace = usePace()
  const [read, setRead] = useState<ReadPlays>()
  const [isReading, setReading] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const shown = useMemo(() => {
    const { keyOf } = endpoints.plays(id)({ sort: undefined })
    return [...new Map([...(read?.plays ?? []), ...plays].map((play) => [keyOf(play), play])).values()]
  }, [id, plays, read])
  const all = useMemo(
    () => (read === undefined ? entries : timelineOf({ ...competition, plays: shown }, head, pace)),
    [competition, entries, read, shown, head, pace]
  )
  const cursor = read === undefined ? earlierPlays : read.next

  const readMore = async () => {
    if (cursor === null || isReading) return
    setReading(true)
    try {
      const { items, next } = await readPlays(id, cursor)
      setRead({ plays: [...items.toReversed(), ...shown], next })
      setProblem(undefined)
    } catch (error) {
      setProblem(problemFrom(error))
    } finally {
      setReading(false)
    }
  }

  return (
    <>
      <Timeline entries={all} label="Steps of the match" />
      {read === undefined && earlierPlays === null ? null : (
        <p className="list-foot">
          {/* It stays when it has nothing more to do, so that it keeps the focus. */}
          <button type="button" aria-disabled={cursor === null || isReading} onClick={() => void readMore()}>
            {isReading ? "Reading…" : cursor === null ? "All events are shown" : "Show earlier events"}
          </button>{" "}
          <span className="muted" role="status">
            {read === undefined ? null : `${wholeNumber(shown.length)} events`}
          </span>
        </p>
      )}
      {problem === undefined ? null : <ApiProblem problem={problem} again={() => void readMore()} />}
    </>
  )
}
