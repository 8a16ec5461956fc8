import { COLLATERAL_KINDS, TREASURY_KINDS } from "../../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../../api/endpoints.ts"
import { CollateralTable, placeText } from "../../components/CollateralTable.tsx"
import { ChoiceField } from "../../components/Fields.tsx"
import { ListView, TableView } from "../../components/Lists.tsx"
import { CallLink, IssueName } from "../../components/Names.tsx"
import { Fold, Section } from "../../components/Page.tsx"
import { PayoutTable } from "../../components/PayoutTable.tsx"
import { Amount, Json, When } from "../../components/Values.tsx"
import { useList } from "../../data/hooks.ts"
import { spaced } from "../../format/names.ts"
import { useQuery } from "../../routes/useQuery.ts"

const choices = <K extends string>(kinds: ReadonlyArray<K>): ReadonlyArray<readonly [K | "", string]> => [
  ["", "all"],
  ...kinds.map((kind) => [kind, spaced(kind)] as const)
]

/** The individual flows with their events. */
export const Flows = () => {
  const query = useQuery()
  const kind = query.oneOf("kind", TREASURY_KINDS)
  const list = useList(endpoints.treasuryFlows({ kind }))
  return (
    <Fold title="All flows" isOpenOnWide>
      <div className="filters-row">
        <ChoiceField<(typeof TREASURY_KINDS)[number] | "">
          label="What"
          value={kind ?? ""}
          choices={choices(TREASURY_KINDS)}
          onChange={(value) => query.set({ kind: value })}
        />
      </div>
      <TableView
        list={list}
        height="16rem"
        empty={{
          title: "No movements yet",
          why: "Validators harvest every round. The income fills bounties in the order of registration."
        }}
        caption="Flows of the treasury"
        keyOf={(flow) => `${flow.at.block}-${flow.event}-${flow.kind}-${flow.issue?.id}`}
        columns={[
          { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
          { name: "What", cell: (flow) => <span title={flow.cause}>{spaced(flow.kind)}</span> },
          { name: "Amount", numeric: true, cell: ({ amount }) => <Amount rao={amount} /> },
          {
            name: "From and to",
            cell: ({ source, destination }) => (
              <span title={`${source} to ${destination}`}>
                {placeText(source)} to {placeText(destination)}
              </span>
            )
          },
          { name: "Issue", cell: ({ issue }) => (issue === null ? "" : <IssueName issue={issue} />) },
          { name: "Fields", cell: ({ details, cause }) => <Json value={details} label={cause} /> },
          { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
        ]}
      />
    </Fold>
  )
}

export const Payouts = () => (
  <Section title="Bounties paid" note="what arrived">
    <ListView
      list={useList(endpoints.payouts({}))}
      isOneOfSeveral
      empty={{ title: "No bounties paid yet", why: "A bounty is paid once validators have settled who solved its issue." }}
    >
      {(items) => <PayoutTable items={items} caption="Bounties paid" />}
    </ListView>
  </Section>
)

export const Collateral = () => {
  const query = useQuery()
  const kind = query.oneOf("collateral", COLLATERAL_KINDS)
  return (
    <Fold title="Collateral" note="miners' own money, separate from bounties" isOpenOnWide>
      <div className="filters-row">
        <ChoiceField<(typeof COLLATERAL_KINDS)[number] | "">
          label="Which"
          value={kind ?? ""}
          choices={choices(COLLATERAL_KINDS)}
          onChange={(value) => query.set({ collateral: value })}
        />
      </div>
      <ListView
        list={useList(endpoints.collateral({ kind }))}
        empty={{ title: "No movements", why: "If the settings require collateral, miners deposit it before they can be paired." }}
      >
        {(items) => <CollateralTable items={items} caption="Movements of collateral" />}
      </ListView>
    </Fold>
  )
}
