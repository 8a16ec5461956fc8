import { endpoints } from "../api/endpoints.ts"
import type { Validator } from "../api/types.ts"
import { ChoiceField } from "../components/Fields.tsx"
import { ListView, Table } from "../components/Lists.tsx"
import { Outlook } from "../components/Outlook.tsx"
import { PageHead, Section } from "../components/Page.tsx"
import { Undecided } from "../components/Undecided.tsx"
import { ValidatorName } from "../components/ValidatorName.tsx"
import { Amount, SeverityChip, ShareBar, When } from "../components/Values.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { useQuorum } from "../data/quorum.ts"
import { shareOf } from "../format/amount.ts"
import { useHead } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { useQuery } from "../routes/useQuery.ts"
import { Consensus } from "./validators/Consensus.tsx"
import { Reports, WeightsSent } from "./validators/Published.tsx"
import { Settings } from "./validators/Settings.tsx"

const Match = ({ id }: { readonly id: number }) => {
  const block = useHead()?.block
  const quorum = useQuorum()
  const { data: competition } = useAnswer(endpoints.competition(id))
  const { data: config } = useAnswer(endpoints.config())
  if (competition === undefined || competition.status !== "Running" || competition.outcome === null) return null
  const { issue, outcome, votes } = competition
  return (
    <>
      <p>
        <Link to={pageAddress("competition", { id })}>
          {issue.repository}#{issue.number}
        </Link>
        : <Outlook outcome={outcome} votes={votes} quorum={quorum} sides={competition} />
      </p>
      <Undecided competition={competition} block={block} chain={config?.chain} />
    </>
  )
}

/** Matches that are past their deadline, and what validators have voted so far; nothing while there is none. Those that started first end first. */
const Late = () => {
  const block = useHead()?.block
  const { items } = useList(endpoints.competitions({ status: ["Running"], sort: "oldest" }))
  const late = block === undefined ? [] : (items ?? []).filter(({ deadline }) => deadline.block < block)
  return late.length === 0 ? null : (
    <Section title="Past the deadline" note="what is not decided in time expires">
      {late.map(({ id }) => (
        <Match key={id} id={id} />
      ))}
    </Section>
  )
}

const ValidatorTable = ({ items }: { readonly items: ReadonlyArray<Validator> }) => {
  const total = useAnswer(endpoints.config()).data?.electorate.total ?? "0"
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
          name: "Share of the vote",
          cell: ({ weight, notedDay, removedAt }) =>
            removedAt !== null ? (
              <span className="muted">off the whitelist</span>
            ) : BigInt(notedDay) === 0n ? (
              <span className="muted">none yet: its stake has not been recorded for a whole day</span>
            ) : (
              <ShareBar share={shareOf(weight, total)} label="Share of the vote" />
            )
        },
        { name: "Weight", numeric: true, cell: ({ weight }) => <Amount rao={weight} decimals={2} /> },
        {
          name: "Least stake: last day, since",
          numeric: true,
          cell: ({ notedDay, notedSince }) => (
            <span className="noted">
              <Amount rao={notedDay} decimals={2} />
              <span className="muted">
                since <Amount rao={notedSince} decimals={2} />
              </span>
            </span>
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
        ...(items.some(({ removedAt }) => removedAt !== null)
          ? [{ name: "Removed", cell: ({ removedAt }: Validator) => (removedAt === null ? "" : <When at={removedAt} as="both" />) }]
          : [])
      ]}
    />
  )
}

/** When the last whole day of noting ended. */
const Turned = () => {
  const turnedAt = useAnswer(endpoints.config()).data?.electorate.turnedAt ?? null
  return turnedAt === null ? null : (
    <>
      {" "}
      The last day ended <When at={turnedAt} />.
    </>
  )
}

export default function ValidatorsPage() {
  const query = useQuery()
  const who = query.oneOf("who", ["all", "former"])
  const list = useList(endpoints.validators({ current: who === "all" ? undefined : who === "former" ? "false" : "true" }))
  return (
    <div className="page">
      <PageHead title="Validators">
        <p className="page-note">
          Their votes decide who competes and how a match ended. A vote weighs the least stake that was noted in the last whole day, since,
          and now: what is lent for a moment weighs nothing.
          <Turned />
        </p>
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
          isOneOfSeveral
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
      <Late />
      <Consensus />
      <Settings />
      <WeightsSent />
      <Reports />
    </div>
  )
}
