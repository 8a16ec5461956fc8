import { type ReactNode, useEffect, useRef } from "react"
import { takeArrival } from "../routes/history.ts"

interface Props {
  readonly title: string
  /** The window's title; by default the view's title. */
  readonly windowTitle?: string
  /** The breadcrumb above the title. */
  readonly over?: ReactNode
  readonly children?: ReactNode
  /** Shown on the right, or below on a phone. */
  readonly beside?: ReactNode
}

/** The head of a view with its only h1, which receives focus when the view opens. */
export const PageHead = ({ title, windowTitle = title, over, children, beside }: Props) => {
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
      </div>
      {beside === undefined ? null : <div className="page-beside">{beside}</div>}
    </header>
  )
}
