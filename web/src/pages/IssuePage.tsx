import { memo, type ReactNode } from "react"
import { gitHubAccount, gitHubComment, gitHubIssue } from "../../../src/domain/gitHubAddress.ts"
import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import { endpoints } from "../api/endpoints.ts"
import type { IssueDetail } from "../api/types.ts"
import { Announced } from "../components/Announced.tsx"
import { BountyBar } from "../components/BountyBar.tsx"
import { EventTable } from "../components/EventTable.tsx"
import { Labels } from "../components/Labels.tsx"
import { ListView } from "../components/Lists.tsx"
import { Account, Avatar, CallLink, MinerName } from "../components/Names.tsx"
import { Outlook } from "../components/Outlook.tsx"
import { Facts, Fold, PageHead, Section, Unanswered } from "../components/Page.tsx"
import { PullRequestTable } from "../components/PullRequestTable.tsx"
import { Scoreboard } from "../components/Scoreboard.tsx"
import { Sharing } from "../components/Sharing.tsx"
import { Takeable } from "../components/Takeable.tsx"
import { TreasuryNotice } from "../components/TreasuryNotice.tsx"
import { Undecided } from "../components/Undecided.tsx"
import { Amount, Countdown, StatusChip, When } from "../components/Values.tsx"
import { WatchStar } from "../components/WatchStar.tsx"
import { WithoutConsent } from "../components/WithoutConsent.tsx"
import { WorthFact } from "../components/Worth.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { useQuorum } from "../data/quorum.ts"
import { numberIn } from "../format/json.ts"
import { reasonText } from "../format/names.ts"
import { fundedAt, neededBefore } from "../format/rounds.ts"
import { useHead } from "../live/live.ts"
import { pageAddress, repositoryAddress, type ViewProps } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Attestations, Compete, Competitions, Enrolment, Votes } from "./issue/Records.tsx"

/** The running or last competition on an issue. */
const IssueCompetition = memo(({ id }: { readonly id: number }) => {
  const head = useHead()
  const { data: competition, problem } = useAnswer(endpoints.competition(id))
  const { data: config } = useAnswer(endpoints.config())
  const quorum = useQuorum()
  if (competition === undefined) return problem === undefined ? <div className="board-place" /> : null
  return (
    <>
      <Scoreboard
        key={`${head === undefined}-${quorum === undefined}`}
        competition={competition}
        state={scoreboardOf(competition, { head, quorum, bounty: competition.bounty })}
      >
        <p className="board-more">
          <Link to={pageAddress("competition", { id })}>
            {competition.status === "Running" ? "Watch the match" : "See the whole match"}
          </Link>
        </p>
      </Scoreboard>
      <Undecided competition={competition} block={head?.block} chain={config?.chain} />
    </>
  )
})

const PullRequests = memo(({ issue }: { readonly issue: number }) => (
  <Section title="Pull requests">
    <ListView
      list={useList(endpoints.pullRequests({ issue: `${issue}` }))}
      empty={{
        title: "No pull request is linked to it",
        why: "GitHub is asked while a match runs. A pull request counts if it says that it closes the issue."
      }}
    >
      {(items) => <PullRequestTable items={items} caption="Pull requests linked to this issue" />}
    </ListView>
  </Section>
))

/** All events of an issue. Like the page's other lists, it is drawn again only when its own rows change. */
const History = memo(({ issue }: { readonly issue: number }) => (
  <Fold title="History" isOpenOnWide>
    <ListView
      list={useList(endpoints.events({ issue: `${issue}` }))}
      height="10rem"
      empty={{ title: "None yet", why: "The contract's events about this issue appear here." }}
    >
      {(items) => <EventTable items={items} caption="Events" />}
    </ListView>
  </Fold>
))

/** When a bounty will be full, if the treasury goes on receiving as much as it did lately. */
const Forecast = ({ place }: { readonly place: number }) => {
  const head = useHead()
  const queue = useList(endpoints.issues({ status: ["Funding"], sort: "queue" })).items
  const incomes = useList(endpoints.treasuryFlows({ kind: "harvested" })).items
  const { data: config } = useAnswer(endpoints.config())
  if (queue === undefined || incomes === undefined || head === undefined || config?.paused) return null
  const need = neededBefore(place, queue)
  const block = need === undefined ? undefined : fundedAt(need, incomes, head.block)
  if (block === undefined) return <>The treasury's income is not known well enough to say when it will be full.</>
  return (
    <>
      At the treasury's recent pace it is <Countdown to={{ block, time: null }} label="full" reached="full with the next harvest" />.
    </>
  )
}

