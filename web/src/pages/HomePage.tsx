import { upsetOf } from "../../../src/story/results.ts"
import { endpoints } from "../api/endpoints.ts"
import type { Competition, Issue } from "../api/types.ts"
import { Amount } from "../components/Amount.tsx"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { Countdown } from "../components/Countdown.tsx"
import { EmptyState } from "../components/EmptyState.tsx"
import { Figures } from "../components/Figures.tsx"
import { Labels } from "../components/Labels.tsx"
import { ListFoot } from "../components/ListFoot.tsx"
import { LiveMatch } from "../components/LiveMatch.tsx"
import { PageHead } from "../components/PageHead.tsx"
import { Section } from "../components/Section.tsx"
import { Skeleton } from "../components/Skeleton.tsx"
import { type AskedList, useAnswer, useList } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { numberIn } from "../format/json.ts"
import { useLive } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import "../styles/home.css"

const LIVE = 6
const RESULTS = 30
const SHOWN = 8
const UPSETS = 3
const OPEN = 6

/** One of the running matches, with the votes and pull requests that say who is ahead. */
const Live = ({ competition, quorum }: { readonly competition: Competition; readonly quorum: number | undefined }) => {
  const { data } = useAnswer(endpoints.competition(competition.id))
  return (
    <li>
      <LiveMatch competition={data ?? competition} quorum={quorum} />
    </li>
  )
}

/** The first block of the next round. */
const nextRound = (block: number, length: number) => (Math.floor(block / length) + 1) * length

const Matches = ({ list, quorum }: { readonly list: AskedList<Competition>; readonly quorum: number | undefined }) => (
  <Section title="Live now" note={<Link to={`${pageAddress("competitions")}?status=Running`}>all running</Link>}>
    {list.items === undefined ? (
      list.problem === undefined ? (
        <Skeleton height="12rem" />
      ) : null
    ) : list.items.length === 0 ? (
      <EmptyState title="No match is running">
        A match starts when an issue's bounty is complete and enough miners are enrolled for it. This page updates by itself.
      </EmptyState>
    ) : (
      <ol className="live-matches">
        {list.items.map((competition) => (
          <Live key={competition.id} competition={competition} quorum={quorum} />
        ))}
      </ol>
    )}
    {list.problem === undefined ? null : <ListFoot list={list} />}
  </Section>
)

const Results = ({ list }: { readonly list: AskedList<Competition> }) => (
  <Section title="Newest results" note={<Link to={pageAddress("competitions")}>all competitions</Link>}>
    {list.items === undefined ? (
      list.problem === undefined ? (
        <Skeleton height="16rem" />
      ) : null
    ) : list.items.length === 0 ? (
      <EmptyState title="No result yet">The first winner appears here.</EmptyState>
    ) : (
      <CompetitionTable items={list.items.slice(0, SHOWN)} caption="Newest results" />
    )}
    {list.problem === undefined ? null : <ListFoot list={list} />}
  </Section>
)

const Upsets = ({ items }: { readonly items: ReadonlyArray<Competition> }) => {
  const upsets = items
    .flatMap((competition) => {
      const expected = upsetOf(competition)
      return expected === undefined ? [] : [{ competition, expected }]
    })
    .toSorted((left, right) => left.expected - right.expected)
    .slice(0, UPSETS)
  return upsets.length === 0 ? null : (
    <Section title="Upsets" note={`against the odds, in the latest ${RESULTS} results`}>
      <CompetitionTable items={upsets.map(({ competition }) => competition)} caption="Upsets" />
    </Section>
  )
}

const Open = ({ list }: { readonly list: AskedList<Issue> }) => (
  <Section title="Up for grabs" note={<Link to={`${pageAddress("issues")}?status=Open`}>all open issues</Link>}>
    {list.items === undefined ? (
      list.problem === undefined ? (
        <Skeleton height="10rem" />
      ) : null
    ) : list.items.length === 0 ? (
      <EmptyState title="No open issue with a full bounty">
        Issues appear here when their bounty is complete and nobody plays for it yet.
      </EmptyState>
    ) : (
      <ol className="grabs">
        {list.items.map(({ id, repository, number, target, github }) => (
          <li key={id}>
            <p>
              <Link to={pageAddress("issue", { id })}>{github.title ?? `${repository}#${number}`}</Link>
            </p>
            <strong>
              <Amount rao={target} decimals={2} />
            </strong>
            <p className="muted">
              {repository}#{number}
              {github.language === null ? null : <span className="issue-language">{github.language}</span>}
            </p>
            <Labels labels={github.labels} most={2} />
          </li>
        ))}
      </ol>
    )}
    {list.problem === undefined ? null : <ListFoot list={list} />}
  </Section>
)

/** What goes on: running matches, results, upsets, what can be taken now, and what was paid. */
export default function HomePage() {
  const { head } = useLive()
  const { data: stats } = useAnswer(endpoints.stats())
  const { data: config } = useAnswer(endpoints.config())
  const running = useList(endpoints.competitions({ status: ["Running"], limit: `${LIVE}` }))
  const results = useList(endpoints.competitions({ status: ["Won", "Expired"], limit: `${RESULTS}` }))
  const open = useList(endpoints.issues({ status: ["Open"], sort: "target", limit: `${OPEN}` }))
  const quorum = numberIn(config?.config, "quorumBps")
  const length = numberIn(config?.config, "roundLength")
  return (
    <div className="page">
      <PageHead title="Two miners, one issue, one bounty" windowTitle="Home">
        <p className="page-note">
          Each match is a real issue on GitHub. Whoever gets a pull request merged that solves it takes the bounty; validators decide by
          vote.
        </p>
        {config?.paused ? <p className="notice">The contract is paused: no new issues or competitions until it is unpaused.</p> : null}
      </PageHead>
      {stats === undefined ? (
        <Skeleton height="5.5rem" />
      ) : (
        <Figures
          label="At a glance"
          figures={[
            {
              name: "Paid out",
              value: <Amount rao={stats.bounties.paid} decimals={2} />,
              note: `${wholeNumber(stats.bounties.payouts)} ${stats.bounties.payouts === 1 ? "bounty" : "bounties"}`
            },
            {
              name: "To be won",
              value: <Amount rao={stats.bounties.funded} decimals={2} />,
              note: `in ${wholeNumber(stats.repositories)} ${stats.repositories === 1 ? "repository" : "repositories"}`
            },
            {
              name: "Running matches",
              value: wholeNumber(stats.competitions.Running ?? 0),
              note: `${wholeNumber(stats.competitions.Won ?? 0)} won so far`
            },
            {
              name: "Next round",
              value:
                head === undefined || length === undefined || length <= 0 ? (
                  "–"
                ) : (
                  <Countdown to={{ block: nextRound(head.block, length), time: null }} label="" reached="now" />
                ),
              note: "then validators draw pairs"
            }
          ]}
        />
      )}
      <Matches list={running} quorum={quorum === undefined ? undefined : quorum / 10_000} />
      <div className="home-columns">
        <Results list={results} />
        <div className="home-side">
          <Open list={open} />
          <Upsets items={results.items ?? []} />
        </div>
      </div>
    </div>
  )
}
