import type { AnchorHTMLAttributes, MouseEvent } from "react"
import { findPage } from "./addresses.ts"
import { navigate, usePlace } from "./history.ts"
import { preload } from "./views.ts"

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  readonly to: string
}

const isOwn = (event: MouseEvent) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** A link within the page: a real one, so that it can be opened elsewhere and copied. */
export const Link = ({ to, onClick, children, ...rest }: Props) => {
  const { path } = usePlace()
  const preloadThere = () => {
    const found = findPage(to.split("?", 1)[0] ?? to)
    if (found !== undefined) preload(found.name)
  }
  return (
    <a
      href={to}
      aria-current={to === path ? "page" : undefined}
      onPointerEnter={preloadThere}
      onFocus={preloadThere}
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
