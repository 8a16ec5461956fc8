import { memo } from "react"
import { nextDraw } from "../../../../src/story/draw.ts"
import { waitWithoutMatch } from "../../../../src/story/waits.ts"
import { endpoints } from "../../api/endpoints.ts"
import type { IssueDetail, IssueStatus } from "../../api/types.ts"
import { Command } from "../../components/Command.tsx"
import { HeldRows, ListFoot, Table, TableView } from "../../components/Lists.tsx"
import { CallLink, MinerName } from "../../components/Names.tsx"
import { EmptyState, Fold, Section } from "../../components/Page.tsx"
import { ValidatorName } from "../../components/ValidatorName.tsx"
import { Countdown, StatusChip, When } from "../../components/Values.tsx"
import { VoteTable } from "../../components/VoteTable.tsx"
import { useAnswer, useList } from "../../data/hooks.ts"
import { commandOn, type Place } from "../../format/command.ts"
import { numberIn } from "../../format/json.ts"
import { useHead } from "../../live/live.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

const commandFor = (issue: number, chain: Place): string => commandOn(`mine enroll ${issue}`, chain)

const SIGNS = "It signs with your default wallet; --wallet and --hotkey choose another, --endpoint another node."
const THEN = "validators then pair two of the miners who were enrolled when the round began."

/** Keeps the place of the command until the contract's address is known, which has 48 characters. So nothing below it moves. */
const Unknown = ({ id }: { readonly id: number }) => (
  <div style={{ display: "contents", visibility: "hidden" }}>
    <p>The next draw is in ≈ 10 min 10 s: {THEN}</p>
    <Command text={commandFor(id, { contract: "5".repeat(48), netuid: 74 })} />
    <p className="page-note">{SIGNS}</p>
  </div>
)

/** How to enrol for an open issue, and when the next pair is drawn. */
export const Compete = ({ issue: { id, enrolment } }: { readonly issue: IssueDetail }) => {
  const head = useHead()
  const { data: config } = useAnswer(endpoints.config())
  const draw =
    head === undefined ? undefined : nextDraw(head.block, numberIn(config?.config, "roundLength"), numberIn(config?.config, "attestBlocks"))
  const chain = config?.chain
  const enrolled = enrolment?.miners.filter(({ enrolledBy }) => enrolledBy > 0).length ?? 0
  return (
    <Section
      title="Compete for it"
      note={enrolled === 0 ? "nobody is enrolled yet" : `${enrolled} ${enrolled === 1 ? "miner is" : "miners are"} enrolled`}
    >
      {config === undefined ? (
        <Unknown id={id} />
      ) : (
        <>
          <p>
            {draw === undefined ? (
              "Once a round, validators draw two of the enrolled miners."
            ) : (
              <>
                <Countdown to={{ block: draw, time: null }} label="The next draw is" reached="Validators draw a pair now" />: {THEN}
              </>
            )}
          </p>
          {chain == null ? null : (
            <>
              <Command text={commandFor(id, chain)} />
              <p className="page-note">{SIGNS}</p>
            </>
          )}
        </>
      )}
    </Section>
  )
}

/** Whether a pair can be drawn from the issue's field; null where there is nothing to draw. */
const fieldText = (enrolment: IssueDetail["enrolment"], status: IssueStatus): string | null => {
  if (enrolment === null || status !== "Open") return null
  const { needed, size } = enrolment.field
  return size < needed
    ? `No pair: field of ${size}, ${needed} needed. The issue waits until more of the enrolled miners are free, or more enrol.`
    : `Field of ${size}, ${needed} needed: a pair can be drawn if enough of them have the collateral.`
}

/** The miners that validators saw enrolled in the latest attested round. */
export const Enrolment = ({ enrolment, status }: { readonly enrolment: IssueDetail["enrolment"]; readonly status: IssueStatus }) => {
  const field = fieldText(enrolment, status)
  return (
    <Section
      title="Enrolled miners"
      {...(enrolment === null
        ? {}
        : {
            note: `as ${enrolment.validators} ${enrolment.validators === 1 ? "validator" : "validators"} attested in round ${enrolment.round}`
          })}
    >
      {field === null ? null : <p className="page-note">{field}</p>}
      {enrolment === null || enrolment.miners.length === 0 ? (
        <EmptyState title="No enrolments">
          {status === "Paid" || status === "Cancelled" ? (
            "The issue has ended: nobody can enrol any more."
          ) : (
            <>
              A miner enrols with <code>gittensor mine enroll</code>. Once a round, validators attest whom they saw, and the result appears
              here.
            </>
          )}
        </EmptyState>
      ) : (
        <Table
          caption="Enrolled miners"
          items={enrolment.miners}
          keyOf={({ uid }) => `${uid}`}
          columns={[
            { name: "UID", numeric: true, cell: ({ uid }) => uid },
            { name: "Miner", cell: ({ miner }) => (miner === null ? "not known" : <MinerName miner={miner} />) },
            { name: "Seen enrolled by", numeric: true, cell: ({ enrolledBy }) => `${enrolledBy} of ${enrolment.validators}` },
            { name: "Seen skipping by", numeric: true, cell: ({ skippedBy }) => `${skippedBy} of ${enrolment.validators}` }
          ]}
        />
      )}
    </Section>
  )
}

