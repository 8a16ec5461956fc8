/** Paths of the page's views. The server returns the same HTML for each, and the page renders the view of its path. */
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
  howItWorks: "/how-it-works",
  me: "/me"
} as const

export type PageName = keyof typeof PAGES

/** A view's first API request without filters. The HTML preloads it, so that it runs while scripts are loading. */
export const FIRST_QUESTIONS: { readonly [Name in PageName]?: string } = {
  home: "/v1/competitions?limit=6&status=Running",
  issues: "/v1/issues?limit=100",
  issue: "/v1/issues/:id",
  competitions: "/v1/competitions?limit=100",
  competition: "/v1/competitions/:id",
  miners: "/v1/miners?limit=100",
  miner: "/v1/miners/:hotkey",
  leaderboard: "/v1/leaderboard?limit=100&registered=true",
  treasury: "/v1/treasury",
  validators: "/v1/validators?limit=100&current=true",
  validator: "/v1/validators/:hotkey",
  epoch: "/v1/consensus/epochs/:epoch",
  events: "/v1/events?limit=100"
}

/**
 * What each view asks besides: what runs in the ticker, and the settings. With the first question, the view's code, the styles and the script these are
 * six requests, as many as browsers send at once over HTTP/1.1.
 */
export const ASKED_EVERYWHERE = ["/v1/events?limit=6&name=CompetitionStarted&name=CompetitionWon&name=BountyPaid", "/v1/config"] as const

/** The check of a match: a page of its own, in one file. */
export const CHECK = "/verify.html"

/** The header with the block of which an answer tells. Parts of one screen are shown once theirs is the same. */
export const ANSWERED_AT = "gittensor-block"

/** Where browsers subscribe to notifications. */
export const PUSH = "/push"

/** Base paths of pictures and badges; the number of a match or issue follows. */
export const BADGES = { match: "/badges/competitions", issue: "/badges/issues", repository: "/badge" } as const
export const PICTURES = { match: "/og/competitions", issue: "/og/issues", general: "/og/gittensor.png" } as const
