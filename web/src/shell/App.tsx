import { Suspense, useEffect, useLayoutEffect, useState } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { endpoints } from "../api/endpoints.ts"
import { Contact } from "../components/Contact.tsx"
import { MatchSkeleton } from "../components/MatchSkeleton.tsx"
import { PageSkeleton } from "../components/Page.tsx"
import { useAnswer } from "../data/hooks.ts"
import { useKept } from "../data/kept.ts"
import { NOTIFY } from "../data/mine.ts"
import { isExported } from "../exported/place.ts"
import { timeZone } from "../format/time.ts"
import { useLive } from "../live/live.ts"
import { NotFound } from "../pages/NotFound.tsx"
import { findPage, pageAddress } from "../routes/addresses.ts"
import { scrollHere, usePlace } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"
import { preloadWhatIsPointedAt, viewOf } from "../routes/views.ts"
import { Boundary } from "./Boundary.tsx"
import { destinations, isAt } from "./destinations.ts"
import { Navigation } from "./Navigation.tsx"
import { Notifier } from "./Notifier.tsx"
import { Shortcuts, showShortcuts } from "./Shortcuts.tsx"
import { StaleBanner } from "./StaleBanner.tsx"
import { Ticker } from "./Ticker.tsx"

/** What few readers look for, below every view. An exported page has no API and no feed. */
const Footer = () => {
  const contact = useAnswer(endpoints.config()).data?.contact ?? null
  return (
    <footer className="foot">
      <ul>
        {isExported ? null : (
          <>
            <li>
              <a href="/docs">API</a>
            </li>
            <li>
              <a href="/feed.atom">Feed</a>
            </li>
          </>
        )}
        <li>
          <button type="button" className="quiet" aria-haspopup="dialog" onClick={showShortcuts}>
            Shortcuts
          </button>
        </li>
        {contact === null ? null : (
          <li>
            <Contact contact={contact} />
          </li>
        )}
        <li className="muted">Times are in {timeZone()}</li>
      </ul>
    </footer>
  )
}

interface ShownTip {
  readonly text: string
  readonly left: number
  readonly top: number
  readonly above: boolean
}

/** The space that a tip needs below its element, in pixels. */
const TIP_HEIGHT = 80
/** Half of a tip's maximum width plus a margin, in pixels. */
const HALF_TIP_WIDTH = 168

const tipOf = (target: EventTarget | null): ShownTip | undefined => {
  const titled = target instanceof Element ? target.closest("main [title]") : null
  const text = titled?.getAttribute("title")
  if (!titled || !text) return undefined
  const { left, right, top, bottom } = titled.getBoundingClientRect()
  const above = bottom + TIP_HEIGHT > window.innerHeight
  const middle = Math.max(HALF_TIP_WIDTH, Math.min((left + right) / 2, document.documentElement.clientWidth - HALF_TIP_WIDTH))
  return { text, left: middle, top: above ? top : bottom, above }
}

/** Shows an element's title on touch and keyboard focus, where hovering is impossible. */
const Tip = () => {
  const [shown, setShown] = useState<ShownTip | undefined>(undefined)
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

/** The views beside the current one, where an entry of the navigation leads to several. */
const Subnavigation = ({ current }: { readonly current: PageName | undefined }) => {
  const found = destinations.find(({ places }) => places.length > 1 && places.some((place) => isAt(place, current)))
  return found === undefined ? null : (
    <nav className="tabs" aria-label={found.label}>
      <ul>
        {found.places.map((place) => (
          <li key={place.page}>
            <Link to={pageAddress(place.page)} aria-current={isAt(place, current) ? "page" : undefined}>
              {place.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Runs when a view is shown, not while its code loads. */
const Arrived = ({ path }: { readonly path: string }) => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what arriving means
  useLayoutEffect(() => {
    window.scrollTo(0, scrollHere())
  }, [path])
  return null
}

export const App = () => {
  const { path } = usePlace()
  const isNotified = useKept(NOTIFY) !== undefined
  const connection = useLive((live) => live.connection)
  const found = findPage(path)
  useEffect(preloadWhatIsPointedAt, [])
  const View = found === undefined ? undefined : viewOf(found.name)
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <Navigation current={found?.name} />
      <main id="content" tabIndex={-1}>
        <StaleBanner />
        <Subnavigation current={found?.name} />
        <Boundary at={path} isConnected={connection === "live"}>
          {View === undefined || found === undefined ? (
            <NotFound path={path} />
          ) : (
            <Suspense fallback={found.name === "competition" ? <MatchSkeleton /> : <PageSkeleton />}>
              <View key={path} parameters={found.parameters} />
              <Arrived path={path} />
            </Suspense>
          )}
        </Boundary>
      </main>
      <Footer />
      <aside className="ticker" aria-label="Latest events">
        <Ticker />
      </aside>
      {isNotified ? <Notifier /> : null}
      <Tip />
      <Shortcuts />
    </>
  )
}
