import { type ReactNode, useEffect, useRef } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import type { GuideId } from "../../../src/story/guide.ts"
import { findPage, guideAddress } from "../routes/addresses.ts"
import { takeArrival, usePlace } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"

/** The part of the guide that explains a view. */
const GUIDE: { readonly [Name in PageName]?: GuideId } = {
  home: "overview",
  issues: "rounds",
  issue: "windows",
  repository: "rounds",
  competitions: "pairing",
  competition: "verdicts",
  miners: "miners",
  miner: "ratings",
  leaderboard: "ratings",
  headToHead: "ratings",
  treasury: "treasury",
  validators: "validators",
  validator: "validators",
  epoch: "validators",
  events: "rounds",
  stats: "overview"
}

const HowItWorks = ({ lead }: { readonly lead: ReactNode }) => {
  const found = findPage(usePlace().path)
  const part = found === undefined ? undefined : GUIDE[found.name]
  return part === undefined ? null : (
    <p className="how">
      {lead} <Link to={guideAddress(part)}>How this works</Link>
    </p>
  )
}

interface Props {
  readonly title: string
  /** The window's title; by default the view's title. */
  readonly windowTitle?: string
  /** The breadcrumb above the title. */
  readonly over?: ReactNode
  /** What a newcomer must know, in a sentence before the link to the guide. */
  readonly lead?: ReactNode
  readonly children?: ReactNode
  /** Shown on the right, or below on a phone. */
  readonly beside?: ReactNode
}

/** The head of a view with its only h1, which receives focus when the view opens. */
export const PageHead = ({ title, windowTitle = title, over, lead, children, beside }: Props) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (takeArrival()) heading.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    document.title = `${windowTitle} · Gittensor`
  }, [windowTitle])
  return (
    <header className="page-head">
      <div>
        {over === undefined ? null : <p className="page-over">{over}</p>}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
        <HowItWorks lead={lead} />
      </div>
      {beside === undefined ? null : <div className="page-beside">{beside}</div>}
    </header>
  )
}
