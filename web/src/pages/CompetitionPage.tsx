import { lazy, Suspense, useDeferredValue, useMemo, useState } from "react"
import { gitHubIssue } from "../../../src/domain/gitHubAddress.ts"
import { claimsOf } from "../../../src/story/claims.ts"
import { oddsNow } from "../../../src/story/odds.ts"
import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { waitBehind } from "../../../src/story/waits.ts"
import { endpoints } from "../api/endpoints.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { Ballots } from "../components/Ballots.tsx"
import { timelineOf } from "../components/competitionSteps.tsx"
import { Duels } from "../components/Duels.tsx"
import { EarlierPlays } from "../components/EarlierPlays.tsx"
import { Ending } from "../components/Ending.tsx"
import { MatchSkeleton } from "../components/MatchSkeleton.tsx"
import { Meetings } from "../components/Meetings.tsx"
import { Account, CallLink, minerLabel } from "../components/Names.tsx"
import { OddsBar } from "../components/OddsBar.tsx"
import { Facts, Fold, PageHead, Skeleton, Unanswered } from "../components/Page.tsx"
import { pointsOf, scaleOf } from "../components/RatingLine.tsx"
import { Scoreboard } from "../components/Scoreboard.tsx"
import { Sharing } from "../components/Sharing.tsx"
import { type Lines, Side } from "../components/Side.tsx"
import { Latest } from "../components/Timeline.tsx"
import { HowJudged, Undecided } from "../components/Undecided.tsx"
import { Amount, StatusChip, When } from "../components/Values.tsx"
import { Verify, VerifyLink } from "../components/Verify.tsx"
import { WatchStar } from "../components/WatchStar.tsx"
import { WorthFact } from "../components/Worth.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { useQuorum } from "../data/quorum.ts"
import { basisPoints, decimal, wholeNumber } from "../format/amount.ts"
import { oddsText } from "../format/rating.ts"
import { blocksText, DAY_IN_BLOCKS } from "../format/time.ts"
import { useHead, usePace } from "../live/live.ts"
import { pageAddress, type ViewProps } from "../routes/addresses.ts"
import { scrollHere } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"
import { useQuery } from "../routes/useQuery.ts"

const Replay = lazy(async () => ({ default: (await import("../components/Replay.tsx")).Replay }))
const Calibration = lazy(async () => ({ default: (await import("../components/Calibration.tsx")).Calibration }))

const LINE = 60 * DAY_IN_BLOCKS

/** Both ratings over the last 60 days, on one scale. */
const useLines = ({ a, b, records, startedAt }: CompetitionDetail): Lines | undefined => {
  const head = useHead()
  const to = head?.block ?? startedAt.block
  // Rounded to whole days, so that not every block makes a new request.
  const from = Math.max(1, Math.floor(to / DAY_IN_BLOCKS) * DAY_IN_BLOCKS - LINE)
  const ofA = useList(endpoints.ratings({ hotkey: a.hotkey, from: `${from}` })).items
  const ofB = useList(endpoints.ratings({ hotkey: b.hotkey, from: `${from}` })).items
  return useMemo(() => {
    if (ofA === undefined || ofB === undefined) return undefined
    const [lineA, lineB] = [pointsOf(ofA), pointsOf(ofB)]
    const scale = scaleOf([
      { points: lineA, rating: records.a.rating ?? a.rating },
      { points: lineB, rating: records.b.rating ?? b.rating }
    ])
    return { from, to, scale, a: lineA, b: lineB }
  }, [ofA, ofB, from, to, records, a, b])
}

const uidsText = (uids: ReadonlyArray<number>) => (uids.length === 0 ? "nobody" : `UID ${uids.join(", ")}`)