/** Validators' attestations by round. */
export const Attestations = memo(({ issue }: { readonly issue: number }) => {
  const list = useList(endpoints.attestations({ issue: `${issue}` }))
  if (list.items !== undefined && list.items.length === 0) return null
  return (
    <Fold title="Attestations" note="UIDs that each validator saw enrolled or skipping" isOpenOnWide>
      <TableView
        list={list}
        empty={{ title: "None yet", why: "Validators attest once a round." }}
        caption="Attestations"
        keyOf={({ at, event }) => `${at.block}-${event}`}
        columns={[
          { name: "Round", numeric: true, cell: ({ round }) => round },
          { name: "Validator", cell: ({ validator }) => <ValidatorName hotkey={validator} /> },
          { name: "Enrolled", cell: ({ enrolled }) => enrolled.join(", ") || "none" },
          { name: "Skipping", cell: ({ skipped }) => skipped.join(", ") || "none" },
          { name: "When", cell: ({ at }) => <When at={at} as="both" /> },
          { name: "Call", cell: ({ at, call }) => <CallLink at={at} call={call} /> }
        ]}
      />
    </Fold>
  )
})

/** All competitions on an issue; after one expires, another can start. */
export const Competitions = memo(({ issue }: { readonly issue: number }) => (
  <Section title="Matches">
    <TableView
      list={useList(endpoints.competitions({ issue: `${issue}` }))}
      empty={{
        title: "None yet",
        why: "When its bounty is full and enough miners are enrolled, validators vote for the pair and the match starts."
      }}
      caption="Matches on this issue"
      keyOf={({ id }) => `${id}`}
      columns={[
        { name: "Match", cell: ({ id }) => <Link to={pageAddress("competition", { id })}>Match {id}</Link> },
        { name: "A", cell: ({ a }) => <MinerName miner={a} /> },
        { name: "B", cell: ({ b }) => <MinerName miner={b} /> },
        { name: "Status", cell: ({ status }) => <StatusChip status={status} /> },
        { name: "Winner", cell: ({ winner, a, b }) => (winner === null ? "" : <MinerName miner={winner === "a" ? a : b} />) },
        { name: "Started", cell: ({ startedAt }) => <When at={startedAt} as="both" /> },
        { name: "Ended", cell: ({ endedAt }) => (endedAt === null ? "" : <When at={endedAt} as="both" />) }
      ]}
    />
  </Section>
))

/** The current votes, and all earlier ones. */
export const Votes = ({ issue }: { readonly issue: IssueDetail }) => {
  const past = useList(endpoints.votes({ issue: `${issue.id}`, live: "false" }))
  const { data } = useAnswer(endpoints.config())
  const { liveVotes, competition } = issue
  const clock = (name: string) => numberIn(data?.config, name) ?? 0
  const clocks = { challengePeriod: clock("challengePeriod"), ownerDelay: clock("ownerDelay"), day: clock("day") }
  const wait = competition === null && data?.config ? waitWithoutMatch(clocks) : undefined
  return (
    <Fold title="Votes" isOpenOnWide>
      <h3>Counting now</h3>
      {liveVotes.length === 0 ? (
        <EmptyState title="No open ballot">
          Validators vote for a pair when a round ends, and on the outcome once GitHub shows it.
        </EmptyState>
      ) : (
        <VoteTable votes={liveVotes} caption="Votes that count" wait={wait} />
      )}
      {past.items === undefined || past.items.length === 0 ? null : (
        <>
          <h3>Before</h3>
          <HeldRows list={past} items={past.items}>
            {(votes) => <VoteTable votes={votes} caption="Votes of ballots that have ended" />}
          </HeldRows>
        </>
      )}
      <ListFoot list={past} />
    </Fold>
  )
}
