import { endpoints } from "../../api/endpoints.ts"
import { Outlook } from "../../components/Outlook.tsx"
import { Section } from "../../components/Section.tsx"
import { Undecided } from "../../components/Undecided.tsx"
import { useAnswer, useList } from "../../data/hooks.ts"
import { useQuorum } from "../../data/quorum.ts"
import { useHead } from "../../live/live.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

const Match = ({ id }: { readonly id: number }) => {
  const block = useHead()?.block
  const quorum = useQuorum()
  const { data: competition } = useAnswer(endpoints.competition(id))
  const { data: config } = useAnswer(endpoints.config())
  if (competition === undefined || competition.status !== "Running" || competition.outcome === null) return null
  const { issue, outcome, votes } = competition
  return (
    <>
      <p>
        <Link to={pageAddress("competition", { id })}>
          {issue.repository}#{issue.number}
        </Link>
        : <Outlook outcome={outcome} votes={votes} quorum={quorum} sides={competition} />
      </p>
      <Undecided competition={competition} block={block} chain={config?.chain} />
    </>
  )
}

/** Matches that are past their deadline, and what validators have voted so far; nothing while there is none. Those that started first end first. */
export const Late = () => {
  const block = useHead()?.block
  const { items } = useList(endpoints.competitions({ status: ["Running"], sort: "oldest" }))
  const late = block === undefined ? [] : (items ?? []).filter(({ deadline }) => deadline.block < block)
  return late.length === 0 ? null : (
    <Section title="Past the deadline" note="what is not decided in time expires">
      {late.map(({ id }) => (
        <Match key={id} id={id} />
      ))}
    </Section>
  )
}