const AboutCompetition = ({ competition }: { readonly competition: CompetitionDetail }) => {
  const { round, enrolled, skipped, collateral, slash, id, a, b, paid, endedAt } = competition
  const pace = usePace()
  return (
    <Fold title="Facts" note="dates, accounts, settings">
      <Facts
        facts={[
          ["Number in the contract", id],
          ["Started", <When key="" at={competition.startedAt} as="both" />],
          ["Pull requests count from", <When key="" at={competition.submissionsFrom} as="both" />],
          ["Deadline", <When key="" at={competition.deadline} as="both" />],
          ["Validators should agree by", <When key="" at={competition.outcomeUntil} as="both" />],
          ["Without a verdict, anyone can end it from", <When key="" at={competition.expiresFrom} as="both" />],
          ["Ended in block", endedAt === null ? null : <CallLink key="" at={endedAt} />],
          ["Paid in block", paid === null ? null : <CallLink key="" at={paid.at} />],
          ["Paid to coldkey", paid === null ? null : <Account key="" address={paid.coldkey} />],
          ...([a, b] as const).flatMap((one) => [
            [`Hotkey of ${minerLabel(one)}, UID ${one.uid}`, <Account key="" address={one.hotkey} />] as const,
            [`Coldkey of ${minerLabel(one)}`, <Account key="" address={one.coldkey} />] as const,
            [`Whom it named to be paid, ${minerLabel(one)}`, one.payee === null ? null : <Account key="" address={one.payee} />] as const
          ]),
          ["Round of the pair", wholeNumber(round)],
          ["Enrolled then", uidsText(enrolled)],
          ["Skipping then", uidsText(skipped)],
          ["Votes count after standing for, by the settings of now", blocksText(waitBehind(competition), pace)],
          ["Bounty in TAO", paid === null ? <WorthFact key="" rao={competition.bounty} /> : null],
          ["Collateral of each miner", <Amount key="" rao={collateral} decimals={9} />],
          ["Cost of losing", <Amount key="" rao={slash} decimals={9} />],
          ...([a, b] as const).map(
            (one) => [`Rating after, ${minerLabel(one)}`, one.ratingAfter === null ? "still running" : decimal(one.ratingAfter, 3)] as const
          )
        ]}
      />
    </Fold>
  )
}

/** Both competitors, and the odds between them. */
const Arena = ({ competition }: { readonly competition: CompetitionDetail }) => {
  const { id, a, b } = competition
  const head = useHead()
  const lines = useLines(competition)
  const { data: quality } = useAnswer(endpoints.competitionQuality(id))
  const odds = head === undefined ? competition.odds : oddsNow(competition, head.block)
  // On a phone, what the two brought into the match is shown when it is asked for.
  const [isWhole, setWhole] = useState(false)
  return (
    <div className="arena" data-whole={isWhole ? "" : undefined}>
      <Side side="a" competition={competition} lines={lines} quality={quality} />
      <section className="arena-middle" aria-label="The odds">
        {odds === null ? (
          <OddsBar a={{ name: minerLabel(a), expected: a.expected }} b={{ name: minerLabel(b), expected: b.expected }} />
        ) : (
          <OddsBar
            a={{ name: minerLabel(a), expected: odds.a }}
            b={{ name: minerLabel(b), expected: odds.b }}
            nobody={odds.nobody}
            title="odds now"
            note={`by ratings, pull requests, time and votes; at the start ${oddsText(a.expected)} to ${oddsText(b.expected)}`}
          />
        )}
      </section>
      <Side side="b" competition={competition} lines={lines} quality={quality} />
      <p className="arena-more">
        <button type="button" className="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          Ratings and records
        </button>
      </p>
    </div>
  )
}

interface FoldsProps {
  readonly competition: CompetitionDetail
  readonly state: ReturnType<typeof scoreboardOf>
  readonly entries: ReturnType<typeof timelineOf>
  readonly quorum: number | undefined
  readonly chain: Parameters<typeof HowJudged>[0]["chain"]
}

/** The match moment by moment: over the rest once it has ended. The address names the moment shown, so that a link leads to it. */
const MatchReplay = ({ competition, state }: Pick<FoldsProps, "competition" | "state">) => {
  const query = useQuery()
  return (
    <Suspense fallback={<Skeleton height="2.75rem" />}>
      <Replay
        key={competition.id}
        competition={competition}
        state={state}
        moment={query.get("moment")}
        onMoment={(moment) => query.set({ moment }, { replace: true })}
      />
    </Suspense>
  )
}

