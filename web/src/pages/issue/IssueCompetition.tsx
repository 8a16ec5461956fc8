import { memo } from "react"
import { scoreboardOf } from "../../../../src/story/scoreboard.ts"
import { endpoints } from "../../api/endpoints.ts"
import { Scoreboard } from "../../components/Scoreboard.tsx"
import { Undecided } from "../../components/Undecided.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { useQuorum } from "../../data/quorum.ts"
import { useHead } from "../../live/live.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

/** The running or last competition on an issue. */
export const IssueCompetition = memo(({ id }: { readonly id: number }) => {
  const head = useHead()
  const { data: competition } = useAnswer(endpoints.competition(id))
  const { data: config } = useAnswer(endpoints.config())
  const quorum = useQuorum()
  if (competition === undefined) return <div className="board-place" />
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
