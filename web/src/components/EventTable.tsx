import { type EventName, kindOf } from "../../../src/story/eventKinds.ts"
import { tellEvent } from "../../../src/story/sentences.ts"
import type { Event } from "../api/types.ts"
import { wholeNumber } from "../format/amount.ts"
import { sentence, shortAccount } from "../format/names.ts"
import { Table } from "./Lists.tsx"
import { CallLink } from "./Names.tsx"
import { Told } from "./Told.tsx"
import { Json, When } from "./Values.tsx"

/** What many validators do again and again, and what says little by itself. */
const REPEATED: ReadonlySet<string> = new Set<EventName>(["EnrolmentAttested", "EnrolmentsRenewed", "WeightsNoted"])

/** An event, and the neighbours that repeat it, in the list's order. */
type Row = readonly [Event, ...ReadonlyArray<Event>]

const rowsOf = (items: ReadonlyArray<Event>): ReadonlyArray<Row> => {
  const rows: Array<[Event, ...Array<Event>]> = []
  for (const event of items) {
    const last = rows.at(-1)
    if (last !== undefined && last[0].name === event.name && REPEATED.has(event.name)) last.push(event)
    else rows.push([event])
  }
  return rows
}

const keyOf = ({ at, index }: Event) => `${at.block}-${index}`

const Happened = ({ event: { name, fields, names } }: { readonly event: Event }) => (
  <span className="happened" data-kind={kindOf(name)}>
    <Told sentence={tellEvent({ name, fields }, names)} />
  </span>
)

const ItsCall = ({ event: { at, call } }: { readonly event: Event }) =>
  call === null ? (
    <CallLink at={at} />
  ) : (
    <>
      <CallLink at={at} call={call} />{" "}
      <span className="muted" title={call.signer ?? undefined}>
        {call.message ?? "a call"}
        {call.signer === null ? "" : ` by ${shortAccount(call.signer)}`}
      </span>
    </>
  )

const ItsRecord = ({ event: { fields, name } }: { readonly event: Event }) => <Json value={fields} label={sentence(name)} />

interface Props {
  readonly items: ReadonlyArray<Event>
  readonly caption: string
  /** Whether each event has a row of its own, because the reader asked for its kind. */
  readonly isWhole?: boolean
}

/** The contract's events in sentences, each with its call, and with its record behind "details"; those that repeat the one before are folded into its row. */
export const EventTable = ({ items, caption, isWhole = false }: Props) => (
  <Table
    caption={caption}
    items={isWhole ? items.map((event): Row => [event]) : rowsOf(items)}
    keyOf={(row) => keyOf(row.at(-1) ?? row[0])}
    look="feed"
    columns={[
      { name: "When", cell: ([{ at }]) => <When at={at} as="short" /> },
      {
        name: "What happened",
        cell: ([event, ...others]) => (
          <>
            <Happened event={event} />
            {others.length === 0 ? null : (
              <details className="more">
                <summary>and {wholeNumber(others.length)} more like this</summary>
                <ul>
                  {others.map((other) => (
                    <li key={keyOf(other)}>
                      <Happened event={other} /> <ItsCall event={other} /> <ItsRecord event={other} />
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )
      },
      { name: "Block and call", cell: ([event]) => <ItsCall event={event} /> },
      { name: "Record", cell: ([event]) => <ItsRecord event={event} /> }
    ]}
  />
)
