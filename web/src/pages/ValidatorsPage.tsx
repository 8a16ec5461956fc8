import { endpoints } from "../api/endpoints.ts"
import type { Validator } from "../api/types.ts"
import { Amount } from "../components/Amount.tsx"
import { ChoiceField } from "../components/ChoiceField.tsx"
import { ListView } from "../components/ListView.tsx"
import { PageHead } from "../components/PageHead.tsx"
import { Section } from "../components/Section.tsx"
import { SeverityChip } from "../components/SeverityChip.tsx"
import { ShareBar } from "../components/ShareBar.tsx"
import { Table } from "../components/Table.tsx"
import { ValidatorName } from "../components/ValidatorName.tsx"
import { When } from "../components/When.tsx"
import { useList } from "../data/hooks.ts"
import { shareOf, sumOf } from "../format/amount.ts"
import { useQuery } from "../routes/useQuery.ts"
import { Consensus } from "./validators/Consensus.tsx"
import { Reports, WeightsSet } from "./validators/Published.tsx"
import { Settings } from "./validators/Settings.tsx"

/** Only validators on the whitelist have weight. */
const weighed = (items: ReadonlyArray<Validator>): string =>
  sumOf(items.flatMap(({ removedAt, stake }) => (removedAt === null && stake !== null ? [stake.weight] : [])))

const ValidatorTable = ({ items }: { readonly items: ReadonlyArray<Validator> }) => {
  const total = weighed(items)
  const faulty = new Set(useList(endpoints.evidence({ severity: "wrong" })).items?.map(({ validator }) => validator))
  return (
    <Table
      caption="Validators"
      items={items}
      keyOf={({ hotkey }) => hotkey}
      columns={[
        {
          name: "Validator",
          cell: ({ hotkey }) => (
            <span className="chips">
              <ValidatorName hotkey={hotkey} />
              {faulty.has(hotkey) ? <SeverityChip severity="wrong" text="rules broken" /> : null}
            </span>
          )
        },
        { name: "UID", numeric: true, cell: ({ uid }) => uid ?? <span className="muted">none</span> },
        {
          name: "Weight",
          numeric: true,
          cell: ({ stake }) =>
            stake === null ? <span className="muted">not checked yet</span> : <Amount rao={stake.weight} decimals={2} />
        },
        {
          name: "Share of the vote",
          cell: ({ stake, removedAt }) =>
            removedAt !== null ? (
              <span className="muted">off the whitelist</span>
            ) : stake === null ? (
              ""
            ) : (
              <ShareBar share={shareOf(stake.weight, total)} label="Share of the vote" />
            )
        },
        {
          name: "Agreement",
          cell: ({ votes }) =>
            votes.decided === 0 ? (
              <span className="muted">no decided votes</span>
            ) : (
              <ShareBar
                share={votes.agreed / votes.decided}
                label="Votes that agreed with the result"
                said={`${votes.agreed} of ${votes.decided}`}
              />
            )
        },
        {
          name: "Last vote",
          cell: ({ votes }) => (votes.lastAt === null ? <span className="muted">never</span> : <When at={votes.lastAt} as="both" />)
        },
        { name: "Permit", cell: ({ permit }) => (permit === null ? <span className="muted">not known</span> : permit ? "yes" : "no") },
        { name: "Axon", cell: ({ axon }) => axon ?? <span className="muted">none</span> },
        { name: "Coldkeys", numeric: true, cell: ({ coldkeys }) => <span title={coldkeys.join(", ")}>{coldkeys.length}</span> },
        { name: "Added", cell: ({ addedAt }) => <When at={addedAt} as="both" /> },
        { name: "Removed", cell: ({ removedAt }) => (removedAt === null ? "" : <When at={removedAt} as="both" />) }
      ]}
    />
  )
}

export default function ValidatorsPage() {
  const query = useQuery()
  const who = query.oneOf("who", ["all", "former"])
  const list = useList(endpoints.validators({ current: who === "all" ? undefined : who === "former" ? "false" : "true" }))
  return (
    <div className="page">
      <PageHead title="Validators">
        <p className="page-note">Their votes decide who competes and how a match ended. A vote weighs as much as the stake behind it.</p>
      </PageHead>
      <search className="filters">
        <div className="filters-row">
          <ChoiceField<"current" | "all" | "former">
            label="Who"
            value={who ?? "current"}
            choices={[
              ["current", "on the whitelist now"],
              ["former", "former ones"],
              ["all", "all"]
            ]}
            onChange={(value) => query.set({ who: value === "current" ? undefined : value })}
          />
        </div>
      </search>
      <Section title={who === "former" ? "Former validators" : who === "all" ? "All" : "On the whitelist"}>
        <ListView
          list={list}
          height="16rem"
          empty={{
            title: "None",
            why: (
              <>
                The owner adds validators to the contract's whitelist with <code>gittensor owner validators add</code>.
              </>
            )
          }}
        >
          {(items) => <ValidatorTable items={items} />}
        </ListView>
      </Section>
      <Consensus />
      <Settings />
      <WeightsSet />
      <Reports />
    </div>
  )
}
