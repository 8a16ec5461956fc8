/** The values that filters and sorts accept, shared by the API, its queries, the page and the tests. The first sort is the default. */

export const ISSUE_STATUSES = ["Funding", "Open", "Competing", "Solved", "Paid", "Cancelled"] as const
export const ISSUE_SORTS = ["newest", "oldest", "target", "updated", "queue"] as const

export const COMPETITION_STATUSES = ["Running", "Won", "Expired", "Unsolved", "Void"] as const

export const VOTE_KINDS = ["pair", "outcome"] as const
export const PULL_REQUEST_STATES = ["open", "closed", "merged"] as const

export const MINER_SORTS = ["rating", "earned", "won", "newest"] as const

/** The sorts of all other lists. */
export const TIME_SORTS = ["newest", "oldest"] as const

export const TREASURY_KINDS = ["harvested", "funded", "freed", "slashed", "recycled", "paid", "moved"] as const
export const COLLATERAL_KINDS = ["deposited", "withdrawn", "slashed"] as const

/** A transaction about weights. */
export const WEIGHTS_KINDS = ["set", "commit", "reveal"] as const

export const WEIGHTS_STATES = ["set", "none", "hidden"] as const
export const VALUE_SOURCES = ["median", "before"] as const
/** The direction in which a report pulls a UID's value. */
export const PULLS = ["above", "equal", "below"] as const
export const FINDING_SEVERITIES = ["wrong", "missing"] as const

/** How a boolean filter is written in a URL. */
export const BOOLEANS = ["true", "false"] as const
