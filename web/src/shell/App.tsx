import { lazy, Suspense, useEffect, useLayoutEffect } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { MatchSkeleton } from "../components/MatchSkeleton.tsx"
import { PageSkeleton } from "../components/PageSkeleton.tsx"
import { useKept } from "../data/kept.ts"
import { NOTIFY } from "../data/mine.ts"
import { useLive } from "../live/live.ts"
import { NotFound } from "../pages/NotFound.tsx"
import { findPage, pageAddress } from "../routes/addresses.ts"
import { scrollHere, usePlace } from "../routes/history.ts"
import { Link } from "../routes/Link.tsx"
import { preloadWhatIsPointedAt, viewOf } from "../routes/views.ts"
import { Boundary } from "./Boundary.tsx"
import { destinations, isAt } from "./destinations.ts"
import { Footer } from "./Footer.tsx"
import { Navigation } from "./Navigation.tsx"
import { Notifier } from "./Notifier.tsx"
import { Shortcuts } from "./Shortcuts.tsx"
import { StaleBanner } from "./StaleBanner.tsx"
import { Ticker } from "./Ticker.tsx"
import { Tip } from "./Tip.tsx"

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

/** Shows competitions one after the other on a wall: `?wall` at any address. */
const Wall = lazy(() => import("../pages/WallPage.tsx"))

/** Runs when a view is shown, not while its code loads. */
const Arrived = ({ path }: { readonly path: string }) => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what arriving means
  useLayoutEffect(() => {
    window.scrollTo(0, scrollHere())
  }, [path])
  return null
}

export const App = () => {
  const { path, search } = usePlace()
  const isNotified = useKept(NOTIFY) !== undefined
  const connection = useLive((live) => live.connection)
  const found = findPage(path)
  useEffect(preloadWhatIsPointedAt, [])
  if (new URLSearchParams(search).has("wall"))
    return (
      <Boundary at="wall" isConnected={connection === "live"}>
        <Suspense fallback={null}>
          <Wall />
        </Suspense>
      </Boundary>
    )
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