/** Why a bounty that is won may not be paid yet. */
const Unpaid = () => <TreasuryNotice state={useAnswer(endpoints.treasury()).data?.state ?? null} />

/** What validators' votes would do to an issue that nobody competes for; a match's scoreboard shows those on a match. Nothing without votes. */
const Pending = ({ issue: { competition, liveVotes, outcome } }: { readonly issue: IssueDetail }) => {
  const quorum = useQuorum()
  return competition !== null || outcome === null || outcome.state === "noVotes" ? null : (
    <p className="notice">
      <Outlook outcome={outcome} votes={liveVotes} quorum={quorum} />
    </p>
  )
}

/** The current state in one sentence. */
const CurrentState = ({ issue }: { readonly issue: IssueDetail }) => {
  const { status, competition, paid, reason, queuePosition, updatedAt } = issue
  const head = useHead()
  const known = (hotkey: string) => [competition?.a, competition?.b].find((one) => one?.hotkey === hotkey) ?? { hotkey }
  if (status === "Paid" && paid !== null)
    return (
      <>
        <Amount rao={paid.amount} /> went to <MinerName miner={known(paid.hotkey)} />, coldkey <Account address={paid.coldkey} />, in block{" "}
        <CallLink at={paid.at} /> (<When at={paid.at} />
        ).
      </>
    )
  if (status === "Cancelled")
    return (
      <>
        Cancelled <When at={updatedAt} />
        {reason === null ? "" : `: ${reasonText(reason._tag)}`}
        {reason?._tag === "SubmittedTooEarly" ? (
          <>
            {" "}
            (<MinerName miner={known(reason.hotkey)} />)
          </>
        ) : null}
        . Its money is free for other issues.
      </>
    )
  if (status === "Competing" && competition !== null)
    return (
      <>
        <MinerName miner={competition.a} /> against <MinerName miner={competition.b} />:{" "}
        {head !== undefined && head.block >= competition.deadline.block ? null : (
          <>
            <Countdown to={competition.submissionsFrom} label="pull requests count" reached="pull requests count now" />,{" "}
          </>
        )}
        <Countdown to={competition.deadline} label="deadline" reached="the deadline has passed, validators decide" />.{" "}
        <Link to={pageAddress("competition", { id: competition.id })}>Watch match {competition.id}</Link>
      </>
    )
  if (status === "Solved")
    return (
      <>
        Solved <When at={updatedAt} />, for good. The bounty is not paid yet. Anyone can send the payment; validators usually do.{" "}
        {competition === null ? null : <Link to={pageAddress("competition", { id: competition.id })}>See match {competition.id}</Link>}
      </>
    )
  if (status === "Open")
    return (
      <>
        It is <Takeable />: miners who are enrolled for it can be paired at the end of the round.
      </>
    )
  return (
    <>
      Its bounty is being filled: {queuePosition === null ? "waiting" : `place ${queuePosition} in the queue`}. Bounties are filled in the
      order of registration. {queuePosition === null ? null : <Forecast place={queuePosition} />}
    </>
  )
}

/** What the owner has announced to do to it. Nothing if there is nothing. */
const OfTheOwner = ({ issue: { id, repository, number, github } }: { readonly issue: IssueDetail }) => {
  const { data } = useAnswer(endpoints.config())
  const own = data?.announced.filter(({ content }) => numberIn(content, "what", "issue") === id) ?? []
  if (own.length === 0) return null
  const names = { miners: [], issue: { id, repository, number, title: github.title }, competition: null, areInView: true }
  return (
    <Section title="Announced by the owner" note="validators can stop it">
      {own.map((change) => (
        <Announced key={change.change} change={change} names={names} />
      ))}
    </Section>
  )
}

/** The comment that an index wrote, and how to tell it from a fake. */
const commentFacts = ({ comment }: IssueDetail): ReadonlyArray<readonly [label: string, value: ReactNode]> => {
  if (comment === null) return []
  const { repository, number, id, author, hash, writtenAt, reactions } = comment
  return [
    [
      "Comment",
      <a key="" href={gitHubComment(repository, number, id)} target="_blank" rel="noreferrer">
        {id}
      </a>
    ],
    ["Its author's id", author],
    ["SHA-256 of its text", <code key="">{hash}</code>],
    ["Written", <When key="" at={{ block: null, time: writtenAt }} />],
    ["Reactions it had then", reactions]
  ]
}

