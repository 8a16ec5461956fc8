import type { ReactNode } from "react"
import { COMPETITION_STATUSES, ISSUE_STATUSES } from "../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../api/endpoints.ts"
import { Table } from "../components/Lists.tsx"
import { CallLink } from "../components/Names.tsx"
import { Facts, Figures, PageHead, Section, Unanswered } from "../components/Page.tsx"
import { Amount, ShareBar, When } from "../components/Values.tsx"
import { useAnswer } from "../data/hooks.ts"
import { percent, shareOf, wholeNumber, written } from "../format/amount.ts"
import { durationInBlocks } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

interface Counted {
  readonly status: string
  readonly count: number
}

/** Known statuses in order, with 0 if missing, followed by others. */
const counted = (counts: Readonly<Record<string, number>>, order: ReadonlyArray<string>): ReadonlyArray<Counted> =>
  [...new Set([...order, ...Object.keys(counts)])].map((status) => ({ status, count: counts[status] ?? 0 }))

const ByStatus = ({ title, items, to }: { readonly title: string; readonly items: ReadonlyArray<Counted>; readonly to: string }) => {
  const all = items.reduce((sum, { count }) => sum + count, 0)
  return (
    <Section title={title} note={`${wholeNumber(all)} altogether`}>
      <Table
        caption={title}
        items={items}
        keyOf={({ status }) => status}
        columns={[
          {
            name: "Status",
            cell: ({ status }): ReactNode => (
              <Link to={`${to}?status=${status}`} className="chip" data-status={status}>
                {status}
              </Link>
            )
          },
          { name: "How many", numeric: true, cell: ({ count }) => wholeNumber(count) },
          { name: "Share", cell: ({ count, status }) => <ShareBar share={all === 0 ? 0 : count / all} label={`Share of ${status}`} /> }
        ]}
      />
    </Section>
  )
}

export default function StatsPage() {
  const { data: stats, problem, again } = useAnswer(endpoints.stats())
  const health = useLive((live) => live.health)
  if (stats === undefined) return <Unanswered title="Stats" problem={problem} again={again} />
  const { head, bounties, miners, validators, repositories, daysToSolve } = stats
  return (
    <div className="page">
      <PageHead title="Stats" />
      <Figures
        label="In figures"
        figures={[
          { name: "Bounties offered", value: <Amount rao={bounties.offered} />, note: "for issues that are neither paid nor cancelled" },
          {
            name: "Funded",
            value: <Amount rao={bounties.funded} />,
            note: `${percent(shareOf(bounties.funded, bounties.offered), 1)} of it`
          },
          {
            name: "Paid to miners",
            value: <Amount rao={bounties.paid} />,
            note: `in ${wholeNumber(bounties.payouts)} ${bounties.payouts === 1 ? "payment" : "payments"}`
          },
          {
            name: "Time to solve",
            value:
              daysToSolve === null ? (
                "none solved yet"
              ) : (
                <span title={`${daysToSolve} days`}>{durationInBlocks(daysToSolve * 86_400, health?.pace ?? null)}</span>
              ),
            note: "from start to verdict, on average"
          },
          { name: "Repositories", value: wholeNumber(repositories) },
          { name: "Validators", value: wholeNumber(validators), note: "on the whitelist" },
          { name: "Miners", value: wholeNumber(miners.enrolled), note: "ever enrolled or competed" },
          { name: "Rated", value: wholeNumber(miners.rated), note: "miners with a rated match in 60 days" },
          { name: "With GitHub", value: wholeNumber(miners.linked), note: "registered and linked" },
          { name: "Neurons", value: wholeNumber(miners.registered), note: "registered now, validators and owner among them" },
          { name: "Hotkeys", value: wholeNumber(miners.known), note: "ever seen" }
        ]}
      />
      <ByStatus title="Issues" items={counted(stats.issues, ISSUE_STATUSES)} to={pageAddress("issues")} />
      <ByStatus title="Matches" items={counted(stats.competitions, COMPETITION_STATUSES)} to={pageAddress("competitions")} />
      <Section title="Freshness">
        <Facts
          facts={[
            [
              "Newest indexed block",
              head === null ? (
                "none yet"
              ) : (
                <span key="">
                  <CallLink at={head} /> <When at={head} as="time" />
                </span>
              )
            ],
            [
              "Its hash",
              head === null ? null : (
                <code key="" className="cell-code">
                  {head.hash}
                </code>
              )
            ],
            [
              "Behind",
              health === undefined || health.behind === null
                ? null
                : `${wholeNumber(health.behind)} blocks, by ${health.behindBy === "chain" ? "the chain's head" : "the clock"}`
            ],
            [
              "Block time",
              health === undefined
                ? null
                : health.pace === null
                  ? "not known before more blocks are indexed"
                  : `${written(`${health.pace.milliseconds / 1_000}`)} s, measured over ${wholeNumber(health.pace.blocks)} blocks`
            ],
            ["Chain's newest block", health?.chainHead == null ? null : wholeNumber(health.chainHead)],
            ["Live viewers", health === undefined ? null : wholeNumber(health.streamClients)],
            ["Version", health === undefined ? null : health.version]
          ]}
        />
      </Section>
    </div>
  )
}
