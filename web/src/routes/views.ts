/** The views with their titles and code, which is loaded on first use. */
import { type ComponentType, lazy } from "react"
import type { PageName } from "../../../src/dashboard/api/definition/pages.ts"
import { findPage, type ViewProps } from "./addresses.ts"
import { placeOf } from "./history.ts"

interface Module {
  readonly default: ComponentType<ViewProps>
}

const loaders: { readonly [Name in PageName]: () => Promise<Module> } = {
  home: () => import("../pages/HomePage.tsx"),
  issues: () => import("../pages/IssuesPage.tsx"),
  issue: () => import("../pages/IssuePage.tsx"),
  repository: () => import("../pages/RepositoryPage.tsx"),
  search: () => import("../pages/SearchPage.tsx"),
  competitions: () => import("../pages/CompetitionsPage.tsx"),
  competition: () => import("../pages/CompetitionPage.tsx"),
  miners: () => import("../pages/MinersPage.tsx"),
  miner: () => import("../pages/MinerPage.tsx"),
  leaderboard: () => import("../pages/LeaderboardPage.tsx"),
  headToHead: () => import("../pages/HeadToHeadPage.tsx"),
  treasury: () => import("../pages/TreasuryPage.tsx"),
  validators: () => import("../pages/ValidatorsPage.tsx"),
  validator: () => import("../pages/ValidatorPage.tsx"),
  epoch: () => import("../pages/EpochPage.tsx"),
  events: () => import("../pages/EventsPage.tsx"),
  howItWorks: () => import("../pages/HowItWorksPage.tsx"),
  me: () => import("../pages/MePage.tsx")
}

const made = new Map<PageName, ComponentType<ViewProps>>()
const loaded = new Map<PageName, Promise<Module>>()
const ready = new Map<PageName, ComponentType<ViewProps>>()

/** Preloads a view's code. A failure is retried when the view is opened. */
const load = (name: PageName): Promise<Module> => {
  const found = loaded.get(name)
  if (found !== undefined) return found
  const module = loaders[name]()
  loaded.set(name, module)
  module.then(
    (one) => ready.set(name, one.default),
    () => {
      loaded.delete(name)
      made.delete(name)
    }
  )
  return module
}

/** Waits for the code of the view at a path, so that it is drawn at once and not after a skeleton. Never fails. */
export const readyFor = (path: string): Promise<unknown> => {
  const found = findPage(path)
  return found === undefined ? Promise.resolve() : load(found.name).catch(() => undefined)
}

/** Preloads the view of any link that is hovered or focused. Returns a function that stops this. */
export const preloadWhatIsPointedAt = (): (() => void) => {
  const preload = ({ target }: Event) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null
    const found = link?.origin === window.location.origin ? findPage(placeOf(link)?.path ?? "") : undefined
    if (found !== undefined) load(found.name).catch(() => undefined)
  }
  const kinds = ["pointerover", "focusin"]
  for (const kind of kinds) document.addEventListener(kind, preload)
  return () => {
    for (const kind of kinds) document.removeEventListener(kind, preload)
  }
}

/** The component of a view. Always the same instance, so that it keeps its state. */
export const viewOf = (name: PageName): ComponentType<ViewProps> => {
  const found = made.get(name) ?? ready.get(name) ?? lazy(() => load(name))
  made.set(name, found)
  return found
}
