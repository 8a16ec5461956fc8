import { useMemo } from "react"
import { gitHubAccount } from "../../../src/domain/gitHubAddress.ts"
import { streakOf } from "../../../src/story/results.ts"
import { endpoints } from "../api/endpoints.ts"
import type { MinerDetail } from "../api/types.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { Account, Avatar, minerLabel } from "../components/Names.tsx"
import { EmptyState, Facts, Figures, PageHead, Section, Skeleton, Unanswered } from "../components/Page.tsx"
import { pointsOf, RatingLine } from "../components/RatingLine.tsx"
import { Form, Rating, RecordLine } from "../components/Ratings.tsx"
import { SameAccount } from "../components/SameAccount.tsx"
import { Amount, When } from "../components/Values.tsx"
import { WatchStar } from "../components/WatchStar.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { setMe, useMe } from "../data/mine.ts"
import { DAY_IN_BLOCKS, timeOfBlock } from "../format/time.ts"
import { useHead, usePace } from "../live/live.ts"
import { pageAddress, type ViewProps } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Activity } from "./miner/Activity.tsx"
import { CollateralOf, CompetitionsOf, LinksOf, PayoutsOf, PullRequestsOf, RatingsOf, RegistrationsOf, ScoresOf } from "./miner/Records.tsx"

const proof = (proven: boolean | null): string => (proven === null ? "not checked yet" : proven ? "proven" : "not proven")

const Line = ({ miner }: { readonly miner: MinerDetail }) => {
  const head = useHead()
  const pace = usePace()
  const to = head?.block ?? miner.ratedAt?.block ?? miner.firstSeenAt.block
  const from = Math.max(1, Math.floor(to / DAY_IN_BLOCKS) * DAY_IN_BLOCKS - 60 * DAY_IN_BLOCKS)
  const { items } = useList(endpoints.ratings({ hotkey: miner.hotkey, from: `${from}` }))
  const points = useMemo(() => pointsOf(items), [items])
  if (items === undefined) return <Skeleton height="7.6rem" />
  return (
    <RatingLine
      points={points}
      rating={miner.rating}
      from={from}
      to={to}
      name={minerLabel(nameOf(miner))}
      {...(pace === null ? {} : { timeOf: (block: number) => timeOfBlock(block, pace) })}
    />
  )
}

const nameOf = ({ hotkey, github }: MinerDetail) => ({ hotkey, login: github?.proven ? github.login : null })

const AboutMiner = ({ miner }: { readonly miner: MinerDetail }) => {
  const { hotkey, coldkey, uid, registeredAt, enrolledAt, firstSeenAt, github, lastMatchAt, ratedGames, eligible, provisional } = miner
  return (
    <>
      <Section title="Facts">
        <Facts
          facts={[
            ["Hotkey", <Account key="" address={hotkey} whole />],
            ["Coldkey", coldkey === null ? "not known yet" : <Account key="" address={coldkey} whole />],
            ["UID", uid ?? "not registered"],
            ["Registered", registeredAt === null ? null : <When key="" at={registeredAt} as="both" />],
            ["First enrolled", enrolledAt === null ? "never" : <When key="" at={enrolledAt} as="both" />],
            ["First seen", <When key="" at={firstSeenAt} as="both" />],
            ["Last match ended", lastMatchAt === null ? "never" : <When key="" at={lastMatchAt} as="both" />],
            ["Rated matches in 60 days", `${ratedGames}${provisional ? ", fewer than 10: the rating is provisional" : ""}`],
            ["Can be paired", eligible ? "yes" : "no: its rating is too low"]
          ]}
        />
      </Section>
      <Section title="On GitHub">
        {github === null ? (
          <EmptyState title="No GitHub account linked">
            Without one, nobody can tell which pull requests are its own. A miner links one with <code>gittensor mine link-github</code>.
          </EmptyState>
        ) : (
          <Facts
            facts={[
              [
                "Account",
                github.login === null ? (
                  "not known yet"
                ) : (
                  <a key="" href={gitHubAccount(github.login)} target="_blank" rel="noreferrer">
                    {github.login}
                  </a>
                )
              ],
              ["GitHub's id", github.account],
              ["Link", proof(github.proven)],
              ["Checked", github.seenAt === null ? "not yet" : <When key="" at={{ block: null, time: github.seenAt }} />],
              ["Also linked by", miner.sameAccount.length === 0 ? null : <SameAccount key="" others={miner.sameAccount} />]
            ]}
          />
        )}
      </Section>
    </>
  )
}

