import type { EventKind } from "../../../../src/story/eventKinds.ts"
import { endpoints } from "../../api/endpoints.ts"
import { EventTable } from "../../components/EventTable.tsx"
import { ListView, TableView } from "../../components/Lists.tsx"
import { Account, CallLink, MinerName } from "../../components/Names.tsx"
import { Section } from "../../components/Page.tsx"
import { RatingTable } from "../../components/RatingTable.tsx"
import { Amount, Json, When } from "../../components/Values.tsx"
import { useList } from "../../data/hooks.ts"
import { sentence } from "../../format/names.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

/** The filters that all lists here share. */
export interface Range {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly sort: "newest" | "oldest" | undefined
}

const NO_RECORDS = "Nothing matches in these blocks. Remove a filter to see more."

export interface EventFilter extends Range {
  readonly kind: ReadonlyArray<EventKind> | undefined
  readonly name: string | undefined
  readonly issue: string | undefined
  readonly competition: string | undefined
}

export const Events = ({ name, ...filter }: EventFilter) => (
  <Section title="Events" note="of the contract">
    <ListView
      list={useList(endpoints.events({ ...filter, name: name === undefined ? undefined : [name] }))}
      height="24rem"
      empty={{ title: "No event", why: NO_RECORDS }}
    >
      {(items) => <EventTable items={items} caption="Events" isWhole={name !== undefined} />}
    </ListView>
  </Section>
)

export interface CallFilter extends Range {
  readonly message: string | undefined
  readonly signer: string | undefined
  readonly success: "true" | "false" | undefined
}

export const Calls = (filter: CallFilter) => (
  <Section title="Calls" note="of the contract, including failed ones">
    <TableView
      list={useList(endpoints.calls({ ...filter }))}
      height="24rem"
      empty={{ title: "No call", why: NO_RECORDS }}
      caption="Calls"
      keyOf={({ at, extrinsic, position }) => `${at.block}-${extrinsic}-${position}`}
      columns={[
        { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
        { name: "Call", cell: (call) => <CallLink at={call.at} call={call} /> },
        { name: "Message", cell: ({ message }) => <strong>{message === null ? "unknown message" : sentence(message)}</strong> },
        {
          name: "Signer",
          cell: ({ signer }) => (signer === null ? <span className="muted">nobody</span> : <Account address={signer} />)
        },
        {
          name: "Result",
          cell: ({ success, error }) =>
            success ? <span className="plus">took effect</span> : <span className="minus">failed{error === null ? "" : `: ${error}`}</span>
        },
        { name: "Fee", numeric: true, cell: ({ fee }) => <Amount rao={fee} unit="τ" decimals={6} /> },
        { name: "Arguments", cell: (call) => <Json value={call.arguments} label="arguments" /> },
        { name: "Extrinsic's hash", cell: ({ extrinsicHash }) => <code className="cell-code">{extrinsicHash}</code> }
      ]}
    />
  </Section>
)

export const Blocks = (range: Range) => (
  <Section title="Blocks" note="that are indexed">
    <TableView
      list={useList(endpoints.blocks({ ...range }))}
      height="24rem"
      empty={{ title: "No block", why: NO_RECORDS }}
      caption="Blocks"
      keyOf={({ number }) => `${number}`}
      columns={[
        { name: "Block", cell: ({ number, time }) => <CallLink at={{ block: number, time }} /> },
        { name: "When", cell: ({ number, time }) => <When at={{ block: number, time }} as="time" /> },
        { name: "Hash", cell: ({ hash }) => <code className="cell-code">{hash}</code> }
      ]}
    />
  </Section>
)

export const RatingChanges = ({ from, to }: Range) => (
  <Section title="Rating changes" note="newest first">
    <ListView list={useList(endpoints.ratings({ from, to }))} height="24rem" empty={{ title: "No change", why: NO_RECORDS }}>
      {(items) => <RatingTable items={items} caption="Rating changes" withMiner />}
    </ListView>
  </Section>
)

export const Registrations = () => (
  <Section title="Registrations" note="on the subnet, newest first">
    <TableView
      list={useList(endpoints.registrations({}))}
      height="24rem"
      empty={{ title: "None yet", why: "A registration appears here when a hotkey gets a UID." }}
      caption="Registrations"
      keyOf={({ uid, heldFrom }) => `${uid}-${heldFrom.block}`}
      columns={[
        { name: "UID", numeric: true, cell: ({ uid }) => uid },
        {
          name: "Miner",
          cell: ({ hotkey, login }) => <MinerName miner={{ hotkey, login }} picture={false} />
        },
        {
          name: "Hotkey",
          cell: ({ hotkey }) => (
            <Link to={pageAddress("miner", { hotkey })}>
              <code className="cell-code">{hotkey}</code>
            </Link>
          )
        },
        { name: "Registered", cell: ({ registeredAt }) => <When at={registeredAt} as="both" /> },
        { name: "Held from", cell: ({ heldFrom }) => <When at={heldFrom} as="both" /> }
      ]}
    />
  </Section>
)
