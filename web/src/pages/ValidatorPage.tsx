import { dailyOf, daysLeft, FEW_DAYS, taoText, topUp } from "../../../src/domain/fees.ts"
import type { Problem } from "../api/ask.ts"
import { endpoints } from "../api/endpoints.ts"
import type { ValidatorDetail } from "../api/types.ts"
import { FaultNotice } from "../components/Findings.tsx"
import { ListView, TableView } from "../components/Lists.tsx"
import { Account, CallLink } from "../components/Names.tsx"
import { EmptyState, Facts, Figures, PageHead, PageSkeleton, Section, Skeleton, Unanswered } from "../components/Page.tsx"
import { StakeLine } from "../components/StakeLine.tsx"
import { Amount, When } from "../components/Values.tsx"
import { VoteTable } from "../components/VoteTable.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { percent, shareOf } from "../format/amount.ts"
import { shortAccount } from "../format/names.ts"
import { pageAddress, type ViewProps } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { Consensus } from "./validators/Consensus.tsx"
import { Reports, WeightsSent } from "./validators/Published.tsx"

interface Props {
  readonly hotkey: string
  /** Why there is no answer about it as a voter on bounties. */
  readonly problem: Problem
  readonly again: () => void
}

/** A validator of the subnet that has no vote on bounties but reports scores. Whoever did neither is not found. */
const Reporter = ({ hotkey, problem, again }: Props) => {
  const epochs = useList(endpoints.consensusEpochs({ validator: hotkey }))
  const faults = useList(endpoints.evidence({ validator: hotkey, severity: "wrong" }))
  const isMissing = problem.kind === "missing"
  const isReading = [epochs, faults].some((list) => list.items === undefined && list.problem === undefined)
  if (isMissing && isReading) return <PageSkeleton />
  if (!isMissing || epochs.items === undefined || epochs.items.length === 0)
    return <Unanswered title="Validator" problem={problem} again={again} />
  return (
    <div className="page">
      <PageHead title={`Validator ${shortAccount(hotkey)}`} over={<Link to={pageAddress("validators")}>Validators</Link>}>
        <p className="page-note">It is not on the contract's whitelist: it reports scores, and has no vote on bounties.</p>
        <FaultNotice evidence={faults.items ?? []} more={faults.more} />
      </PageHead>
      <Consensus validator={hotkey} />
    </div>
  )
}

const Votes = ({ hotkey }: { readonly hotkey: string }) => (
  <Section title="Its votes" note="newest first">
    <ListView
      list={useList(endpoints.votes({ validator: hotkey }))}
      isOneOfSeveral
      empty={{ title: "No votes yet", why: "Validators vote for pairs when a round ends, and on an outcome once GitHub shows it." }}
    >
      {(items) => <VoteTable votes={items} caption="Votes of this validator" />}
    </ListView>
  </Section>
)