/** A link to the comparison with its latest opponent. */
const Compare = ({ miner }: { readonly miner: MinerDetail }) => {
  const latest = miner.running[0] ?? miner.recent[0]
  const other = latest === undefined ? undefined : latest.a.hotkey === miner.hotkey ? latest.b : latest.a
  return (
    <Link to={`${pageAddress("headToHead")}?a=${miner.hotkey}${other === undefined ? "" : `&b=${other.hotkey}`}`}>
      Head to head{other === undefined ? "" : ` with ${minerLabel(other)}`}
    </Link>
  )
}

export default function MinerPage({ parameters }: ViewProps) {
  const me = useMe()
  const { data: miner, problem, again } = useAnswer(endpoints.miner(parameters.hotkey ?? ""))
  if (miner === undefined) return <Unanswered title="Miner" problem={problem} again={again} />
  const { hotkey } = miner
  const name = minerLabel(nameOf(miner))
  return (
    <div className="page">
      <PageHead
        title={name}
        over={
          <>
            <Link to={pageAddress("miners")}>Miners</Link>
            <Compare miner={miner} />
          </>
        }
        beside={
          <>
            <button type="button" className="watch" aria-pressed={me === hotkey} onClick={() => setMe(me === hotkey ? undefined : hotkey)}>
              This is me
            </button>
            <WatchStar watch={{ kind: "miner", id: hotkey, name }} />
          </>
        }
      />
      <div className="portrait">
        <div className="portrait-who">
          <Avatar of={miner.hotkey} src={miner.github?.proven ? miner.github.avatar : null} size="large" />
          <div>
            <p className="portrait-rating">
              <Rating points={miner.rating} provisional={miner.provisional} />
            </p>
            <p className="muted">
              {miner.rank === null ? "not ranked" : `rank ${miner.rank}`}
              {miner.uid === null ? ", not registered" : `, UID ${miner.uid}`}
            </p>
          </div>
        </div>
        <div>
          <Line miner={miner} />
          <p className="muted">60 days</p>
        </div>
      </div>
      <Figures
        label="In figures"
        figures={[
          { name: "Won / lost / expired", value: <RecordLine won={miner.won} lost={miner.lost} expired={miner.expired} /> },
          { name: "Form, newest first", value: <Form results={miner.form} />, note: streakOf(miner) },
          { name: "Earned", value: <Amount rao={miner.earned} /> },
          { name: "Competing now", value: miner.running.length }
        ]}
      />
      <aside className="abreast" aria-label="Facts">
        <AboutMiner miner={miner} />
      </aside>
      <Section title="Competing now">
        {miner.running.length === 0 ? (
          <EmptyState title="Not competing">Enrolled miners are paired at the end of a round.</EmptyState>
        ) : (
          <CompetitionTable items={miner.running} caption="Running matches" />
        )}
      </Section>
      <CompetitionsOf hotkey={hotkey} />
      <PayoutsOf hotkey={hotkey} />
      <Activity hotkey={hotkey} />
      <RatingsOf hotkey={hotkey} />
      <PullRequestsOf hotkey={hotkey} />
      <CollateralOf hotkey={hotkey} />
      <ScoresOf hotkey={hotkey} />
      <RegistrationsOf hotkey={hotkey} />
      <LinksOf links={miner.links} />
    </div>
  )
}
