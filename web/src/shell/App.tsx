import { Suspense, useEffect, useLayoutEffect, useRef } from "react"
import { PageSkeleton } from "../components/PageSkeleton.tsx"
import { useConnection } from "../live/live.ts"
import { NotFound } from "../pages/NotFound.tsx"
import { findPage, pageAddress } from "../routes/addresses.ts"
import { navigate, scrollHere, usePlace } from "../routes/history.ts"
import { viewOf } from "../routes/views.ts"
import { Boundary } from "./Boundary.tsx"
import { Navigation } from "./Navigation.tsx"
import { StaleBanner } from "./StaleBanner.tsx"

/** Runs when a view is there, not while its code is on the way. */
const Arrived = ({ path, first }: { readonly path: string; readonly first: boolean }) => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what arriving means
  useLayoutEffect(() => {
    window.scrollTo(0, scrollHere())
    // Who comes by keyboard or listens goes on at the new view's title; the first view begins where the browser does.
    if (!first) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true })
  }, [path])
  return null
}

export const App = () => {
  const { path } = usePlace()
  const connection = useConnection()
  const found = findPage(path)
  const began = useRef(path)
  const isFirst = began.current === path
  useEffect(() => {
    if (found?.name === "home") navigate(pageAddress("issues") + window.location.search, { replace: true })
    if (began.current !== path) began.current = ""
  }, [found?.name, path])
  const View = found === undefined ? undefined : viewOf(found.name)
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Navigation current={found?.name} />
      <main id="content" tabIndex={-1}>
        <StaleBanner />
        <Boundary at={path} isConnected={connection === "live"}>
          {View === undefined || found === undefined ? (
            <NotFound path={path} />
          ) : (
            <Suspense fallback={<PageSkeleton />}>
              <View key={path} parameters={found.parameters} />
              <Arrived path={path} first={isFirst} />
            </Suspense>
          )}
        </Boundary>
      </main>
    </>
  )
}
