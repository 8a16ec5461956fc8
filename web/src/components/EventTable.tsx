import { kindOf } from "../../../src/story/eventKinds.ts"
import { tellEvent } from "../../../src/story/sentences.ts"
import type { Event } from "../api/types.ts"
import { sentence, shortAccount } from "../format/names.ts"
import { Table } from "./Lists.tsx"
import { CallLink } from "./Names.tsx"
import { Told } from "./Told.tsx"
import { Json, When } from "./Values.tsx"

/** The contract's events in sentences. Each has its record and its call behind "details". */
export const EventTable = ({ items, caption }: { readonly items: ReadonlyArray<Event>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ at, index }) => `${at.block}-${index}`}
    look="feed"
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="short" /> },
      {
        name: "What happened",
        cell: ({ name, fields, names }) => (
          <span className="happened" data-kind={kindOf(name)}>
            <Told sentence={tellEvent({ name, fields }, names)} />
          </span>
        )
      },
      {
        name: "Block and call",
        cell: ({ at, call }) =>
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
      },
      { name: "Record", cell: ({ fields, name }) => <Json value={fields} label={sentence(name)} /> }
    ]}
  />
)