/** The beginning of an issue's text. Nothing if it has none. */
const Excerpt = ({ issue: { repository, number, github } }: { readonly issue: IssueDetail }) => {
  if (github.excerpt === null) return null
  const address = gitHubIssue(repository, number)
  return (
    <blockquote className="excerpt" cite={address}>
      <p dir="auto">{github.excerpt}</p>
      <a href={address} target="_blank" rel="noreferrer">
        Read the issue on GitHub
      </a>
    </blockquote>
  )
}

export default function IssuePage({ parameters }: ViewProps) {
  const { data: issue, problem, again } = useAnswer(endpoints.issue(parameters.id ?? ""))
  if (issue === undefined) return <Unanswered title={`Issue ${parameters.id}`} problem={problem} again={again} />
  const { repository, number, github, status } = issue
  const [current] = issue.competitions
  const isWaiting = status === "Open" || status === "Funding"
  return (
    <div className="page">
      <PageHead
        title={github.title ?? `${repository}#${number}`}
        windowTitle={`${repository}#${number}`}
        over={
          <>
            <Link to={repositoryAddress(repository)}>{repository}</Link>{" "}
            <a href={gitHubIssue(repository, number)} target="_blank" rel="noreferrer">
              #{number} on GitHub
            </a>
            {github.language === null ? null : (
              <Link to={`${pageAddress("issues")}?language=${encodeURIComponent(github.language)}`}>{github.language}</Link>
            )}
          </>
        }
        beside={
          <>
            <WatchStar watch={{ kind: "issue", id: `${issue.id}`, name: github.title ?? `${repository}#${number}` }} />
            <StatusChip status={status} />
          </>
        }
      >
        <Labels labels={github.labels} linked />
      </PageHead>
      {isWaiting ? <Excerpt issue={issue} /> : null}
      <div className="issue-now">
        <BountyBar funded={issue.funded} target={issue.target} status={status} queuePosition={issue.queuePosition} />
        <div>
          <p>
            <CurrentState issue={issue} />
          </p>
          <Pending issue={issue} />
          {status === "Solved" ? <Unpaid /> : null}
        </div>
      </div>
      <WithoutConsent why={issue.withoutConsent} />
      <OfTheOwner issue={issue} />
      {status === "Open" ? <Compete issue={issue} /> : null}
      {current === undefined ? null : <IssueCompetition id={current} />}
      <div className="columns">
        <div>
          <Enrolment enrolment={issue.enrolment} status={status} />
          <Competitions issue={issue.id} />
          <PullRequests issue={issue.id} />
          <Votes issue={issue} />
          <Attestations issue={issue.id} />
          <History issue={issue.id} />
        </div>
        <div>
          <Fold title="Share" note="link, picture, feed, badge">
            <Sharing
              what="issue"
              id={issue.id}
              name={`${repository}#${number}`}
              feed={`/feed.atom?repository=${encodeURIComponent(repository)}`}
            />
          </Fold>
          <Section title="Facts">
            <Facts
              facts={[
                ["Bounty", <Amount key="" rao={issue.target} decimals={9} />],
                ["Bounty in TAO", status === "Paid" || status === "Cancelled" ? null : <WorthFact key="" rao={issue.target} />],
                ["Funded", <Amount key="" rao={issue.funded} decimals={9} />],
                ["Place in the queue", issue.queuePosition],
                ["Unsolved attempts", issue.attempts],
                ["Registered", <When key="" at={issue.registeredAt} as="both" />],
                ["Edited by the owner", issue.editedAt === null ? null : <When key="" at={issue.editedAt} as="both" />],
                ["Last change", <When key="" at={issue.updatedAt} as="both" />],
                ["Number in the contract", issue.id]
              ]}
            />
          </Section>
          <Section title="On GitHub">
            {isWaiting ? null : <Excerpt issue={issue} />}
            <Facts
              facts={[
                ["State", github.state ?? "not known yet"],
                ["Closed", github.closedAt === null ? null : <When key="" at={{ block: null, time: github.closedAt }} />],
                [
                  "Opened by",
                  github.author === null ? null : (
                    <a key="" href={gitHubAccount(github.author)} target="_blank" rel="noreferrer" className="miner-name">
                      <Avatar of={github.author} src={github.avatar} />
                      <span>{github.author}</span>
                    </a>
                  )
                ],
                ["Checked", github.seenAt === null ? "not yet" : <When key="" at={{ block: null, time: github.seenAt }} />],
                ["GitHub's id", github.nodeId === null ? null : <code key="">{github.nodeId}</code>],
                ...commentFacts(issue)
              ]}
            />
          </Section>
        </div>
      </div>
    </div>
  )
}
