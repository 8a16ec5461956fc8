import { lazy, Suspense, useEffect, useLayoutEffect } from "react"
import { MatchSkeleton } from "../components/MatchSkeleton.tsx"
import { PageSkeleton } from "../components/PageSkeleton.tsx"
import { useKept } from "../data/kept.ts"
import { NOTIFY } from "../data/mine.ts"
import { useLive } from "../live/live.ts"
import { NotFound } from "../pages/NotFound.tsx"
import { findPage } from "../routes/addresses.ts"
import { scrollHere, usePlace } from "../routes/history.ts"
import { preloadWhatIsPointedAt, viewOf } from "../routes/views.ts"
import { Boundary } from "./Boundary.tsx"
import { Footer } from "./Footer.tsx"
import { Navigation } from "./Navigation.tsx"
import { Notifier } from "./Notifier.tsx"
import { Shortcuts } from "./Shortcuts.tsx"
import { StaleBanner } from "./StaleBanner.tsx"
import { Subnavigation } from "./Subnavigation.tsx"
import { Ticker } from "./Ticker.tsx"
import { Tip } from "./Tip.tsx"

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
  const isNotified = useKept(NOTIFY) === "on"
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