const Folds = ({ competition, state, entries, quorum, chain }: FoldsProps) => {
  const { id, issue, a, b, status } = competition
  const { data: quality } = useAnswer(endpoints.competitionQuality(id))
  const { data: both } = useAnswer(endpoints.headToHead({ a: a.hotkey, b: b.hotkey }))
  const earlier = both?.items.filter((one) => one.id !== id)
  const query = useQuery()
  return (
    <div>
      <Fold
        title="Timeline"
        note="each step with its block and call, newest first"
        isOpenOnWide
        isOpenAtFirst={status === "Running" && query.get("moment") !== undefined}
      >
        {status === "Running" ? <MatchReplay competition={competition} state={state} /> : null}
        <details className="more odds-about">
          <summary>How good the odds are</summary>
          <Suspense fallback={null}>
            <Calibration />
          </Suspense>
        </details>
        <EarlierPlays key={id} competition={competition} entries={entries} />
      </Fold>
      <Fold title="Earlier meetings of the two" note="this match not counted" isOpenOnWide>
        <Meetings competition={competition} earlier={earlier} />
      </Fold>
      <Fold
        title="The vote"
        note={
          quorum === undefined
            ? "by validators' stake"
            : `by validators' stake; ${basisPoints(quorum * 10_000)} of it decides, by the current settings`
        }
      >
        <Ballots competition={competition} quorum={quorum} />
        <HowJudged issue={issue.id} chain={chain} />
        <Verify competition={competition} />
      </Fold>
      {quality === undefined ? null : (
        <Fold title="Duels" note="what language models say when validators ask them">
          <Duels
            competition={id}
            documents={quality.documents}
            duels={quality.duels}
            costs={quality.costs}
            names={{ a: minerLabel(a), b: minerLabel(b) }}
          />
        </Fold>
      )}
      <Fold title="Share" note="link, picture, feed, badge">
        <Sharing what="match" id={id} name={`${minerLabel(a)} against ${minerLabel(b)}`} feed={`/feed.atom?competition=${id}`} />
      </Fold>
      <AboutCompetition competition={competition} />
    </div>
  )
}

const Competition = ({ competition }: { readonly competition: CompetitionDetail }) => {
  const { id, issue, a, b, status } = competition
  const head = useHead()
  const pace = usePace()
  // The rest is drawn and asked for after the title and the board, unless it must be there to scroll back to a place in it.
  const isRestDrawn = useDeferredValue(true, scrollHere() > 0)
  const { data: config } = useAnswer(endpoints.config())
  const quorum = useQuorum()
  const state = useMemo(() => scoreboardOf(competition, { head, quorum, bounty: competition.bounty }), [competition, head, quorum])
  const { phase } = state
  const entries = useMemo(() => timelineOf(competition, head, pace), [competition, head, pace])
  return (
    <div className="page competition" data-phase={phase}>
      <PageHead
        title={issue.title ?? `${issue.repository}#${issue.number}`}
        windowTitle={`${minerLabel(a)} against ${minerLabel(b)}`}
        {...(status === "Running"
          ? {
              lead: (
                <>
                  Whoever gets a pull request for this issue merged by the deadline takes the bounty.
                  <span className="board-wide"> Validators confirm it by vote.</span>
                </>
              )
            }
          : claimsOf(competition) === undefined
            ? {}
            : {
                lead: (
                  <>
                    <VerifyLink competition={competition} /> ·
                  </>
                )
              })}
        over={
          <>
            <Link to={pageAddress("competitions")}>Match {id}</Link>
            <Link to={pageAddress("issue", { id: issue.id })}>
              {issue.repository}#{issue.number}
            </Link>
            <a href={gitHubIssue(issue.repository, issue.number)} target="_blank" rel="noreferrer">
              on GitHub
            </a>
            <WatchStar watch={{ kind: "competition", id: `${id}`, name: `${minerLabel(a)} against ${minerLabel(b)}` }} />
          </>
        }
        beside={<StatusChip status={status} />}
      />
      <div className="match">
        <div>
          <Scoreboard key={`${head === undefined}-${quorum === undefined}`} competition={competition} state={state}>
            <Latest entries={entries} />
          </Scoreboard>
          <Undecided competition={competition} block={head?.block} chain={config?.chain} />
          <Ending competition={competition} />
          {status === "Running" ? null : <MatchReplay competition={competition} state={state} />}
          {isRestDrawn ? <Arena competition={competition} /> : <Skeleton height="20rem" />}
        </div>
        {isRestDrawn ? (
          <Folds competition={competition} state={state} entries={entries} quorum={quorum} chain={config?.chain} />
        ) : (
          <Skeleton height="20rem" />
        )}
      </div>
    </div>
  )
}

/** Miner A against miner B. */
export default function CompetitionPage({ parameters }: ViewProps) {
  const { data: competition, problem, again } = useAnswer(endpoints.competition(parameters.id ?? ""))
  // Sentences about votes get longer with the validators' names.
  const { items: validators, problem: withoutNames } = useList(endpoints.validators({}))
  const areNamed = validators !== undefined || withoutNames !== undefined
  if (competition !== undefined && areNamed) return <Competition competition={competition} />
  if (problem === undefined) return <MatchSkeleton />
  return <Unanswered title={`Match ${parameters.id}`} problem={problem} again={again} />
}
