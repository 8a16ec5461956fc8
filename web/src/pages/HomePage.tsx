import { lazy, Suspense, useState } from "react"
import { nextDraw } from "../../../src/story/draw.ts"
import { upsetOf } from "../../../src/story/results.ts"
import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { endpoints } from "../api/endpoints.ts"
import type { Competition, Issue } from "../api/types.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { Fixture } from "../components/Fixture.tsx"
import { Labels } from "../components/Labels.tsx"
import { ListView } from "../components/Lists.tsx"
import { LiveCompetition } from "../components/LiveCompetition.tsx"
import { ApiProblem, Figures, PageHead, Section, Skeleton } from "../components/Page.tsx"
import { StateNotice } from "../components/StateNotice.tsx"
import { Amount, Countdown } from "../components/Values.tsx"
import { Worth } from "../components/Worth.tsx"
import { type AskedList, useAnswer, useList } from "../data/hooks.ts"
import { useQuorum } from "../data/quorum.ts"
import { wholeNumber } from "../format/amount.ts"
import { numberIn } from "../format/json.ts"
import { useHead } from "../live/live.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"

const Replay = lazy(async () => ({ default: (await import("../components/Replay.tsx")).Replay }))

const LIVE = 6
const RESULTS = 30
const ITEMS_SHOWN = 8
const UPSETS = 3
const OPEN_SHOWN = 6

/** One of the running competitions, with the votes and pull requests that say who is ahead. */
const Live = ({ competition }: { readonly competition: Competition }) => {
  const quorum = useQuorum()
  const { data } = useAnswer(endpoints.competition(competition.id))
  return (
    <li>
      <LiveCompetition competition={data ?? competition} quorum={quorum} />
    </li>
  )
}

/** The newest match with a result, from its beginning. */
const LastMatch = ({ id }: { readonly id: number }) => {
  const head = useHead()
  const quorum = useQuorum()
  const [moment, setMoment] = useState<string | undefined>("0")
  const { data: competition, problem, again } = useAnswer(endpoints.competition(id))
  if (competition === undefined) return problem === undefined ? <Skeleton height="18rem" /> : <ApiProblem problem={problem} again={again} />
  return (
    <Section title="The newest result" note="no match is running now">
      <h3>
        <Fixture competition={competition} />
      </h3>
      <p className="live-competition-issue">
        <Link to={pageAddress("competition", { id })}>{competition.issue.title ?? `Match ${id}`}</Link>
      </p>
      <Suspense fallback={<Skeleton height="12rem" />}>
        <Replay
          competition={competition}
          state={scoreboardOf(competition, { head, quorum, bounty: competition.bounty })}
          moment={moment}
          onMoment={setMoment}
        />
      </Suspense>
    </Section>
  )
}

const RunningCompetitions = ({ list }: { readonly list: AskedList<Competition> }) => (
  <Section title="Live now" note={<Link to={`${pageAddress("competitions")}?status=Running`}>all running</Link>}>
    <ListView
      list={list}
      isExcerpt
      height="12rem"
      empty={{
        title: "No match is running",
        why: "A match starts when an issue's bounty is complete and enough miners are enrolled for it. This page updates by itself."
      }}
    >
      {(items) => (
        <ol className="live-competitions">
          {items.map((competition) => (
            <Live key={competition.id} competition={competition} />
          ))}
        </ol>
      )}
    </ListView>
  </Section>
)

const Results = ({ list }: { readonly list: AskedList<Competition> }) => (
  <Section title="Newest results" note={<Link to={pageAddress("competitions")}>all matches</Link>}>
    <ListView list={list} isExcerpt height="16rem" empty={{ title: "No result yet", why: "The first winner appears here." }}>
      {(items) => <CompetitionTable items={items.slice(0, ITEMS_SHOWN)} caption="Newest results" />}
    </ListView>
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
    <ListView
      list={list}
      isExcerpt
      height="10rem"
      empty={{
        title: "No open issue with a full bounty",
        why: "Issues appear here when their bounty is complete and no miner competes for it yet."
      }}
    >
      {(items) => (
        <ol className="grabs">
          {items.map(({ id, repository, number, target, github }) => (
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
              <Worth rao={target} />
              <Labels labels={github.labels} most={2} />
            </li>
          ))}
        </ol>
      )}
    </ListView>
  </Section>
)

/** What goes on: running competitions, results, upsets, what can be taken now, and what was paid. */
export default function HomePage() {
  const head = useHead()
  const { data: stats } = useAnswer(endpoints.stats())
  const { data: config } = useAnswer(endpoints.config())
  const running = useList(endpoints.competitions({ status: ["Running"], limit: `${LIVE}` }))
  const results = useList(endpoints.competitions({ status: ["Won", "Expired", "Unsolved"], limit: `${RESULTS}` }))
  const open = useList(endpoints.issues({ status: ["Open"], sort: "target", limit: `${OPEN_SHOWN}` }))
  const draw =
    head === undefined ? undefined : nextDraw(head.block, numberIn(config?.config, "roundLength"), numberIn(config?.config, "attestBlocks"))
  return (
    <div className="page home">
      <PageHead title="Two miners, one issue, one bounty" windowTitle="Home">
        <p className="page-note">
          Each match is about a real issue on GitHub. Whoever gets a pull request merged that solves it takes the bounty; validators decide
          by vote.
        </p>
        <StateNotice />
      </PageHead>
      {running.items?.length === 0 && results.items?.length !== 0 && !(results.items === undefined && results.problem !== undefined) ? (
        results.items?.[0] === undefined ? (
          <Skeleton height="18rem" />
        ) : (
          <LastMatch key={results.items[0].id} id={results.items[0].id} />
        )
      ) : (
        <RunningCompetitions list={running} />
      )}
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
              value: stats.bounties.funded === "0" ? "nothing yet" : <Amount rao={stats.bounties.funded} decimals={2} />,
              note:
                stats.bounties.funded === "0" ? (
                  stats.bounties.offered === "0" ? (
                    "no issue has a bounty now"
                  ) : (
                    <>
                      <Amount rao={stats.bounties.offered} decimals={2} /> are promised, and not funded yet
                    </>
                  )
                ) : (
                  <>
                    <Worth rao={stats.bounties.funded} /> in {wholeNumber(stats.repositories)}{" "}
                    {stats.repositories === 1 ? "repository" : "repositories"}
                  </>
                )
            },
            {
              name: "Running matches",
              value: wholeNumber(stats.competitions.Running ?? 0),
              note: `${wholeNumber(stats.competitions.Won ?? 0)} won so far`
            },
            {
              name: "Next draw",
              value: draw === undefined ? "–" : <Countdown to={{ block: draw, time: null }} label="" reached="now" />,
              note: "validators pair enrolled miners"
            }
          ]}
        />
      )}
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
