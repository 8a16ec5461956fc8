/** The views: what each is called, and its code, which is loaded when it is first looked at. */
import { type ComponentType, lazy } from "react"
import type { PageName } from "../../../src/api/definition/pages.ts"
import { findPage, type ViewProps } from "./addresses.ts"

interface Module {
  readonly default: ComponentType<ViewProps>
}

const issues = () => import("../pages/IssuesPage.tsx")

const loaders: { readonly [Name in PageName]: () => Promise<Module> } = {
  home: issues,
  issues,
  issue: () => import("../pages/IssuePage.tsx"),
  competitions: () => import("../pages/CompetitionsPage.tsx"),
  competition: () => import("../pages/CompetitionPage.tsx"),
  miners: () => import("../pages/MinersPage.tsx"),
  miner: () => import("../pages/MinerPage.tsx"),
  leaderboard: () => import("../pages/LeaderboardPage.tsx"),
  headToHead: () => import("../pages/HeadToHeadPage.tsx"),
  treasury: () => import("../pages/TreasuryPage.tsx"),
  validators: () => import("../pages/ValidatorsPage.tsx"),
  validator: () => import("../pages/ValidatorPage.tsx"),
  events: () => import("../pages/EventsPage.tsx"),
  stats: () => import("../pages/StatsPage.tsx"),
  book: () => import("../book/BookPage.tsx")
}

const made = new Map<PageName, ComponentType<ViewProps>>()
const loaded = new Map<PageName, Promise<Module>>()

/** Begins to load a view's code; a failure is tried again when it is looked at. */
const load = (name: PageName): Promise<Module> => {
  const found = loaded.get(name)
  if (found !== undefined) return found
  const module = loaders[name]()
  loaded.set(name, module)
  module.catch(() => {
    loaded.delete(name)
    made.delete(name)
  })
  return module
}

/** Begins to load the view of the link that the reader points at or comes to by keyboard. Answers how to stop that. */
export const preloadWhatIsPointedAt = (): (() => void) => {
  const preload = ({ target }: Event) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null
    const found = link?.origin === window.location.origin ? findPage(link.pathname) : undefined
    if (found !== undefined) load(found.name).catch(() => undefined)
  }
  const kinds = ["pointerover", "focusin"]
  for (const kind of kinds) document.addEventListener(kind, preload)
  return () => {
    for (const kind of kinds) document.removeEventListener(kind, preload)
  }
}

/** The component of a view: always the same one, or it would lose its state. */
export const viewOf = (name: PageName): ComponentType<ViewProps> => {
  const found = made.get(name) ?? lazy(() => load(name))
  made.set(name, found)
  return found
}
