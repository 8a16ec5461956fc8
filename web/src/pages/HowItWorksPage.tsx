import { useEffect } from "react"
import { type GuideFigures, type GuidePiece, guideOf, type PaidMatch } from "../../../src/story/guide.ts"
import { minerName } from "../../../src/story/names.ts"
import { endpoints } from "../api/endpoints.ts"
import { ApiProblem, PageHead, PageSkeleton } from "../components/Page.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { written } from "../format/amount.ts"
import { usePace } from "../live/live.ts"
import { guideAddress, pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { useQuery } from "../routes/useQuery.ts"

/** As much of /v1/config as the guide tells. */
type Settings = Pick<GuideFigures, "config" | "contact">

const Piece = ({ piece }: { readonly piece: GuidePiece }) => {
  if (typeof piece === "string") return piece
  const { text, from } = piece
  if (from === "rules")
    return (
      <strong className="guide-figure" title="A rule of the program, the same for every validator">
        {written(text)}
      </strong>
    )
  if (from.startsWith("mailto:") || from.startsWith("https:")) return <a href={from}>{text}</a>
  return from === "settings" ? (
    <Link to={pageAddress("validators")} className="guide-figure" title="From the contract's settings">
      {written(text)}
    </Link>
  ) : (
    <Link to={from}>{text}</Link>
  )
}

const Guide = ({ config, contact, paid }: Settings & { readonly paid: PaidMatch | null }) => {
  const pace = usePace()
  const part = useQuery().get("part")
  useEffect(() => {
    const chosen = part ?? window.location.hash.slice(1)
    if (/^[a-z]+$/.test(chosen)) document.getElementById(`part-${chosen}`)?.scrollIntoView()
  }, [part])
  const sections = guideOf({ config, contact, pace, paid })
  return (
    <div className="guide">
      <nav aria-label="On this page" className="guide-contents">
        <ol>
          {sections.map(({ id, title }) => (
            <li key={id}>
              <Link to={guideAddress(id)} aria-current={part === id ? "location" : undefined}>
                {title}
              </Link>
            </li>
          ))}
        </ol>
      </nav>
      <div className="guide-text">
        {sections.map(({ id, title, paragraphs }) => (
          <section key={id} id={`part-${id}`} aria-labelledby={`title-${id}`}>
            <h2 id={`title-${id}`}>{title}</h2>
            {paragraphs.map((pieces, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs never move
              <p key={index}>
                {pieces.map((piece, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor do their pieces
                  <Piece key={at} piece={piece} />
                ))}
              </p>
            ))}
          </section>
        ))}
      </div>
    </div>
  )
}

/** The guide with the competition that was paid last. */
const WithExample = ({ id, amount, ...settings }: Settings & { readonly id: number; readonly amount: string }) => {
  const { data } = useAnswer(endpoints.competition(id))
  if (data === undefined || data.winner === null) return <Guide {...settings} paid={null} />
  const { a, b, winner, pullRequest, issue } = data
  const [best, other] = winner === "a" ? [a, b] : [b, a]
  return <Guide {...settings} paid={{ id, winner: minerName(best), loser: minerName(other), pullRequest, amount, issue }} />
}

export default function HowItWorksPage() {
  const { data, problem, again } = useAnswer(endpoints.config())
  const payouts = useList(endpoints.payouts({})).items
  const [latest] = payouts ?? []
  if (data === undefined || (payouts === undefined && problem === undefined))
    return problem === undefined ? <PageSkeleton /> : <ApiProblem problem={problem} again={again} />
  return (
    <div className="page">
      <PageHead title="How it works">
        <p className="page-note">For newcomers: miners, validators, maintainers and spectators. The figures are those in force now.</p>
      </PageHead>
      {latest === undefined ? (
        <Guide config={data.config} contact={data.contact} paid={null} />
      ) : (
        <WithExample config={data.config} contact={data.contact} id={latest.competition} amount={latest.amount} />
      )}
    </div>
  )
}
