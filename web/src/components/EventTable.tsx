import type { Event } from "../api/types.ts"
import { sentence, shortAccount } from "../format/names.ts"
import { CallLink } from "./CallLink.tsx"
import { Json } from "./Json.tsx"
import { Table } from "./Table.tsx"
import { When } from "./When.tsx"

/** A table of the contract's events with their fields and calls. */
export const EventTable = ({ items, caption }: { readonly items: ReadonlyArray<Event>; readonly caption: string }) => (
  <Table
    caption={caption}
    items={items}
    keyOf={({ at, index }) => `${at.block}-${index}`}
    columns={[
      { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
      { name: "Event", cell: ({ name }) => <strong>{sentence(name)}</strong> },
      { name: "Fields", cell: ({ fields, name }) => <Json value={fields} label={`fields of ${name}`} /> },
      {
        name: "Call",
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
      }
    ]}
  />
)
