/** The paths of the page's views. The server answers each with the page, which then shows the view of that path. */
export const PAGES = {
  home: "/",
  issues: "/issues",
  issue: "/issues/:id",
  repository: "/repositories/:owner/:name",
  search: "/search",
  competitions: "/competitions",
  competition: "/competitions/:id",
  miners: "/miners",
  miner: "/miners/:hotkey",
  leaderboard: "/leaderboard",
  headToHead: "/head-to-head",
  treasury: "/treasury",
  validators: "/validators",
  validator: "/validators/:hotkey",
  epoch: "/consensus/:epoch",
  events: "/events",
  stats: "/stats",
  howItWorks: "/how-it-works",
  me: "/me",
  book: "/book"
} as const

export type PageName = keyof typeof PAGES

/** Where pictures and badges are; of a match or an issue with its number behind. */
export const BADGES = { match: "/badges/competitions", issue: "/badges/issues", repository: "/badge" } as const
export const PICTURES = { match: "/og/competitions", issue: "/og/issues", general: "/og/gittensor.png" } as const
