import { type ReactNode, useEffect, useRef } from "react"
import { takeArrival } from "../routes/history.ts"

interface Props {
  readonly title: string
  /** In the window's title; the title itself when left out. */
  readonly windowTitle?: string
  /** A line above the title: where this belongs. */
  readonly over?: ReactNode
  readonly children?: ReactNode
  /** At the right, or below on a phone. */
  readonly beside?: ReactNode
}

/** The head of a view: its only first-level title. Focus comes here when the view is gone to. */
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
