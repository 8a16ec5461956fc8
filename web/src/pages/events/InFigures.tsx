import type { ReactNode } from "react"
import { COMPETITION_STATUSES, ISSUE_STATUSES } from "../../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../../api/endpoints.ts"
import { CallLink } from "../../components/Names.tsx"
import { Facts, Figures, Fold, Skeleton } from "../../components/Page.tsx"
import { Amount, When } from "../../components/Values.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { percent, shareOf, wholeNumber, written } from "../../format/amount.ts"
import { durationInBlocks } from "../../format/time.ts"
import { useLive } from "../../live/live.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

type Counts = Readonly<Record<string, number>>

const totalOf = (counts: Counts) => Object.values(counts).reduce((sum, count) => sum + count, 0)

/** How many there are in each state, each linked to its list. Known states come first, with 0 if there are none. */
const byStatus = (counts: Counts, order: ReadonlyArray<string>, to: string): ReactNode => (
  <ul className="chips">
    {[...new Set([...order, ...Object.keys(counts)])].map((status) => (
      <li key={status}>
        <Link to={`${to}?status=${status}`} className="chip" data-status={status}>
          {status} {wholeNumber(counts[status] ?? 0)}
        </Link>
      </li>
    ))}
  </ul>
)

/** The subnet in figures, and how fresh they are. Nothing while the server reports an error, which the list below shows. */
export const InFigures = () => {
  const { data: stats, problem } = useAnswer(endpoints.stats())
  const health = useLive((live) => live.health)
  if (stats === undefined) return problem === undefined ? <Skeleton height="4rem" /> : null
  const { head, bounties, miners, validators, repositories, daysToSolve, issues, competitions } = stats
  return (
    <Fold
      title="In figures"
      note={
        <>
          {wholeNumber(totalOf(issues))} issues, {wholeNumber(totalOf(competitions))} matches, <Amount rao={bounties.paid} /> paid
        </>
      }
    >
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
          }
        ]}
      />
      <Facts
        facts={[
          ["Issues", byStatus(issues, ISSUE_STATUSES, pageAddress("issues"))],
          ["Matches", byStatus(competitions, COMPETITION_STATUSES, pageAddress("competitions"))],
          [
            "Miners",
            `${wholeNumber(miners.enrolled)} ever enrolled or competed, ${wholeNumber(miners.rated)} rated in 60 days, ${wholeNumber(miners.linked)} registered and linked to GitHub`
          ],
          [
            "Neurons",
            `${wholeNumber(miners.registered)} registered now, validators and owner among them; ${wholeNumber(miners.known)} hotkeys ever seen`
          ],
          ["Validators", `${wholeNumber(validators)} on the whitelist`],
          ["Repositories", wholeNumber(repositories)],
          [
            "Newest indexed block",
            head === null ? (
              "none yet"
            ) : (
              <>
                <CallLink at={head} /> <When at={head} as="time" /> <code className="cell-code">{head.hash}</code>
              </>
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
    </Fold>
  )
}
