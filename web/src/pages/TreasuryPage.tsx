import { endpoints } from "../api/endpoints.ts"
import type { Treasury } from "../api/types.ts"
import { DayBars } from "../components/DayBars.tsx"
import { FlowDiagram } from "../components/FlowDiagram.tsx"
import { Table } from "../components/Lists.tsx"
import { Account } from "../components/Names.tsx"
import { EmptyState, Facts, Figures, PageHead, Section, Unanswered } from "../components/Page.tsx"
import { TreasuryNotice } from "../components/TreasuryNotice.tsx"
import { Amount, Countdown, When } from "../components/Values.tsx"
import { useAnswer } from "../data/hooks.ts"
import { sumOf, wholeNumber } from "../format/amount.ts"
import { spaced } from "../format/names.ts"
import { Collateral, Flows, Payouts } from "./treasury/Flows.tsx"

/** The money that no issue has: what was free at the last rollover, what came since, and what the next one would recycle. */
const FreeMoney = ({ free, wanted }: Pick<Treasury, "wanted"> & { readonly free: NonNullable<Treasury["free"]> }) => {
  const { fresh, aged, agedAt, turnsFrom, at } = free
  const recycles = BigInt(aged)
  return (
    <Section
      title="Free money"
      note={
        <>
          as of <When at={at} as="short" />
        </>
      }
    >
      <Facts
        facts={[
          ["Free since the last rollover", <Amount key="" rao={fresh} decimals={9} />],
          ["Free before it", <Amount key="" rao={aged} decimals={9} />],
          ["Last rollover", agedAt.block === 0 ? "none yet" : <When key="" at={agedAt} as="both" />],
          ["Next rollover", <Countdown key="" to={turnsFrom} label="" reached="with the next harvest" />]
        ]}
      />
      <p>
        {BigInt(wanted) > 0n ? (
          "Some issues still wait for money, so there is no rollover: free money goes to them first."
        ) : recycles > 0n ? (
          <>
            The next rollover recycles <Amount rao={aged} decimals={9} />, unless bounties use it before.
          </>
        ) : (
          "The next rollover recycles nothing."
        )}{" "}
        Bounties use the older money first. At a rollover, what is left of it is recycled, and newer money becomes the older.
      </p>
    </Section>
  )
}

export default function TreasuryPage() {
  const { data: treasury, problem, again } = useAnswer(endpoints.treasury())
  if (treasury === undefined) return <Unanswered title="Treasury" problem={problem} again={again} />
  const { streams, days, inBounties, wanted, free, state, hotkey, coldkey } = treasury
  const all = (kind: string) => sumOf(streams.filter((stream) => stream.kind === kind).map(({ amount }) => amount))
  return (
    <div className="page">
      <PageHead title="Treasury">
        <p className="page-note">
          Emission comes in and fills bounties in the order of registration. What no issue needs for long is recycled.
        </p>
        <TreasuryNotice state={state} />
      </PageHead>
      <Figures
        label="In figures"
        figures={[
          {
            name: "In bounties",
            value: <Amount rao={inBounties} />,
            note: (
              <>
                <Amount rao={wanted} /> more is needed
              </>
            )
          },
          {
            name: "Free",
            value: free === null ? "not known yet" : <Amount rao={sumOf([free.fresh, free.aged])} />,
            note: "for the next bounties"
          },
          { name: "Harvested", value: <Amount rao={all("harvested")} />, note: "so far" },
          { name: "Paid to miners", value: <Amount rao={all("paid")} />, note: "so far" },
          { name: "Recycled", value: <Amount rao={all("recycled")} />, note: "so far" }
        ]}
      />
      {free === null ? null : <FreeMoney free={free} wanted={wanted} />}
      <Section title="Where it went" note="all movements so far; a band's width is its amount">
        {streams.length === 0 ? (
          <EmptyState title="No movements yet">
            Weights send the treasury a share of the emission; the next harvest brings it here and fills the first bounty.
          </EmptyState>
        ) : (
          <>
            <FlowDiagram streams={streams} />
            <details className="more">
              <summary>In figures</summary>
              <Table
                caption="Flows of the treasury, summed"
                items={streams}
                keyOf={({ kind, source, destination }) => `${kind}-${source}-${destination}`}
                columns={[
                  { name: "What", cell: ({ kind }) => spaced(kind) },
                  { name: "From", cell: ({ source }) => spaced(source) },
                  { name: "To", cell: ({ destination }) => spaced(destination) },
                  { name: "Amount", numeric: true, cell: ({ amount }) => <Amount rao={amount} decimals={9} /> },
                  { name: "Flows", numeric: true, cell: ({ flows }) => wholeNumber(flows) }
                ]}
              />
            </details>
          </>
        )}
      </Section>
      <Section title="Day by day" note="the last 60 days, in UTC">
        {days.length === 0 ? (
          <EmptyState title="No movements in 60 days">Each day with movements gets a bar here.</EmptyState>
        ) : (
          <DayBars days={days} label="Movements by day" />
        )}
      </Section>
      <Payouts />
      <Flows />
      <Collateral />
      <Section title="Its neuron">
        <Facts
          facts={[
            ["Hotkey", hotkey === null ? "not known yet" : <Account key="" address={hotkey} whole />],
            ["Coldkey", coldkey === null ? "not known yet" : <Account key="" address={coldkey} whole />]
          ]}
        />
      </Section>
    </div>
  )
}
