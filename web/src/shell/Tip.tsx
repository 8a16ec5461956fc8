import { useEffect, useState } from "react"

interface Shown {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly above: boolean
}

/** The space that a tip needs below its element, in pixels. */
const ROOM = 80
/** Half of a tip's maximum width plus a margin, in pixels. */
const HALF = 168

const tipOf = (target: EventTarget | null): Shown | undefined => {
  const titled = target instanceof Element ? target.closest("main [title]") : null
  const text = titled?.getAttribute("title")
  if (!titled || !text) return undefined
  const { left, right, top, bottom } = titled.getBoundingClientRect()
  const above = bottom + ROOM > window.innerHeight
  const middle = Math.max(HALF, Math.min((left + right) / 2, document.documentElement.clientWidth - HALF))
  return { text, left: middle, top: above ? top : bottom, above }
}

/** Shows an element's title on touch and keyboard focus, where hovering is impossible. */
export const Tip = () => {
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  useEffect(() => {
    const over = new AbortController()
    const { signal } = over
    const hide = () => setShown(undefined)
    document.addEventListener("pointerup", ({ pointerType, target }) => setShown(pointerType === "mouse" ? undefined : tipOf(target)), {
      signal
    })
    document.addEventListener(
      "focusin",
      ({ target }) => {
        if (target instanceof Element && target.matches(":focus-visible")) setShown(tipOf(target))
      },
      { signal }
    )
    document.addEventListener("focusout", hide, { signal })
    document.addEventListener("keydown", ({ key }) => key === "Escape" && hide(), { signal })
    window.addEventListener("scroll", hide, { signal, capture: true, passive: true })
    return () => over.abort()
  }, [])
  if (shown === undefined) return null
  // Screen readers already read titles with their elements.
  return (
    <div className="tip" aria-hidden="true" data-above={shown.above ? "" : undefined} style={{ left: shown.left, top: shown.top }}>
      <span>{shown.text}</span>
    </div>
  )
}