const Attested = ({ hotkey }: { readonly hotkey: string }) => (
  <Section title="Attestations" note="whom it saw enrolled">
    <TableView
      list={useList(endpoints.attestations({ validator: hotkey }))}
      isOneOfSeveral
      empty={{ title: "No attestations yet", why: "Each round, validators attest which miners they saw enrolled for an issue." }}
      caption="Attestations of this validator"
      keyOf={({ at, event }) => `${at.block}-${event}`}
      columns={[
        { name: "Round", numeric: true, cell: ({ round }) => round },
        { name: "Issue", cell: ({ issue }) => <Link to={pageAddress("issue", { id: issue })}>Issue {issue}</Link> },
        { name: "Enrolled", cell: ({ enrolled }) => enrolled.join(", ") || "none" },
        { name: "Skipping", cell: ({ skipped }) => skipped.join(", ") || "none" },
        { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
        { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
      ]}
    />
  </Section>
)

/** Days by which the cost of one is told. */
const LATEST = 8

/** What the hotkey has for fees, in rao of TAO, what a day cost lately, and how many days the one lasts at the other; undefined: not known. */
const feesOf = (stakes: ValidatorDetail["stakes"]) => {
  const known = stakes
    .slice(0, LATEST)
    .flatMap(({ at, free }) => (free === null || at.time === null ? [] : [{ at: Date.parse(at.time), free: BigInt(free) }]))
  const [newest] = known
  const daily = dailyOf(known)
  return { free: newest?.free, daily, days: newest === undefined || daily === undefined ? undefined : daysLeft(newest.free, daily) }
}

export default function ValidatorPage({ parameters }: ViewProps) {
  const hotkey = parameters.hotkey ?? ""
  const { data: validator, problem, again } = useAnswer(endpoints.validator(hotkey))
  const faults = useList(endpoints.evidence({ validator: hotkey, severity: "wrong" }))
  const total = useAnswer(endpoints.config()).data?.electorate.total
  const isKnown = faults.items !== undefined || faults.problem !== undefined
  if (validator === undefined && problem !== undefined) return <Reporter hotkey={hotkey} problem={problem} again={again} />
  if (validator === undefined) return <PageSkeleton />
  const { uid, permit, axon, coldkeys, addedAt, name, removedAt, weight, notedBefore, notedDay, notedSince, stake, stakes, votes } =
    validator
  const { lastAt: last } = votes
  const { free, daily, days } = feesOf(stakes)
  const lasts = days === undefined ? "what a day costs is not known yet" : `${days} days at the rate of the last ones`
  return (
    <div className="page">
      <PageHead
        title={`Validator ${name === null ? "" : `${name} · `}${shortAccount(hotkey)}`}
        over={<Link to={pageAddress("validators")}>Validators</Link>}
      >
        {removedAt === null ? null : (
          <p className="notice">
            Off the whitelist since <When at={removedAt} as="both" />: its votes have no weight.
          </p>
        )}
        {removedAt !== null || free === undefined || days === undefined || days >= FEW_DAYS ? null : (
          <p className="notice">
            Its hotkey's {taoText(free)} for fees last {days} days at what the last ones cost: it needs {topUp(free, daily)} more for a
            month.
          </p>
        )}
        <FaultNotice evidence={faults.items ?? []} more={faults.more} />
      </PageHead>
      {isKnown ? (
        <>
          <Figures
            label="In figures"
            figures={[
              {
                name: "Weight of its vote",
                value: <Amount rao={weight} />,
                note: total === undefined ? "" : `${percent(shareOf(weight, total), 2)} of all`
              },
              {
                name: "Agreement",
                value: votes.decided === 0 ? "no decided votes" : percent(votes.agreed / votes.decided),
                ...(votes.decided === 0
                  ? {}
                  : { note: `${votes.agreed} of its latest ${votes.decided} decided votes agreed with the result` })
              },
              {
                name: "Last vote",
                value:
                  last === null ? "never" : last.time === null ? `block ${last.block}` : <When at={{ block: null, time: last.time }} />,
                ...(last === null ? {} : { note: <When at={last} as="both" /> })
              },
              { name: "For fees", value: free === undefined ? "not known" : <Amount rao={free.toString()} unit="τ" />, note: lasts }
            ]}
          />
          <div className="columns">
            <div>
              <Section title="Weight by day">
                {stakes.length === 0 ? (
                  <EmptyState title="No weights yet">The index records the weight of each vote once a day.</EmptyState>
                ) : (
                  <StakeLine stakes={stakes} />
                )}
              </Section>
              <Consensus validator={hotkey} />
              <Votes hotkey={hotkey} />
              <Attested hotkey={hotkey} />
              <WeightsSent validator={hotkey} />
              <Reports validator={hotkey} />
            </div>
            <aside aria-label="Facts">
              <Section title="Facts">
                <Facts
                  facts={[
                    ["Calls itself", name === null ? null : <bdi key="">{name}</bdi>],
                    ["Hotkey", <Account key="" address={hotkey} whole />],
                    [
                      "Coldkeys that count",
                      <ul key="">
                        {coldkeys.map((coldkey) => (
                          <li key={coldkey}>
                            <Account address={coldkey} whole />
                          </li>
                        ))}
                      </ul>
                    ],
                    ["Least stake recorded, the day before", <Amount key="" rao={notedBefore} decimals={9} />],
                    ["Least stake recorded, last whole day", <Amount key="" rao={notedDay} decimals={9} />],
                    ["Least stake recorded since", <Amount key="" rao={notedSince} decimals={9} />],
                    [
                      "Weight in the last snapshot",
                      stake === null ? (
                        "no snapshot yet"
                      ) : (
                        <span key="">
                          <Amount rao={stake.weight} decimals={9} /> <When at={stake.at} as="both" />
                        </span>
                      )
                    ],
                    ["UID", uid ?? "none"],
                    ["Validator permit", permit === null ? "not known yet" : permit ? "yes" : "no"],
                    ["Axon", axon ?? "none published"],
                    ["Added", <When key="" at={addedAt} as="both" />],
                    ["Removed", removedAt === null ? null : <When key="" at={removedAt} as="both" />]
                  ]}
                />
              </Section>
            </aside>
          </div>
        </>
      ) : (
        <Skeleton height="40rem" />
      )}
    </div>
  )
}
