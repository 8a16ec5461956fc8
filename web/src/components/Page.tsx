import { type ReactNode, useEffect, useId, useRef, useState } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import type { GuideId } from "../../../src/story/guide.ts"
import type { Problem } from "../api/ask.ts"
import { columnsFor } from "../format/columns.ts"
import { isNarrow, isOnPaper, useOnPaper } from "../live/paper.ts"
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
  events: "rounds"
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

interface PageHeadProps {
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
export const PageHead = ({ title, windowTitle = title, over, lead, children, beside }: PageHeadProps) => {
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

export const Section = ({ title, note, children }: { readonly title: string; readonly note?: ReactNode; readonly children: ReactNode }) => {
  const id = useId()
  return (
    <section className="section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <p className="muted">{note}</p>}
      </header>
      {children}
    </section>
  )
}

interface FoldProps {
  readonly title: string
  readonly note?: ReactNode
  /** Whether it begins open where there is room: not on a phone. */
  readonly isOpenOnWide?: boolean
  /** Whether it begins open everywhere. */
  readonly isOpenAtFirst?: boolean
  readonly children: ReactNode
}

/** A section of a view that is read when it is opened, and printed. */
export const Fold = ({ title, note, isOpenOnWide = false, isOpenAtFirst = false, children }: FoldProps) => {
  const [isOpen, setOpen] = useState(() => isOpenAtFirst || (isOpenOnWide && !isNarrow()))
  const isShown = useOnPaper() || isOpen
  return (
    <details
      className="section fold"
      open={isShown}
      onToggle={({ currentTarget }) => {
        if (!isOnPaper()) setOpen(currentTarget.open)
      }}
    >
      <summary>
        <h2>{title}</h2>
        {note === undefined ? null : <span className="muted">{note}</span>}
      </summary>
      {isShown ? children : null}
    </details>
  )
}

/** A list of names and values. Null values are omitted; "unknown" marks values that will be known later. */
export const Facts = ({ facts }: { readonly facts: ReadonlyArray<readonly [name: string, value: ReactNode]> }) => (
  <dl className="facts">
    {facts.map(([name, value]) =>
      value === null ? null : (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      )
    )}
  </dl>
)

export interface Figure {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
}

/** A few large labelled numbers. */
export const Figures = ({ figures, label }: { readonly figures: ReadonlyArray<Figure>; readonly label: string }) => (
  <section aria-label={label}>
    <dl className="figures" data-wide={columnsFor(figures.length, 5)} data-middle={columnsFor(figures.length, 4)}>
      {figures.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
          {note === undefined ? null : <dd className="figure-note">{note}</dd>}
        </div>
      ))}
    </dl>
  </section>
)

/** A placeholder in the size of the coming content. */
export const Skeleton = ({ width = "100%", height = "1em" }: { readonly width?: string; readonly height?: string }) => (
  <span className="skeleton" style={{ width, height }} aria-hidden="true" />
)

/** Milliseconds after which somebody who waits is told why. */
const LATE_AFTER = 5_000

/** Shown while a view's code loads, about as high as most views to avoid layout shift. */
export const PageSkeleton = () => {
  const [isLate, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_AFTER)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="page" aria-busy="true">
      <h1 className="hidden">Reading…</h1>
      <div className="page-head">
        {isLate ? <output className="muted">The server has not answered yet.</output> : <Skeleton width="9rem" height="2.25rem" />}
      </div>
      <Skeleton height="70vh" />
    </div>
  )
}

interface Action {
  readonly label: string
  readonly act: () => void
}

const ActionButton = ({ action }: { readonly action: Action | undefined }) =>
  action === undefined ? null : (
    <button type="button" onClick={action.act}>
      {action.label}
    </button>
  )

interface EmptyStateProps {
  readonly title: string
  /** What will appear here, and when or why. */
  readonly children: ReactNode
  readonly action?: Action
}

/** An empty list or section that is no error. */
export const EmptyState = ({ title, children, action }: EmptyStateProps) => (
  <div className="state" data-kind="empty">
    <h2>{title}</h2>
    <div className="muted">{children}</div>
    <ActionButton action={action} />
  </div>
)

interface ProblemStateProps {
  readonly title: string
  readonly message: string
  readonly advice: string
  readonly action?: Action
}

/** An error: what happened and what to do. */
export const ProblemState = ({ title, message, advice, action }: ProblemStateProps) => (
  <div className="state" data-kind="problem" role="alert">
    <h2>{title}</h2>
    <p>{message}</p>
    <p className="muted">{advice}</p>
    <ActionButton action={action} />
  </div>
)

const TITLES: Readonly<Record<Problem["kind"], string>> = {
  unreachable: "The server cannot be reached",
  missing: "Not found",
  refused: "Invalid request",
  busy: "The server is busy",
  broken: "The server reported an error"
}

/** The same for a problem with the API. */
export const ApiProblem = ({ problem, again }: { readonly problem: Problem; readonly again: () => void }) => (
  <ProblemState
    title={TITLES[problem.kind]}
    message={problem.message}
    advice={problem.advice}
    {...(problem.kind === "refused" ? {} : { action: { label: "Ask again", act: again } })}
  />
)

interface UnansweredProps extends Pick<PageHeadProps, "title" | "over"> {
  readonly problem: Problem | undefined
  readonly again: () => void
}

/** A view whose answer is on the way, or does not come. */
export const Unanswered = ({ problem, again, ...head }: UnansweredProps) =>
  problem === undefined ? (
    <PageSkeleton />
  ) : (
    <div className="page">
      <PageHead {...head} />
      <ApiProblem problem={problem} again={again} />
    </div>
  )
