import type { AnchorHTMLAttributes, MouseEvent } from "react"
import { linkTo, navigate, usePlace } from "./history.ts"

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  readonly to: string
  /** Whether it opens the row of a list in which it stands: single keys walk from one to the next. */
  readonly opens?: boolean
}

const isOwn = (event: MouseEvent) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** A link within the page. It is a real link, so that it can be copied and opened elsewhere. */
export const Link = ({ to, opens = false, onClick, children, ...rest }: Props) => {
  const { path } = usePlace()
  return (
    <a
      href={linkTo(to)}
      data-opens={opens ? "" : undefined}
      aria-current={to === path ? "page" : undefined}
      onClick={(event) => {
        onClick?.(event)
        if (event.defaultPrevented || !isOwn(event) || rest.target !== undefined) return
        event.preventDefault()
        navigate(to)
      }}
      {...rest}
    >
      {children}
    </a>
  )
}
