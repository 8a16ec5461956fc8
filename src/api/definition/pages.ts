/** The addresses of the page's own views: the server answers them with the page, and the page finds its view by them. */
export const PAGES = {
  home: "/",
  issues: "/issues",
  issue: "/issues/:id",
  competitions: "/competitions",
  competition: "/competitions/:id",
  miners: "/miners",
  miner: "/miners/:hotkey",
  leaderboard: "/leaderboard",
  headToHead: "/head-to-head",
  treasury: "/treasury",
  validators: "/validators",
  validator: "/validators/:hotkey",
  events: "/events",
  stats: "/stats",
  book: "/book"
} as const

export type PageName = keyof typeof PAGES
